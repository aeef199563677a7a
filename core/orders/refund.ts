import * as z from "zod";
import * as Finance from "../finance/index.ts";
import { type Context, timestamp } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { MoneySchema, toWire } from "../platform/money.ts";
import { parse } from "../platform/parse.ts";
import { oneCurrency } from "./amounts.ts";
import { type ChangeRequest, changeOrder, nextOrder, stepWrites } from "./change.ts";
import { holdsOf, money, openUnits, type Order } from "./order.ts";
import { refused } from "./transitions.ts";

export const RefundOrderSchema = z.lazy(() =>
  z
    .strictObject({
      amount: MoneySchema.optional().describe("What the buyer gets back; everything that was paid where absent"),
      reason: z.string().trim().min(1).max(500).optional(),
      reference: z.string().trim().min(1).max(200).optional().describe("The refund's id where it was made"),
    })
    .prefault({}),
);

/** Records money that went back to the buyer; never more than was paid. */
export async function refundOrder(ctx: Context, request: ChangeRequest): Promise<Order> {
  const { amount, reason, reference } = parse(RefundOrderSchema, request.input);
  return changeOrder(ctx, "refund", request, async (current, commit) => {
    oneCurrency([{ path: "amount.currency", amount }], current.currency);
    const left = current.paidMinor - current.refundedMinor;
    const amountMinor = amount?.minor ?? left;
    const isWhole = amountMinor === left;
    const wire = (minor: number) => Object.values(toWire(money(current, minor))).join(" ");
    const reasons: string[] = [];
    if (amountMinor > left) reasons.push(`${wire(left)} of what was paid is left, and ${wire(amountMinor)} is more`);
    if (amountMinor === 0) reasons.push("there is nothing to give back");
    if (
      isWhole &&
      (holdsOf(current).length > 0 ||
        (current.status !== "cancelled" && current.lines.some((line) => openUnits(line) > 0)))
    )
      reasons.push("goods of it are still to leave: cancel it first");
    if (reasons.length > 0) throw refused("refund", current, reasons);
    const refund = defined({ id: ctx.newId("transaction"), at: timestamp(ctx), amountMinor, reason, reference });
    const after = nextOrder(ctx, current, {
      refundedMinor: current.refundedMinor + amountMinor,
      refunds: [...current.refunds, refund],
      ...(isWhole ? { status: "refunded" as const, attention: undefined } : {}),
    });
    const step = { action: "refund", event: isWhole ? "order.refunded" : "order.partlyRefunded", details: { refund } };
    // A sale is in the books once it is paid; parts of a payment that go back before never were.
    if (current.paidMinor < current.totalMinor) return commit(stepWrites(ctx, current, after, step), after);
    const books = Finance.refundWrites(ctx, {
      orderId: current.id,
      channel: current.channel,
      refundId: refund.id,
      occurredAt: refund.at,
      currency: current.currency,
      lines: [],
      other: money(current, amountMinor),
    });
    return commit([...stepWrites(ctx, current, after, step), ...books], after);
  });
}
