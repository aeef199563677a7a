import * as Billing from "../../../core/billing/index.ts";
import { CheckoutAnswer, EXAMPLES } from "../answers/billing.ts";
import { type Route, route } from "../route.ts";

const write = { permission: "billing.write", tag: "Billing" } as const;

export const billingRoutes: Route[] = [
  route({
    method: "post",
    path: "/v1/billing/orders/{orderId}/checkout",
    ...write,
    summary: "Open a page of Stripe's on which an order is paid",
    description:
      "For what is due. Asked again for the same it is the same page; another amount closes the old page first. The order is paid when Stripe's webhook says so.",
    body: Billing.OrderCheckoutSchema,
    answer: CheckoutAnswer,
    errors: ["NOT_FOUND", "STATE_CONFLICT", "INVALID_PRICING", "FEATURE_DISABLED", "DEPENDENCY_UNAVAILABLE"],
    example: {
      body: { successUrl: "https://shop.example/thanks", cancelUrl: "https://shop.example/cart" },
      answer: EXAMPLES.checkout,
    },
    handle: (ctx, { params, body }) => Billing.checkoutOrder(ctx, { orderId: params.orderId, input: body }),
  }),
];
