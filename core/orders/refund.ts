import * as z from "zod";
import * as Finance from "../finance/index.ts";
import { type Context, timestamp } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { MoneySchema, toWire } from "../platform/money.ts";
import { parse } from "../platform/parse.ts";
import type { Write } from "../platform/table.ts";
import { oneCurrency } from "./amounts.ts";
import { type ChangeRequest, changeOrder, nextOrder, stepWrites } from "./change.ts";
import { type Attention, holdsOf, money, openUnits, type Order } from "./order.ts";
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
    if (isWhole && hasGoodsToLeave(current)) reasons.push("goods of it are still to leave: cancel it first");
    if (reasons.length > 0) throw refused("refund", current, reasons);
    const { after, writes } = refunded(ctx, current, { amountMinor, reason, reference, isOver: isWhole });
    return commit(writes, after);
  });
}

/** Are goods of it held, or still to leave? Then it is not over when its money has gone back. */
export function hasGoodsToLeave(order: Order): boolean {
  return holdsOf(order).length > 0 || (order.status !== "cancelled" && order.lines.some((line) => openUnits(line) > 0));
}

/** The order with a refund of at most what is left of what was paid, and what that writes: the order first, under its condition. */
export function refunded(
  ctx: Context,
  current: Order,
  facts: {
    amountMinor: number;
    reason?: string | undefined;
    reference?: string | undefined;
    /** Its life ends with this refund. */
    isOver: boolean;
    attention?: Attention;
  },
): { after: Order; writes: Write[] } {
  const { amountMinor, reason, reference, isOver, attention = current.attention } = facts;
  const refund = defined({ id: ctx.newId("transaction"), at: timestamp(ctx), amountMinor, reason, reference });
  const after = nextOrder(ctx, current, {
    refundedMinor: current.refundedMinor + amountMinor,
    refunds: [...current.refunds, refund],
    ...(isOver ? { status: "refunded" as const, attention: undefined } : { attention }),
  });
  const step = { action: "refund", event: isOver ? "order.refunded" : "order.partlyRefunded", details: { refund } };
  const writes = stepWrites(ctx, current, after, step);
  // A sale is in the books once it is paid; parts of a payment that go back before never were.
  if (current.paidMinor < current.totalMinor) return { after, writes };
  const books = Finance.refundWrites(ctx, {
    orderId: current.id,
    channel: current.channel,
    refundId: refund.id,
    occurredAt: refund.at,
    currency: current.currency,
    lines: [],
    other: money(current, amountMinor),
  });
  return { after, writes: [...writes, ...books] };
}
