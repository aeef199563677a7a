import { GraphQLError } from "graphql";

/** What the service refuses, as its answers word it: a message for people, and a code. */
export class Refusal extends GraphQLError {
  constructor(code: string, message: string) {
    super(message, { extensions: { code } });
  }
}
