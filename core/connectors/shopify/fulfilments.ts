import { defined } from "../../platform/defined.ts";
import { PermanentError } from "../../platform/http/errors.ts";
import type { ChannelFulfilment, FulfilmentTarget, Outcome } from "../capabilities.ts";
import { untold } from "../untold.ts";
import { refusalOf, refused } from "./errors.ts";
import { gid } from "./gid.ts";
import { CREATE_FULFILLMENT } from "./queries.ts";
import { fulfillmentOrdersRequest, fulfillmentsRequest, mutationRequest } from "./requests.ts";
import {
  type Fulfillment,
  FulfilledSchema,
  type FulfillmentOrder,
  FulfillmentOrdersSchema,
  FulfillmentsSchema,
} from "./wire.ts";

/** States of a fulfilment that nothing was sent by, and of a fulfilment order that something can be. */
const NOT_SENT = new Set(["cancelled", "error", "failure"]);
const TO_SEND = new Set(["open", "in_progress"]);

/**
 * Shopify keeps no key of ours with a fulfilment. What it has with the same tracking number beyond what other dispatches
 * told was told by a call whose answer was lost or that did not get to all locations: only the rest is told. A fulfilment is of one
 * fulfilment order, which is of one location.
 */
export const fulfilments: FulfilmentTarget = {
  async fulfil(connection, fulfilment) {
    const { id, externalOrderId } = fulfilment;
    try {
      const { fulfillments } = await connection.call(fulfillmentsRequest(externalOrderId), FulfillmentsSchema);
      const rest = untold(fulfilment, unitsThere(fulfilment, fulfillments));
      if (rest.size === 0) return { id, ok: true };
      const { fulfillment_orders: parts } = await connection.call(
        fulfillmentOrdersRequest(externalOrderId),
        FulfillmentOrdersSchema,
      );
      const shares = sharesOf(rest, parts);
      if (!shares) return refused(id, "NOTHING_TO_FULFIL", "Shopify waits for fewer units of the order than were sent");
      for (const share of shares) {
        const input = {
          fulfillment: { ...trackingOf(fulfilment), lineItemsByFulfillmentOrder: [share], notifyCustomer: true },
        };
        const request = mutationRequest(CREATE_FULFILLMENT, input, { repeatable: false });
        const [error] = (await connection.call(request, FulfilledSchema)).data.fulfillmentCreate.userErrors;
        if (error) return refusalOf(id, error);
      }
      return { id, ok: true };
    } catch (error) {
      if (error instanceof PermanentError && error.upstreamStatus === 404) return notFound(id);
      throw error;
    }
  },
};

const notFound = (id: string): Outcome => refused(id, "NOT_FOUND", "Shopify has no such order");

/** Units by order line that it has with this tracking number. */
function unitsThere({ trackingNumber }: ChannelFulfilment, fulfillments: readonly Fulfillment[]): Map<string, number> {
  const told = new Map<string, number>();
  for (const { status, tracking_number, tracking_numbers, line_items } of fulfillments) {
    const numbers = tracking_numbers?.length ? tracking_numbers : tracking_number ? [tracking_number] : [];
    const isThis = trackingNumber === undefined ? numbers.length === 0 : numbers.includes(trackingNumber);
    if (!isThis || NOT_SENT.has(status ?? "")) continue;
    for (const line of line_items) told.set(line.id, (told.get(line.id) ?? 0) + line.quantity);
  }
  return told;
}

interface Share {
  fulfillmentOrderId: string;
  fulfillmentOrderLineItems: { id: string; quantity: number }[];
}

/** What of it goes by which fulfilment order; undefined where they do not wait for as much. */
function sharesOf(wanted: ReadonlyMap<string, number>, parts: readonly FulfillmentOrder[]): Share[] | undefined {
  const rest = new Map(wanted);
  const shares: Share[] = [];
  for (const part of parts.filter(({ status }) => TO_SEND.has(status))) {
    const taken = part.line_items.flatMap(({ id, line_item_id, fulfillable_quantity }) => {
      const quantity = Math.min(rest.get(line_item_id) ?? 0, fulfillable_quantity);
      if (quantity <= 0) return [];
      rest.set(line_item_id, (rest.get(line_item_id) ?? 0) - quantity);
      return [{ id: gid("FulfillmentOrderLineItem", id), quantity }];
    });
    const fulfillmentOrderId = gid("FulfillmentOrder", part.id);
    if (taken.length > 0) shares.push({ fulfillmentOrderId, fulfillmentOrderLineItems: taken });
  }
  return [...rest.values()].every((left) => left === 0) ? shares : undefined;
}

function trackingOf({ carrier: company, trackingNumber: number, trackingUrl: url }: ChannelFulfilment) {
  const trackingInfo = defined({ company, number, url });
  return Object.keys(trackingInfo).length > 0 ? { trackingInfo } : {};
}
