import { createHash, createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { serve, spent, type Spent } from "../support/serve.ts";

const { TABLE_NAME, WEBHOOK_EVENTS_QUEUE_URL, STRIPE_WEBHOOK_SECRET = "", STRIPE_ORGANIZATION_ID } = process.env;
const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 4 }));
const sqs = new SQSClient({});

/** The least that takes a webhook: check the signature, put the event if it is new, queue it, answer. */
async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  const body = event.body ?? "";
  const [, seconds = "", signature = ""] = /t=(\d+),v1=(\w+)/.exec(event.headers["stripe-signature"] ?? "") ?? [];
  const expected = createHmac("sha256", STRIPE_WEBHOOK_SECRET).update(`${seconds}.${body}`).digest();
  if (!timingSafeEqual(expected, Buffer.from(signature, "hex"))) return { statusCode: 400 };
  const { id, type, created } = JSON.parse(body) as { id: string; type: string; created: number };
  const at = new Date().toISOString();
  const own = `whe_${randomUUID()}`;
  const Item = {
    pk: `INBOUND#stripe#${id}`,
    sk: "EVENT",
    entity: "webhook-event",
    id: own,
    provider: "stripe",
    externalEventId: id,
    eventType: type,
    occurredAtMs: created * 1000,
    payloadHash: createHash("sha256").update(body).digest("hex"),
    status: "pending",
    attempts: 0,
    organizationId: STRIPE_ORGANIZATION_ID,
    body,
    createdAt: at,
    updatedAt: at,
    gsi1pk: `${STRIPE_ORGANIZATION_ID}#WEBHOOK_EVENT`,
    gsi1sk: own,
    gsi2pk: "SCHEDULE#WEBHOOKS#0",
    gsi2sk: at,
  };
  await documents.send(
    new PutCommand({ TableName: TABLE_NAME, Item, ConditionExpression: "attribute_not_exists(pk)" }),
  );
  const MessageBody = JSON.stringify({ scope: "stripe", externalEventId: id, part: "EVENT" });
  await sqs.send(new SendMessageCommand({ QueueUrl: WEBHOOK_EVENTS_QUEUE_URL, MessageBody }));
  const answer = JSON.stringify({ received: true, id: own });
  return { statusCode: 200, headers: { "content-type": "application/json" }, body: answer };
}

async function run(events: APIGatewayProxyEventV2[]): Promise<Spent> {
  return spent(async () => {
    for (const event of events) {
      const { statusCode } = await handler(event);
      if (statusCode !== 200) throw new Error(`The floor answered ${statusCode}`);
    }
  });
}

serve({ run });
