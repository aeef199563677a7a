import * as z from "zod";
import { PersonNameSchema } from "./email.ts";

/** A person. Belongs to no organisation, but is a member of some. The address was proven to be theirs. */
export interface User {
  id: string;
  email: string;
  name: string;
  createdAt: string;
  updatedAt: string;
}

/** With what only signing in needs. */
export interface Account extends User {
  /** Absent for who only ever came by a provider. */
  passwordHash?: string;
  /** Sessions of another number are over: changing the password raises it. */
  epoch: number;
  /** Where they were last, and where they are next time. */
  lastOrganizationId?: string;
}

export const ChangeMeSchema = z.lazy(() => z.object({ name: PersonNameSchema }).strict());

const userFields = () => ({ id: z.string(), email: z.string(), name: z.string() });

/** Who is signed in, and where else they could be. */
export const MeSchema = z.lazy(() =>
  z
    .object({
      ...userFields(),
      createdAt: z.iso.datetime(),
      organizations: z.array(z.object({ id: z.string(), name: z.string(), role: z.string(), isCurrent: z.boolean() })),
      providers: z.array(z.string()).describe("With which they can sign in besides a password"),
    })
    .meta({ id: "Me" }),
);
