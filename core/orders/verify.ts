import type * as Inventory from "../inventory/index.ts";
import { type Context, requirePermission } from "../platform/context.ts";
import { isCounter, sumCounters } from "../platform/counters.ts";
import type { Item } from "../platform/table.ts";
import { holdsOf, openUnits, type Order, type OrderLine } from "./order.ts";
import { impersonalOrderOf, isOrder, orderPartition } from "./order.store.ts";
import type { OrderStatus } from "./status.ts";

/** Every unit that an order holds, whatever its status. */
export async function* heldUnits(ctx: Context): AsyncGenerator<Inventory.Hold> {
  for await (const item of everyItem(ctx, ["entity", "lines"]))
    if (isOrder(item)) yield* holdsOf(impersonalOrderOf(item));
}

/** What can be wrong with orders, by name. */
export const ORDER_DIFFERENCES = {
  HOLDS_WHEN_OVER: "an order that is over holds units",
  HOLDS_NOT_OPEN: "a line's held units are not those that are still to leave",
  HOLDS_BEYOND_OPEN: "a line holds more units than are still to leave",
  UNITS_BEYOND_LINE: "more units of a line left, or were cancelled, than it has",
  RETURNED_BEYOND_FULFILLED: "more units of a line came back than had left",
  COUNTER_WRONG: "a total of orders is not their number",
} as const;

export interface OrderDifference {
  code: keyof typeof ORDER_DIFFERENCES;
  /** The order and line, or the counter. */
  name: string;
  stored: number;
  expected: number;
}

/** Statuses of which nothing is still to leave. */
const OVER: ReadonlySet<OrderStatus> = new Set([
  "draft",
  "fulfilled",
  "delivered",
  "returned",
  "cancelled",
  "refunded",
]);

/** Checks that every order holds the units it still has to send and no others, and that the totals of orders are right. */
export async function verifyOrders(
  ctx: Context,
  onDifference: (difference: OrderDifference) => void,
): Promise<{ orders: number; differences: number }> {
  requirePermission(ctx, "orders.read");
  const sums: Record<string, number> = {};
  const counters: Item[] = [];
  let [orders, differences] = [0, 0];
  const tell = (found: readonly OrderDifference[]) => {
    differences += found.length;
    for (const difference of found) onDifference(difference);
  };
  const count = (name: string) => void (sums[name] = (sums[name] ?? 0) + 1);
  for await (const item of everyItem(ctx)) {
    if (isCounter(item)) counters.push(item);
    if (!isOrder(item)) continue;
    const order = impersonalOrderOf(item);
    const { status, channel } = order;
    orders++;
    for (const name of ["total", `status:${status}`, `channel:${channel}`, `channel:${channel}:${status}`]) count(name);
    tell(checkOrder(order));
  }
  const stored = sumCounters(counters);
  tell(
    [...new Set([...Object.keys(sums), ...Object.keys(stored)])].flatMap((name): OrderDifference[] => {
      const [is, shall] = [stored[name] ?? 0, sums[name] ?? 0];
      return is === shall ? [] : [{ code: "COUNTER_WRONG", name, stored: is, expected: shall }];
    }),
  );
  return { orders, differences };
}

function checkOrder(order: Order): OrderDifference[] {
  const found: OrderDifference[] = [];
  const isOver = OVER.has(order.status);
  for (const line of order.lines) {
    const name = `${order.id} line ${line.id}`;
    const { quantity, fulfilled, cancelled, returned } = line;
    const [open, held] = [openUnits(line), heldOf(line)];
    const ownOpen = line.boughtBy === undefined ? open : 0;
    const add = (code: OrderDifference["code"], stored: number, expected: number) =>
      void found.push({ code, name, stored, expected });
    if (open < 0) add("UNITS_BEYOND_LINE", fulfilled + cancelled, quantity);
    if (returned > fulfilled) add("RETURNED_BEYOND_FULFILLED", returned, fulfilled);
    if (isOver && line.holds.length > 0) add("HOLDS_WHEN_OVER", held ?? line.holds.length, 0);
    else if (held !== undefined && held > open) add("HOLDS_BEYOND_OPEN", held, open);
    // What is short or of no known product waits without its units, and says so.
    else if (!isOver && held !== undefined && held !== ownOpen && order.affectsStock && !order.attention)
      add("HOLDS_NOT_OPEN", held, ownOpen);
  }
  return found;
}

/** Units held of a line that is one product; undefined for bundles, which hold those of their parts. */
function heldOf({ productId, holds }: OrderLine): number | undefined {
  if (productId === undefined || holds.some((hold) => hold.productId !== productId)) return undefined;
  return holds.reduce((sum, { quantity }) => sum + quantity, 0);
}

async function* everyItem(ctx: Context, attributes?: string[]): AsyncGenerator<Item> {
  let startKey: Item | undefined;
  do {
    const page = await ctx.table.query<Item>({
      pk: orderPartition(ctx),
      consistent: true,
      ...(attributes ? { attributes } : {}),
      ...(startKey ? { startKey } : {}),
    });
    yield* page.items;
    startKey = page.lastKey;
  } while (startKey);
}
