import { TransientError } from "../../platform/http/errors.ts";
import { inParallel } from "../../platform/in-parallel.ts";
import type { Ask, Shelf } from "../asks.ts";
import type { Connection } from "../wire.ts";
import { CONDITION_NEW, PACKAGING_GOOD } from "./constants.ts";
import { skuOf } from "./map.ts";
import { listingsOf } from "./requests.ts";
import { type Listing, ListingsSchema, nextToken, totalOf } from "./wire.ts";

/** Catalogue items whose listings are read at once. */
const AT_ONCE = 4;
const MAX_PAGES = 200;
/** LISTING_STATUS_PENDING is one that was made and not activated yet. */
const OPEN = new Set(["ACTIVE", "INACTIVE", "PENDING"]);
/** Neither for sale nor sold; of a word that is not known a sale is the careful reading. */
const WITHDRAWN = new Set(["DELETED", "CANCELED", "EXPIRED"]);

/** The seller's asks of goods that lie with the seller, by SKU. */
export async function shelvesOf(connection: Connection, catalogIds: ReadonlySet<string>): Promise<Map<string, Shelf>> {
  const found: Listing[] = [];
  await inParallel([...catalogIds], AT_ONCE, async (catalogId) => {
    for (const listing of await allListings(connection, catalogId))
      if (listing.catalog_id === catalogId) found.push(listing);
  });
  const own = found.filter(
    ({ condition, packaging_condition, consigned }) =>
      !consigned &&
      (condition ?? "").endsWith(`CONDITION_${CONDITION_NEW}`) &&
      (packaging_condition ?? "").endsWith(PACKAGING_GOOD),
  );
  const bySku = Map.groupBy(own, ({ catalog_id, size }) => skuOf(catalog_id, size));
  return new Map([...bySku].map(([sku, some]) => [sku, shelfOf(some)]));
}

const shelfOf = (some: readonly Listing[]): Shelf => ({
  open: some.filter(({ status }) => OPEN.has(wordOf(status))).map(askOf),
  sold: some
    .filter(({ status }) => !OPEN.has(wordOf(status)) && !WITHDRAWN.has(wordOf(status)))
    .map(({ updated_at }) => updated_at ?? ""),
});

async function allListings(connection: Connection, catalogId: string): Promise<Listing[]> {
  const found = new Map<string, Listing>();
  let token: string | undefined;
  let total: number | undefined;
  for (let page = 1; page <= MAX_PAGES; page++) {
    const answer = await connection.call(listingsOf(catalogId, token), ListingsSchema);
    for (const listing of answer.listings) found.set(listing.id, listing);
    total = totalOf(answer) ?? total;
    token = nextToken(answer);
    if (token === undefined) break;
  }
  // One that is missed would stay on the market.
  if (total !== undefined && found.size < total)
    throw new TransientError(connection.provider, "its list of listings changed while it was read");
  return [...found.values()];
}

/** Without what all have in front. */
export const wordOf = (status: string) => status.replace(/^LISTING_STATUS_/, "");

const askOf = ({ id, status, created_at }: Listing): Ask => ({
  id,
  isShown: wordOf(status) === "ACTIVE",
  createdAt: created_at ?? "",
});
