import { currencyExponent, formatAmount, type Money, readMoney } from "../../platform/money.ts";
import { TransientError } from "../../platform/http/errors.ts";
import {
  type Ask,
  type AskedBatch,
  type AskState,
  EMPTY_SHELF,
  noAsk,
  operationOf,
  type Shelf,
  shownFor,
  statesOfOperations,
  unsold,
} from "../asks.ts";
import type { Operations, Outcome, PriceTarget, QuantityTarget } from "../capabilities.ts";
import type { Connection } from "../wire.ts";
import { CURRENCIES, MAX_BATCH } from "./constants.ts";
import { batchItems, type ListingChange, listingsOf, oneListing, updateListings } from "./requests.ts";
import { BatchItemsSchema, BatchSchema, type Listing, ListingSchema, ListingsSchema } from "./wire.ts";

const TITLE = "StockX";
/** Of listings of as many variants as come at once: 10,000 of them. */
const MAX_PAGES = 100;
const ON = "on";
const OFF = "off";

const operations: Operations = {
  state: (connection, asked) =>
    statesOfOperations(asked, {
      provider: TITLE,
      async statesOf(batch) {
        const { items } = await connection.call(batchItems(batch), BatchItemsSchema);
        return new Map(
          items.map(({ status, error, listingInput }) => [listingInput.listingId, stateOf(status, error)]),
        );
      },
      async isAsWanted(ask, wanted) {
        const { status, amount, currencyCode } = await connection.call(oneListing(ask), ListingSchema);
        if (wanted === ON) return status === "ACTIVE";
        // Sold, deleted or off: it shows nothing.
        if (wanted === OFF) return status !== "ACTIVE";
        const price = readMoney(amount ?? "", currencyCode ?? "");
        return typeof price === "object" && wanted === priceWanted(price);
      },
      // Asked anew, the asks are read anew: those that were sold meanwhile are no longer among them.
      isWorthRepeating: (wanted) => wanted === ON || wanted === OFF,
    }),
};

function stateOf(status: string, error: string | null | undefined): AskState {
  if (error || /FAIL|ERROR/i.test(status)) return { kind: "failed", message: error || status };
  return { kind: /^(COMPLETED|SUCCEEDED)$/i.test(status) ? "done" : "pending" };
}

/**
 * A StockX listing is one unit, so `platformSku` is a variant, and a quantity is how many of the seller's listings of it
 * are active. None is made here: StockX has no idempotency keys, and a listing made twice would be a unit sold twice.
 */
export const listings: QuantityTarget = {
  maxBatch: MAX_BATCH,
  operations,
  setQuantities: (connection, updates) =>
    changeAsks(connection, updates, (shelf, update) => {
      const [{ id }, quantity] = [update, unsold(shelf, update, connection.now())];
      if (shelf.open.length === 0) return quantity > 0 ? noAsk(id, TITLE) : { id, ok: true };
      const { on, off } = shownFor(shelf.open, quantity);
      return [
        ...off.map(({ id: listingId }) => ({ wanted: OFF, change: { listingId, active: false } })),
        ...on.map(({ id: listingId }) => ({ wanted: ON, change: { listingId, active: true } })),
      ];
    }),
};

export const prices: PriceTarget = {
  maxBatch: MAX_BATCH,
  operations,
  setPrices: (connection, updates) =>
    changeAsks(connection, updates, ({ open }, { id, price }) => {
      const { currency } = price;
      if (!CURRENCIES.has(currency))
        return refused(id, "CURRENCY_NOT_TAKEN", `${TITLE} takes no prices in ${currency}`);
      if (open.length === 0) return noAsk(id, TITLE);
      const amount = amountOf(price);
      return open.map(({ id: listingId }) => ({
        wanted: priceWanted(price),
        change: { listingId, amount, currencyCode: currency },
      }));
    }),
};

const refused = (id: string, code: string, message: string): Outcome => ({
  id,
  ok: false,
  transient: false,
  code,
  message,
});

/** Without the decimals where there are none, as StockX writes amounts itself. */
function amountOf(price: Money): string {
  return price.minor % 10 ** currencyExponent(price.currency) === 0
    ? formatAmount(price).replace(/\.0+$/, "")
    : formatAmount(price);
}

const priceWanted = (price: Money) => `${amountOf(price)} ${price.currency}`;

interface Wanted {
  wanted: string;
  change: ListingChange;
}

/** Reads the asks of all variants together, and sends what they are to be in batches. */
async function changeAsks<U extends { id: string; platformSku: string }>(
  connection: Connection,
  updates: readonly U[],
  plan: (shelf: Shelf, update: U) => Wanted[] | Outcome,
): Promise<Outcome[]> {
  const shelves = await shelvesOf(connection, [...new Set(updates.map(({ platformSku }) => platformSku))]);
  const settled: Outcome[] = [];
  const pending = new Map<string, AskedBatch[]>();
  const changes: (Wanted & { id: string })[] = [];
  for (const update of updates) {
    const planned = plan(shelves.get(update.platformSku) ?? EMPTY_SHELF, update);
    if (!Array.isArray(planned)) settled.push(planned);
    else {
      pending.set(update.id, []);
      changes.push(...planned.map((one) => ({ ...one, id: update.id })));
    }
  }
  // What is taken off goes first: the order within a batch is kept, and a later batch waits for the limits.
  const inOrder = changes.toSorted((a, b) => Number(b.wanted === OFF) - Number(a.wanted === OFF));
  for (let start = 0; start < inOrder.length; start += MAX_BATCH) {
    const some = inOrder.slice(start, start + MAX_BATCH);
    const { batchId } = await connection.call(updateListings(some.map(({ change }) => change)), BatchSchema);
    for (const [id, mine] of Map.groupBy(some, (one) => one.id)) {
      const wanted = Object.fromEntries(mine.map((one) => [one.change.listingId, one.wanted]));
      pending.get(id)?.push({ batch: batchId, asks: wanted });
    }
  }
  for (const [id, batches] of pending) settled.push({ id, ok: "pending", operation: operationOf(batches) });
  return settled;
}

/** The seller's asks, by variant. */
async function shelvesOf(connection: Connection, variantIds: readonly string[]): Promise<Map<string, Shelf>> {
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
