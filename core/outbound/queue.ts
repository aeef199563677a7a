import type { Context, Resources } from "../platform/context.ts";
import type { OrganizationId } from "../platform/ids.ts";
import type { Message } from "../platform/queues.ts";
import { LONGEST_DELAY_MS } from "./agenda.ts";

/** A message names a delivery, the lane of an ordered endpoint (by the endpoint's id), or a replay. */
export function messageOf(organizationId: OrganizationId, id: string): Message {
  return { organizationId, id };
}

export async function enqueueAll({ queues }: Pick<Resources, "queues">, messages: Message[]): Promise<void> {
  if (messages.length > 0) await queues.sendAll("outboundWebhooks", messages);
}

/** Has it looked at then (milliseconds since the epoch). What is further off than SQS keeps a message is the sweep's. */
export async function wakeAt(ctx: Context, id: string, at: number): Promise<void> {
  const delayMs = at - ctx.now();
  if (delayMs > LONGEST_DELAY_MS) return;
  const delaySeconds = Math.max(0, Math.ceil(delayMs / 1000));
  await ctx.queues.send("outboundWebhooks", messageOf(ctx.actor.organizationId, id), { delaySeconds });
}
