import type { Answered, Asked } from "../provider/server.ts";
import { Refused } from "./errors.ts";
import type { EbayOrder, EbayState } from "./state.ts";

const ORDER = "/sell/fulfillment/v1/order";
const MAX_LIMIT = 200;
const MAX_IDS = 50;
const NINETY_DAYS_MS = 90 * 86_400_000;

export function getOrders(state: EbayState, asked: Asked): Answered {
  const { query, now, pageFault } = asked;
  const ids = query.get("orderIds")?.split(",");
  if (ids && ids.length > MAX_IDS) throw new Refused(400, 30900, "Too many order ids");
  if (ids)
    return {
      status: 200,
      body: { total: ids.length, offset: 0, orders: ids.flatMap((id) => listed(state.orders[id])) },
    };
  const limit = wholeNumber(query.get("limit") ?? "50", 31100, "limit");
  if (limit < 1 || limit > MAX_LIMIT) throw new Refused(400, 31100, "Invalid limit");
  const wanted = wholeNumber(query.get("offset") ?? "0", 31000, "offset");
  // A cache that answers with its neighbour's page.
  const shift = pageFault === "missingPage" ? limit : pageFault === "duplicatedPage" ? -limit : 0;
  const offset = Math.max(0, wanted + shift);
  const all = matching(state, query.get("filter"), now);
  const href = (at: number) => `${ORDER}?limit=${limit}&offset=${at}`;
  return {
    status: 200,
    body: {
      href: href(offset),
      total: all.length,
      limit,
      offset,
      ...(offset + limit < all.length ? { next: href(offset + limit) } : {}),
      orders: all.slice(offset, offset + limit).flatMap(listed),
    },
  };
}

export function getOrder({ orders }: EbayState, id: string): Answered {
  const order = orders[id];
  if (!order) throw new Refused(404, 32100, "Invalid order ID");
  return { status: 200, body: order };
}

/** As lists have it: who asked to cancel is left out. */
function listed(order: EbayOrder | undefined): EbayOrder[] {
  return order ? [{ ...order, cancelStatus: { ...order.cancelStatus, cancelRequests: [] } }] : [];
}

function wholeNumber(text: string, errorId: number, name: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Refused(400, errorId, `Invalid ${name}`);
  return Number(text);
}

/** Oldest change first, as the list is at this moment. */
function matching({ orders }: EbayState, filter: string | null, now: number): EbayOrder[] {
  const all = Object.values(orders);
  if (filter === null)
    return sorted(all.filter(({ creationDate }) => Date.parse(creationDate) >= now - NINETY_DAYS_MS));
  const filters = new Map(
    [...filter.matchAll(/(\w+):(\[[^\]]*\]|\{[^}]*\})/g)].map(([, name = "", value = ""]) => [name, value]),
  );
  if (filters.size === 0) throw new Refused(400, 30700, "Invalid filter name");
  // When both are given only the creation counts.
  const field = filters.has("creationdate") ? "creationDate" : "lastModifiedDate";
  const range = filters.get(field.toLowerCase());
  if (range === undefined) return sorted(all);
  const [, start = "", end = ""] = /^\[(.*?)\.\.(.*?)\]$/.exec(range) ?? [];
  if (start === "") throw new Refused(400, 30820, "Start date is missing");
  const [from, to] = [Date.parse(start), end === "" ? now : Date.parse(end)];
  if (Number.isNaN(from) || Number.isNaN(to)) throw new Refused(400, 30810, "Invalid date format");
  if (from > to) throw new Refused(400, 30840, "Start date is after end date");
  if (to > now) throw new Refused(400, 30850, "Dates must not be in the future");
  return sorted(all.filter((order) => Date.parse(order[field]) >= from && Date.parse(order[field]) <= to));
}

const sorted = (orders: EbayOrder[]) =>
  orders.toSorted((a, b) => (a.lastModifiedDate + a.orderId < b.lastModifiedDate + b.orderId ? -1 : 1));
