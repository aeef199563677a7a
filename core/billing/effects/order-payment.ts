import { accountWrite, type Effect, type EffectHandler, type InboundEvent } from "../../inbound/index.ts";
import * as Orders from "../../orders/index.ts";
import { type Context, timestamp } from "../../platform/context.ts";
import { defined } from "../../platform/defined.ts";
import { AppError } from "../../platform/errors.ts";
import type { Money } from "../../platform/money.ts";
import type { Write } from "../../platform/table.ts";
import { idOf, type Json, record, text } from "../json.ts";
import { type Payment, payments } from "../payment.ts";
import { fromStripe } from "../stripe-amount.ts";
import { ignored, isOfOwnAccount, latestOf, objectOf } from "./event.ts";

export const NOT_OF_AN_ORDER = "It is not about a payment of an order";

/** A payment as events of it and of its checkout name it. */
interface Named {
  paymentId: string;
  orderId: string;
  amount: Money | undefined;
}

/** Undefined where it was not for an order of ours. */
export function paymentIntentOf(object: Json): Named | undefined {
  const paymentId = text(object["id"]);
  const orderId = text(record(object["metadata"])["orderId"]);
  if (paymentId === undefined || orderId === undefined) return undefined;
  // Of a payment that was taken in part only what was received is ours.
  const amount = object["status"] === "succeeded" ? (object["amount_received"] ?? object["amount"]) : object["amount"];
  return { paymentId, orderId, amount: fromStripe(amount, object["currency"]) };
}

/** Money has come in. */
export const paymentSucceeded: EffectHandler = async (ctx, event) => {
  const named = paymentIntentOf(objectOf(event));
  return named ? succeeded(ctx, event, named) : ignored(NOT_OF_AN_ORDER);
};

/**
 * Books the payment into its order: both tell of it, the checkout and the payment, in either order and more than once,
 * and the payment's id lets one of them in. Nothing that comes later makes it unpaid, so the events' order does not matter.
 */
export async function succeeded(
  ctx: Context,
  event: InboundEvent,
  { paymentId, orderId, amount }: Named,
  others: Write[] = [],
): Promise<Effect> {
  const before = await payments.find(ctx, paymentId);
  if (before?.status === "succeeded") return { outcome: "processed", writes: others, note: "The payment is known" };
  if (!amount) throw new AppError("VALIDATION_ERROR", "The payment's amount cannot be read");
  const fact = { orderId, amount, reference: paymentId, method: "stripe" };
  const effect = await Orders.paymentEffect(ctx, fact);
  if (effect.outcome === "noOrder") return ignored("There is no such order");
  const isBooked = effect.outcome !== "differs";
  const after = kept(ctx, before, { paymentId, orderId, status: "succeeded", amount, isBooked, reason: effect.reason });
  // Refunds and disputes name the payment and nothing else: by this they find whose it is.
  const owner = isOfOwnAccount(event) ? [accountWrite(ctx, "stripe", paymentId)] : [];
  const writes = [...effect.writes, payments.write(ctx, paymentId, before, after), ...owner, ...others];
  return { outcome: "processed", writes, note: effect.reason ?? "The order is paid" };
}

/** The payment did not go through, or waits for the buyer, or was given up. What is paid stays paid. */
export const paymentChanged: EffectHandler = async (ctx, event) => {
  const named = paymentIntentOf(objectOf(event));
  if (!named) return ignored(NOT_OF_AN_ORDER);
  const path = `/v1/payment_intents/${named.paymentId}`;
  const latest = await latestOf(ctx, event, { id: named.paymentId, path });
  if (!latest) return ignored("A newer event of this payment has been applied");
  const now = paymentIntentOf(latest.object) ?? named;
  if (latest.object["status"] === "succeeded") return succeeded(ctx, event, now, [latest.write]);
  return unsettled(ctx, now, { object: latest.object, others: [latest.write], failed: event.eventType === FAILED });
};

const FAILED = "payment_intent.payment_failed";

const STATUS: Readonly<Record<string, Payment["status"]>> = {
  processing: "processing",
  requires_action: "requiresAction",
  requires_confirmation: "requiresAction",
  requires_capture: "processing",
  canceled: "canceled",
  requires_payment_method: "failed",
};

/** A payment that has not come in; one that failed is told of its order while that waits for it. */
export async function unsettled(
  ctx: Context,
  { paymentId, orderId, amount }: Named,
  { object, others, failed }: { object: Json; others: Write[]; failed: boolean },
): Promise<Effect> {
  const before = await payments.find(ctx, paymentId);
  if (before?.status === "succeeded") return { outcome: "ignored", writes: [], note: "The payment has succeeded" };
  const status = failed ? "failed" : (STATUS[String(object["status"])] ?? "processing");
  const why = text(record(object["last_payment_error"])["message"]);
  const reason = status === "failed" ? (why ?? "The payment did not go through") : undefined;
  const notice = reason === undefined ? undefined : await told(ctx, orderId, paymentId, reason);
  if (notice?.outcome === "noOrder") return ignored("There is no such order");
  const after = kept(ctx, before, { paymentId, orderId, status, amount, isBooked: false, reason });
  const writes = [...(notice?.writes ?? []), payments.write(ctx, paymentId, before, after), ...others];
  return { outcome: "processed", writes, ...(reason === undefined ? {} : { note: reason }) };
}

const told = (ctx: Context, orderId: string, paymentId: string, reason: string) =>
  Orders.noticeEffect(ctx, orderId, {
    event: "order.paymentFailed",
    details: { payment: { reference: paymentId, reason } },
    attention: { code: "PAYMENT_FAILED", message: reason },
    only: "pending",
  });

function kept(
  ctx: Context,
  before: Payment | undefined,
  changes: {
    paymentId: string;
    orderId: string;
    status: Payment["status"];
    amount: Money | undefined;
    isBooked: boolean;
    reason: string | undefined;
  },
): Omit<Payment, "version"> {
  const { paymentId: id, orderId, status, isBooked } = changes;
  const { refundedMinor = 0, refunds = {}, disputes = {} } = before ?? {};
  const { amount = before?.amount, reason } = changes;
  const rest = { refundedMinor, refunds, disputes, updatedAt: timestamp(ctx) };
  return defined({ id, orderId, status, amount, isBooked, reason, ...rest });
}

/** The payment of a checkout of an order; undefined for one that took no money, or was for something else. */
export function checkoutPaymentOf(session: Json): Named | undefined {
  const paymentId = idOf(session["payment_intent"]);
  const orderId = text(record(session["metadata"])["orderId"]);
  if (session["mode"] !== "payment" || paymentId === undefined || orderId === undefined) return undefined;
  return { paymentId, orderId, amount: fromStripe(session["amount_total"], session["currency"]) };
}
