import { AppError } from "../platform/errors.ts";
import type { OrderStatus } from "./status.ts";

export const ORDER_ACTIONS = [
  "submit",
  "pay",
  "allocate",
  "fulfil",
  "deliver",
  "cancel",
  "return",
  "refund",
  "update",
  "split",
] as const;

export type OrderAction = (typeof ORDER_ACTIONS)[number];

/** From which statuses an action may be taken. What it leads to depends on the lines, except where one status is given. */
export const TRANSITIONS: Record<OrderAction, { from: readonly OrderStatus[]; to: readonly OrderStatus[] }> = {
  submit: { from: ["draft"], to: ["pending"] },
  pay: { from: ["pending"], to: ["paid"] },
  allocate: { from: ["paid", "partiallyFulfilled"], to: ["allocated", "partiallyFulfilled"] },
  fulfil: {
    from: ["paid", "allocated", "partiallyFulfilled"],
    to: ["partiallyFulfilled", "fulfilled", "partiallyReturned", "returned"],
  },
  deliver: { from: ["fulfilled"], to: ["delivered"] },
  cancel: {
    from: ["draft", "pending", "paid", "allocated", "partiallyFulfilled"],
    to: ["cancelled", "fulfilled", "partiallyReturned", "returned"],
  },
  return: {
    from: ["partiallyFulfilled", "fulfilled", "delivered", "partiallyReturned"],
    to: ["partiallyFulfilled", "partiallyReturned", "returned"],
  },
  refund: {
    from: [
      "paid",
      "allocated",
      "partiallyFulfilled",
      "fulfilled",
      "delivered",
      "partiallyReturned",
      "returned",
      "cancelled",
    ],
    to: ["refunded"],
  },
  update: { from: ["draft", "pending", "paid", "allocated"], to: [] },
  split: { from: ["draft", "pending", "paid", "allocated"], to: [] },
};

/** What an action is called when it cannot be taken. */
const SENTENCE: Record<OrderAction, string> = {
  submit: "Unable to submit order",
  pay: "Unable to take a payment",
  allocate: "Unable to allocate order",
  fulfil: "Unable to fulfil order",
  deliver: "Unable to mark order as delivered",
  cancel: "Unable to cancel order",
  return: "Unable to take the return",
  refund: "Unable to refund",
  update: "Unable to update order",
  split: "Unable to split order",
};

/** Why an action is not possible now, as one error with every reason. */
export function refused(action: OrderAction, order: { id: string; status: OrderStatus }, reasons: string[]): AppError {
  return new AppError("STATE_CONFLICT", `${SENTENCE[action]}: ${reasons.join("; ")}`, {
    details: { id: order.id, status: order.status, reasons },
  });
}

/** Throws STATE_CONFLICT with the reason when the order's status does not allow the action. */
export function requireAllowed(action: OrderAction, order: { id: string; status: OrderStatus }): void {
  const { from } = TRANSITIONS[action];
  if (from.includes(order.status)) return;
  throw refused(action, order, [`it is ${order.status}, and must be ${from.join(" or ")}`]);
}
