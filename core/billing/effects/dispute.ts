import type { EffectHandler } from "../../inbound/index.ts";
import * as Orders from "../../orders/index.ts";
import { timestamp } from "../../platform/context.ts";
import { toWire } from "../../platform/money.ts";
import { text } from "../json.ts";
import { payments } from "../payment.ts";
import { fromStripe } from "../stripe-amount.ts";
import { ignored, isOfOwnAccount, latestOf, objectOf } from "./event.ts";
import { NOT_OF_AN_ORDER } from "./order-payment.ts";
import { paymentOf } from "./refund.ts";

/** Statuses in which the money stays, or is again, with us. */
const WON = new Set(["won", "warning_closed", "prevented"]);

/**
 * A buyer disputes a payment at the bank. The order says so until the dispute is won; one that is lost stays said, since
 * the money is gone without being a refund: what becomes of the goods is for people to decide.
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
  const { version: _version, ...rest } = payment;
  const disputes = { ...payment.disputes, [id]: { amountMinor: amount?.minor ?? 0, status, reason } };
  const after = { ...rest, disputes, updatedAt: timestamp(ctx) };
  const writes = [payments.write(ctx, payment.id, payment, after), write];
  if (payment.disputes[id]?.status === status) return { outcome: "processed", writes };
  const told = amount ? `${Object.values(toWire(amount)).join(" ")} of ` : "";
  const message = `The buyer disputes ${told}the payment ${payment.id} (${reason}): ${status}`;
  const isWon = WON.has(status);
  const notice = await Orders.noticeEffect(ctx, payment.orderId, {
    event: isWon ? "order.disputeClosed" : "order.paymentDisputed",
    details: { dispute: { reference: id, status, reason } },
    attention: isWon ? null : { code: "PAYMENT_DISPUTED", message },
    clears: ["PAYMENT_DISPUTED"],
  });
  return { outcome: "processed", writes: [...notice.writes, ...writes], note: message };
};
