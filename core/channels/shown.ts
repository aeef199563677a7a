import type * as Listings from "../listings/index.ts";
import * as Orders from "../orders/index.ts";
import type { Context } from "../platform/context.ts";

/**
 * What a channel shows of listings as far as what it is to be told knows of: what it was told last, less what its own
 * orders took between that calculation and this. Shows it less than this, it has sold what we have yet to hear of, or have
 * heard of since: both are not in what it is to be told, and are the connector's to keep off. Listings are left out of
 * which nobody knows: never told, told without an answer, or so long ago that too many orders lie in between.
 */
export async function shownBy(
  ctx: Context,
  channel: string,
  updates: readonly Listings.QuantityUpdate[],
): Promise<Map<string, number>> {
  const known = updates.flatMap(({ listingId, productId, calculatedAt, known: last }) =>
    last ? [{ listingId, productId, calculatedAt, ...last }] : [],
  );
  const [since] = known.map(({ asOf }) => asOf).toSorted();
  if (since === undefined) return new Map();
  const sold = await Orders.soldOn(ctx, { channel, since });
  return new Map(
    known
      .filter(({ asOf }) => asOf >= sold.since)
      .map(({ listingId, productId, calculatedAt, quantity, asOf }) => [
        listingId,
        Math.max(0, quantity - sold.unitsOf(productId, asOf, calculatedAt)),
      ]),
  );
}
