import { backoffMs, sleep } from "../platform/backoff.ts";
import { type Context, timestamp } from "../platform/context.ts";
import { AppError, DependencyError, NotFoundError } from "../platform/errors.ts";
import type { Commit } from "../platform/idempotency.ts";
import { readTogether } from "../platform/reads.ts";
import type { Item, Write } from "../platform/table.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import * as Catalog from "../catalog/index.ts";
import { placeName, StockBook } from "./book.ts";
import { bundlesRead, stockedWrite } from "./bundle.store.ts";
import type { Cause } from "./ledger.ts";
import { entryWrite } from "./ledger.store.ts";
import { isExpired, type LotPosition } from "./lot.ts";
import { expiryWrite, lotWrite, positionKey, positionOf, positionPartition, positionWrite } from "./lot.store.ts";
import { emptyStock, type StockItem, type StockPlace } from "./stock.ts";
import { lotsUnchanged, stockKey, stockOf, stockWrite, valuationWrite } from "./stock.store.ts";

/** A stock item that will be changed, and how much of its lots the change needs to see. */
export interface Needed extends StockPlace {
  /**
   * Units that will be taken: lots are read until there are so many that could be sold. `all` reads every lot, which
   * lots named by number or dates in the past need.
   */
  take?: number | "all";
  /** Lots that will get more units. */
  lots?: { lotId: string; expirationDate?: string | undefined }[];
  /** A location whose units come here as the lots that they are: whatever is read of them there is read here too. */
  comesFrom?: string;
}

export interface StockChanges<T> {
  cause: Cause;
  needs: Needed[];
  /** Moves units in the book; what it returns besides is written in the same transaction, before the stock. */
  work: (book: StockBook) => { writes: Write[]; result: T };
  /** How the transaction is committed: `idempotent`'s, or the table's own. */
  commit?: Commit<T>;
}

/** A transaction of DynamoDB takes so many writes; one is left for the idempotency record. */
const MAX_WRITES = 99;
/** Whoever wins comes again at once: four that change one product without a pause let one lose twenty times in a row. */
const MAX_ATTEMPTS = 40;
const LOTS_A_READ = 50;

/**
 * Reads, works and writes stock in one transaction: stock items, lots, ledger, totals and the caller's own writes. When
 * somebody else changed the same lots in between it reads and works again. Throws what `work` throws, TransactionCanceled
 * when a write of the caller's was refused (in the caller's order), NOT_FOUND for a product that does not exist.
 */
export async function changeStock<T>(ctx: Context, changes: StockChanges<T>): Promise<T> {
  const commit: Commit<T> =
    changes.commit ??
    (async (writes, result) => {
      if (writes.length > 0) await ctx.table.transact(writes);
      return result;
    });
  for (let attempt = 0; ; attempt++) {
    const book = await openBook(ctx, changes.needs);
    const { writes: own, result } = changes.work(book);
    const stock = bookWrites(ctx, book, changes.cause);
    if (own.length + stock.length > MAX_WRITES)
      throw new AppError("STATE_CONFLICT", "This touches too many lots for one step: do it in smaller parts", {
        details: { writes: own.length + stock.length, most: MAX_WRITES },
      });
    try {
      return await commit([...own, ...stock], result);
    } catch (error) {
      if (!(error instanceof TransactionCanceled) || own.some((_, place) => error.failedAt(place))) throw error;
      if (attempt + 1 >= MAX_ATTEMPTS)
        throw new DependencyError("database", "Too many changes of the same stock at once", { cause: error });
      await sleep(backoffMs(attempt, 5, 200));
    }
  }
}

/** Stock before lots: a lot that changes between the two reads has raised `seq` by the time this is committed. */
async function openBook(ctx: Context, needs: Needed[]): Promise<StockBook> {
  const places = new Map(needs.map((need) => [placeName(need), need]));
  const items = await ctx.table.batchGet<Item>(
    [...places.values()].map((place) => stockKey(ctx, place)),
    { consistent: true },
  );
  const found = new Map(items.map((item) => [String(item["sk"]), stockOf(item)]));
  await requireProducts(
    ctx,
    [...places.values()].filter((place) => !found.has(placeName(place))),
  );
  const book = new StockBook({ newLotId: () => ctx.newId("lot"), at: timestamp(ctx) });
  const wantedAt = (name: string) => needs.filter((need) => placeName(need) === name);
  const read = async (name: string, place: StockPlace, wanted: Needed[]) => {
    const stock = found.get(name) ?? emptyStock(place);
    book.add(stock, stock.onHand === 0 ? [] : await readLots(ctx, stock, wanted, book.today));
  };
  const isTarget = (name: string) => wantedAt(name).some(({ comesFrom }) => comesFrom !== undefined);
  const [targets, sources] = [
    [...places].filter(([name]) => isTarget(name)),
    [...places].filter(([name]) => !isTarget(name)),
  ];
  await Promise.all(sources.map(([name, place]) => read(name, place, wantedAt(name))));
  await Promise.all(
    targets.map(([name, place]) =>
      read(
        name,
        place,
        wantedAt(name).map((need) =>
          need.comesFrom === undefined
            ? need
            : { ...need, lots: book.account({ ...need, locationId: need.comesFrom }).positions },
        ),
      ),
    ),
  );
  return book;
}

