import { type Context, requirePermission } from "../platform/context.ts";
import { NotFoundError } from "../platform/errors.ts";
import { type Money, toWire } from "../platform/money.ts";
import type { Write } from "../platform/table.ts";
import { nextOrder, stepWrites } from "./change.ts";
import { type Attention, money, moneyAttention, type Order } from "./order.ts";
import { readOrder } from "./order.store.ts";
import { paid } from "./pay.ts";
import { hasGoodsToLeave, refunded } from "./refund.ts";
import { TRANSITIONS } from "./transitions.ts";

/** Money that a provider of payments says has moved. */
export interface MoneyFact {
  orderId: string;
  amount: Money;
  /** The provider's id of it: one that the order has already is not taken again. */
  reference: string;
  method?: string;
}

/**
 * What a fact comes to: writes for the transaction of whoever tells it, of which the first holds only while nobody else
 * changes the order. `differs`: the money has moved and the order cannot take it; the order says so instead.
 */
export interface MoneyEffect {
  outcome: "applied" | "known" | "differs" | "noOrder";
  writes: Write[];
  reason?: string;
}

/** The order, for whoever takes payments of it without reading orders otherwise. Throws NOT_FOUND. */
export async function orderToPay(ctx: Context, id: string): Promise<Order> {
  return readOrder(ctx, id);
}

/** A payment that was made. Of what differs nothing is booked: somebody has to look. */
export async function paymentEffect(
  ctx: Context,
  { orderId, amount, reference, method }: MoneyFact,
): Promise<MoneyEffect> {
  const order = await orderNamed(ctx, orderId);
  if (!order) return { outcome: "noOrder", writes: [] };
  if (order.payments.some((payment) => payment.reference === reference)) return { outcome: "known", writes: [] };
  const due = order.totalMinor - order.paidMinor;
  const told = words(amount);
  if (!TRANSITIONS.pay.from.includes(order.status))
    return differs(ctx, order, `${told} came in by ${reference}, and the order is ${order.status}`);
  if (amount.currency !== order.currency || amount.minor > due || amount.minor <= 0)
    return differs(ctx, order, `${told} came in by ${reference}, and ${words(money(order, due))} is due`);
  return { outcome: "applied", writes: paid(ctx, order, { amountMinor: amount.minor, method, reference }).writes };
}

/**
 * A refund that was made. Goods that are still to leave do not undo it: it is booked, and the order says that they are
 * not paid for any more.
 */
export async function refundEffect(ctx: Context, { orderId, amount, reference }: MoneyFact): Promise<MoneyEffect> {
  const order = await orderNamed(ctx, orderId);
  if (!order) return { outcome: "noOrder", writes: [] };
  if (order.refunds.some((refund) => refund.reference === reference)) return { outcome: "known", writes: [] };
  const left = order.paidMinor - order.refundedMinor;
  const told = words(amount);
  if (!TRANSITIONS.refund.from.includes(order.status))
    return differs(ctx, order, `${told} went back by ${reference}, and the order is ${order.status}`);
  if (amount.currency !== order.currency || amount.minor > left || amount.minor <= 0)
    return differs(
      ctx,
      order,
      `${told} went back by ${reference}, and ${words(money(order, left))} of its payments is left`,
    );
  const isWhole = amount.minor === left;
  const waits = isWhole && hasGoodsToLeave(order);
  const message = `All that was paid has gone back by ${reference}, and goods of it are still to leave: cancel it`;
  const { writes } = refunded(ctx, order, {
    amountMinor: amount.minor,
    reference,
    isOver: isWhole && !waits,
    ...(waits ? { attention: { code: "MONEY_DIFFERS", message } } : {}),
  });
  return { outcome: "applied", writes };
}

/**
 * Something to know of an order's money that changes none of it. What is wrong with money stands before what is wrong
 * with goods, and a payment that failed behind both; null takes back what was said under the codes given.
 */
export async function noticeEffect(
  ctx: Context,
  orderId: string,
  notice: {
    event: string;
    details: Record<string, unknown>;
    attention: Attention | null;
    clears?: readonly Attention["code"][];
    /** Of an order in another status it is no news. */
    only?: Order["status"];
  },
): Promise<MoneyEffect> {
  const order = await orderNamed(ctx, orderId);
  if (!order) return { outcome: "noOrder", writes: [] };
  if (notice.only !== undefined && order.status !== notice.only) return { outcome: "known", writes: [] };
  return { outcome: "applied", writes: noticed(ctx, order, notice) };
}

function noticed(
  ctx: Context,
  order: Order,
  { event, details, attention, clears = [] }: Parameters<typeof noticeEffect>[2],
): Write[] {
  const current = order.attention;
  const cleared = current && clears.includes(current.code) ? undefined : current;
  const yields = attention?.code === "PAYMENT_FAILED" && cleared && cleared.code !== "PAYMENT_FAILED";
  const after = nextOrder(ctx, order, { attention: attention === null || yields ? cleared : attention });
  return stepWrites(ctx, order, after, { action: "notice", event, details });
}

function differs(ctx: Context, order: Order, reason: string): MoneyEffect {
  const before = moneyAttention(order);
  // Two payments too many are two things to look at.
  const message = before?.code === "MONEY_DIFFERS" ? `${before.message}; ${reason}`.slice(0, MAX_MESSAGE) : reason;
  const attention = { code: "MONEY_DIFFERS" as const, message };
  return {
    outcome: "differs",
    reason,
    writes: noticed(ctx, order, { event: "order.moneyDiffers", details: { reason }, attention }),
  };
}

const MAX_MESSAGE = 1_000;

const words = (amount: Money) => Object.values(toWire(amount)).join(" ");

async function orderNamed(ctx: Context, id: string): Promise<Order | undefined> {
  requirePermission(ctx, "orders.write");
  try {
    return await readOrder(ctx, id);
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}
