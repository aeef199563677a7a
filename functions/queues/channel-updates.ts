import type { Context as LambdaContext, SQSBatchResponse, SQSEvent } from "aws-lambda";
import * as z from "zod";
import * as Listings from "../../core/listings/index.ts";
import { createContext, systemActor } from "../../core/platform/context.ts";
import type { OrganizationId } from "../../core/platform/ids.ts";
import { parse } from "../../core/platform/parse.ts";
import { processResources } from "../resources.ts";

const MessageSchema = z.lazy(() => z.object({ organizationId: z.string(), currency: z.string(), id: z.string() }));

type Message = z.output<typeof MessageSchema> & { messageId: string };

/** Tells channels their quantities, an organisation's in one go. A message that cannot be worked is reported by its own id. */
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
  for (const group of Map.groupBy(messages, ({ organizationId }) => organizationId).values()) {
    const failed = await publish(group, lambda);
    for (const { messageId, id } of group) if (failed.has(id)) failures.set(messageId, failed.get(id));
  }
  for (const [messageId, error] of failures)
    resources.log.error("A message could not be worked", { queue: "channelUpdates", messageId, error });
  resources.metrics.flush();
  return { batchItemFailures: [...failures.keys()].map((itemIdentifier) => ({ itemIdentifier })) };
}

/** The ids of listings that failed, with why. */
async function publish(group: readonly Message[], lambda: LambdaContext): Promise<Map<string, unknown>> {
  const resources = processResources();
  const { organizationId = "", currency = "" } = group[0] ?? {};
  const ids = group.map(({ id }) => id);
  const actor = systemActor(organizationId as OrganizationId, currency, "queue:channelUpdates");
  const log = resources.log.with({ requestId: lambda.awsRequestId, organizationId });
  const ctx = createContext({ ...resources, log }, { actor, requestId: lambda.awsRequestId });
  try {
    return await Listings.publishQuantities(ctx, { ids });
  } catch (error) {
    return new Map(ids.map((id) => [id, error]));
  }
}
