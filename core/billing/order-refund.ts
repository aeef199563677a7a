import * as z from "zod";
import * as Orders from "../orders/index.ts";
import { contentHash } from "../platform/canonical.ts";
import { type Context, requirePermission } from "../platform/context.ts";
import { AppError, ValidationError } from "../platform/errors.ts";
import { PermanentError } from "../platform/http/errors.ts";
import { type Money, MoneySchema, toWire, type WireMoney } from "../platform/money.ts";
import { parse } from "../platform/parse.ts";
import { text } from "./json.ts";
import { type Payment, payments } from "./payment.ts";
import { toStripe } from "./stripe-amount.ts";
import { stripeClient } from "./stripe-client.ts";

export const RefundPaymentSchema = z.lazy(() =>
  z
    .strictObject({
      amount: MoneySchema.optional().describe("What is left of the payment where absent"),
      reason: z.enum(["duplicate", "fraudulent", "requested_by_customer"]).optional(),
    })
    .prefault({}),
);

export interface RefundView {
  /** Stripe's. */
  id: string;
  paymentId: string;
  status: string;
  amount: WireMoney;
}

/**
 * Gives money of an order back by Stripe. Order and books follow when Stripe's event says so. Repeated before that, it is
 * the same refund; a second one of the same amount meanwhile needs an Idempotency-Key of its own. Throws STATE_CONFLICT
 * where no payment has so much left, or all of it would go back with goods still to leave.
 */
export async function refundPayment(
  ctx: Context,
  { orderId, input }: { orderId: string; input?: unknown },
): Promise<RefundView> {
  requirePermission(ctx, "billing.write");
  const { amount, reason } = parse(RefundPaymentSchema, input);
  const stripe = stripeClient(ctx);
  const order = await Orders.orderToPay(ctx, orderId);
  if (amount !== undefined && amount.currency !== order.currency)
    throw new ValidationError([
      { path: "amount.currency", code: "OTHER_CURRENCY", message: `The order is in ${order.currency}` },
    ]);
  const payment = await paymentWith(ctx, order, amount);
  const wanted = amount ?? leftOf(payment);
  if (wanted.minor <= 0) throw new AppError("STATE_CONFLICT", "There is nothing to give back");
  if (wanted.minor === order.paidMinor - order.refundedMinor && Orders.hasGoodsToLeave(order))
    throw new AppError("STATE_CONFLICT", "Goods of the order are still to leave: cancel it first");
  const params = {
    payment_intent: payment.id,
    amount: toStripe(wanted).amount,
    reason,
    metadata: { organizationId: ctx.actor.organizationId, orderId: order.id },
  };
  const asked = ctx.idempotencyKey ?? payment.refundedMinor;
  const key = [ctx.actor.organizationId, payment.id, contentHash({ asked, params })].join("/");
  const refund = await stripe.post("/v1/refunds", params, key);
  const id = text(refund["id"]);
  if (id === undefined) throw new PermanentError("stripe", "answered a refund without an id");
  return { id, paymentId: payment.id, status: text(refund["status"]) ?? "pending", amount: toWire(wanted) };
}

/** The payment by Stripe that has so much left; without an amount the first that has anything. */
async function paymentWith(ctx: Context, order: Orders.Order, amount: Money | undefined): Promise<Payment> {
  const references = order.payments.flatMap(({ method, reference }) =>
    method === "stripe" && reference !== undefined ? [reference] : [],
  );
  const found = await Promise.all(references.map((reference) => payments.find(ctx, reference)));
  const least = amount?.minor ?? 1;
  const payment = found.find((one) => one?.isBooked && leftOf(one).minor >= least);
  if (!payment)
    throw new AppError("STATE_CONFLICT", "No payment of this order by Stripe has so much left to give back", {
      details: { id: order.id, payments: references },
    });
  return payment;
}

function leftOf({ amount, refundedMinor }: Payment): Money {
  return { minor: (amount?.minor ?? 0) - refundedMinor, currency: amount?.currency ?? "" };
}
