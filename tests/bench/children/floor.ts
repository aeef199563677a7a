import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { serve, spent, type Spent } from "../support/serve.ts";
import { type Call, madeAnew } from "../support/record.ts";

const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 4 }), {
  marshallOptions: { removeUndefinedValues: true },
});

/** The least that a Lambda handler can do: read the body, make the calls with the bare SDK, answer what came back. */
async function handler(event: APIGatewayProxyEventV2, calls: Call[]): Promise<APIGatewayProxyStructuredResultV2> {
  const body: unknown = event.body === undefined ? undefined : JSON.parse(event.body);
  let result: unknown = body;
  for (const call of calls) result = (await send(call)) ?? result;
  return { statusCode: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(result) };
}

async function send({ command, input }: Call): Promise<unknown> {
  // Recorded inputs are what these commands were given; which one takes which is known by the name.
  switch (command) {
    case "GetCommand":
      return (await documents.send(new GetCommand(input as never))).Item;
    case "QueryCommand":
      return (await documents.send(new QueryCommand(input as never))).Items;
    case "BatchGetCommand":
      return (await documents.send(new BatchGetCommand(input as never))).Responses;
    case "TransactWriteCommand":
      return void (await documents.send(new TransactWriteCommand(input as never)));
    case "PutCommand":
      return void (await documents.send(new PutCommand(input as never)));
    case "UpdateCommand":
      return void (await documents.send(new UpdateCommand(input as never)));
    default:
      throw new Error(`The floor knows no ${command}`);
  }
}

export interface Replay {
  events: APIGatewayProxyEventV2[];
  calls: Call[][];
  /** Another organisation in the place of the recorded one, so that writes find the table as the recording did. */
  organization?: { from: string; to: string };
  /** Other ids for what the calls make, by this number, so that the same organisation takes them again. */
  anew?: number;
}

async function run({ events, calls, organization, anew }: Replay): Promise<Spent> {
  const here = organization ? replaced(calls, organization) : calls;
  const replayed = anew === undefined ? here : madeAnew(here, anew);
  return spent(async () => {
    for (const [index, event] of events.entries()) await handler(event, replayed[index] ?? []);
  });
}

function replaced(calls: Call[][], { from, to }: { from: string; to: string }): Call[][] {
  return JSON.parse(JSON.stringify(calls).replaceAll(from, to)) as Call[][];
}

serve({ run });
