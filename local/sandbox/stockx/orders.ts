import type { Answered, Asked } from "../provider/server.ts";
import type { DemoProduct } from "./catalogue.ts";
import { sizeOf } from "./listings.ts";
import { pageOf } from "./pages.ts";
import { nextNumber, Refused, type StockxOrder, type StockxState, timeOf } from "./state.ts";

const HISTORICAL = new Set(["AUTHFAILED", "DIDNOTSHIP", "CANCELED", "COMPLETED", "RETURNED"]);
/** Fees of the stand-in, in hundredths. */
const FEES = [
  { adjustmentType: "Transaction Fee (9%)", percent: 9 },
  { adjustmentType: "Payment Proc. (3%)", percent: 3 },
];

/** Somebody buys: one of the seller's asks is matched, of the variant where one is named. */
export function sell(
  state: StockxState,
  catalogue: readonly DemoProduct[],
  { variantId }: { variantId?: string },
  now: number,
): StockxOrder {
  const listing = Object.values(state.listings).find(
    (one) => one.status === "ACTIVE" && (variantId === undefined || one.variantId === variantId),
  );
  if (!listing) throw new Refused(409, "Nothing is for sale");
  listing.status = "MATCHED";
  listing.updatedAt = timeOf(now);
  const { listingId, askId, amount, currencyCode, productId } = listing;
  const product = catalogue.find((one) => one.productId === productId);
  const number = String(nextNumber(state)).padStart(9, "0");
  const orderNumber = `3${number.slice(1)}-3${number.slice(1)}`;
  return (state.orders[orderNumber] = {
    askId,
    orderNumber,
    listingId,
    amount,
    currencyCode,
    createdAt: timeOf(now),
    updatedAt: timeOf(now),
    variant: {
      variantId: listing.variantId,
      variantName: listing.variantId,
      variantValue: sizeOf(product, listing.variantId),
    },
    product: { productId, productName: product?.title ?? null, styleId: product?.styleId ?? null },
    status: "CREATED",
    inventoryType: "STANDARD",
    authenticationDetails: null,
    initiatedShipments: null,
    payout: payoutOf(Number(amount), currencyCode),
  });
}

function payoutOf(amount: number, currencyCode: string): object {
  const cents = FEES.map(({ percent }) => amount * percent);
  const total = cents.reduce((sum, one) => sum + one, 0);
  const major = (hundredths: number) => (hundredths / 100).toFixed(2);
  return {
    totalPayout: major(amount * 100 - total),
    salePrice: String(amount),
    totalAdjustments: major(-total),
    currencyCode,
    adjustments: FEES.map(({ adjustmentType, percent }, index) => ({
      adjustmentType,
      amount: major(-(cents[index] ?? 0)),
      percentage: String(percent / 100),
    })),
  };
}

/** What StockX, or the buyer, does with an order. */
export function change(state: StockxState, orderNumber: string, to: { status?: string }, now: number): StockxOrder {
  const order = orderOf(state, orderNumber);
  order.status = to.status ?? "SHIPPED";
  order.updatedAt = timeOf(now);
  const listing = state.listings[order.listingId];
  if (listing && HISTORICAL.has(order.status)) listing.status = "COMPLETED";
  return order;
}

export function activeOrders(state: StockxState, asked: Asked): Answered {
  return listed(
    asked,
    Object.values(state.orders).filter(({ status }) => !HISTORICAL.has(status)),
  );
}

/** By the days on which they were made, the last included. */
export function pastOrders(state: StockxState, asked: Asked): Answered {
  const from = asked.query.get("fromDate") ?? "0000";
  const to = asked.query.get("toDate") ?? "9999";
  if (![from, to].every((day) => /^\d{4}(-\d\d-\d\d)?$/.test(day))) throw new Refused(400, "Invalid date");
  const made = ({ createdAt }: StockxOrder) => createdAt.slice(0, 10);
  const past = Object.values(state.orders).filter(({ status }) => HISTORICAL.has(status));
  return listed(
    asked,
    past.filter((order) => made(order) >= from && made(order) <= to),
  );
}

export const getOrder = (state: StockxState, orderNumber: string): Answered => {
  const order = orderOf(state, orderNumber);
  const shipByDate = timeOf(Date.parse(order.createdAt) + 3 * 86_400_000);
  const tracking = { trackingNumber: null, trackingUrl: null, carrierCode: null };
  const documents = { shippingLabelUrl: null, shippingDocumentUrl: null };
  return { status: 200, body: { ...order, shipment: { shipByDate, ...tracking, ...documents } } };
};

function listed(asked: Asked, orders: StockxOrder[]): Answered {
  const status = asked.query.get("orderStatus");
  const found = orders.filter((order) => status === null || order.status === status);
  const { page, items } = pageOf(found, asked, { max: 100, standard: 10 });
  return { status: 200, body: { ...page, orders: items } };
}

function orderOf(state: StockxState, orderNumber: string): StockxOrder {
  const order = Object.hasOwn(state.orders, orderNumber) ? state.orders[orderNumber] : undefined;
  if (!order) throw new Refused(404, "Order not found");
  return order;
}
