import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { handler } from "../../../functions/api/index.ts";
import { type Call, recordCalls } from "../support/record.ts";
import { serve, spent, type Spent } from "../support/serve.ts";

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

/** What the product's handler asks of DynamoDB for these requests: the floor then asks the same, and nothing else. */
async function record(events: APIGatewayProxyEventV2[]): Promise<{ calls: Call[][]; bodies: string[] }> {
  const calls: Call[][] = [];
  const bodies: string[] = [];
  for (const event of events) {
    const recorded = await recordCalls(() => answer(event));
    bodies.push(recorded.result);
    calls.push(recorded.calls);
  }
  return { calls, bodies };
}

serve({ run, record });
