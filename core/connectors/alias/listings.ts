import { TransientError } from "../../platform/http/errors.ts";
import { inParallel } from "../../platform/in-parallel.ts";
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
import type { Connection, WireRequest } from "../wire.ts";
import { CENTS_A_DOLLAR, CONDITION_NEW, CURRENCY, MAX_IDS, MAX_ITEMS, PACKAGING_GOOD } from "./constants.ts";
import { readSku, skuOf } from "./map.ts";
import { activate, batch, batchOperations, deactivate, listingsOf, oneListing, updatePrices } from "./requests.ts";
import {
  BatchOperationsSchema,
  BatchSchema,
  type Listing,
  ListingsSchema,
  nextToken,
  OneListingSchema,
  TakenBatchSchema,
  totalOf,
} from "./wire.ts";

const TITLE = "Alias";
const ON = "on";
const OFF = "off";
/** Catalogue items whose listings are read at once. */
const AT_ONCE = 4;
const MAX_PAGES = 200;
/** LISTING_STATUS_PENDING is one that was made and not activated yet. */
const OPEN = new Set(["ACTIVE", "INACTIVE", "PENDING"]);
/** Neither for sale nor sold; of a word that is not known a sale is the careful reading. */
const WITHDRAWN = new Set(["DELETED", "CANCELED", "EXPIRED"]);

const operations: Operations = {
  state: (connection, asked) =>
    statesOfOperations(asked, {
      provider: TITLE,
      async statesOf(id) {
        const { status } = await connection.call(batch(id), BatchSchema);
        return status.endsWith("COMPLETED") ? operationsOf(connection, id) : "pending";
      },
      async isAsWanted(ask, wanted) {
        const { listing } = await connection.call(oneListing(ask), OneListingSchema);
        const isActive = wordOf(listing.status) === "ACTIVE";
        if (wanted === ON) return isActive;
        return wanted === OFF ? !isActive : wanted === String(listing.price_cents);
      },
      isWorthRepeating: (wanted) => wanted === ON || wanted === OFF,
    }),
};

async function operationsOf(connection: Connection, id: string): Promise<Map<string, AskState>> {
  const states = new Map<string, AskState>();
  let token: string | undefined;
  for (let page = 1; page <= MAX_PAGES; page++) {
    const answer = await connection.call(batchOperations(id, token), BatchOperationsSchema);
    for (const { status, success, errors, ...one } of answer.operations) {
      const about = one.deactivate_listing_request ?? one.activate_listing_request ?? one.update_listing_request;
      if (about?.id) states.set(about.id, stateOf(status, success, errors));
    }
    token = nextToken(answer);
    if (token === undefined) break;
  }
  return states;
}

function stateOf(status: string, success: boolean | null | undefined, errors: string[] | null | undefined): AskState {
  if (status.endsWith("FAILED")) return { kind: "failed", message: errors?.join("; ") || status };
  if (!status.endsWith("COMPLETED")) return { kind: "pending" };
  return success === false ? { kind: "failed", message: errors?.join("; ") || status } : { kind: "done" };
}

/**
 * An Alias listing is one unit, so `platformSku` is a size of a catalogue item (`catalog-id/10.5`), and a quantity is how
 * many of the seller's own listings of it, new and in a good box, are active. None is made here: a listing made twice
 * would be a unit sold twice.
 */
export const listings: QuantityTarget = {
  maxBatch: MAX_IDS,
  operations,
  setQuantities: (connection, updates) =>
    changeAsks(connection, updates, (shelf, update) => {
      const [{ id }, quantity] = [update, unsold(shelf, update, connection.now())];
      if (shelf.open.length === 0) return quantity > 0 ? noAsk(id, TITLE) : { id, ok: true };
      const { on, off } = shownFor(shelf.open, quantity);
      return [...off.map((ask) => ({ ask: ask.id, wanted: OFF })), ...on.map((ask) => ({ ask: ask.id, wanted: ON }))];
    }),
};

