/** The life of an order, whatever channel it came by. */
export const ORDER_STATUSES = [
  "draft",
  "pending",
  "paid",
  "allocated",
  "partiallyFulfilled",
  "fulfilled",
  "delivered",
  "partiallyReturned",
  "returned",
  "cancelled",
  "refunded",
] as const;

export type OrderStatus = (typeof ORDER_STATUSES)[number];
