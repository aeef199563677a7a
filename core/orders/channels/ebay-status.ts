import type { StatusTable } from "./channel-status.ts";

/** eBay Sell Fulfillment API v1.20.7: what the three say together. */
export const EBAY_STATUSES: StatusTable<"orderFulfillmentStatus" | "orderPaymentStatus" | "cancelState"> = {
  words: {
    orderFulfillmentStatus: ["NOT_STARTED", "IN_PROGRESS", "FULFILLED"],
    orderPaymentStatus: ["FAILED", "FULLY_REFUNDED", "PAID", "PARTIALLY_REFUNDED", "PENDING"],
    cancelState: ["", "NONE_REQUESTED", "IN_PROGRESS", "CANCELED"],
  },
  rules: [
    {
      when: { cancelState: ["CANCELED"], orderFulfillmentStatus: ["IN_PROGRESS", "FULFILLED"] },
      status: "cancelled",
      attention: "It was cancelled after goods had left: see whether they come back",
    },
    { when: { cancelState: ["CANCELED"] }, status: "cancelled" },
    { when: { orderPaymentStatus: ["FULLY_REFUNDED"] }, status: "refunded" },
    { when: { orderFulfillmentStatus: ["FULFILLED"] }, status: "fulfilled" },
    { when: { orderFulfillmentStatus: ["IN_PROGRESS"] }, status: "partiallyFulfilled" },
    {
      when: {
        cancelState: ["IN_PROGRESS"],
        orderPaymentStatus: ["PAID", "PARTIALLY_REFUNDED"],
        orderFulfillmentStatus: ["NOT_STARTED"],
      },
      status: "paid",
      attention: "The buyer asks to cancel it: answer before it is shipped",
    },
    {
      when: {
        cancelState: ["", "NONE_REQUESTED"],
        orderPaymentStatus: ["PAID", "PARTIALLY_REFUNDED"],
        orderFulfillmentStatus: ["NOT_STARTED"],
      },
      status: "paid",
    },
    {
      when: { orderPaymentStatus: ["FAILED"] },
      status: "pending",
      attention: "The buyer's payment failed: do not ship",
    },
    { when: { orderPaymentStatus: ["PENDING"] }, status: "pending" },
  ],
};
