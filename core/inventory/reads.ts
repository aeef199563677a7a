import * as z from "zod";
import * as Catalog from "../catalog/index.ts";
import { type Context, requirePermission } from "../platform/context.ts";
import { sumCounters, COUNTER_PREFIX } from "../platform/counters.ts";
import { decodeCursor, encodeCursor } from "../platform/cursor.ts";
import { NotFoundError } from "../platform/errors.ts";
import type { Money } from "../platform/money.ts";
import { parse } from "../platform/parse.ts";
import type { Read } from "../platform/reads.ts";
import { IdSchema, type Page, PageSchema } from "../platform/resources.ts";
import type { Item } from "../platform/table.ts";
import type { LedgerEntry } from "./ledger.ts";
import { entryOf, ledgerPartition } from "./ledger.store.ts";
import type { LotPosition } from "./lot.ts";
import { positionOf, positionPartition } from "./lot.store.ts";
import { type StockItem, type StockPlace, viewStock } from "./stock.ts";
import { AFTER_STOCK, FIRST_STOCK, stockKey, stockOf, stockPartition } from "./stock.store.ts";

export const ListStockSchema = z.lazy(() => PageSchema.unwrap().extend({ locationId: IdSchema.optional() }).strict());

export const ListByLocationSchema = z.lazy(() =>
  PageSchema.unwrap().extend({ locationId: IdSchema.optional() }).strict(),
);

type StockView = ReturnType<typeof viewStock>;
export type ListedStock = StockView & { sku?: string; name?: string };

/** What there is, product by product and location by location, with what it costs. */
export async function listStock(ctx: Context, input: unknown): Promise<Page<ListedStock>> {
  requirePermission(ctx, "inventory.read");
  const { limit, cursor, locationId } = parse(ListStockSchema, input);
  const query = { list: "stock", locationId };
  const after = cursor === undefined ? FIRST_STOCK : `${decodeCursor<string>(ctx, query, cursor)}~`;
  const page = await ctx.table.query<Item>({
    pk: stockPartition(ctx),
    from: after,
    to: AFTER_STOCK,
    limit,
    consistent: true,
    ...(locationId === undefined
      ? {}
      : { filter: { expression: "locationId = :location", values: { ":location": locationId } } }),
  });
  const stock = page.items.map(stockOf);
  const products = await Catalog.findProducts(ctx, [...new Set(stock.map(({ productId }) => productId))]);
  const items = stock.map((item) => {
    const product = products.get(item.productId);
    return { ...viewStock(item), ...(product ? { sku: product.sku, name: product.name } : {}) };
  });
  const last = page.lastKey?.["sk"];
  return typeof last === "string" ? { items, nextCursor: encodeCursor(ctx, query, last) } : { items };
}

export interface ProductStock {
  productId: string;
  sku: string;
  name: string;
  onHand: number;
  reserved: number;
  blocked: number;
  buffer: number;
  available: number;
  shortfall: number;
  locations: StockView[];
}

/** One product's stock, over all and at each location. Throws NOT_FOUND. */
export async function getStock(ctx: Context, productId: string): Promise<ProductStock> {
  requirePermission(ctx, "inventory.read");
  const [product, stock] = await Promise.all([
    Catalog.findProducts(ctx, [productId]).then((found) => found.get(productId)),
    stockOfProduct(ctx, productId),
  ]);
  if (!product) throw new NotFoundError("Product", productId);
  const locations = stock.map(viewStock);
  const sum = (name: "onHand" | "reserved" | "blocked" | "buffer" | "available" | "shortfall") =>
    locations.reduce((total, location) => total + location[name], 0);
  return {
    productId,
    sku: product.sku,
    name: product.name,
    onHand: sum("onHand"),
    reserved: sum("reserved"),
    blocked: sum("blocked"),
    buffer: sum("buffer"),
    available: sum("available"),
    shortfall: sum("shortfall"),
    locations,
  };
}

/** A product's stock items as they are now, for other nouns' verbs. */
export async function stockOfProduct(ctx: Context, productId: string): Promise<StockItem[]> {
  const page = await ctx.table.query<Item>({ pk: stockPartition(ctx), prefix: `${productId}#`, consistent: true });
  return page.items.map(stockOf);
}

/** Stock items to be read along with other things. */
export function stockRead(ctx: Context, places: readonly StockPlace[]): Read<StockItem[]> {
  return { keys: places.map((place) => stockKey(ctx, place)), from: (items) => items.map(stockOf) };
}

export type LotView = Omit<LotPosition, "costMinor" | "currency"> & { cost?: Money };

/** The lots that are left of a product: by location, then in the order in which they leave. */
export async function listLots(
  ctx: Context,
  { productId, page: input }: { productId: string; page: unknown },
): Promise<Page<LotView>> {
  requirePermission(ctx, "inventory.read");
  const { limit, cursor, locationId } = parse(ListByLocationSchema, input);
  await requireProduct(ctx, productId);
  const query = { list: "lots", productId, locationId };
  const pk = positionPartition(ctx, productId);
  const page = await ctx.table.query<Item>({
    pk,
    limit,
    consistent: true,
    ...(locationId === undefined ? {} : { prefix: `${locationId}#` }),
    ...(cursor === undefined ? {} : { startKey: { pk, sk: decodeCursor<string>(ctx, query, cursor) } }),
  });
  const items = page.items.map((item) => viewLot(positionOf(item)));
  const last = page.lastKey?.["sk"];
  return typeof last === "string" ? { items, nextCursor: encodeCursor(ctx, query, last) } : { items };
}

