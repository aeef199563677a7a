import type { StatusTable } from "./channel-status.ts";

/**
 * Shopify's Admin API, version 2026-10 and before: `financial_status`, `fulfillment_status` and whether `cancelled_at` is
 * set. An authorized amount is promised, not paid.
 */
export const SHOPIFY_STATUSES: StatusTable<"financial_status" | "fulfillment_status" | "cancelled_at"> = {
  words: {
    financial_status: [
      "pending",
      "authorized",
      "expired",
      "unpaid",
      "partially_paid",
      "paid",
      "partially_refunded",
      "refunded",
      "voided",
    ],
    fulfillment_status: ["", "unfulfilled", "partial", "fulfilled", "restocked"],
    cancelled_at: ["", "cancelled"],
  },
  rules: [
    {
      when: { cancelled_at: ["cancelled"], fulfillment_status: ["partial", "fulfilled"] },
      status: "cancelled",
      attention: "It was cancelled after goods had left: see whether they come back",
    },
    { when: { cancelled_at: ["cancelled"] }, status: "cancelled" },
    { when: { fulfillment_status: ["restocked"] }, status: "cancelled" },
    { when: { financial_status: ["refunded"] }, status: "refunded" },
    {
      when: { financial_status: ["voided", "expired"], fulfillment_status: ["fulfilled"] },
      status: "fulfilled",
      attention: "Its goods left, and the payment was never taken",
    },
    { when: { fulfillment_status: ["fulfilled"] }, status: "fulfilled" },
    { when: { fulfillment_status: ["partial"] }, status: "partiallyFulfilled" },
    { when: { financial_status: ["voided"], fulfillment_status: ["", "unfulfilled"] }, status: "cancelled" },
    {
      when: { financial_status: ["paid", "partially_refunded"], fulfillment_status: ["", "unfulfilled"] },
      status: "paid",
    },
    {
      when: { financial_status: ["expired"] },
      status: "pending",
      attention: "The payment was not taken in time: do not ship",
    },
    { when: { financial_status: ["pending", "authorized", "unpaid", "partially_paid"] }, status: "pending" },
  ],
};
