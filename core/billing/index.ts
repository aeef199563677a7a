/** Money by Stripe: payments of orders, and what organisations pay for the product itself. */
export type { CheckoutView } from "./checkout.ts";
export { STRIPE_EFFECTS } from "./effects/index.ts";
export { listInvoices } from "./invoice.ts";
export { checkoutOrder, OrderCheckoutSchema } from "./order-checkout.ts";
export { CHECKOUT_DUE, closeCheckout, noteEndedOrders } from "./close-checkout.ts";
export { recoverEvents, recoveryStatus, type RecoveryView, requestRecovery } from "./recovery.ts";
export { refundPayment, RefundPaymentSchema, type RefundView } from "./order-refund.ts";
export { currentPlan, planOf } from "./plan.ts";
export type { InvoicePreview } from "./preview.ts";
export {
  cancelSubscription,
  changePlan,
  ChangePlanSchema,
  getSubscription,
  listPlans,
  openPortal,
  PortalSchema,
  previewChange,
  PreviewSchema,
  resumeSubscription,
  subscribe,
  SubscribeSchema,
  type SubscriptionView,
} from "./subscriptions.ts";
