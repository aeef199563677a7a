import type { EffectHandler } from "../../inbound/index.ts";
import type { Context } from "../../platform/context.ts";
import type { Write } from "../../platform/table.ts";
import { type Checkout, checkouts, SUBSCRIPTION_SUBJECT } from "../checkout.store.ts";
import { type Json, record, text } from "../json.ts";
import { ignored, objectOf } from "./event.ts";
import { checkoutPaymentOf, NOT_OF_AN_ORDER, succeeded, unsettled } from "./order-payment.ts";

/** The page was gone through to its end. Cards have paid then; a bank's transfer comes in, or does not, days later. */
export const checkoutCompleted: EffectHandler = async (ctx, event) => {
  const session = objectOf(event);
  const ended = await endedWrites(ctx, session, "complete");
  if (session["mode"] === "subscription") return subscribed(ended);
  const payment = checkoutPaymentOf(session);
  if (!payment) return ignored(NOT_OF_AN_ORDER);
  if (session["payment_status"] === "paid") return succeeded(ctx, event, payment, ended);
  return unsettled(ctx, payment, { object: { status: "processing" }, others: ended, failed: false });
};

/** The transfer has come in. */
export const checkoutPaid: EffectHandler = async (ctx, event) => {
  const payment = checkoutPaymentOf(objectOf(event));
  return payment ? succeeded(ctx, event, payment) : ignored(NOT_OF_AN_ORDER);
};

/** The transfer did not come in. */
export const checkoutFailed: EffectHandler = async (ctx, event) => {
  const payment = checkoutPaymentOf(objectOf(event));
  if (!payment) return ignored(NOT_OF_AN_ORDER);
  return unsettled(ctx, payment, { object: {}, others: [], failed: true });
};

/** Nobody paid in time: a new page may be opened. */
export const checkoutExpired: EffectHandler = async (ctx, event) => {
  const writes = await endedWrites(ctx, objectOf(event), "expired");
  return writes.length === 0 ? ignored("It is no page that is open here") : { outcome: "processed", writes };
};

/** What the subscription is, its own events say. */
const subscribed = (writes: Write[]) =>
  writes.length === 0
    ? ignored("It is no page that was opened here")
    : { outcome: "processed" as const, writes, note: "Subscribed" };

/** The end of our own page; nothing where a newer one has taken its place, or it has ended before. */
async function endedWrites(ctx: Context, session: Json, status: Checkout["status"]): Promise<Write[]> {
  const metadata = record(session["metadata"]);
  const subject = text(metadata["orderId"]) ?? (session["mode"] === "subscription" ? SUBSCRIPTION_SUBJECT : undefined);
  const found = subject === undefined ? undefined : await checkouts.find(ctx, subject);
  // Paid once, a page is not open again, whatever comes late.
  if (!found || subject === undefined || found.status === "complete" || found.status === status) return [];
  return session["id"] === found.sessionId ? [checkouts.write(ctx, subject, found, { ...found, status })] : [];
}
