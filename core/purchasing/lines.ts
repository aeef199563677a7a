import type { Attention, PurchaseOrder, PurchaseOrderLine, SupplierOrder } from "./purchase-order.ts";
import { isGone, type PurchaseOrderStatus } from "./status.ts";

/** Lines that an order of the supplier brings, as far as it says so. */
export function heldBy(parts: readonly SupplierOrder[]): Set<string> {
  return new Set(parts.filter(({ status }) => !isGone(status)).flatMap(({ lineIds }) => lineIds));
}

/** Is the purchase over, so that what nothing brings now will not come? */
export const isOver = (status: PurchaseOrderStatus) => status === "received" || status === "cancelled";

/** The lines as they are in this status: with the end of a purchase everything ends that no order of the supplier brings. */
export function endedWith(
  status: PurchaseOrderStatus,
  lines: PurchaseOrderLine[],
  parts: readonly SupplierOrder[],
): PurchaseOrderLine[] {
  if (!isOver(status)) return lines;
  const held = heldBy(parts);
  return lines.map((line) => (held.has(line.id) ? line : { ...line, isClosed: true }));
}

/** Lines that are still wanted, and that the supplier shows no order for. */
export function missingOf({ lines, parts }: Pick<PurchaseOrder, "lines" | "parts">): PurchaseOrderLine[] {
  const shown = new Set(parts.flatMap(({ lineIds }) => lineIds));
  return lines.filter(({ id, isClosed }) => !isClosed && !shown.has(id));
}

export function partlyPlaced(order: Pick<PurchaseOrder, "lines" | "parts">): Attention | undefined {
  const missing = missingOf(order).map(({ id }) => `line ${id}`);
  if (missing.length === 0) return undefined;
  return {
    code: "PARTLY_PLACED",
    message: `The supplier shows no order for ${missing.join(", ")}: make sure that it will not come, say so, and buy it anew`,
  };
}

type Said = Pick<PurchaseOrder, "lines" | "parts"> & { attention?: Attention | undefined };

/** What a purchase order still says once its lines are these: that some are missing only while they are. */
export function stillSaid({ attention, ...order }: Said): Attention | undefined {
  return attention?.code === "PARTLY_PLACED" ? partlyPlaced(order) : attention;
}
