import { type AskChange, changeAsks, costing, inLots, offFirst, showing } from "../ask-changes.ts";
import { OFF, ON, refused, type Shelf } from "../asks.ts";
import type { Outcome, PriceTarget, QuantityTarget } from "../capabilities.ts";
import type { Connection } from "../wire.ts";
import { CENTS_A_DOLLAR, CURRENCY, MAX_IDS, MAX_ITEMS, TITLE } from "./constants.ts";
import { readSku, skuOf } from "./map.ts";
import { operations } from "./operations.ts";
import { activate, deactivate, updatePrices } from "./requests.ts";
import { shelvesOf } from "./shelves.ts";
import { TakenBatchSchema } from "./wire.ts";

/**
 * An Alias listing is one unit, so `platformSku` is a size of a catalogue item (`catalog-id/10.5`), and a quantity is how
 * many of the seller's own listings of it, new and in a good box, are active. None is made here: a listing made twice
 * would be a unit sold twice.
 */
export const listings: QuantityTarget = {
  maxBatch: MAX_IDS,
  operations,
  setQuantities: (connection, updates) =>
    change(connection, updates, (shelf, update) => showing(shelf, update, { provider: TITLE, now: connection.now() })),
};

export const prices: PriceTarget = {
  maxBatch: MAX_IDS,
  operations,
  setPrices: (connection, updates) =>
    change(connection, updates, (shelf, { id, price }) => {
      if (price.currency !== CURRENCY || price.minor % CENTS_A_DOLLAR !== 0 || price.minor <= 0)
        return refused(id, "NOT_WHOLE_DOLLARS", `${TITLE} takes prices in whole US dollars only`);
      return costing(shelf, id, TITLE, String(price.minor));
    }),
};

async function change<U extends { id: string; platformSku: string }>(
  connection: Connection,
  updates: readonly U[],
  plan: (shelf: Shelf | undefined, update: U) => AskChange[] | Outcome,
): Promise<Outcome[]> {
  const catalogIds = new Set(updates.flatMap(({ platformSku }) => readSku(platformSku)?.catalogId ?? []));
  const shelves = await shelvesOf(connection, catalogIds);
  const planned = (update: U) => {
    const sku = readSku(update.platformSku);
    return sku
      ? plan(shelves.get(skuOf(sku.catalogId, sku.size)), update)
      : refused(update.id, "NO_SUCH_SKU", `${TITLE} is asked for a catalogue item and its size, as in item-id/10.5`);
  };
  return changeAsks(updates, planned, {
    lots,
    send: async ({ request }) => (await connection.call(request, TakenBatchSchema)).batch_id,
  });
}

/** What is to be off goes before all else. */
function lots(changes: readonly AskChange[]) {
  const idsOf = (some: readonly AskChange[]) => some.map(({ ask }) => ask);
  const off = offFirst(changes).filter(({ wanted }) => wanted === OFF);
  const on = changes.filter(({ wanted }) => wanted === ON);
  const priced = changes.filter(({ wanted }) => wanted !== OFF && wanted !== ON);
  return [
    ...inLots(off, MAX_IDS).map((some) => ({ changes: some, request: deactivate(idsOf(some)) })),
    ...inLots(on, MAX_IDS).map((some) => ({ changes: some, request: activate(idsOf(some)) })),
    ...inLots(priced, MAX_ITEMS).map((some) => ({
      changes: some,
      request: updatePrices(some.map(({ ask, wanted }) => ({ id: ask, cents: Number(wanted) }))),
    })),
  ];
}
