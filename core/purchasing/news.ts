import type { PlacedPurchase, PurchaseStatus } from "../connectors/index.ts";
import * as Orders from "../orders/index.ts";
import { defined } from "../platform/defined.ts";
import { charged, inCurrency, sumOf } from "./amounts.ts";
import { endedWith, heldBy, isOver, partlyPlaced, stillSaid } from "./lines.ts";
import type { Attention, PurchaseOrder, PurchaseOrderLine, SupplierOrder } from "./purchase-order.ts";
import { isGone, statusBy } from "./status.ts";

type Told = Pick<PurchaseOrder, "parts" | "lines"> & {
  status: ReturnType<typeof statusBy>;
  attention?: Attention | undefined;
};

/**
 * What a purchase is by what the supplier says of it now. What was told once and is not told any more stays; a status that
 * nobody knows leaves the one before. Pure.
 */
export function told(order: PurchaseOrder, found: readonly PlacedPurchase[], now: number): Told {
  const known = new Map(order.parts.map((part) => [part.externalId, part]));
  for (const one of found) known.set(one.externalId, partOf(order, known.get(one.externalId), one, now));
  const parts = [...known.values()];
  const late = thereAfterAll(order, parts);
  const priced = withCharges({ ...order, lines: expectedAgain(order.lines, late) }, parts);
  const status = statusBy(parts, priced);
  const lines = endedWith(status, priced, parts);
  return { parts, lines, status, attention: attentionOf(order, { parts, lines, late }, found) };
}

/** Orders of the supplier that show only now, of what was given up. */
function thereAfterAll({ status, lines, parts: known }: PurchaseOrder, parts: readonly SupplierOrder[]) {
  const before = new Set(known.map(({ externalId }) => externalId));
  const givenUp = new Set(lines.filter(({ isClosed }) => isClosed).map(({ id }) => id));
  return parts.filter(
    (part) =>
      !isGone(part.status) &&
      !before.has(part.externalId) &&
      (isOver(status) || part.lineIds.some((id) => givenUp.has(id))),
  );
}

/** What was expected of such a line in stock has been closed: it is expected anew. */
function expectedAgain(lines: readonly PurchaseOrderLine[], late: readonly SupplierOrder[]): PurchaseOrderLine[] {
  const held = heldBy(late);
  return lines.map((line) => {
    if (!line.isClosed || !held.has(line.id) || line.received >= line.quantity) return line;
    const { isClosed: _isClosed, deliveryId: _deliveryId, ...again } = line;
    return again;
  });
}

function partOf(
  { currency }: PurchaseOrder,
  before: SupplierOrder | undefined,
  { externalId, status, externalStatus, lineIds, goods, shipping, shipments }: PlacedPurchase,
  now: number,
): SupplierOrder {
  const known = statusOf(before?.status, status);
  const sentAt = shipments.flatMap(({ shippedAt }) => timeOf(shippedAt) ?? []).toSorted()[0];
  return defined({
    externalId,
    status: known,
    externalStatus,
    lineIds: lineIds.length > 0 ? [...lineIds] : (before?.lineIds ?? []),
    goodsMinor: inCurrency(goods, currency) ?? before?.goodsMinor,
    shippingMinor: inCurrency(shipping, currency) ?? before?.shippingMinor,
    shipments: shipments.length > 0 ? shipments.map((shipment) => ({ ...shipment })) : (before?.shipments ?? []),
    shippedAt: before?.shippedAt ?? (known === "shipped" ? (sentAt ?? new Date(now).toISOString()) : undefined),
    toldAt: before?.toldAt,
    notTold: before?.notTold,
  });
}

/** Late news undoes nothing: what is cancelled stays so, and what has left can only be taken back. */
function statusOf(before: PurchaseStatus | undefined, status: PurchaseStatus): PurchaseStatus {
  if (status === "unknown") return before ?? "placed";
  if (before === undefined || isGone(status)) return status;
  return isGone(before) || before === "shipped" ? before : status;
}

function timeOf(text: string | undefined): string | undefined {
  const ms = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

/**
 * Each line's share of what its order was charged for goods: the shares sum to it exactly. What goods have come by stays,
 * and an order that is gone says nothing of a line that another one brings.
 */
function withCharges(order: PurchaseOrder, parts: readonly SupplierOrder[]): PurchaseOrderLine[] {
  const paid = new Map<string, number>();
  const gone = new Set<string>();
  const live = heldBy(parts);
  for (const part of parts) {
    const lines = order.lines.filter(({ id }) => part.lineIds.includes(id));
    if (isGone(part.status)) for (const { id } of lines) gone.add(id);
    if (part.goodsMinor === undefined) continue;
    const weights = lines.map(({ unitCostMinor, quantity }) => sumOf([BigInt(unitCostMinor) * BigInt(quantity)]));
    const shares = Orders.splitAmount(part.goodsMinor, weights);
    for (const [index, { id }] of lines.entries())
      if (!isGone(part.status) || !live.has(id)) paid.set(id, shares[index] ?? 0);
  }
  return order.lines.map((line) => {
    const paidMinor = line.received > 0 ? line.paidMinor : (paid.get(line.id) ?? line.paidMinor);
    const isClosed = line.isClosed === true || (gone.has(line.id) && !live.has(line.id));
    return defined({ ...line, paidMinor, isClosed: isClosed || undefined });
  });
}

function attentionOf(
  order: PurchaseOrder,
  after: Pick<PurchaseOrder, "parts" | "lines"> & { late: readonly SupplierOrder[] },
  found: readonly PlacedPurchase[],
): Attention | undefined {
  const { currency, cancelAskedAt, quote } = order;
  const { parts, late } = after;
  if (late.length > 0)
    return {
      code: "THERE_AFTER_ALL",
      message: `The supplier has ${late.map(({ externalId }) => externalId).join(", ")} after all, which was given up: cancel it there, or keep it`,
    };
  const missing = partlyPlaced(after);
  if (missing) return missing;
  const wasGone = new Set(order.parts.filter(({ status }) => isGone(status)).map(({ externalId }) => externalId));
  const cancels = parts.filter(({ status, externalId }) => isGone(status) && !wasGone.has(externalId));
  if (cancels.length > 0 && cancelAskedAt === undefined)
    return {
      code: "CANCELLED_BY_SUPPLIER",
      message: `The supplier calls ${cancels.map(({ externalId, externalStatus }) => `${externalId} ${externalStatus}`).join(", ")}`,
    };
  const other = found.find(({ goods, shipping }) => [goods, shipping].some((one) => one && one.currency !== currency));
  if (other) return { code: "OTHER_CURRENCY", message: `${other.externalId} is not charged in ${currency}` };
  const sum = charged({ parts });
  if (quote && sum && sum.goods + sum.shipping > quote.goodsMinor + quote.shippingMinor)
    return { code: "PAID_MORE", message: "The supplier charged more than it had quoted" };
  return order.attention?.code === "NO_NEWS" ? undefined : stillSaid({ attention: order.attention, ...after });
}
