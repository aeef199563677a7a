import type { Answered, Asked } from "../provider/server.ts";
import type { DemoProduct } from "./catalogue.ts";
import { pageOf } from "./pages.ts";
import { idOf, nextNumber, Refused, type StockxListing, type StockxState, timeOf } from "./state.ts";

const KIND_LISTING = 3;

/** The demo seller's asks: some sizes of every product, several units of each. */
export function stockShelves(state: StockxState, catalogue: readonly DemoProduct[], now: number): void {
  for (const { productId, variants } of catalogue)
    for (const { variantId, askPrice } of variants.slice(0, 4))
      for (let unit = 0; unit < 3; unit++)
        makeListing(state, { productId, variantId, amount: String(askPrice + 3), currencyCode: "USD" }, now);
}

export function makeListing(
  state: StockxState,
  made: Pick<StockxListing, "productId" | "variantId" | "amount" | "currencyCode">,
  now: number,
): StockxListing {
  const number = nextNumber(state);
  const listingId = idOf(KIND_LISTING, number);
  const at = timeOf(now);
  // Longer than what a number holds exactly, as StockX's are.
  const askId = `14180490556${String(number).padStart(9, "0")}`;
  return (state.listings[listingId] = { ...made, listingId, status: "ACTIVE", createdAt: at, updatedAt: at, askId });
}

export function listListings(state: StockxState, catalogue: readonly DemoProduct[], asked: Asked): Answered {
  const oneOf = (name: string) => asked.query.get(name)?.split(",").filter(Boolean);
  const [variantIds, statuses, types] = [oneOf("variantIds"), oneOf("listingStatuses"), oneOf("inventoryTypes")];
  const found = Object.values(state.listings).filter(
    ({ variantId, status }) =>
      (!variantIds || variantIds.includes(variantId)) &&
      (!statuses || statuses.includes(status)) &&
      (!types || types.includes("STANDARD")),
  );
  const { page, items } = pageOf(found, asked, { max: 100, standard: 1 });
  return { status: 200, body: { ...page, listings: items.map((one) => wireListing(one, catalogue)) } };
}

export function getListing(state: StockxState, catalogue: readonly DemoProduct[], listingId: string): Answered {
  const listing = state.listings[listingId];
  if (!listing) throw new Refused(404, "Listing not found");
  return { status: 200, body: wireListing(listing, catalogue) };
}

function wireListing(listing: StockxListing, catalogue: readonly DemoProduct[]): object {
  const { listingId, status, amount, currencyCode, createdAt, updatedAt, askId, productId, variantId } = listing;
  const product = catalogue.find((one) => one.productId === productId);
  return {
    listingId,
    status,
    amount,
    currencyCode,
    inventoryType: "STANDARD",
    createdAt,
    updatedAt,
    batch: null,
    ask: status === "ACTIVE" ? { askId, askCreatedAt: createdAt, askUpdatedAt: updatedAt } : null,
    authenticationDetails: null,
    order: null,
    product: { productId, productName: product?.title ?? null, styleId: product?.styleId ?? null },
    initiatedShipments: null,
    variant: { variantId, variantName: variantId, variantValue: sizeOf(product, variantId) },
    condition: null,
    conditionDescription: null,
  };
}

export const sizeOf = (product: DemoProduct | undefined, variantId: string): string | null =>
  product?.variants.find((one) => one.variantId === variantId)?.size ?? null;
