import type { Context } from "../platform/context.ts";
import { VersionConflictError } from "../platform/errors.ts";
import { outboxWrite } from "../platform/events.ts";
import { revise } from "../platform/resources.ts";
import type { Write } from "../platform/table.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import type { PurchaseOrder } from "./purchase-order.ts";
import { replaceWrite } from "./purchase-order.store.ts";
import { statsOfChange } from "./stats.ts";
import { statsWrites } from "./stats.store.ts";
import { isMove, type PurchaseOrderAction, type PurchaseOrderStatus } from "./status.ts";

/** A field that is given as undefined goes. */
type Changes = { [Name in keyof PurchaseOrder]?: PurchaseOrder[Name] | undefined };

/** The purchase order as it shall be, its version raised. Throws RangeError for a move that the table of states lacks. */
export function next(
  ctx: Context,
  before: PurchaseOrder,
  action: PurchaseOrderAction,
  changes: Changes,
): PurchaseOrder {
  const to = changes.status ?? before.status;
  if (to !== before.status && !isMove(action, before.status, to))
    throw new RangeError(`${action} does not lead from ${before.status} to ${to}`);
  const after = revise(ctx, "Purchase order", before, changes as Partial<PurchaseOrder>);
  // Where the supplier cannot be asked whether it has one that is to be cancelled, that may be submitted again.
  const isInDoubt = after.status === "cancelling" && after.parts.length === 0;
  if (isInDoubt || MAY_BE_ORDERED.has(after.status)) return after;
  const { sealed: _sealed, ...rest } = after;
  return rest;
}

/** While it may still be ordered its address is kept; nothing that comes after needs it. */
const MAY_BE_ORDERED: ReadonlySet<PurchaseOrderStatus> = new Set([
  "draft",
  "quoting",
  "quoted",
  "submitting",
  "failed",
]);

const EVENTS: Record<Exclude<PurchaseOrderStatus, "draft">, string> = {
  quoting: "purchaseOrder.quoteAsked",
  quoted: "purchaseOrder.quoted",
  submitting: "purchaseOrder.submitted",
  placed: "purchaseOrder.placed",
  partlyShipped: "purchaseOrder.partlyShipped",
  shipped: "purchaseOrder.shipped",
  partlyReceived: "purchaseOrder.partlyReceived",
  received: "purchaseOrder.received",
  cancelling: "purchaseOrder.cancelAsked",
  cancelled: "purchaseOrder.cancelled",
  failed: "purchaseOrder.failed",
};

/** What a change writes besides stock and the order it is bought for: itself first, then the supplier's figures and events. */
export function changeWrites(ctx: Context, before: PurchaseOrder, after: PurchaseOrder): Write[] {
  const { id, supplierId, orderId, status, attention } = after;
  const about = { id, supplierId, ...(orderId === undefined ? {} : { orderId }), status, from: before.status };
  const events: Write[] = [];
  if (status !== before.status && status !== "draft") events.push(outboxWrite(ctx, EVENTS[status], about));
  if (attention && attention.code !== before.attention?.code)
    events.push(outboxWrite(ctx, "purchaseOrder.needsAttention", { ...about, code: attention.code }));
  return [
    replaceWrite(ctx, after),
    ...statsWrites(ctx, supplierId, statsOfChange(before, after, ctx.now())),
    ...events,
  ];
}

/** Turns the loss of a race for the purchase order, the first write, into VERSION_CONFLICT. */
export function lostRace(error: unknown, { id, version }: PurchaseOrder): unknown {
  const isLate = error instanceof TransactionCanceled && error.failedAt(0);
  return isLate ? new VersionConflictError("Purchase order", id, version) : error;
}
