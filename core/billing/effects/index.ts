import type { Effects } from "../../inbound/index.ts";
import { checkoutCompleted, checkoutExpired, checkoutFailed, checkoutPaid } from "./checkout-session.ts";
import { disputeChanged } from "./dispute.ts";
import { paymentChanged, paymentSucceeded } from "./order-payment.ts";
import { chargeRefunded, refundChanged } from "./refund.ts";
import { customerDeleted, invoiceChanged, subscriptionChanged, trialWillEnd } from "./subscription.ts";

const ELSEWHERE = "Another event of the same payment says all that is kept here";
const OWN_CALL = "Our own call made it, and nothing of it is kept";
const CATALOGUE = "Plans are in the configuration, by the ids of their prices";
const PAYOUTS = "Payouts are in Stripe's own books";

/** What every type of Stripe's events comes to; docs/billing.md has the same table in words. */
export const STRIPE_EFFECTS: Effects = {
  handlers: {
    "checkout.session.completed": checkoutCompleted,
    "checkout.session.async_payment_succeeded": checkoutPaid,
    "checkout.session.async_payment_failed": checkoutFailed,
    "checkout.session.expired": checkoutExpired,
    "payment_intent.succeeded": paymentSucceeded,
    "payment_intent.payment_failed": paymentChanged,
    "payment_intent.canceled": paymentChanged,
    "payment_intent.requires_action": paymentChanged,
    "payment_intent.processing": paymentChanged,
    "charge.refunded": chargeRefunded,
    "charge.refund.updated": refundChanged,
    "refund.created": refundChanged,
    "refund.updated": refundChanged,
    "refund.failed": refundChanged,
    "charge.dispute.created": disputeChanged,
    "charge.dispute.updated": disputeChanged,
    "charge.dispute.closed": disputeChanged,
    "charge.dispute.funds_withdrawn": disputeChanged,
    "charge.dispute.funds_reinstated": disputeChanged,
    "customer.deleted": customerDeleted,
    "customer.subscription.created": subscriptionChanged,
    "customer.subscription.updated": subscriptionChanged,
    "customer.subscription.deleted": subscriptionChanged,
    "customer.subscription.paused": subscriptionChanged,
    "customer.subscription.resumed": subscriptionChanged,
    "customer.subscription.trial_will_end": trialWillEnd,
    "invoice.created": invoiceChanged,
    "invoice.updated": invoiceChanged,
    "invoice.finalized": invoiceChanged,
    "invoice.paid": invoiceChanged,
    "invoice.payment_succeeded": invoiceChanged,
    "invoice.payment_failed": invoiceChanged,
    "invoice.payment_action_required": invoiceChanged,
    "invoice.marked_uncollectible": invoiceChanged,
    "invoice.voided": invoiceChanged,
  },
  ignored: {
    "payment_intent.created": ELSEWHERE,
    "charge.succeeded": ELSEWHERE,
    "charge.failed": ELSEWHERE,
    "charge.updated": ELSEWHERE,
    "charge.pending": ELSEWHERE,
    "customer.created": OWN_CALL,
    "customer.updated": OWN_CALL,
    "invoice.upcoming": "It is not there yet: the preview asks Stripe for it when somebody wants to know",
    "invoice.deleted": "A draft that nobody has seen",
    "product.created": CATALOGUE,
    "product.updated": CATALOGUE,
    "product.deleted": CATALOGUE,
    "price.created": CATALOGUE,
    "price.updated": CATALOGUE,
    "price.deleted": CATALOGUE,
    "plan.created": CATALOGUE,
    "plan.updated": CATALOGUE,
    "plan.deleted": CATALOGUE,
    "payout.created": PAYOUTS,
    "payout.updated": PAYOUTS,
    "payout.paid": PAYOUTS,
    "payout.failed": PAYOUTS,
  },
};