export const prices: PriceTarget = {
  maxBatch: MAX_IDS,
  operations,
  setPrices: (connection, updates) =>
    changeAsks(connection, updates, ({ open }, { id, price }) => {
      if (price.currency !== CURRENCY || price.minor % CENTS_A_DOLLAR !== 0 || price.minor <= 0)
        return refused(id, "NOT_WHOLE_DOLLARS", `${TITLE} takes prices in whole US dollars only`);
      return open.length === 0 ? noAsk(id, TITLE) : open.map((ask) => ({ ask: ask.id, wanted: String(price.minor) }));
    }),
};

const refused = (id: string, code: string, message: string): Outcome => ({
  id,
  ok: false,
  transient: false,
  code,
  message,
});

interface Wanted {
  ask: string;
  wanted: string;
}

/** Reads the asks of all items, and sends what they are to be: what is to be off before all else. */
async function changeAsks<U extends { id: string; platformSku: string }>(
  connection: Connection,
  updates: readonly U[],
  plan: (shelf: Shelf, update: U) => Wanted[] | Outcome,
): Promise<Outcome[]> {
  const skus = updates.map(({ platformSku }) => readSku(platformSku));
  const shelves = await shelvesOf(connection, new Set(skus.flatMap((sku) => sku?.catalogId ?? [])));
  const settled: Outcome[] = [];
  const pending = new Map<string, AskedBatch[]>();
  const changes: (Wanted & { id: string })[] = [];
  for (const [index, update] of updates.entries()) {
    const sku = skus[index];
    const planned = sku
      ? plan(shelves.get(skuOf(sku.catalogId, sku.size)) ?? EMPTY_SHELF, update)
      : refused(update.id, "NO_SUCH_SKU", `${TITLE} is asked for a catalogue item and its size, as in item-id/10.5`);
    if (!Array.isArray(planned)) settled.push(planned);
    else {
      pending.set(update.id, []);
      changes.push(...planned.map((one) => ({ ...one, id: update.id })));
    }
  }
  for (const { request, some } of requestsFor(changes)) {
    const { batch_id } = await connection.call(request, TakenBatchSchema);
    for (const [id, mine] of Map.groupBy(some, (one) => one.id)) {
      const wanted = Object.fromEntries(mine.map((one) => [one.ask, one.wanted]));
      pending.get(id)?.push({ batch: batch_id, asks: wanted });
    }
  }
  for (const [id, batches] of pending) settled.push({ id, ok: "pending", operation: operationOf(batches) });
  return settled;
}

function requestsFor<W extends Wanted>(changes: readonly W[]): { request: WireRequest; some: W[] }[] {
  const off = changes.filter(({ wanted }) => wanted === OFF);
  const on = changes.filter(({ wanted }) => wanted === ON);
  const priced = changes.filter(({ wanted }) => wanted !== ON && wanted !== OFF);
  const idsOf = (some: readonly W[]) => some.map(({ ask }) => ask);
  return [
    ...inLots(off, MAX_IDS).map((some) => ({ request: deactivate(idsOf(some)), some })),
    ...inLots(on, MAX_IDS).map((some) => ({ request: activate(idsOf(some)), some })),
    ...inLots(priced, MAX_ITEMS).map((some) => ({
      request: updatePrices(some.map(({ ask, wanted }) => ({ id: ask, cents: Number(wanted) }))),
      some,
    })),
  ];
}

function inLots<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, lot) => all.slice(lot * size, (lot + 1) * size));
}

/** The seller's asks of goods that lie with the seller, by SKU. */
async function shelvesOf(connection: Connection, catalogIds: ReadonlySet<string>): Promise<Map<string, Shelf>> {
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

const wordOf = (status: string) => status.replace(/^LISTING_STATUS_/, "");

const askOf = ({ id, status, created_at }: Listing): Ask => ({
  id,
  isShown: wordOf(status) === "ACTIVE",
  createdAt: created_at ?? "",
});
