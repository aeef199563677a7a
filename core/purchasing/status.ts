import type { PurchaseStatus } from "../connectors/index.ts";
import { AppError } from "../platform/errors.ts";

export const PURCHASE_ORDER_STATUSES = [
  "draft",
  "quoting",
  "quoted",
  "submitting",
  "placed",
  "partlyShipped",
  "shipped",
  "partlyReceived",
  "received",
  "cancelling",
  "cancelled",
  "failed",
] as const;

export type PurchaseOrderStatus = (typeof PURCHASE_ORDER_STATUSES)[number];

/** What people do, and then what the supplier's answers do. */
export const PURCHASE_ORDER_ACTIONS = [
  "quote",
  "submit",
  "ship",
  "receive",
  "cancel",
  "close",
  "takeQuote",
  "giveUpQuote",
  "place",
  "fail",
  "follow",
  "keep",
] as const;

export type PurchaseOrderAction = (typeof PURCHASE_ORDER_ACTIONS)[number];

const BOUGHT = ["placed", "partlyShipped", "shipped", "partlyReceived"] as const;

/** From which statuses an action may be taken, and what it can lead to. */
export const TRANSITIONS: Record<
  PurchaseOrderAction,
  { from: readonly PurchaseOrderStatus[]; to: readonly PurchaseOrderStatus[] }
> = {
  quote: { from: ["draft", "quoted", "failed"], to: ["quoting"] },
  submit: { from: ["draft", "quoted", "failed"], to: ["submitting", "placed"] },
  ship: { from: ["placed"], to: ["shipped"] },
  receive: { from: BOUGHT, to: ["partlyReceived", "received", "cancelled"] },
  cancel: {
    from: ["draft", "quoted", "failed", "placed", "partlyShipped"],
    to: ["cancelling", "cancelled", "shipped"],
  },
  close: { from: BOUGHT, to: [...BOUGHT, "received", "cancelled"] },
  takeQuote: { from: ["quoting"], to: ["quoted"] },
  giveUpQuote: { from: ["quoting"], to: ["draft"] },
  place: { from: ["submitting"], to: ["placed", "partlyShipped", "shipped", "cancelled"] },
  fail: { from: ["submitting"], to: ["failed"] },
  // A supplier may show after the end what nobody expected any more.
  follow: { from: [...BOUGHT, "cancelling", "received", "cancelled"], to: [...BOUGHT, "received", "cancelled"] },
  keep: { from: ["cancelling"], to: ["placed", "partlyShipped", "shipped", "failed"] },
};

const SENTENCE: Record<"quote" | "submit" | "ship" | "receive" | "cancel" | "close", string> = {
  quote: "Unable to ask for a quote",
  submit: "Unable to submit purchase order",
  ship: "Unable to mark purchase order as shipped",
  receive: "Unable to receive goods",
  cancel: "Unable to cancel purchase order",
  close: "Unable to close lines",
};

/** Why an action is not possible now. */
export function refused(
  action: keyof typeof SENTENCE,
  { id, status }: { id: string; status: PurchaseOrderStatus },
  reasons: string[],
): AppError {
  return new AppError("STATE_CONFLICT", `${SENTENCE[action]}: ${reasons.join("; ")}`, {
    details: { id, status, reasons },
  });
}

/** Throws STATE_CONFLICT with the reason when the status does not allow the action. */
export function requireAllowed(
  action: keyof typeof SENTENCE,
  order: { id: string; status: PurchaseOrderStatus },
): void {
  const { from } = TRANSITIONS[action];
  if (from.includes(order.status)) return;
  throw refused(action, order, [`it is ${order.status}, and must be ${from.join(" or ")}`]);
}

/** Is the status one that this action may lead to from there? */
export function isMove(action: PurchaseOrderAction, from: PurchaseOrderStatus, to: PurchaseOrderStatus): boolean {
  return TRANSITIONS[action].from.includes(from) && TRANSITIONS[action].to.includes(to);
}

/** Will nothing come of it, by the supplier's own word? */
export const isGone = (status: PurchaseStatus) => status === "cancelled" || status === "refunded";

/** What a purchase is by what became of the supplier's orders and of its own units. Pure. */
export function statusBy(
  parts: readonly { status: PurchaseStatus; lineIds: readonly string[] }[],
  lines: readonly { id: string; quantity: number; received: number; isClosed?: boolean }[],
): "placed" | "partlyShipped" | "shipped" | "partlyReceived" | "received" | "cancelled" {
  const live = parts.filter(({ status }) => !isGone(status));
  const coming = new Set(live.flatMap(({ lineIds }) => lineIds));
  if (lines.some(({ received }) => received > 0)) {
    const isWhole = lines.every(
      ({ id, quantity, received, isClosed }) => received >= quantity || isClosed === true || !coming.has(id),
    );
    return isWhole ? "received" : "partlyReceived";
  }
  if (live.length === 0 || lines.every(({ isClosed }) => isClosed)) return "cancelled";
  const shipped = live.filter(({ status }) => status === "shipped");
  if (shipped.length === live.length) return "shipped";
  return shipped.length > 0 ? "partlyShipped" : "placed";
}
