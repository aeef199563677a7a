/** Money by Stripe: payments of orders, and what organisations pay for the product itself. */
export type { CheckoutView } from "./checkout.ts";
export { checkoutOrder, OrderCheckoutSchema } from "./order-checkout.ts";
export { STRIPE_EFFECTS } from "./effects/index.ts";
