import { type EffectHandler, orderOf } from "../../inbound/index.ts";
import * as Orders from "../../orders/index.ts";
import { type Context, timestamp } from "../../platform/context.ts";
import { AppError } from "../../platform/errors.ts";
import type { Money } from "../../platform/money.ts";
import type { Write } from "../../platform/table.ts";
import { idOf, type Json, record, text } from "../json.ts";
import { type Payment, payments } from "../payment.ts";
import { fromStripe } from "../stripe-amount.ts";
import { fetchObject, ignored, isOfOwnAccount, objectOf } from "./event.ts";
import { NOT_OF_AN_ORDER } from "./order-payment.ts";

/** A charge with what has gone back of it in all. */
export const chargeRefunded: EffectHandler = async (ctx, event) => {
  const charge = objectOf(event);
  const found = await paymentOf(ctx, charge, isOfOwnAccount(event));
  if (!found) return ignored(NOT_OF_AN_ORDER);
  const total = fromStripe(charge["amount_refunded"], charge["currency"]);
  if (!total) throw new AppError("VALIDATION_ERROR", "What was refunded cannot be read");
  const { writes, note } = await settle(ctx, found, { refunds: found.refunds, total });
  return { outcome: "processed", writes, note };
};

/** One refund, on its way, done or failed. */
export const refundChanged: EffectHandler = async (ctx, event) => {
  const refund = objectOf(event);
  const id = text(refund["id"]);
  const found = id === undefined ? undefined : await paymentOf(ctx, refund, isOfOwnAccount(event));
  if (!found || id === undefined) return ignored(NOT_OF_AN_ORDER);
  const { verdict, write } = await orderOf(ctx, event, id);
  const status = text(refund["status"]) ?? "succeeded";
  const before = found.refunds[id];
  // Of one second: what is over outweighs what is on its way, and a failure comes after whatever it undoes.
  if (verdict === "older" || (verdict === "same" && rank(status) <= rank(before?.status)))
    return ignored("A newer event of this refund has been applied");
  const amount = fromStripe(refund["amount"], refund["currency"]);
  if (!amount) throw new AppError("VALIDATION_ERROR", "The refund's amount cannot be read");
  const refunds = { ...found.refunds, [id]: { amountMinor: amount.minor, status } };
  const isNews = isFailed(status) && !isFailed(before?.status);
  const settled = isNews
    ? await bounced(ctx, found, { refunds, id, reason: text(refund["failure_reason"]) })
    : await settle(ctx, found, {
        refunds,
        total: { ...amount, minor: sumOf(refunds) },
        reference: id,
        own: amount.minor,
      });
  return { outcome: "processed", writes: [...settled.writes, write], note: settled.note };
};

const isFailed = (status: string | undefined) => status === "failed" || status === "canceled";
const rank = (status: string | undefined) =>
  status === undefined ? 0 : isFailed(status) ? 3 : status === "succeeded" ? 2 : 1;

const sumOf = (refunds: Payment["refunds"]) =>
  Object.values(refunds).reduce((sum, { amountMinor, status }) => sum + (status === "succeeded" ? amountMinor : 0), 0);

interface Settled {
  writes: Write[];
  note: string;
}

/**
 * Both the charge and each refund tell of the same money, in any order. Each says at least so much has gone back; the
 * most that any of them said is right, so only what goes beyond what is booked is booked.
 */
async function settle(
  ctx: Context,
  payment: Payment,
  facts: { refunds: Payment["refunds"]; total: Money; reference?: string; own?: number },
): Promise<Settled> {
  const { refunds, total, reference, own } = facts;
  const more = total.minor - payment.refundedMinor;
  const keep = (refundedMinor: number) => keptWrite(ctx, payment, { refunds, refundedMinor });
  if (more <= 0) return { writes: [keep(payment.refundedMinor)], note: "The refund is known" };
  if (!payment.isBooked) {
    const isAll = payment.amount !== undefined && total.minor >= payment.amount.minor;
    const notice = isAll ? await givenBack(ctx, payment) : [];
    return { writes: [...notice, keep(total.minor)], note: "It gives back what the order had not taken" };
  }
  const name = reference !== undefined && own === more ? reference : `${payment.id}/refunded/${total.minor}`;
  const fact = { orderId: payment.orderId, amount: { ...total, minor: more }, reference: name };
  const effect = await Orders.refundEffect(ctx, fact);
  return { writes: [...effect.writes, keep(total.minor)], note: effect.reason ?? "The refund is in the order" };
}

async function givenBack(ctx: Context, { id, orderId }: Payment): Promise<Write[]> {
  const effect = await Orders.noticeEffect(ctx, orderId, {
    event: "order.moneySettled",
    details: { payment: { reference: id } },
    attention: null,
    clears: ["MONEY_DIFFERS"],
  });
  return effect.writes;
}

/** A refund that failed is back in the account: the order says that the buyer does not have it. */
async function bounced(
  ctx: Context,
  payment: Payment,
  { refunds, id, reason }: { refunds: Payment["refunds"]; id: string; reason: string | undefined },
): Promise<Settled> {
  const message = `The refund ${id} did not reach the buyer${reason === undefined ? "" : ` (${reason})`}: give it back another way`;
  const effect = await Orders.noticeEffect(ctx, payment.orderId, {
    event: "order.moneyDiffers",
    details: { reason: message },
    attention: { code: "MONEY_DIFFERS", message },
  });
  const { refundedMinor } = payment;
  return { writes: [...effect.writes, keptWrite(ctx, payment, { refunds, refundedMinor })], note: message };
}

function keptWrite(ctx: Context, payment: Payment, changes: Partial<Payment>): Write {
  const { version: _version, ...rest } = payment;
  return payments.write(ctx, payment.id, payment, { ...rest, ...changes, updatedAt: timestamp(ctx) });
}

/**
 * The payment that a charge, refund or dispute is of. One that is for an order and not here yet is on its way: the event
 * waits for it. Undefined where it is for no order of ours.
 */
export async function paymentOf(ctx: Context, object: Json, mayAsk: boolean): Promise<Payment | undefined> {
  const id = idOf(object["payment_intent"]);
  if (id === undefined) return undefined;
  const found = await payments.find(ctx, id);
  if (found?.status === "succeeded") return found;
  const isOfOrder = (of: Json | undefined) => text(record(of?.["metadata"])["orderId"]) !== undefined;
  if (found || isOfOrder(object) || (mayAsk && isOfOrder(await fetchObject(ctx, `/v1/payment_intents/${id}`))))
    throw new AppError("STATE_CONFLICT", `It waits for the payment ${id}, which is not here yet`, { retryable: true });
  return undefined;
}
