import type { Context } from "../platform/context.ts";
import type { Write } from "../platform/table.ts";
import type { TransactionCanceled } from "../platform/table-errors.ts";
import { placeName } from "./book.ts";
import type { Cause } from "./ledger.ts";
import { entryWrite } from "./ledger.store.ts";
import type { StockPlace } from "./stock.ts";
import { availableFor, freeFor, reservedFor, stockOf, stockWrite } from "./stock.store.ts";

/** Units of a stock item that are promised to someone. */
export interface Hold extends StockPlace {
  quantity: number;
}

/** Holds of one stock item as one: a transaction may write an item only once, and the demand must be summed before it is checked. */
export function mergeHolds(holds: readonly Hold[]): Hold[] {
  const merged = new Map<string, Hold>();
  for (const { productId, locationId, quantity } of holds) {
    const name = placeName({ productId, locationId });
    merged.set(name, { productId, locationId, quantity: (merged.get(name)?.quantity ?? 0) + quantity });
  }
  return [...merged.values()];
}

/**
 * Reserves, all or none: first one write for each hold, in their order, then their ledger entries. Give merged holds.
 * `mayTakeBuffer` for what is sold already, which the safety buffer is kept for.
 */
export function reserveWrites(
  ctx: Context,
  holds: readonly Hold[],
  { cause, mayTakeBuffer }: { cause: Cause; mayTakeBuffer: boolean },
): Write[] {
  return [
    ...holds.map((hold) =>
      stockWrite(
        ctx,
        hold,
        { delta: { reserved: hold.quantity }, raisesSeq: false },
        mayTakeBuffer ? freeFor(hold.quantity) : availableFor(hold.quantity),
      ),
    ),
    ...holds.map(({ quantity, ...place }) =>
      entryWrite(ctx, cause, { ...place, type: "reserved", reservedChange: quantity }),
    ),
  ];
}

/** Gives reserved units back. That it happens once is for the caller to guard, by its own record in the same transaction. */
export function releaseWrites(ctx: Context, holds: readonly Hold[], cause: Cause): Write[] {
  return [
    ...holds.map((hold) =>
      stockWrite(ctx, hold, { delta: { reserved: -hold.quantity }, raisesSeq: false }, reservedFor(hold.quantity)),
    ),
    ...holds.map(({ quantity, ...place }) =>
      entryWrite(ctx, cause, { ...place, type: "unreserved", reservedChange: -quantity }),
    ),
  ];
}

export interface Shortage extends StockPlace {
  requested: number;
  available: number;
}

/** Which holds could not be reserved, when the transaction's writes of them began at `offset`. */
export function shortagesOf(
  error: TransactionCanceled,
  holds: readonly Hold[],
  { offset, mayTakeBuffer }: { offset: number; mayTakeBuffer: boolean },
): Shortage[] {
  return holds.flatMap(({ productId, locationId, quantity }, index) => {
    if (!error.failedAt(offset + index)) return [];
    const item = error.reasons[offset + index]?.item;
    const stock = item && stockOf(item);
    const there = stock ? (mayTakeBuffer ? stock.free : stock.available) : 0;
    return [{ productId, locationId, requested: quantity, available: Math.max(0, there) }];
  });
}
