import { type Good, of, type Prepare } from "./good.ts";
import { aShop, make, order, type Shop, usd } from "./makers.ts";
import { stripeStandIn } from "./stripe-stand-in.ts";

/** An order that its buyer has paid on a page of Stripe's. */
async function paidAtStripe(shop: Shop): Promise<string> {
  const orderId = await order(shop, "placed");
  const { url } = await make<{ url: string }>(shop, `/v1/billing/orders/${orderId}/checkout`, {});
  await (await stripeStandIn()).pay(url);
  return orderId;
}

/** A shop of its own that has subscribed: who has cannot do it again. */
const subscribed =
  (body?: unknown, then: (shop: Shop) => Promise<unknown> = () => Promise.resolve()) =>
  async (): Promise<Good> => {
    const shop = await aShop();
    const { url } = await make<{ url: string }>(shop, "/v1/billing/subscription/checkout", { plan: "starter" });
    await (await stripeStandIn()).pay(url);
    await then(shop);
    return { shop, ...(body === undefined ? {} : { body }) };
  };

const cancelled = (shop: Shop) => make(shop, "/v1/billing/subscription/cancel", {});

export const BILLING_REQUESTS: Record<string, Prepare> = {
  "post /v1/billing/orders/{orderId}/checkout": of((shop) => order(shop, "placed"), {}, "orderId"),
  "post /v1/billing/orders/{orderId}/refund": of(paidAtStripe, { amount: usd("1.00") }, "orderId"),
  "post /v1/billing/subscription/checkout": async () => ({ shop: await aShop(), body: { plan: "pro" } }),
  "post /v1/billing/subscription/preview": subscribed({ plan: "pro" }),
  "post /v1/billing/subscription/change": subscribed({ plan: "pro" }),
  "post /v1/billing/subscription/cancel": subscribed(),
  "post /v1/billing/subscription/resume": subscribed(undefined, cancelled),
  "post /v1/billing/portal": subscribed({}),
};
