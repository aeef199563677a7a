import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { handler } from "../../../functions/api/index.ts";
import { serve, spent, type Spent } from "../support/serve.ts";

/** One call that a request made, as the SDK's command got it. */
export interface Call {
  command: string;
  input: Record<string, unknown>;
}

async function run(events: APIGatewayProxyEventV2[]): Promise<Spent> {
  return spent(async () => {
    for (const event of events) await answer(event);
  });
}

async function answer(event: APIGatewayProxyEventV2): Promise<string> {
  const { statusCode = 0, body = "" } = await handler(event);
  if (statusCode >= 300) throw new Error(`${event.rawPath}: ${statusCode} ${body}`);
  return body;
}

type Send = (this: DynamoDBDocumentClient, command: { input: object }, ...rest: unknown[]) => unknown;

/** What the product's handler asks of DynamoDB for these requests: the floor then asks the same, and nothing else. */
async function record(events: APIGatewayProxyEventV2[]): Promise<{ calls: Call[][]; bodies: string[] }> {
  const { prototype } = DynamoDBDocumentClient;
  const original = Reflect.get(prototype, "send") as Send;
  let current: Call[] = [];
  const recording: Send = function (command, ...rest) {
    const input = structuredClone(command.input) as Call["input"];
    // The SDK's own, drawn anew for each transaction.
    delete input["ClientRequestToken"];
    current.push({ command: command.constructor.name, input });
    return original.call(this, command, ...rest);
  };
  Reflect.set(prototype, "send", recording);
  const calls: Call[][] = [];
  const bodies: string[] = [];
  try {
    for (const event of events) {
      current = [];
      bodies.push(await answer(event));
      calls.push(current);
    }
  } finally {
    Reflect.set(prototype, "send", original);
  }
  return { calls, bodies };
}

serve({ run, record });