function viewLot({ costMinor, currency, ...lot }: LotPosition): LotView {
  return costMinor === undefined || currency === undefined ? lot : { ...lot, cost: { minor: costMinor, currency } };
}

/** An entry with what the stock item's numbers were after it: why a number is what it is. */
export type ExplainedEntry = Omit<LedgerEntry, "costChangeMinor" | "currency" | "onHandAfter" | "seq"> & {
  costChange?: Money;
  after: { onHand: number; reserved: number; available: number };
};

interface Balance {
  onHand: number;
  reserved: number;
  available: number;
}

/** A product's ledger, newest first, with the balance after each entry. */
export async function listLedger(
  ctx: Context,
  { productId, page: input }: { productId: string; page: unknown },
): Promise<Page<ExplainedEntry>> {
  requirePermission(ctx, "inventory.read");
  const { limit, cursor, locationId } = parse(ListByLocationSchema, input);
  const query = { list: "ledger", productId, locationId };
  const position =
    cursor === undefined
      ? undefined
      : decodeCursor<{ after: string; balances: Record<string, Balance> }>(ctx, query, cursor);
  if (!position) await requireProduct(ctx, productId);
  const pk = ledgerPartition(ctx, productId);
  const read = () =>
    ctx.table.query<Item>({
      pk,
      newestFirst: true,
      limit,
      consistent: true,
      ...(position ? { startKey: { pk, sk: position.after } } : {}),
      ...(locationId === undefined
        ? {}
        : { filter: { expression: "locationId = :location", values: { ":location": locationId } } }),
    });
  const { page, balances } = position
    ? { page: await read(), balances: position.balances }
    : await withBalances(ctx, productId, read);
  const items = page.items.map((item) => explain(entryOf(item), balances));
  const last = page.lastKey?.["sk"];
  return typeof last === "string"
    ? { items, nextCursor: encodeCursor(ctx, query, { after: last, balances }) }
    : { items };
}

const ATTEMPTS = 5;

/** The newest entries and the balances after them: read between two readings of the stock that are the same. */
async function withBalances<T>(ctx: Context, productId: string, read: () => Promise<T>) {
  let stock = await stockOfProduct(ctx, productId);
  for (let attempt = 1; ; attempt++) {
    const page = await read();
    const again = await stockOfProduct(ctx, productId);
    const isSame = revisions(stock) === revisions(again);
    stock = again;
    if (!isSame && attempt < ATTEMPTS) continue;
    const balances: Record<string, Balance> = Object.fromEntries(
      stock.map(({ locationId, onHand, reserved, available }) => [locationId, { onHand, reserved, available }]),
    );
    return { page, balances };
  }
}

const revisions = (stock: StockItem[]) => stock.map(({ locationId, rev }) => `${locationId}:${rev}`).join();

/** Goes one entry back: its own balance, and in `balances` the one before it. */
function explain(entry: LedgerEntry, balances: Record<string, Balance>): ExplainedEntry {
  const { costChangeMinor, currency, onHandAfter: _onHandAfter, seq: _seq, ...rest } = entry;
  const after = balances[entry.locationId] ?? { onHand: 0, reserved: 0, available: 0 };
  const { onHandChange, reservedChange, blockedChange, bufferChange } = entry;
  balances[entry.locationId] = {
    onHand: after.onHand - onHandChange,
    reserved: after.reserved - reservedChange,
    available: after.available - (onHandChange - reservedChange - blockedChange - bufferChange),
  };
  return {
    ...rest,
    ...(costChangeMinor === undefined || currency === undefined
      ? {}
      : { costChange: { minor: costChangeMinor, currency } }),
    after,
  };
}

export interface Valuation {
  units: number;
  /** Units whose cost nobody knows; they are worth nothing in `values`. */
  uncosted: number;
  values: Money[];
}

/** What all stock is worth at cost, by currency: one read of counters that every movement keeps. */
export async function valuation(ctx: Context): Promise<Valuation> {
  requirePermission(ctx, "inventory.read");
  const page = await ctx.table.query<Item>({ pk: stockPartition(ctx), prefix: COUNTER_PREFIX, consistent: true });
  const { units = 0, uncosted = 0, ...sums } = sumCounters(page.items);
  const values = Object.entries(sums)
    .filter(([name]) => name.startsWith("value:"))
    .map(([name, minor]): Money => ({ minor, currency: name.slice("value:".length) }));
  return { units, uncosted, values };
}

async function requireProduct(ctx: Context, productId: string): Promise<void> {
  if (!(await Catalog.findProducts(ctx, [productId])).has(productId)) throw new NotFoundError("Product", productId);
}
