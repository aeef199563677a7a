import type * as Listings from "../listings/index.ts";
import * as Orders from "../orders/index.ts";
import type { Context } from "../platform/context.ts";

/**
 * What a channel shows of listings as far as we know: what it was told, less what its own orders took that we have read
 * since that was calculated. Shows it less than this, it has sold what we have yet to hear of. Listings are left out of
 * which nobody knows: never told, told without an answer, or so long ago that too many orders lie in between.
 */
export async function shownBy(
  ctx: Context,
  channel: string,
  updates: readonly Listings.QuantityUpdate[],
): Promise<Map<string, number>> {
  const known = updates.flatMap(({ listingId, productId, known: last }) =>
    last ? [{ listingId, productId, ...last }] : [],
  );
  const [since] = known.map(({ asOf }) => asOf).toSorted();
  if (since === undefined) return new Map();
  const sold = await Orders.soldOn(ctx, { channel, since });
  return new Map(
    known
      .filter(({ asOf }) => asOf >= sold.since)
      .map(({ listingId, productId, quantity, asOf }) => [
        listingId,
        Math.max(0, quantity - sold.unitsOf(productId, asOf)),
      ]),
  );
}
