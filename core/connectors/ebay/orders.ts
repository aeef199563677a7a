import * as z from "zod";
import { PermanentError, TransientError } from "../../platform/http/errors.ts";
import type { OrderSource } from "../capabilities.ts";
import type { Connection } from "../wire.ts";
import { CLOCK_MARGIN_MS, MAX_ORDER_WINDOW_MS, MAX_ORDERS, ORDER_OVERLAP_MS } from "./constants.ts";
import { orderRequest, ordersRequest } from "./requests.ts";
import { OrderGlanceSchema, OrdersSchema } from "./wire.ts";

/**
 * eBay pages by offset over a list that lives: an order that changes leaves the window, and those behind it move up, past
 * the page that would have had them. A total that fell by n says so, and the page that holds the last n is read again.
 */
export const orders: OrderSource = {
  maxWindowMs: MAX_ORDER_WINDOW_MS,
  overlapMs: ORDER_OVERLAP_MS,

  async page(connection, { from, to, cursor }) {
    const { offset, total: before } = readCursor(cursor);
    const until = Math.max(from, Math.min(to, connection.now() - CLOCK_MARGIN_MS));
    const request = ordersRequest({ from, to: until, offset });
    const { total, orders: listed } = await connection.call(request, pageAt(offset));
    const fewer = before === undefined ? 0 : Math.max(0, before - total);
    if (listed.length === 0 && offset < total) throw new TransientError("ebay", "left a page of its orders empty");
    const found = await withCancelRequests(connection, listed);
    const next = fewer > 0 && offset > 0 ? pageOf(offset - fewer) : offset + MAX_ORDERS;
    return next < total ? { orders: found, nextCursor: `${next}.${total}` } : { orders: found };
  },
};

/** An answer for another page (a cache between us, a fault of eBay's) would be orders that nobody ever reads. */
const pageAt = (offset: number) =>
  z.lazy(() => OrdersSchema.unwrap().refine((page) => page.offset === offset, { path: ["offset"] }));

const pageOf = (offset: number) => Math.max(0, Math.floor(offset / MAX_ORDERS) * MAX_ORDERS);

function readCursor(cursor = "0"): { offset: number; total?: number } {
  const [, offset, total] = /^(\d{1,9})(?:\.(\d{1,9}))?$/.exec(cursor) ?? [];
  if (offset === undefined) throw new PermanentError("ebay", "was asked with a cursor that is none of its own");
  return { offset: Number(offset), ...(total === undefined ? {} : { total: Number(total) }) };
}

/** The list leaves out who asked to cancel and why, whatever its state: only the order alone has it. */
async function withCancelRequests(connection: Connection, listed: readonly unknown[]): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const order of listed) {
    const glance = OrderGlanceSchema.safeParse(order);
    const state = glance.data?.cancelStatus?.cancelState ?? "NONE_REQUESTED";
    const orderId = state === "NONE_REQUESTED" ? undefined : glance.data?.orderId;
    found.push(orderId === undefined ? order : ((await orderAlone(connection, orderId)) ?? order));
  }
  return found;
}

async function orderAlone(connection: Connection, orderId: string): Promise<unknown> {
  // As it came: a schema of objects would leave out what it does not name.
  const schema = z.lazy(() =>
    z.unknown().refine((order) => OrderGlanceSchema.safeParse(order).data?.orderId === orderId),
  );
  try {
    return await connection.call(orderRequest(orderId), schema);
  } catch (error) {
    if (error instanceof PermanentError && error.upstreamStatus === 404) return undefined;
    throw error;
  }
}
