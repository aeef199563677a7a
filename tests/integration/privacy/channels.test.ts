import { describe, expect, it } from "vitest";
import * as Orders from "../../../core/orders/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import * as Privacy from "../../../core/privacy/index.ts";
import { cloudContext } from "../../support/cloud.ts";
import { BUYER, boughtOrder, shopOf, sweepPrivacy } from "../../support/privacy.ts";
import { applyEvent as tell } from "../../support/webhook-effects.ts";

const shop = { shop_id: 954889, shop_domain: "demo-shop.myshopify.example" };
const customer = { id: 191167, email: BUYER.email, phone: "555-625-1199" };
const requestsOf = async (ctx: Context) => (await Privacy.listRequests(ctx, {})).items;

describe("what Shopify demands of every app", () => {
  it("customers/redact erases the customer, and orders that name nobody", async () => {
    const ctx = cloudContext();
    await shopOf(ctx);
    const named = await boughtOrder(ctx, "delivered");
    const guest = { channel: "shopify", externalId: "299938", customer: { name: "A guest" } };
    const anonymous = await boughtOrder(ctx, "delivered", guest);
    await tell(ctx, "shopify", "customers/redact", { ...shop, customer, orders_to_redact: [299938, 280263] });
    await sweepPrivacy(ctx);
    expect(await requestsOf(ctx)).toMatchObject([{ cause: "shopify", status: "done", ordersErased: 2 }]);
    for (const id of [named, anonymous]) expect(await Orders.getOrder(ctx, id)).not.toHaveProperty("customer");
  });

  it("customers/data_request waits for the operator with all that is known of the customer", async () => {
    const ctx = cloudContext();
    await shopOf(ctx);
    const id = await boughtOrder(ctx, "delivered");
    await tell(ctx, "shopify", "customers/data_request", {
      ...shop,
      customer,
      orders_requested: [299938],
      data_request: { id: 9999 },
    });
    expect(await sweepPrivacy(ctx)).toBe(0);
    const [request] = await requestsOf(ctx);
    expect(request).toMatchObject({ kind: "export", status: "open", person: { email: BUYER.email } });
    const { orders } = await Privacy.exportPerson(ctx, { id: request?.id ?? "", page: {} });
    expect(orders.map((order) => order.id)).toEqual([id]);
  });

  it("shop/redact is shown to the operator, who knows which orders were of that shop", async () => {
    const ctx = cloudContext();
    await tell(ctx, "shopify", "shop/redact", shop);
    expect(await requestsOf(ctx)).toMatchObject([
      { kind: "review", status: "open", note: expect.stringContaining("demo-shop.myshopify.example") },
    ]);
    expect(await sweepPrivacy(ctx)).toBe(0);
  });
});

describe("an account that eBay deletes", () => {
  const deletion = (username: string) => ({
    metadata: { topic: "MARKETPLACE_ACCOUNT_DELETION", schemaVersion: "1.0", deprecated: false },
    notification: {
      notificationId: "49feeaeb-4982-42d9-a377-9645b8479411",
      eventDate: "2026-11-20T20:43:59.354Z",
      publishDate: "2026-11-20T20:43:59.679Z",
      publishAttemptCount: 1,
      data: { username, userId: "ma8vp1jySJC", eiasToken: "nY+sHZ2PrBmdj6wVnY" },
    },
  });

  it("is erased in all orders of that buyer", async () => {
    const ctx = cloudContext();
    await shopOf(ctx);
    const id = await boughtOrder(ctx, "delivered", { channel: "ebay", customer: { externalId: "demo_user" } });
    await tell(ctx, "ebay", "MARKETPLACE_ACCOUNT_DELETION", deletion("demo_user"));
    await sweepPrivacy(ctx);
    expect(await Orders.getOrder(ctx, id)).not.toHaveProperty("customer");
    expect(await requestsOf(ctx)).toMatchObject([{ cause: "ebay", status: "done", ordersErased: 1 }]);
  });

  it("leaves nothing behind where nobody here has sold to them, which is nearly always", async () => {
    const ctx = cloudContext();
    const effect = await tell(ctx, "ebay", "MARKETPLACE_ACCOUNT_DELETION", deletion("nobody_here"));
    expect(effect).toMatchObject({ outcome: "ignored", writes: [] });
    expect(await requestsOf(ctx)).toEqual([]);
  });
});
