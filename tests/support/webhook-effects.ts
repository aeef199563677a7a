import type { InboundEvent } from "../../core/inbound/index.ts";
import type { Context } from "../../core/platform/context.ts";
import { WEBHOOK_EFFECTS } from "../../functions/webhook-effects.ts";

/** What the pipeline does with an event of the provider: its effect, in one transaction. */
export async function applyEvent(ctx: Context, provider: "shopify" | "ebay", eventType: string, payload: unknown) {
  const effects = await WEBHOOK_EFFECTS[provider]?.();
  const handler = effects?.handlers[eventType];
  if (!handler) throw new Error(`Nothing is made of ${eventType}`);
  const event: InboundEvent = {
    id: "whe_1",
    provider,
    sourceId: "whs_1",
    externalEventId: "1",
    eventType,
    occurredAtMs: ctx.now(),
    payload,
    attempt: 1,
  };
  const effect = await handler(ctx, event);
  if (effect.writes.length > 0) await ctx.table.transact(effect.writes);
  return effect;
}
