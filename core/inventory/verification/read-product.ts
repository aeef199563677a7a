import type { Context } from "../../platform/context.ts";
import type { PartitionKey } from "../../platform/keys.ts";
import type { Item } from "../../platform/table.ts";
import { bundleKey, isBundle } from "../bundle.store.ts";
import { entryOf, ledgerPartition, tracePartition } from "../ledger.store.ts";
import type { Lot, LotPosition } from "../lot.ts";
import { expiryKey, lotKey, lotOf, positionKey, positionOf, positionPartition } from "../lot.store.ts";
import { stockOfProduct } from "../reads.ts";
import type { StockItem } from "../stock.ts";
import { checkLots, checkPositions } from "./check-lots.ts";
import { checkStock, type HeldUnits } from "./check-stock.ts";
import type { Difference } from "./difference.ts";
import { LedgerSums } from "./ledger-sums.ts";

export interface CheckedProduct {
  differences: Difference[];
  stock: StockItem[];
  lots: number;
  entries: number;
  /** Which state of the stock items was seen; undefined when it changed while it was being read. */
  revisions: string | undefined;
}

/** Reads everything there is about a product's stock, and compares it. Keeps sums of the ledger, not its entries. */
export async function checkProduct(ctx: Context, productId: string, held: HeldUnits): Promise<CheckedProduct> {
  const stock = await stockOfProduct(ctx, productId);
  const positions: LotPosition[] = [];
  const differences: Difference[] = [];
  for await (const item of everyItem(ctx, positionPartition(ctx, productId))) {
    const position = positionOf(item);
    positions.push(position);
    const shall = positionKey(ctx, position).sk;
    const { locationId, lotId } = position;
    if (item["sk"] !== shall)
      differences.push({
        code: "LOT_MISFILED",
        productId,
        locationId,
        lotId,
        stored: String(item["sk"]),
        expected: shall,
      });
  }
  const lots: Lot[] = [];
  for await (const item of everyItem(ctx, lotKey(ctx, productId, "").pk)) lots.push(lotOf(item));
  const ledger = new LedgerSums();
  for await (const item of everyItem(ctx, ledgerPartition(ctx, productId))) {
    const entry = entryOf(item);
    ledger.add(entry);
    if (entry.lotId !== undefined && item["gsi1pk"] !== tracePartition(ctx, entry.lotId))
      differences.push({
        code: "TRACE_BROKEN",
        productId,
        lotId: entry.lotId,
        name: entry.id,
        stored: "elsewhere",
        expected: "found by its lot",
      });
  }
  differences.push(
    ...checkStock({ productId, stock, positions, ledger, held }),
    ...checkPositions(productId, positions, ledger),
    ...checkLots(productId, lots, ledger),
    ...(await checkSchedule(ctx, positions)),
    ...(stock.length > 0 ? await checkMark(ctx, productId) : []),
  );
  const before = revisionsOf(stock);
  const isSame = revisionsOf(await stockOfProduct(ctx, productId)) === before;
  return { differences, stock, lots: lots.length, entries: ledger.entries, revisions: isSame ? before : undefined };
}

/** Every item of a partition, page by page. */
export async function* everyItem(
  ctx: Context,
  pk: PartitionKey,
  bounds: { from?: string; to?: string; prefix?: string; attributes?: string[] } = {},
): AsyncGenerator<Item> {
  let startKey: Item | undefined;
  do {
    const page = await ctx.table.query<Item>({ pk, ...bounds, consistent: true, ...(startKey ? { startKey } : {}) });
    yield* page.items;
    startKey = page.lastKey;
  } while (startKey);
}

/** What will expire and is on sale has its place in the schedule of the sweep. */
async function checkSchedule(ctx: Context, positions: readonly LotPosition[]): Promise<Difference[]> {
  const { organizationId } = ctx.actor;
  const expiring = positions.flatMap((position) => {
    const { expirationDate, blocked } = position;
    return expirationDate === undefined || blocked ? [] : [{ ...position, expirationDate }];
  });
  const items = await ctx.table.batchGet<Item>(
    expiring.map((position) => expiryKey(organizationId, position)),
    { consistent: true },
  );
  const scheduled = new Set(items.map((item) => item["sk"]));
  return expiring
    .filter((position) => !scheduled.has(expiryKey(organizationId, position).sk))
    .map(
      ({ productId, locationId, lotId, expirationDate }): Difference => ({
        code: "LOT_EXPIRY_NOT_SCHEDULED",
        productId,
        locationId,
        lotId,
        stored: "not scheduled",
        expected: expirationDate,
      }),
    );
}

async function checkMark(ctx: Context, productId: string): Promise<Difference[]> {
  const item = await ctx.table.get<Item>(bundleKey(ctx, productId), { consistent: true });
  if (item?.["isStocked"] === true && !isBundle(item)) return [];
  const stored = item && isBundle(item) ? "a bundle" : "no mark";
  return [{ code: "NOT_MARKED_AS_STOCKED", productId, stored, expected: "marked as stocked" }];
}

const revisionsOf = (stock: readonly StockItem[]) =>
  stock.map(({ locationId, rev }) => `${locationId}:${rev}`).join() || "none";
