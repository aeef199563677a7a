import { formatAmount, type Money } from "../../platform/money.ts";
import type { WireRequest } from "../wire.ts";
import { FULFILLMENT, INVENTORY, LANGUAGE, LANGUAGES, MAX_OFFERS, MAX_ORDERS, TOKEN_PATH } from "./constants.ts";

type Settings = Readonly<Record<string, string>>;

const JSON_BODY = { "content-type": "application/json" };

export const languageOf = ({ language, marketplaceId = "" }: Settings): string =>
  language ?? LANGUAGES[marketplaceId] ?? LANGUAGE;

export function tokenRequest(credentials: Settings, form: Readonly<Record<string, string>>): WireRequest {
  const { clientId = "", clientSecret = "" } = credentials;
  return {
    base: "api",
    method: "POST",
    path: TOKEN_PATH,
    headers: {
      authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`,
      "content-type": "application/x-www-form-urlencoded",
    },
    body: new URLSearchParams(form).toString(),
    cost: { refreshes: 1 },
  };
}

/** Orders modified in the time, both ends included. Milliseconds since the epoch. */
export function ordersRequest({ from, to, offset }: { from: number; to: number; offset: number }): WireRequest {
  return {
    base: "api",
    method: "GET",
    path: `${FULFILLMENT}/order`,
    query: {
      filter: `lastmodifieddate:[${new Date(from).toISOString()}..${new Date(to).toISOString()}]`,
      limit: String(MAX_ORDERS),
      offset: String(offset),
    },
  };
}

/** One order, whichever: whether there is any tells nothing, that it is answered does. */
export const anyOrder = (): WireRequest => ({
  base: "api",
  method: "GET",
  path: `${FULFILLMENT}/order`,
  query: { limit: "1" },
});

export const orderRequest = (orderId: string): WireRequest => ({
  base: "api",
  method: "GET",
  path: `${FULFILLMENT}/order/${encodeURIComponent(orderId)}`,
});

export const offersRequest = (sku: string): WireRequest => ({
  base: "api",
  method: "GET",
  path: `${INVENTORY}/offer`,
  query: { sku, limit: String(MAX_OFFERS) },
});

/** What of one SKU's item and published offers changes; quantities are absolute, so that it may be sent again. */
export function bulkUpdateRequest(
  settings: Settings,
  { sku, quantity, offers }: { sku: string; quantity?: number; offers: readonly { offerId: string; price?: Money }[] },
): WireRequest {
  const update = {
    ...(quantity === undefined ? {} : { sku, shipToLocationAvailability: { quantity } }),
    ...(offers.length === 0 ? {} : { offers: offers.map((offer) => offerUpdate(offer, quantity)) }),
  };
  return {
    base: "api",
    method: "POST",
    path: `${INVENTORY}/bulk_update_price_quantity`,
    headers: { ...JSON_BODY, "content-language": languageOf(settings) },
    body: JSON.stringify({ requests: [update] }),
    repeatable: true,
  };
}

function offerUpdate({ offerId, price }: { offerId: string; price?: Money }, quantity: number | undefined) {
  return {
    offerId,
    ...(quantity === undefined ? {} : { availableQuantity: quantity }),
    ...(price ? { price: { value: formatAmount(price), currency: price.currency } } : {}),
  };
}

/** Makes listings of offers. Not to be sent again by itself: what is published already is refused. */
export const publishRequest = (settings: Settings, offers: readonly { offerId: string }[]): WireRequest => ({
  base: "api",
  method: "POST",
  path: `${INVENTORY}/bulk_publish_offer`,
  headers: { ...JSON_BODY, "content-language": languageOf(settings) },
  body: JSON.stringify({ requests: offers.map(({ offerId }) => ({ offerId })) }),
});

const fulfillmentPath = (orderId: string) => `${FULFILLMENT}/order/${encodeURIComponent(orderId)}/shipping_fulfillment`;

export const fulfillmentsRequest = (orderId: string): WireRequest => ({
  base: "api",
  method: "GET",
  path: fulfillmentPath(orderId),
});

export interface ShippingFulfillment {
  lineItems: { lineItemId: string; quantity: number }[];
  shippedDate: string;
  shippingCarrierCode?: string;
  trackingNumber?: string;
}

export const fulfillmentRequest = (orderId: string, fulfillment: ShippingFulfillment): WireRequest => ({
  base: "api",
  method: "POST",
  path: fulfillmentPath(orderId),
  headers: JSON_BODY,
  body: JSON.stringify(fulfillment),
});
