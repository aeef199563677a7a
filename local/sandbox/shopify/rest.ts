import type { Answered, Asked } from "../provider/server.ts";
import type { ShopifyState, ShopOrder } from "./state.ts";

const MAX_LIMIT = 250;
const NOT_FOUND: Answered = { status: 404, body: { errors: "Not Found" } };

/** What the REST API answers below `/admin/api/<version>`; undefined for what is not here. */
export function rest(state: ShopifyState, path: string, asked: Asked): Answered | undefined {
  if (asked.method !== "GET") return undefined;
  if (path === "/orders.json") return ordersOf(state, asked);
  const [, id = "", part] = /^\/orders\/(\d+)\/(fulfillments|fulfillment_orders)\.json$/.exec(path) ?? [];
  if (part === undefined) return undefined;
  const order = state.orders[Number(id)];
  if (!order) return NOT_FOUND;
  if (part === "fulfillments") return { status: 200, body: { fulfillments: order.fulfillments } };
  const parts = state.fulfillmentOrders.filter(({ order_id }) => order_id === order.id);
  return { status: 200, body: { fulfillment_orders: parts } };
}

/** By their ids from `since_id` on. A page may be left out, or come as the one before it. */
function ordersOf(state: ShopifyState, { query, pageFault }: Asked): Answered {
  const limit = Number(query.get("limit") ?? 50);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    return { status: 400, body: { errors: { limit: "must be between 1 and 250" } } };
  const since = Number(query.get("since_id") ?? 0);
  const all = Object.values(state.orders)
    .filter((order) => isWanted(order, query))
    .toSorted((a, b) => a.id - b.id);
  const place = all.findIndex(({ id }) => id > since);
  const shift = pageFault === "missingPage" ? limit : pageFault === "duplicatedPage" ? -limit : 0;
  const from = Math.max(0, (place < 0 ? all.length : place) + shift);
  return { status: 200, body: { orders: all.slice(from, from + limit) } };
}

function isWanted({ updated_at, cancelled_at }: ShopOrder, query: URLSearchParams): boolean {
  const at = Date.parse(updated_at);
  const [min, max] = [query.get("updated_at_min"), query.get("updated_at_max")];
  // Without a status only open orders are shown.
  if (query.get("status") !== "any" && cancelled_at !== null) return false;
  return at >= (min === null ? 0 : Date.parse(min)) && at <= (max === null ? Infinity : Date.parse(max));
}
