import type { PurchaseOrder, PurchaseOrderLine, SupplierOrder } from "./purchase-order.ts";
import { isGone } from "./status.ts";

/** What is added to a supplier's figures, by name. */
export type StatsChange = Record<string, number>;

const HOUR_MS = 3_600_000;
/** Times are counted in steps of six hours, up to thirty days; what takes longer is in the last step. */
export const STEP_HOURS = 6;
export const MOST_STEPS = 120;

/** Which step a time falls into: 1 for up to six hours. */
export function stepOf(ms: number): number {
  return Math.min(MOST_STEPS, Math.max(1, Math.ceil(ms / (STEP_HOURS * HOUR_MS))));
}

/**
 * What a change of a purchase order says of its supplier. Units are counted when it is known what became of them: `filled`
 * came, or were sent to a buyer; `missed` never will. What was cancelled because we asked for it is held against nobody.
 */
export function statsOfChange(before: PurchaseOrder, after: PurchaseOrder, now: number): StatsChange {
  const change: StatsChange = {};
  const add = (name: string, by: number) => {
    if (by !== 0) change[name] = (change[name] ?? 0) + by;
  };
  const placedAt = after.placedAt === undefined ? undefined : Date.parse(after.placedAt);
  if (placedAt === undefined) return change;
  if (before.placedAt === undefined) {
    add("orders", 1);
    add(
      "units",
      after.lines.reduce((sum, { quantity }) => sum + quantity, 0),
    );
  }
  // That it was asked for ends with the answer, which may be that only some of it is cancelled.
  const wasAsked = (before.cancelAskedAt ?? after.cancelAskedAt) !== undefined;
  const earlier = new Map(before.lines.map((line) => [line.id, line]));
  for (const line of after.lines) {
    const was = earlier.get(line.id);
    if (line.paidMinor !== undefined && was?.paidMinor === undefined) {
      add("pricedLines", 1);
      add(`expected:${after.currency}`, line.unitCostMinor * line.quantity);
      add(`paid:${after.currency}`, line.paidMinor);
    }
    if (after.destination === "location")
      addArrivals(add, { was, line, order: after, waitedMs: now - placedAt, wasAsked });
  }
  for (const part of after.parts) addPart(add, { before, after, part, placedAt, wasAsked });
  return change;
}

type Add = (name: string, by: number) => void;

interface Arrival {
  was: PurchaseOrderLine | undefined;
  line: PurchaseOrderLine;
  order: PurchaseOrder;
  waitedMs: number;
  wasAsked: boolean;
}

function addArrivals(add: Add, { was, line, order, waitedMs, wasAsked }: Arrival): void {
  const [beforeUnits, units] = [was?.received ?? 0, line.received];
  const counted = (received: number) => Math.min(received, line.quantity);
  add("filled", counted(units) - counted(beforeUnits));
  if (beforeUnits < line.quantity && units >= line.quantity) add(`received:${stepOf(waitedMs)}`, 1);
  // What the supplier cancelled is counted with that.
  const isCancelled = order.parts.some(({ status, lineIds }) => isGone(status) && lineIds.includes(line.id));
  const isGivenUp = line.isClosed === true && was?.isClosed !== true && !isCancelled;
  if (isGivenUp && !wasAsked) add("missed", line.quantity - counted(units));
}

interface PartChange {
  before: PurchaseOrder;
  after: PurchaseOrder;
  part: SupplierOrder;
  placedAt: number;
  wasAsked: boolean;
}

function addPart(add: Add, { before, after, part, placedAt, wasAsked }: PartChange): void {
  const was = before.parts.find(({ externalId }) => externalId === part.externalId);
  const lines = after.lines.filter(({ id }) => part.lineIds.includes(id));
  const units = lines.reduce((sum, { quantity }) => sum + quantity, 0);
  if (part.shippedAt !== undefined && was?.shippedAt === undefined) {
    add(`shipped:${stepOf(Date.parse(part.shippedAt) - placedAt)}`, 1);
    if (after.destination === "customer") add("filled", units);
  }
  const cancels = isGone(part.status) && !(was && isGone(was.status));
  if (!cancels || wasAsked) return;
  const open = lines.reduce((sum, { quantity, received }) => sum + Math.max(0, quantity - received), 0);
  // What had been sent and was refunded later had been counted as filled.
  add("missed", part.shippedAt !== undefined && after.destination === "customer" ? 0 : open);
  add("cancelledUnits", open);
  add("cancelledOrders", 1);
}
