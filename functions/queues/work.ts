import type { Context as LambdaContext, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import * as z from "zod";
import { type Context, createContext, systemActor } from "../../core/platform/context.ts";
import type { OrganizationId } from "../../core/platform/ids.ts";
import type { QueueName } from "../../core/platform/queues.ts";
import { parse } from "../../core/platform/parse.ts";
import { processResources } from "../resources.ts";

const MessageSchema = z.lazy(() => z.object({ organizationId: z.string(), currency: z.string(), id: z.string() }));

/** How a piece of long work ended, this time: `core/ingest` says what each means. */
type Result = "done" | "continue" | "busy";
type Run = (ctx: Context, work: { id: string; remainingMs: () => number }) => Promise<Result>;

/** As long as a lease: who finds the work taken looks again when its holder has either finished or died. */
const BUSY_SECONDS = 30;

/**
 * A queue's handler for work that goes page by page. A message that fails is reported by its own id, so that only it
 * comes again; work that is not finished is queued anew with the same ids.
 */
export function workHandler(queue: QueueName, run: Run) {
  return async (event: SQSEvent, lambda: LambdaContext): Promise<SQSBatchResponse> => {
    const resources = processResources();
    const failures: SQSBatchResponse["batchItemFailures"] = [];
    for (const record of event.Records) {
      try {
        await workOn(record, queue, run, lambda);
      } catch (error) {
        resources.log.error("A message could not be worked", {
          queue,
          messageId: record.messageId,
          receives: record.attributes.ApproximateReceiveCount,
          error,
        });
        failures.push({ itemIdentifier: record.messageId });
      }
    }
    resources.metrics.flush();
    return { batchItemFailures: failures };
  };
}

async function workOn(record: SQSRecord, queue: QueueName, run: Run, lambda: LambdaContext): Promise<void> {
  const resources = processResources();
  const message = parse(MessageSchema, JSON.parse(record.body));
  const actor = systemActor(message.organizationId as OrganizationId, message.currency, `queue:${queue}`);
  const log = resources.log.with({
    requestId: lambda.awsRequestId,
    organizationId: message.organizationId,
    workId: message.id,
  });
  const ctx = createContext({ ...resources, log }, { actor, requestId: lambda.awsRequestId });
  const result = await run(ctx, { id: message.id, remainingMs: () => lambda.getRemainingTimeInMillis() });
  if (result === "continue") await resources.queues.send(queue, message);
  // Whoever holds it may be dead: its lease ends within this time, and then this message finds the work free.
  if (result === "busy") await resources.queues.send(queue, message, { delaySeconds: BUSY_SECONDS });
}
