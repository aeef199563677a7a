import { type Context, requirePermission, timestamp } from "../platform/context.ts";
import { VersionConflictError } from "../platform/errors.ts";
import type { Item } from "../platform/table.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import { type Buyer, buyerRemovals, isBoughtBy, orderIdsOf } from "./buyer.store.ts";
import { nextOrder, stepWrites } from "./change.ts";
import type { Order } from "./order.ts";
import { externalKey, type HistoryEntry, historyOf, historyPartition, readOrder } from "./order.store.ts";
import { PERSONAL_FIELDS } from "./person.ts";
import type { OrderStatus } from "./status.ts";
import { viewHistoryEntry } from "./view.ts";

/** Whose data is asked about, and which orders are known to be theirs though they may not say so. */
export interface BuyerSought extends Buyer {
  /** Ids of the channel's own. */
  orderExternalIds?: readonly string[] | undefined;
}

/** Statuses of an order whose goods are still to reach its buyer, which takes knowing where to. */
const UNDER_WAY: ReadonlySet<OrderStatus> = new Set(["pending", "paid", "allocated", "partiallyFulfilled"]);

const MAX_ATTEMPTS = 6;

/** The ids of what may be the buyer's, parts of orders left out: those are found from their first. */
export async function findBuyerOrders(ctx: Context, sought: BuyerSought): Promise<string[]> {
  requirePermission(ctx, "orders.read");
  const { channel, orderExternalIds = [] } = sought;
  const keys = channel === undefined ? [] : orderExternalIds.map((id) => externalKey(ctx, channel, id));
  const [indexed, named] = await Promise.all([
    orderIdsOf(ctx, sought),
    keys.length === 0 ? [] : ctx.table.batchGet<Item>(keys, { consistent: true }),
  ]);
  return [...new Set([...indexed, ...named.map(({ orderId }) => String(orderId))])].toSorted();
}

/** The order and what was split off it, as far as it is the buyer's; the parts first. */
async function* ownOrders(ctx: Context, id: string, sought: BuyerSought, ofParent = false): AsyncGenerator<Order> {
  const order = await readOrder(ctx, id);
  const { channel, externalId, customer } = order;
  const isNamed =
    channel === sought.channel && externalId !== undefined && (sought.orderExternalIds ?? []).includes(externalId);
  const isOwn = isNamed || isBoughtBy(order, sought) || (ofParent && customer === undefined);
  for (const part of order.splitInto ?? []) yield* ownOrders(ctx, part, sought, isOwn);
  if (isOwn) yield order;
}

/** An order with its whole history, for its buyer. */
export async function* exportBuyerOrders(
  ctx: Context,
  id: string,
  sought: BuyerSought,
): AsyncGenerator<{ order: Order; history: HistoryEntry[] }> {
  requirePermission(ctx, "orders.read");
  for await (const order of ownOrders(ctx, id, sought)) yield { order, history: await wholeHistory(ctx, order) };
}

async function wholeHistory(ctx: Context, { id, currency }: Order): Promise<HistoryEntry[]> {
  const entries: HistoryEntry[] = [];
  let startKey: Item | undefined;
  do {
    const pk = historyPartition(ctx, id);
    const page = await ctx.table.query<Item>({ pk, consistent: true, ...(startKey ? { startKey } : {}) });
    entries.push(...page.items.map(historyOf).map((entry) => viewHistoryEntry(entry, currency)));
    startKey = page.lastKey;
  } while (startKey);
  return entries;
}

export interface Erased {
  erased: number;
  /** Left as they are: their goods are still to reach the buyer. */
  waiting: number;
}

/**
 * Erases what an order and its parts say of their buyer, one order a transaction; amounts, goods, history and books stay
 * as they were. Done again it finds nothing more to do. What is under way waits, unless `evenIfOpen`.
 */
export async function eraseBuyerOrders(
  ctx: Context,
  id: string,
  { sought, evenIfOpen }: { sought: BuyerSought; evenIfOpen: boolean },
): Promise<Erased> {
  requirePermission(ctx, "orders.write");
  const result: Erased = { erased: 0, waiting: 0 };
  for await (const order of ownOrders(ctx, id, sought)) {
    const outcome = await eraseOne(ctx, order, evenIfOpen);
    if (outcome !== "nothing") result[outcome]++;
  }
  return result;
}

async function eraseOne(ctx: Context, first: Order, evenIfOpen: boolean): Promise<keyof Erased | "nothing"> {
  let current = first;
  for (let attempt = 1; ; attempt++) {
    if (PERSONAL_FIELDS.every((field) => current[field] === undefined)) return "nothing";
    if (UNDER_WAY.has(current.status) && !evenIfOpen) return "waiting";
    const after = nextOrder(ctx, current, {
      ...Object.fromEntries(PERSONAL_FIELDS.map((field) => [field, undefined])),
      buyerErasedAt: timestamp(ctx),
    });
    const step = stepWrites(ctx, current, after, { action: "eraseBuyer", event: "order.buyerErased" });
    try {
      await ctx.table.transact([...step, ...buyerRemovals(ctx, current)]);
      return "erased";
    } catch (error) {
      if (!(error instanceof TransactionCanceled) || !error.failedAt(0)) throw error;
      if (attempt >= MAX_ATTEMPTS) throw new VersionConflictError("Order", current.id, current.version);
      current = await readOrder(ctx, current.id);
    }
  }
}
