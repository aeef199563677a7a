import { TransientError } from "../../platform/http/errors.ts";
import type { Ask, Shelf } from "../asks.ts";
import type { Connection } from "../wire.ts";
import { listingsOf } from "./requests.ts";
import { type Listing, ListingsSchema } from "./wire.ts";

/** Of listings of as many variants as come at once: 10,000 of them. */
const MAX_PAGES = 100;

/** The seller's asks, by variant. */
export async function shelvesOf(connection: Connection, variantIds: readonly string[]): Promise<Map<string, Shelf>> {
  const found = new Map<string, Listing>();
  let total: number | undefined;
  let hasMore = variantIds.length > 0;
  for (let page = 1; hasMore && page <= MAX_PAGES; page++) {
    const answer = await connection.call(listingsOf(variantIds, page), ListingsSchema);
    for (const listing of answer.listings) found.set(listing.listingId, listing);
    total = answer.count ?? undefined;
    hasMore = answer.hasNextPage;
  }
  // One that is missed would stay on the market.
  if (total !== undefined && found.size < total)
    throw new TransientError(connection.provider, "its list of listings changed while it was read");
  const byVariant = Map.groupBy(found.values(), ({ variant }) => variant.variantId);
  return new Map([...byVariant].map(([variantId, some]) => [variantId, shelfOf(some)]));
}

const shelfOf = (some: readonly Listing[]): Shelf => ({
  open: some.filter(({ status }) => status === "ACTIVE" || status === "INACTIVE").map(askOf),
  sold: some.filter(({ status }) => status === "MATCHED").map(({ updatedAt }) => updatedAt ?? ""),
});

const askOf = ({ listingId, status, createdAt }: Listing): Ask => ({
  id: listingId,
  isShown: status === "ACTIVE",
  createdAt: createdAt ?? "",
});
