import type { Context, Resources } from "../platform/context.ts";
import { contextOf, sweepPages } from "../platform/due.ts";
import { outboxWrite } from "../platform/events.ts";
import { changeStock } from "./change-stock.ts";
import { EXPIRY_SCHEDULE, type ExpiryItem, expiryKey } from "./lot.store.ts";
import { shortfallWrite } from "./shortfalls.ts";

/**
 * Takes what is left of lots off sale whose last day is past, over all organisations; returns how many lots. A lot that
 * fails stays in the schedule and costs the others nothing. Stops between two pages at `until` (milliseconds since the
 * epoch). Throws AggregateError at the end when some failed.
 */
export async function blockExpiredLots(resources: Resources, { until }: { until: number }): Promise<number> {
  const failures: unknown[] = [];
  let blocked = 0;
  const block = async (item: ExpiryItem) => {
    try {
      if (await blockLot(contextOf(resources, { ...item, kind: "lot-expiry" }), item)) blocked++;
    } catch (error) {
      failures.push(error);
    }
  };
  // Keys begin with the date: today's own, which are longer, sort after it.
  const to = new Date(resources.now()).toISOString().slice(0, 10);
  await sweepPages(resources, [{ pk: EXPIRY_SCHEDULE, to }], block, until);
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} expired lots were not taken off sale`);
  return blocked;
}

/**
 * The lot's place in the schedule goes in the transaction that blocks it, so a sweep that dies leaves it to the next; of
 * two at once the second finds it blocked. False when nothing of the lot was left.
 */
async function blockLot(ctx: Context, item: ExpiryItem): Promise<boolean> {
  const { productId, locationId, lotId, expirationDate } = item;
  const place = { productId, locationId };
  const remove = expiryKey(item.organizationId, item);
  return changeStock(ctx, {
    cause: { kind: "expiry", id: lotId },
    needs: [{ ...place, lots: [{ lotId, expirationDate }] }],
    work: (book) => {
      const isBlocked = book.block(place, lotId);
      if (!isBlocked) return { writes: [{ remove }], result: false };
      const isShort = book.stock(place).free < 0;
      const event = outboxWrite(ctx, "stock.expired", { ...place, lotId, expirationDate });
      return { writes: [{ remove }, event, ...(isShort ? [shortfallWrite(ctx, place)] : [])], result: true };
    },
  });
}
