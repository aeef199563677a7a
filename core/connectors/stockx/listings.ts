import { type AskChange, changeAsks, costing, inLots, offFirst, showing } from "../ask-changes.ts";
import { OFF, ON, refused, type Shelf } from "../asks.ts";
import type { Outcome, PriceTarget, QuantityTarget } from "../capabilities.ts";
import type { Connection } from "../wire.ts";
import { CURRENCIES, MAX_BATCH, TITLE } from "./constants.ts";
import { operations } from "./operations.ts";
import { type ListingChange, priceText, updateListings } from "./requests.ts";
import { shelvesOf } from "./shelves.ts";
import { BatchSchema } from "./wire.ts";

/**
 * A StockX listing is one unit, so `platformSku` is a variant, and a quantity is how many of the seller's listings of it
 * are active. None is made here: StockX has no idempotency keys, and a listing made twice would be a unit sold twice.
 */
export const listings: QuantityTarget = {
  maxBatch: MAX_BATCH,
  operations,
  setQuantities: (connection, updates) =>
    change(connection, updates, (shelf, update) => showing(shelf, update, { provider: TITLE, now: connection.now() })),
};

export const prices: PriceTarget = {
  maxBatch: MAX_BATCH,
  operations,
  setPrices: (connection, updates) =>
    change(connection, updates, (shelf, { id, price }) =>
      CURRENCIES.has(price.currency)
        ? costing(shelf, id, TITLE, priceText(price))
        : refused(id, "CURRENCY_NOT_TAKEN", `${TITLE} takes no prices in ${price.currency}`),
    ),
};

/** Reads the asks of all variants together, and sends what they are to be in batches. */
async function change<U extends { id: string; platformSku: string }>(
  connection: Connection,
  updates: readonly U[],
  plan: (shelf: Shelf | undefined, update: U) => AskChange[] | Outcome,
): Promise<Outcome[]> {
  const shelves = await shelvesOf(connection, [...new Set(updates.map(({ platformSku }) => platformSku))]);
  return changeAsks(updates, (update) => plan(shelves.get(update.platformSku), update), {
    lots: (changes) => inLots(offFirst(changes), MAX_BATCH).map((some) => ({ changes: some })),
    send: async ({ changes }) =>
      (await connection.call(updateListings(changes.map(listingChange)), BatchSchema)).batchId,
  });
}

function listingChange({ ask: listingId, wanted }: AskChange): ListingChange {
  if (wanted === ON || wanted === OFF) return { listingId, active: wanted === ON };
  const [amount = "", currencyCode = ""] = wanted.split(" ");
  return { listingId, amount, currencyCode };
}
