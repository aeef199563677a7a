import type { Context } from "../platform/context.ts";
import { type Fault, ValidationError } from "../platform/errors.ts";
import { parse } from "../platform/parse.ts";
import { changeWrites, next } from "./change.ts";
import { releaseWrites, stockOf, withoutCovers } from "./effects.ts";
import { endedWith, stillSaid } from "./lines.ts";
import type { PurchaseOrder } from "./purchase-order.ts";
import { CloseLinesSchema } from "./schemas.ts";
import { isGone, refused, statusBy } from "./status.ts";
import { step, type StepInput } from "./steps.ts";

/**
 * Somebody has made sure that these lines will not come: nothing is expected of them any more, and the order that they were
 * bought for may be bought for anew. What an order of the supplier's service brings is cancelled there instead. Throws
 * STATE_CONFLICT with reasons, VERSION_CONFLICT, VALIDATION_ERROR.
 */
export async function closePurchaseOrderLines(ctx: Context, request: StepInput): Promise<PurchaseOrder> {
  const { lineIds } = parse(CloseLinesSchema, request.input);
  return step(ctx, "close", request, async (current, commit) => {
    check(current, lineIds);
    const given = current.lines.map((line) => (lineIds.includes(line.id) ? { ...line, isClosed: true } : line));
    // An order by hand is what somebody says it is: what it does not bring is not counted as sent with the rest.
    const parts = current.parts.map((part) =>
      isGone(part.status) ? part : { ...part, lineIds: part.lineIds.filter((id) => !lineIds.includes(id)) },
    );
    const status = statusBy(parts, given);
    const lines = endedWith(status, given, parts);
    const attention = stillSaid({ attention: current.attention, lines, parts });
    const changes = { status, lines, parts, attention };
    const { after, writes } = await stockOf(ctx, next(ctx, current, "close", changes));
    const released = await releaseWrites(ctx, after);
    const kept = { ...after, lines: withoutCovers(after.lines) };
    return commit([...changeWrites(ctx, current, kept), ...writes, ...released], kept);
  });
}

function check(order: PurchaseOrder, lineIds: readonly string[]): void {
  const faults = lineIds.flatMap((lineId, index): Fault[] => {
    const path = `lineIds.${index}`;
    if (!order.lines.some(({ id }) => id === lineId))
      return [{ path, code: "UNKNOWN_LINE", message: "The purchase order has no such line" }];
    return lineIds.indexOf(lineId) < index
      ? [{ path, code: "REPEATED_LINE", message: "Each line may be named once" }]
      : [];
  });
  if (faults.length > 0) throw new ValidationError(faults);
  const reasons = lineIds.flatMap((lineId) => whyNot(order, lineId) ?? []);
  if (reasons.length > 0) throw refused("close", order, reasons);
}

function whyNot({ lines, parts, supplierReference }: PurchaseOrder, lineId: string): string | undefined {
  if (lines.some(({ id, isClosed }) => id === lineId && isClosed)) return `nothing more of line ${lineId} is expected`;
  const part = parts.find(({ lineIds, status }) => lineIds.includes(lineId) && !isGone(status));
  if (!part) return undefined;
  if (part.shippedAt !== undefined) return `line ${lineId} has been sent: ${part.externalId} brings it`;
  return supplierReference === undefined
    ? `line ${lineId}: ${part.externalId} brings it, and is cancelled there`
    : undefined;
}
