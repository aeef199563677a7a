import type { Answered, Asked } from "../provider/server.ts";
import type { DemoItem } from "./catalogue.ts";
import { pageOf } from "./pages.ts";
import { type AliasListing, type AliasState, nextNumber, Refused, timeOf } from "./state.ts";

/** The demo seller's listings: some sizes of every item, several units of each. */
export function stockShelves(state: AliasState, catalogue: readonly DemoItem[], now: number): void {
  for (const item of catalogue)
    for (const size of item.sizes.slice(0, 4))
      for (let unit = 0; unit < 3; unit++) makeListing(state, item, { size, cents: item.retailCents + 2_500 }, now);
}

export function makeListing(
  state: AliasState,
  { catalogId, sku }: DemoItem,
  { size, cents }: { size: number; cents: number },
  now: number,
): AliasListing {
  const id = `listing-${String(nextNumber(state)).padStart(9, "0")}`;
  return (state.listings[id] = {
    id,
    catalog_id: catalogId,
    condition: "CONDITION_NEW",
    packaging_condition: "PACKAGING_CONDITION_GOOD_CONDITION",
    size,
    size_unit: "SIZE_UNIT_US",
    sku,
    consigned: false,
    created_at: timeOf(now),
    updated_at: timeOf(now),
    status: "LISTING_STATUS_ACTIVE",
    price_cents: String(cents),
  });
}

export function listListings(state: AliasState, asked: Asked): Answered {
  const term = (asked.query.get("search_term") ?? "").toLowerCase();
  const found = Object.values(state.listings).filter(({ catalog_id, sku }) =>
    `${catalog_id} ${sku}`.toLowerCase().includes(term),
  );
  const { items, token, hasMore } = pageOf(found, asked, { size: "page_size", max: 50, standard: 25 });
  const pagination = { pagination_token: token, has_more: hasMore, total_count: String(found.length) };
  return { status: 200, body: { listings: items.map(wireListing), pagination } };
}

export function getListing(state: AliasState, id: string): Answered {
  const listing = state.listings[id];
  if (!listing) throw new Refused(404, "Listing not found");
  return { status: 200, body: { listing: wireListing(listing) } };
}

const wireListing = ({ refuses: _own, ...listing }: AliasListing): object => ({
  ...listing,
  metadata: {},
  defects: [],
  additional_defects: "",
});