/** Products are never deleted, so only a stock item that does not exist yet can be of none, or of a bundle. */
async function requireProducts(ctx: Context, places: StockPlace[]): Promise<void> {
  if (places.length === 0) return;
  const ids = places.map(({ productId }) => productId);
  const [products, bundles] = await readTogether(ctx, Catalog.productsRead(ctx, ids), bundlesRead(ctx, ids));
  for (const id of ids) {
    if (!products.has(id)) throw new NotFoundError("Product", id);
    if (bundles.has(id))
      throw new AppError("STATE_CONFLICT", "A bundle has no stock of its own: change that of its components", {
        details: { productId: id },
      });
  }
}

async function readLots(ctx: Context, place: StockItem, needs: Needed[], today: string): Promise<LotPosition[]> {
  const wholly = needs.some(({ take }) => take === "all");
  const units = needs.reduce((sum, { take }) => sum + (typeof take === "number" ? take : 0), 0);
  const named = needs.flatMap(({ lots = [] }) => lots);
  const positions = new Map<string, LotPosition>();
  if (wholly || units > 0) {
    let sellable = 0;
    for await (const position of lotsOf(ctx, place)) {
      positions.set(position.lotId, position);
      if (!position.blocked && !isExpired(position, today)) sellable += position.remaining;
      if (!wholly && sellable >= units) break;
    }
  }
  const unread = named.filter(({ lotId }) => !positions.has(lotId));
  if (unread.length > 0) {
    const keys = unread.map(({ lotId, expirationDate }) =>
      positionKey(ctx, { ...place, lotId, ...(expirationDate === undefined ? {} : { expirationDate }) }),
    );
    for (const item of await ctx.table.batchGet<Item>(keys, { consistent: true })) {
      const position = positionOf(item);
      positions.set(position.lotId, position);
    }
  }
  return [...positions.values()];
}

/** A location's lots of a product in the order in which they leave. */
export async function* lotsOf(ctx: Context, { productId, locationId }: StockPlace): AsyncGenerator<LotPosition> {
  let startKey: Item | undefined;
  do {
    const page = await ctx.table.query<Item>({
      pk: positionPartition(ctx, productId),
      prefix: `${locationId}#`,
      limit: LOTS_A_READ,
      consistent: true,
      ...(startKey ? { startKey } : {}),
    });
    for (const item of page.items) yield positionOf(item);
    startKey = page.lastKey;
  } while (startKey);
}

/** Everything that the book says, as writes: stock items first. */
function bookWrites(ctx: Context, book: StockBook, cause: Cause): Write[] {
  const accounts = [...book.accounts.values()].filter(({ delta }) => Object.keys(delta).length > 0);
  const stock = accounts.map(({ read, delta, freeTaken, currency }) =>
    stockWrite(ctx, read, { delta, raisesSeq: true, currency }, lotsUnchanged(read.seq, freeTaken)),
  );
  // A bundle never gets stock, not even when it becomes one at this moment.
  const firstStock = new Set(accounts.filter(({ read }) => read.rev === 0).map(({ read }) => read.productId));
  const positions = accounts.flatMap(({ touched }) => [...touched.values()]);
  const arrivals = accounts.flatMap(({ touched, arrived }) =>
    [...touched.values()].flatMap((position) => {
      const { expirationDate } = position;
      return arrived.has(position.lotId) && expirationDate !== undefined
        ? [expiryWrite(ctx, { ...position, expirationDate })]
        : [];
    }),
  );
  const totals: Record<string, number> = {};
  for (const { delta, read, currency = read.currency } of accounts) {
    if (delta.onHand) totals["units"] = (totals["units"] ?? 0) + delta.onHand;
    if (delta.uncosted) totals["uncosted"] = (totals["uncosted"] ?? 0) + delta.uncosted;
    if (delta.valueMinor && currency !== undefined)
      totals[`value:${currency}`] = (totals[`value:${currency}`] ?? 0) + delta.valueMinor;
  }
  return [
    ...stock,
    ...positions.map((position) => positionWrite(ctx, position)),
    ...book.lots.map((lot) => lotWrite(ctx, { ...lot, cause })),
    ...arrivals,
    ...book.entries.map((facts) => entryWrite(ctx, cause, facts)),
    ...[...firstStock].map((productId) => stockedWrite(ctx, productId)),
    ...valuation(ctx, totals, cause),
  ];
}

/** What only moved from one location to another has changed no total. */
function valuation(ctx: Context, totals: Record<string, number>, cause: Cause): Write[] {
  const changed = Object.fromEntries(Object.entries(totals).filter(([, by]) => by !== 0));
  return Object.keys(changed).length > 0 ? [valuationWrite(ctx, changed, cause.id)] : [];
}
