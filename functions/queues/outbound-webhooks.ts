import type { Context as LambdaContext, SQSBatchResponse, SQSEvent } from "aws-lambda";
import * as z from "zod";
import * as Outbound from "../../core/outbound/index.ts";
import { createContext, systemActor } from "../../core/platform/context.ts";
import type { OrganizationId } from "../../core/platform/ids.ts";
import { parse } from "../../core/platform/parse.ts";
import { processResources } from "../resources.ts";

const MessageSchema = z.lazy(() => z.object({ organizationId: z.string().min(1), id: z.string().min(1) }));

type Message = z.output<typeof MessageSchema> & { messageId: string };

/** ISO 4217's own code for "no currency": no amounts are involved. */
const NO_CURRENCY = "XXX";

/** Delivers webhooks, an organisation's in one go. A message that cannot be worked is reported by its own id. */
export async function handler(event: SQSEvent, lambda: LambdaContext): Promise<SQSBatchResponse> {
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
  // Side by side: one tenant's slow receivers must not take another's time.
  await Promise.all(
    [...groups.values()].map(async (group) => {
      const failed = await deliver(group, lambda);
      for (const { messageId, id } of group) if (failed.has(id)) failures.set(messageId, failed.get(id));
    }),
  );
  for (const [messageId, error] of failures)
    resources.log.error("A message could not be worked", { queue: "outboundWebhooks", messageId, error });
  resources.metrics.flush();
  return { batchItemFailures: [...failures.keys()].map((itemIdentifier) => ({ itemIdentifier })) };
}

/** The ids of what failed, with why. */
async function deliver(group: readonly Message[], lambda: LambdaContext): Promise<Map<string, unknown>> {
  const resources = processResources();
  const { organizationId = "" } = group[0] ?? {};
  const ids = group.map(({ id }) => id);
  const actor = systemActor(organizationId as OrganizationId, NO_CURRENCY, "queue:outboundWebhooks");
  const log = resources.log.with({ requestId: lambda.awsRequestId, organizationId });
  const ctx = createContext({ ...resources, log }, { actor, requestId: lambda.awsRequestId });
  try {
    return await Outbound.deliver(ctx, { ids }, { remainingMs: () => lambda.getRemainingTimeInMillis() });
  } catch (error) {
    return new Map(ids.map((id) => [id, error]));
  }
}
