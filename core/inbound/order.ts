import type { Context } from "../platform/context.ts";
import { type Key, orgPartition } from "../platform/keys.ts";
import type { Expression, Item, Write } from "../platform/table.ts";
import type { InboundEvent } from "./effects.ts";

export interface Order {
  /**
   * `older`: something newer of this object has been applied, so the event may not overwrite it. `same`: another event of
   * the same moment has; the provider's clock cannot say which is later, so fetch the object. Else `newer`.
   */
  verdict: "newer" | "same" | "older";
  /** Belongs into the effect's writes where it changes the object; also after a fetch. */
  write: Write;
}

/** How far an object has come, which one event at a time may carry on: the rest find their reading outdated and decide anew. */
const unchanged = (seen: Item | undefined): Expression =>
  seen === undefined
    ? { expression: "attribute_not_exists(pk)" }
    : {
        expression: "occurredAtMs = :seenAt AND eventId = :seenBy",
        values: { ":seenAt": seen["occurredAtMs"], ":seenBy": seen["eventId"] },
      };

/**
 * Providers deliver in any order: this says how an event stands to what has been applied to its object (`sub_…`) before.
 * An event is `newer` than itself, so that a replay applies again.
 */
export async function orderOf(ctx: Context, event: InboundEvent, objectId: string): Promise<Order> {
  const key: Key = {
    pk: orgPartition(ctx.actor.organizationId, "WEBHOOK_OBJECT", event.provider, objectId),
    sk: "LATEST",
  };
  const seen = await ctx.table.get<Item>(key, { consistent: true });
  const { id: eventId, occurredAtMs } = event;
  const latest = Math.max(occurredAtMs, Number(seen?.["occurredAtMs"] ?? 0));
  const put = { ...key, entity: "webhook-object", occurredAtMs: latest, eventId };
  return { verdict: verdictOf(event, seen), write: { put, condition: unchanged(seen) } };
}

function verdictOf({ id, occurredAtMs }: InboundEvent, seen: Item | undefined): Order["verdict"] {
  if (seen === undefined || seen["eventId"] === id) return "newer";
  const difference = occurredAtMs - Number(seen["occurredAtMs"]);
  return difference > 0 ? "newer" : difference === 0 ? "same" : "older";
}
