import * as z from "zod";
import * as Orders from "../orders/index.ts";
import { type Context, requirePermission } from "../platform/context.ts";
import { AppError } from "../platform/errors.ts";
import { parse } from "../platform/parse.ts";
import {
  type CheckoutView,
  LONGEST_MS,
  openCheckout,
  ReturnUrlsSchema,
  returnUrls,
  SHORTEST_MS,
  viewCheckout,
} from "./checkout.ts";
import { toStripe } from "./stripe-amount.ts";
import { stripeClient } from "./stripe-client.ts";

export const OrderCheckoutSchema = z.lazy(() => ReturnUrlsSchema.unwrap().prefault({}));

/**
 * A page of Stripe's on which what is due of an order is paid. Asked again for the same it is the same page; when the
 * amount has changed, the old page is closed first. Throws NOT_FOUND, STATE_CONFLICT where nothing is due, INVALID_PRICING
 * for an amount that Stripe cannot count, FEATURE_DISABLED without a key.
 */
export async function checkoutOrder(
  ctx: Context,
  { orderId, input }: { orderId: string; input?: unknown },
): Promise<CheckoutView> {
  requirePermission(ctx, "billing.write");
  const urls = parse(OrderCheckoutSchema, input);
  stripeClient(ctx);
  const order = await Orders.orderToPay(ctx, orderId);
  const amount = { minor: order.totalMinor - order.paidMinor, currency: order.currency };
  if (order.status !== "pending" || amount.minor <= 0)
    throw new AppError("STATE_CONFLICT", `Nothing of this order is to be paid: it is ${order.status}`, {
      details: { id: order.id, status: order.status },
    });
  const { amount: unit_amount, currency } = toStripe(amount);
  const metadata = { organizationId: ctx.actor.organizationId, orderId: order.id };
  const name = `Order ${order.orderNumber}`;
  const checkout = await openCheckout(ctx, order.id, {
    amount,
    lastsMs: lastsMs(ctx, order),
    params: {
      mode: "payment",
      client_reference_id: order.id,
      ...returnUrls(ctx, urls),
      line_items: [{ quantity: 1, price_data: { currency, unit_amount, product_data: { name } } }],
      customer_email: order.customer?.email,
      metadata,
      // Stripe carries what stands here on to the payment and its charge.
      payment_intent_data: { metadata, description: name },
    },
  });
  return viewCheckout(checkout);
}

/** As long as the order waits for its payment, within what Stripe allows. */
function lastsMs({ now }: Context, { reservedUntil }: Orders.Order): number {
  const waits = reservedUntil === undefined ? LONGEST_MS : Date.parse(reservedUntil) - now();
  return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, waits));
}
