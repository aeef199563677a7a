import { TransientError } from "../../platform/http/errors.ts";
import type { OrderSource } from "../capabilities.ts";
import { readCursor } from "./catalogue.ts";
import { MAX_ORDER_WINDOW_MS, MAX_ORDERS, OVERLAP_MS } from "./constants.ts";
import { ordersRequest } from "./requests.ts";
import { OrderPlaceSchema, OrdersSchema } from "./wire.ts";

/** How often a page is asked for that does not begin where the one before ended. */
const READINGS = 3;

/**
 * By the REST API of the same version, since that and the webhooks write an order in one and the same form, whole: GraphQL
 * has another one, and no more than 1,000 points for all lines, refunds and fulfilments of a page. By their number, so
 * that an order which changes meanwhile moves no other; each page begins with the last of the one before, unless that has
 * changed.
 */
export const orders: OrderSource = {
  maxWindowMs: MAX_ORDER_WINDOW_MS,
  overlapMs: OVERLAP_MS,
  async page(connection, { from, to, cursor }) {
    const last = readCursor(cursor);
    const request = ordersRequest({ from, to, ...(last === undefined ? {} : { fromId: String(last) }) });
    for (let reading = 1; ; reading++) {
      const { orders: listed } = await connection.call(request, OrdersSchema);
      const places = listed.map((order) => placeOf(order));
      if (last !== undefined && places[0] !== last && reading < READINGS) continue;
      const end = places.findLast((place) => place !== undefined);
      const isFull = listed.length >= MAX_ORDERS;
      const found = listed.filter((_, index) => isNew(places[index], last));
      if (isFull && (end === undefined || (last !== undefined && end <= last)))
        throw new TransientError("shopify", "does not get on with its pages");
      return isFull ? { orders: found, nextCursor: String(end) } : { orders: found };
    }
  },
};

const isNew = (id: bigint | undefined, last: bigint | undefined) => id === undefined || last === undefined || id > last;

function placeOf(order: unknown): bigint | undefined {
  const read = OrderPlaceSchema.safeParse(order);
  return read.success ? BigInt(read.data.id) : undefined;
}
