import { TransientError } from "../../platform/http/errors.ts";
import type { OrderSource } from "../capabilities.ts";
import { LONGEST_ORDER_DAYS, RECENT_ORDER_DAYS, WHOLE_HISTORY_EVERY_MS } from "./constants.ts";
import { activeOrders, pastOrders } from "./requests.ts";
import { OrdersSchema, OrderTimesSchema } from "./wire.ts";

const DAY_MS = 24 * 3_600_000;
/** What the whole history is read for reaches back to the time for which it was read before. */
const OVERLAP_MS = WHOLE_HISTORY_EVERY_MS + 10 * 60_000;

type List = "active" | "history";

/**
 * StockX tells of no changes: there is a list of orders under way and one of those that have ended, and what changed is
 * found in them by its time. All pages of the first, then of the second, are one reading. Pages of the history are many
 * and bring little: that an order has ended which was made long ago is heard within the hour.
 */
export const orders: OrderSource = {
  // The lists live while they are read: who leaves one moves the others up, across the edge of a page.
  overlapMs: OVERLAP_MS,
  maxWindowMs: 365 * DAY_MS,

  async page(connection, { from, to, cursor = "active:1" }) {
    const { list, number } = placeOf(cursor);
    const back = isWholeDue(from, to) ? LONGEST_ORDER_DAYS : RECENT_ORDER_DAYS;
    const days = { fromDate: dayOf(from - back * DAY_MS), toDate: dayOf(to + DAY_MS) };
    const request = list === "active" ? activeOrders(number) : pastOrders(number, days);
    const page = await connection.call(request, OrdersSchema);
    if (typeof page.pageNumber === "number" && page.pageNumber !== number)
      throw new TransientError(connection.provider, `answered page ${page.pageNumber} of orders for page ${number}`);
    const next = page.hasNextPage ? `${list}:${number + 1}` : list === "active" ? "history:1" : undefined;
    return {
      orders: page.orders.filter((order) => changedIn(order, from, to)),
      ...(next === undefined ? {} : { nextCursor: next }),
      ...(list === "active" && !page.hasNextPage ? { endsList: true } : {}),
    };
  },
};

/** The first reading that comes past the hour, by what was read before it. */
const isWholeDue = (from: number, to: number) =>
  Math.floor((from + OVERLAP_MS) / WHOLE_HISTORY_EVERY_MS) < Math.floor(to / WHOLE_HISTORY_EVERY_MS);

function placeOf(cursor: string): { list: List; number: number } {
  const [, list, number] = /^(active|history):([1-9]\d{0,5})$/.exec(cursor) ?? [];
  if (list === undefined) throw new RangeError("This is no cursor of StockX orders");
  return { list: list as List, number: Number(number) };
}

const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10);

/** What does not say when it changed may have changed: reading an order again does nothing. */
function changedIn(order: unknown, from: number, to: number): boolean {
  const { createdAt, updatedAt } = OrderTimesSchema.safeParse(order).data ?? {};
  const at = Date.parse(updatedAt ?? createdAt ?? "");
  return Number.isNaN(at) || (at >= from && at < to);
}
