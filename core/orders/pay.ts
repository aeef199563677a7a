import * as z from "zod";
import * as Finance from "../finance/index.ts";
import { type Context, timestamp } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { type Money, MoneySchema, toWire } from "../platform/money.ts";
import { parse } from "../platform/parse.ts";
import type { Write } from "../platform/table.ts";
import { oneCurrency } from "./amounts.ts";
import { type ChangeRequest, changeOrder, nextOrder, stepWrites } from "./change.ts";
import { isFromStock, money, type Order } from "./order.ts";
import { refused } from "./transitions.ts";

export const PayOrderSchema = z.lazy(() =>
  z
    .strictObject({
      amount: MoneySchema.optional().describe("What was paid; what is due where absent"),
      method: z.string().trim().min(1).max(100).optional(),
      reference: z.string().trim().min(1).max(200).optional().describe("The payment's id where it was made"),
    })
    .prefault({}),
);

/** Records a payment. The order is paid when nothing is due any more; the sale goes into the books with it. */
export async function payOrder(ctx: Context, request: ChangeRequest): Promise<Order> {
  const { amount, method, reference } = parse(PayOrderSchema, request.input);
  return changeOrder(ctx, "pay", request, async (current, commit) => {
    const due = current.totalMinor - current.paidMinor;
    oneCurrency([{ path: "amount.currency", amount }], current.currency);
    const amountMinor = amount?.minor ?? due;
    if (amountMinor > due)
      throw refused("pay", current, [`${wire(current, due)} is due, and ${wire(current, amountMinor)} is more`]);
    const { after, writes } = paid(ctx, current, { amountMinor, method, reference });
    return commit(writes, after);
  });
}

/** The order with a payment of at most what is due, and what that writes: the order first, under its condition. */
export function paid(
  ctx: Context,
  current: Order,
  {
    amountMinor,
    method,
    reference,
  }: { amountMinor: number; method?: string | undefined; reference?: string | undefined },
): { after: Order; writes: Write[] } {
  const at = timestamp(ctx);
  const isPaid = amountMinor === current.totalMinor - current.paidMinor;
  const payment = defined({ id: ctx.newId("transaction"), at, amountMinor, method, reference });
  const after = nextOrder(ctx, current, {
    paidMinor: current.paidMinor + amountMinor,
    payments: [...current.payments, payment],
    ...(isPaid ? { status: "paid" as const, reservedUntil: undefined } : {}),
    ...(current.attention?.code === "PAYMENT_FAILED" ? { attention: undefined } : {}),
  });
  const step = { action: "pay", event: isPaid ? "order.paid" : "order.partlyPaid", details: { payment } };
  const sale = isPaid ? Finance.saleWrites(ctx, saleOf(after, at)) : [];
  return { after, writes: [...stepWrites(ctx, current, after, step), ...sale] };
}

const wire = (order: Order, minor: number) => Object.values(toWire(money(order, minor))).join(" ");

/** The order as the books see it: what was sold, and what the channel keeps where it says so. */
export function saleOf(order: Order, occurredAt: string): Finance.SaleFacts {
  const amount = (minor: number): Money => money(order, minor);
  return {
    orderId: order.id,
    channel: order.channel,
    occurredAt,
    currency: order.currency,
    lines: order.lines.map((line) => {
      const { id, quantity, totalMinor, productId, sku, gtin, styleCode, size, title } = line;
      const fromStock = isFromStock(order, line);
      const named = { productId, sku, gtin, styleCode, size, title };
      return defined({ lineId: id, quantity, amount: amount(totalMinor), fromStock, ...named });
    }),
    ...(order.discountMinor > 0 ? { discount: amount(order.discountMinor) } : {}),
    ...(order.shippingMinor > 0 ? { shipping: amount(order.shippingMinor) } : {}),
    ...(order.taxMinor > 0 ? { tax: amount(order.taxMinor) } : {}),
    ...(order.fees ? { fees: order.fees.map(({ kind, amountMinor }) => ({ kind, amount: amount(amountMinor) })) } : {}),
  };
}
