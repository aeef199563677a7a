import { TransientError } from "../../platform/http/errors.ts";
import type { OrderSource } from "../capabilities.ts";
import { orders as ordersPage } from "./requests.ts";
import { nextToken, OrderStateSchema, OrdersSchema } from "./wire.ts";

/**
 * Alias tells of no changes and documents no order of its list: every reading goes through all orders, and keeps those
 * that changed in the time. Its pages are read one after the other, each by what the one before says.
 */
export const orders: OrderSource = {
  overlapMs: 3_600_000,
  maxWindowMs: 365 * 24 * 3_600_000,

  async page(connection, { from, to, cursor }) {
    const page = await connection.call(ordersPage(cursor), OrdersSchema);
    const next = nextToken(page);
    if (next !== undefined && next === cursor)
      throw new TransientError(connection.provider, "its list of orders comes back to the same page");
    return {
      orders: page.results.filter((order) => changedIn(order, from, to)),
      ...(next === undefined ? {} : { nextCursor: next }),
    };
  },
};

/** What does not say when it changed may have changed: reading an order again does nothing. */
function changedIn(order: unknown, from: number, to: number): boolean {
  const { updated_at, sold_at } = OrderStateSchema.safeParse(order).data ?? {};
  const at = Date.parse(updated_at ?? sold_at ?? "");
  return Number.isNaN(at) || (at >= from && at < to);
}
