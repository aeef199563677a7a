import { type Context, timestamp } from "../platform/context.ts";
import { orgPartition } from "../platform/keys.ts";
import type { Item, Write } from "../platform/table.ts";
import type { StockItem, StockPlace } from "./stock.ts";
import { stockKey, stockOf } from "./stock.store.ts";

/** Stock items that are looked at in one read; more than these are seen when these are in order again. */
const MOST = 100;

const partition = (ctx: Context) => orgPartition(ctx.actor.organizationId, "SHORTFALL");

/**
 * Remembers that more of a stock item is promised than can be delivered, in the transaction that makes it so: only a lot
 * that expires can, since whatever else takes units asks for free ones.
 */
export function shortfallWrite(ctx: Context, place: StockPlace): Write {
  const { productId, locationId } = place;
  const key = { pk: partition(ctx), sk: `${productId}#${locationId}` };
  return { put: { ...key, entity: "shortfall", productId, locationId, at: timestamp(ctx) } };
}

/** Stock items that are short now, a hundred at most. Those that are not short any more are forgotten. */
export async function listShortfalls(ctx: Context): Promise<StockItem[]> {
  const { items: noted } = await ctx.table.query<Item>({ pk: partition(ctx), limit: MOST, consistent: true });
  if (noted.length === 0) return [];
  const keys = noted.map((item) => stockKey(ctx, placeOf(item)));
  const stock = (await ctx.table.batchGet<Item>(keys, { consistent: true })).map(stockOf);
  const short = stock.filter(({ free }) => free < 0);
  const isShort = new Set(short.map(({ productId, locationId }) => `${productId}#${locationId}`));
  const over = noted.filter((item) => !isShort.has(String(item["sk"])));
  // NOTED_AS_READ: it may become short again between the two reads and this; it was noted anew then, and stays.
  await Promise.allSettled(
    over.map((item) =>
      ctx.table.transact([
        {
          remove: { pk: partition(ctx), sk: String(item["sk"]) },
          condition: { expression: "#at = :at", names: { "#at": "at" }, values: { ":at": item["at"] } },
        },
      ]),
    ),
  );
  return short;
}

function placeOf(item: Item): StockPlace {
  return { productId: String(item["productId"]), locationId: String(item["locationId"]) };
}
