import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { AroundCall } from "../../../core/platform/calls.ts";
import { createApp } from "../../../functions/api/app.ts";
import { requestOf } from "../../../functions/api/lambda.ts";
import { createResources } from "../../../functions/resources.ts";
import { serve } from "../support/serve.ts";

export interface Counted {
  status: number;
  body: string;
  /** The operations in order, `Query` or `GetItem + UpdateItem`. */
  calls: string[];
}

let calls: string[] = [];
const around: AroundCall = (call, next) => {
  calls.push(call.service === "dynamodb" ? call.operation : `${call.service}:${call.operation}`);
  return next();
};
const app = createApp(createResources(process.env, { around }));

async function count(event: APIGatewayProxyEventV2): Promise<Counted> {
  calls = [];
  const response = await app.fetch(requestOf(event));
  await app.settled();
  return { status: response.status, body: await response.text(), calls };
}

serve({ count });
