import type { Answered, Asked } from "../provider/server.ts";
import { Refused } from "./errors.ts";
import { type EbayFulfillment, type EbayState, nextId } from "./state.ts";

export function getFulfillments(state: EbayState, orderId: string): Answered {
  if (!state.orders[orderId]) throw new Refused(404, 32100, "Invalid order ID");
  const fulfillments = state.fulfillments[orderId] ?? [];
  return { status: 200, body: { total: fulfillments.length, fulfillments, warnings: [] } };
}

export function createFulfillment(state: EbayState, orderId: string, { body, now }: Asked): Answered {
  const order = state.orders[orderId];
  if (!order) throw new Refused(404, 32100, "Invalid order ID");
  const { lineItems, shippedDate, trackingNumber, shippingCarrierCode } = JSON.parse(body) as {
    lineItems: { lineItemId: string; quantity: number }[];
    shippedDate: string;
    trackingNumber?: string;
    shippingCarrierCode?: string;
  };
  if (Number.isNaN(Date.parse(shippedDate))) throw new Refused(400, 32500, "Invalid shipped date");
  const isNumber = trackingNumber === undefined || /^[0-9A-Za-z]+$/.test(trackingNumber);
  if (!isNumber || (trackingNumber === undefined) !== (shippingCarrierCode === undefined))
    throw new Refused(400, 32300, "Invalid shipment tracking number or carrier");
  const told = (state.fulfillments[orderId] ??= []);
  for (const [place, { lineItemId, quantity }] of lineItems.entries()) {
    const line = order.lineItems.find((one) => one.lineItemId === lineItemId);
    if (!line) throw new Refused(400, 32200, "Invalid line item ID");
    if (lineItems.findIndex((one) => one.lineItemId === lineItemId) !== place)
      throw new Refused(400, 32210, "Duplicate line item ID");
    if (quantity > line.quantity - shippedOf(told, lineItemId)) throw new Refused(409, 32600, "Already fulfilled");
  }
  const fulfillmentId = String(9_400_000_000 + nextId(state));
  told.push({
    fulfillmentId,
    shippedDate,
    lineItems,
    ...(trackingNumber === undefined ? {} : { shipmentTrackingNumber: trackingNumber }),
    ...(shippingCarrierCode === undefined ? {} : { shippingCarrierCode }),
  });
  for (const line of order.lineItems) {
    const shipped = shippedOf(told, line.lineItemId);
    line.lineItemFulfillmentStatus =
      shipped >= line.quantity ? "FULFILLED" : shipped > 0 ? "IN_PROGRESS" : "NOT_STARTED";
  }
  const isWhole = order.lineItems.every((line) => line.lineItemFulfillmentStatus === "FULFILLED");
  order.orderFulfillmentStatus = isWhole ? "FULFILLED" : "IN_PROGRESS";
  const href = `/sell/fulfillment/v1/order/${orderId}/shipping_fulfillment/${fulfillmentId}`;
  order.fulfillmentHrefs.push(href);
  order.lastModifiedDate = new Date(now).toISOString();
  return { status: 201, headers: { location: href } };
}

const shippedOf = (told: readonly EbayFulfillment[], id: string) =>
  told.reduce((sum, { lineItems }) => sum + (lineItems.find(({ lineItemId }) => lineItemId === id)?.quantity ?? 0), 0);
