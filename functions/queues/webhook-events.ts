import type { Context as LambdaContext, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import * as Inbound from "../../core/inbound/index.ts";
import { processResources } from "../resources.ts";
import { WEBHOOK_EFFECTS } from "../webhook-effects.ts";

/** Applies events, those of a batch at once: each waits for its own. A message that cannot be worked is reported by its own id. */
export async function handler(event: SQSEvent, lambda: LambdaContext): Promise<SQSBatchResponse> {
  const resources = processResources();
  const log = resources.log.with({ requestId: lambda.awsRequestId });
  const work = async ({ body }: SQSRecord) =>
    Inbound.workEvent({ ...resources, log }, WEBHOOK_EFFECTS, JSON.parse(body) as unknown);
  const results = await Promise.allSettled(event.Records.map(work));
  const failed = event.Records.flatMap(({ messageId }, index) => {
    const result = results[index];
    if (result?.status !== "rejected") return [];
    log.error("A message could not be worked", { queue: "webhookEvents", messageId, error: result.reason });
    return [{ itemIdentifier: messageId }];
  });
  resources.metrics.flush();
  return { batchItemFailures: failed };
}
