import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { processResources } from "../resources.ts";
import { createApp } from "./app.ts";
import { requestOf, resultOf } from "./lambda.ts";

const resources = processResources();
const app = createApp(resources);

export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  const reply = await app.answer(requestOf(event));
  // Lambda freezes the process once it has the answer: what is still to be written is written before.
  await app.settled();
  resources.metrics.flush();
  return resultOf(reply);
}
