import type { Order, OrderLine } from "../../../core/orders/order.ts";

/** A line of two units at 1.00 each, as a test changes it. */
export function lineOf(changes: Partial<OrderLine> = {}): OrderLine {
  return {
    id: "1",
    productId: "prd_a",
    sku: "A",
    quantity: 2,
    unitPriceMinor: 100,
    totalMinor: 200,
    holds: [],
    fulfilled: 0,
    cancelled: 0,
    returned: 0,
    ...changes,
  };
}

/** A pending order of our own shop, placed on the first of the year, as a test changes it. */
export function orderOf({ attention, ...changes }: Partial<Order> & { attention?: Order["attention"] } = {}): Order {
  const at = "2026-01-01T00:00:00.000Z";
  return {
    id: "ord_1",
    version: 1,
    createdAt: at,
    updatedAt: at,
    orderNumber: "260101-1",
    channel: "shop",
    status: "pending",
    currency: "USD",
    lines: [lineOf()],
    shippingMinor: 0,
    taxMinor: 0,
    discountMinor: 0,
    totalMinor: 200,
    paidMinor: 0,
    refundedMinor: 0,
    payments: [],
    refunds: [],
    fulfilments: [],
    returns: [],
    affectsStock: true,
    placedAt: at,
    createdBy: "key_1",
    ...changes,
    ...(attention ? { attention } : {}),
  };
}
