import type { EffectHandler } from "../../inbound/index.ts";
import * as Orders from "../../orders/index.ts";
import { type Context, timestamp } from "../../platform/context.ts";
import { toWire } from "../../platform/money.ts";
import type { Write } from "../../platform/table.ts";
import { type Json, text } from "../json.ts";
import { type Loss, type Payment, payments } from "../payment.ts";
import { fromStripe } from "../stripe-amount.ts";
import { ignored, isOfOwnAccount, latestOf, objectOf } from "./event.ts";
import { lossOf, lossWrites } from "./dispute-books.ts";
import { NOT_OF_AN_ORDER } from "./order-payment.ts";
import { paymentOf } from "./refund.ts";

/** Statuses in which the money stays, or is again, with us. */
const WON = new Set(["won", "warning_closed", "prevented"]);

/**
 * A buyer disputes a payment at the bank. The order says so until the dispute is won. One that is lost stays said, since
 * what becomes of the goods is for people to decide, and is booked: what the bank took back, and what Stripe takes for it.
 */
export const disputeChanged: EffectHandler = async (ctx, event) => {
  const id = text(objectOf(event)["id"]);
  const payment = id === undefined ? undefined : await paymentOf(ctx, objectOf(event), isOfOwnAccount(event));
  if (!payment || id === undefined) return ignored(NOT_OF_AN_ORDER);
  const latest = await latestOf(ctx, event, { id, path: `/v1/disputes/${id}` });
  if (!latest) return ignored("A newer event of this dispute has been applied");
  const { object, write } = latest;
  const status = text(object["status"]) ?? "needs_response";
  const reason = text(object["reason"]) ?? "general";
  const amount = fromStripe(object["amount"], object["currency"]);
  const isWon = WON.has(status);
  const { version: _version, ...rest } = payment;
  const { loss, writes: booked } = await bookedLoss(ctx, { payment, id, object, isWon });
  const dispute = { amountMinor: amount?.minor ?? 0, status, reason, ...(loss ? { loss } : {}) };
  const disputes = { ...payment.disputes, [id]: dispute };
  const after = { ...rest, disputes, updatedAt: timestamp(ctx) };
  const writes = [payments.write(ctx, payment.id, payment, after), write, ...booked];
  if (payment.disputes[id]?.status === status) return { outcome: "processed", writes };
  const told = amount ? `${Object.values(toWire(amount)).join(" ")} of ` : "";
  const costs = loss ? `; ${lossInWords(loss)} is booked as lost` : "";
  const message = `The buyer disputes ${told}the payment ${payment.id} (${reason}): ${status}${costs}`;
  const notice = await Orders.noticeEffect(ctx, payment.orderId, {
    event: isWon ? "order.disputeClosed" : "order.paymentDisputed",
    details: { dispute: { reference: id, status, reason, ...(loss ? { loss: lossInWords(loss) } : {}) } },
    attention: isWon ? null : { code: "PAYMENT_DISPUTED", message },
    clears: ["PAYMENT_DISPUTED"],
  });
  return { outcome: "processed", writes: [...notice.writes, ...writes], note: message };
};

/** What is in the books of the dispute after this, and what that takes: it is booked once, and taken back once. */
async function bookedLoss(
  ctx: Context,
  { payment, id, object, isWon }: { payment: Payment; id: string; object: Json; isWon: boolean },
): Promise<{ loss?: Loss; writes: Write[] }> {
  const before = payment.disputes[id]?.loss;
  const occurredAt = timestamp(ctx);
  if (before && !isWon) return { loss: before, writes: [] };
  if (before) return { writes: await lossWrites(ctx, payment, { id, loss: before, sign: 1, occurredAt }) };
  const loss = object["status"] === "lost" && payment.isBooked ? lossOf(object) : undefined;
  return loss ? { loss, writes: await lossWrites(ctx, payment, { id, loss, sign: -1, occurredAt }) } : { writes: [] };
}

const lossInWords = ({ amount, fees }: Loss) =>
  [amount, ...fees].map((money) => Object.values(toWire(money)).join(" ")).join(" with a fee of ");
