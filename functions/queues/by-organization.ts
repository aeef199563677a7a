import type { Context as LambdaContext, SQSBatchResponse, SQSEvent } from "aws-lambda";
import * as z from "zod";
import { type Context, createContext, systemActor } from "../../core/platform/context.ts";
import type { OrganizationId } from "../../core/platform/ids.ts";
import { NO_CURRENCY } from "../../core/platform/money.ts";
import { parse } from "../../core/platform/parse.ts";
import type { QueueName } from "../../core/platform/queues.ts";
import { processResources } from "../resources.ts";

const MessageSchema = z.lazy(() =>
  z.object({ organizationId: z.string().min(1), currency: z.string().default(NO_CURRENCY), id: z.string().min(1) }),
);

type Message = z.output<typeof MessageSchema> & { messageId: string };

/** Works on these of an organisation; returns those that failed, with why. */
type Run = (ctx: Context, ids: string[], remainingMs: () => number) => Promise<Map<string, unknown>>;

/**
 * A queue's handler for short work that goes better together: a batch's messages, an organisation's in one go, and the
 * organisations side by side, so that one tenant's slow partners do not take another's time. A message that cannot be
 * worked is reported by its own id.
 */
export function byOrganization(queue: QueueName, run: Run) {
  return async (event: SQSEvent, lambda: LambdaContext): Promise<SQSBatchResponse> => {
    const resources = processResources();
    const failures = new Map<string, unknown>();
    const messages: Message[] = [];
    for (const { messageId, body } of event.Records) {
      try {
        messages.push({ messageId, ...parse(MessageSchema, JSON.parse(body)) });
      } catch (error) {
        failures.set(messageId, error);
      }
    }
    const groups = Map.groupBy(messages, ({ organizationId }) => organizationId);
    await Promise.all(
      [...groups.values()].map(async (group) => {
        const failed = await workOn(group, { queue, run, lambda });
        for (const { messageId, id } of group) if (failed.has(id)) failures.set(messageId, failed.get(id));
      }),
    );
    for (const [messageId, error] of failures)
      resources.log.error("A message could not be worked", { queue, messageId, error });
    resources.metrics.flush();
    return { batchItemFailures: [...failures.keys()].map((itemIdentifier) => ({ itemIdentifier })) };
  };
}

async function workOn(
  group: readonly Message[],
  { queue, run, lambda }: { queue: QueueName; run: Run; lambda: LambdaContext },
): Promise<Map<string, unknown>> {
  const resources = processResources();
  const { organizationId = "", currency = NO_CURRENCY } = group[0] ?? {};
  const ids = group.map(({ id }) => id);
  const actor = systemActor(organizationId as OrganizationId, currency, `queue:${queue}`);
  const log = resources.log.with({ requestId: lambda.awsRequestId, organizationId });
  const ctx = createContext({ ...resources, log }, { actor, requestId: lambda.awsRequestId });
  try {
    return await run(ctx, ids, () => lambda.getRemainingTimeInMillis());
  } catch (error) {
    return new Map(ids.map((id) => [id, error]));
  }
}
