import * as Orders from "../orders/index.ts";
import { type Context, timestamp } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { parse } from "../platform/parse.ts";
import { changeWrites, next } from "./change.ts";
import { sentLines } from "./effects.ts";
import type { PurchaseOrder, SupplierOrder } from "./purchase-order.ts";
import { ShipPurchaseOrderSchema } from "./schemas.ts";
import { refused } from "./status.ts";
import { step, type StepInput } from "./steps.ts";

/**
 * A supplier without a connection has sent all of it. The order that it was bought for is told in the same transaction.
 * Throws STATE_CONFLICT, also where that order does not allow it any more.
 */
export async function shipPurchaseOrder(ctx: Context, request: StepInput): Promise<PurchaseOrder> {
  const { carrier, trackingNumber, shippedAt } = parse(ShipPurchaseOrderSchema, request.input);
  return step(ctx, "ship", request, async (current, commit) => {
    if (current.supplierReference === undefined)
      throw refused("ship", current, ["its supplier is asked by its own service, which says when it is sent"]);
    const at = shippedAt === undefined ? timestamp(ctx) : new Date(shippedAt).toISOString();
    const shipments = trackingNumber === undefined ? [] : [defined({ trackingNumber, carrier, shippedAt: at })];
    const parts = current.parts.map(
      (part): SupplierOrder => ({
        ...part,
        status: "shipped",
        shipments,
        shippedAt: at,
        ...(current.destination === "customer" ? { toldAt: timestamp(ctx) } : {}),
      }),
    );
    const after = next(ctx, current, "ship", { status: "shipped", parts });
    const own = changeWrites(ctx, current, after);
    if (current.orderId === undefined) return commit(own, after);
    const order = await Orders.orderToBuyFor(ctx, current.orderId);
    const lines = current.lines.flatMap((line) => sentLines(current, line));
    const sent = { purchaseOrderId: current.id, lines, carrier, trackingNumber, shippedAt: at };
    return commit([...own, ...Orders.sentBySupplierWrites(ctx, order, sent)], after);
  });
}
