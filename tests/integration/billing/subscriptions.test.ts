import { describe, expect, it } from "vitest";
import * as Billing from "../../../core/billing/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import { type BillingShop, billingShop } from "../../support/billing.ts";
import { allEvents, deliver, stripeEvent } from "../../support/webhooks.ts";

/** A shop that has subscribed. */
async function subscribed(plan: string, how = ""): Promise<BillingShop> {
  const shop = await billingShop();
  const { url } = await Billing.subscribe(shop.ctx, { plan });
  expect((await shop.pay(url, how)).status).toBe(303);
  await shop.work();
  return shop;
}

const subscriptionOf = ({ sandbox }: BillingShop) => {
  const [found] = sandbox.state.all("subscription");
  if (!found) throw new Error("Nobody has subscribed");
  return found;
};

describe("the subscription of an organisation", () => {
  it.each([
    ["in the form of 2020", ""],
    ["in the form of basil", "?form=2025-06-30.basil"],
    ["reversed and twice, in the form of basil", "?form=2025-06-30.basil&order=reversed&times=2"],
  ])("S3-06: is made by its page, and known from events %s", async (_name, how) => {
    const shop = await billingShop();
    const free = await Billing.getSubscription(shop.ctx);
    expect(free).toEqual({
      plan: { id: "free", name: "Free", limits: { requestsPerMinute: 60 } },
      status: "none",
      cancelAtPeriodEnd: false,
    });
    const { url } = await Billing.subscribe(shop.ctx, { plan: "pro" });
    await shop.pay(url, how);
    await shop.work();
    expect(await Billing.getSubscription(shop.ctx)).toMatchObject({
      plan: { id: "pro", limits: { requestsPerMinute: 1_200 } },
      status: "active",
      cancelAtPeriodEnd: false,
      currentPeriodEnd: "2026-12-21T12:00:00.000Z",
    });
    const { items } = await Billing.listInvoices(shop.ctx, {});
    expect(items).toMatchObject([
      {
        status: "paid",
        total: { amount: "99.00", currency: "USD" },
        due: { amount: "0.00" },
        subscriptionId: subscriptionOf(shop).id,
      },
    ]);
    expect(await allEvents(shop.ctx, { status: "failed" })).toEqual([]);
    await expect(Billing.subscribe(shop.ctx, { plan: "starter" })).rejects.toMatchObject({ code: "STATE_CONFLICT" });
  });

  it("S3-06: asks for one page and makes one customer, however often it is asked for", async () => {
    const shop = await billingShop();
    const pages = await Promise.all([1, 2, 3].map(() => Billing.subscribe(shop.ctx, { plan: "pro" })));
    expect(new Set(pages.map(({ url }) => url)).size).toBe(1);
    expect(shop.sandbox.state.all("customer")).toHaveLength(1);
  });

  it("begins with the plan's trial, which nobody has twice, and tells when it is about to end", async () => {
    const shop = await subscribed("starter");
    expect(await Billing.getSubscription(shop.ctx)).toMatchObject({
      plan: { id: "starter" },
      status: "trialing",
      trialEnd: "2026-12-05T12:00:00.000Z",
    });
    const trial = stripeEvent(
      { type: "customer.subscription.trial_will_end", created: shop.ctx.now() / 1000 },
      subscriptionOf(shop),
    );
    await deliver(shop.ctx, trial);
    expect(await shop.work()).toEqual(["processed"]);
    shop.clock.advance(5_000);
    const over = { ...subscriptionOf(shop), status: "canceled" };
    await deliver(
      shop.ctx,
      stripeEvent({ type: "customer.subscription.deleted", created: shop.ctx.now() / 1000 }, over),
    );
    await shop.work();
    expect(await Billing.getSubscription(shop.ctx)).toMatchObject({ plan: { id: "free" }, status: "canceled" });
    const again = await Billing.subscribe(shop.ctx, { plan: "starter" });
    const page = shop.sandbox.state.find("checkout.session", again.sessionId);
    expect(page?.["sandbox"]).toMatchObject({ data: { metadata: {} } });
    expect(page?.["sandbox"]).not.toMatchObject({ data: { trial_period_days: expect.anything() } });
  });

  it("changes its plan at the price that the preview said, and nothing before it is confirmed", async () => {
    const shop = await billingShop();
    const { url } = await Billing.subscribe(shop.ctx, { plan: "starter" });
    await shop.pay(url);
    await shop.work();
    // The trial is over, and half of the period.
    const before = subscriptionOf(shop);
    shop.sandbox.state.put({
      ...before,
      status: "active",
      current_period_end: Number(before["current_period_start"]) + 30 * 86_400,
    });
    shop.clock.advance(15 * 86_400_000);
    const preview = await Billing.previewChange(shop.ctx, { plan: "pro" });
    expect(preview).toMatchObject({
      plan: "pro",
      prorationAt: new Date(shop.ctx.now()).toISOString(),
      proration: { amount: "35.00", currency: "USD" },
      nextTotal: { amount: "134.00", currency: "USD" },
    });
    expect(await Billing.getSubscription(shop.ctx)).toMatchObject({ plan: { id: "starter" } });
    const changed = await Billing.changePlan(shop.ctx, { plan: "pro", prorationAt: preview.prorationAt });
    expect(changed).toMatchObject({ plan: { id: "pro" }, status: "active" });
    await shop.work();
    expect(await Billing.getSubscription(shop.ctx)).toMatchObject({ plan: { id: "pro" }, status: "active" });
    expect(await Billing.changePlan(shop.ctx, { plan: "pro" })).toMatchObject({ plan: { id: "pro" } });
  });

  it("is cancelled to the end of what is paid, and resumed, and cancelled again", async () => {
    const shop = await subscribed("pro");
    for (const [step, cancels] of [
      [Billing.cancelSubscription, true],
      [Billing.resumeSubscription, false],
      [Billing.cancelSubscription, true],
    ] as const) {
      expect(await step(shop.ctx)).toMatchObject({ status: "active", cancelAtPeriodEnd: cancels });
      shop.clock.advance(2_000);
      await shop.work();
      expect(subscriptionOf(shop)).toMatchObject({ cancel_at_period_end: cancels });
      expect(await Billing.getSubscription(shop.ctx)).toMatchObject({
        cancelAtPeriodEnd: cancels,
        plan: { id: "pro" },
      });
    }
  });

  it("has a link to Stripe's own pages once there is a customer", async () => {
    const { ctx } = await billingShop();
    await expect(Billing.openPortal(ctx, {})).rejects.toMatchObject({ code: "STATE_CONFLICT" });
    const shop = await subscribed("pro");
    const { url } = await Billing.openPortal(shop.ctx, { returnUrl: "https://shop.example/settings" });
    expect(url).toContain(`${shop.sandbox.url}/portal/`);
  });

  it("is left as it is by an older event that comes late", async () => {
    const shop = await subscribed("pro");
    shop.clock.advance(60_000);
    await Billing.cancelSubscription(shop.ctx);
    await shop.work();
    const created = Math.floor(shop.ctx.now() / 1000) - 30;
    const older = { ...subscriptionOf(shop), cancel_at_period_end: false, status: "past_due" };
    await deliver(shop.ctx, stripeEvent({ type: "customer.subscription.updated", created }, older));
    expect(await shop.work()).toEqual(["ignored"]);
    expect(await Billing.getSubscription(shop.ctx)).toMatchObject({ status: "active", cancelAtPeriodEnd: true });
  });

  it("is nobody else's: neither another customer of the account nor an account of the organisation's own changes it", async () => {
    const shop = await subscribed("starter");
    const upgrade = {
      ...subscriptionOf(shop),
      id: "sub_forged",
      items: { data: [{ id: "si_1", price: { id: "price_pro" } }] },
    };
    const created = Math.floor(shop.ctx.now() / 1000) + 10;
    await deliver(
      shop.ctx,
      stripeEvent({ type: "customer.subscription.updated", created }, { ...upgrade, customer: "cus_other" }),
    );
    expect(await shop.work()).toEqual(["ignored"]);
    const own = { ...stripeEvent({}, upgrade), sourceId: "whs_own" };
    const handler = Billing.STRIPE_EFFECTS.handlers["customer.subscription.updated"];
    const event = {
      id: "whe_1",
      provider: "stripe" as const,
      sourceId: "whs_own",
      externalEventId: own.id,
      eventType: "customer.subscription.updated",
      occurredAtMs: created * 1000,
      payload: own,
      attempt: 1,
    };
    expect(await handler?.(shop.ctx, event)).toMatchObject({ outcome: "ignored", writes: [] });
    expect(await Billing.planOf(shop.ctx)).toMatchObject({ id: "starter" });
  });
});

describe("the plan that others ask for", () => {
  it("is the free one until a subscription is paid for, and limits nothing where none is configured", async () => {
    const shop = await billingShop();
    expect(await Billing.planOf(shop.ctx)).toMatchObject({ id: "free", limits: { requestsPerMinute: 60 } });
    const bare: Context = { ...shop.ctx, config: { ...shop.ctx.config, billingPlans: [] } };
    expect(await Billing.planOf(bare)).toEqual({ id: "free", name: "Free", limits: {} });
  });

  it("refuses to subscribe to one that is not to be bought", async () => {
    const { ctx } = await billingShop();
    await expect(Billing.subscribe(ctx, { plan: "free" })).rejects.toMatchObject({
      code: "VALIDATION_ERROR",
      field: "plan",
    });
  });
});

describe("a customer that was deleted at Stripe", () => {
  it("is made anew with the next page", async () => {
    const shop = await billingShop();
    await Billing.subscribe(shop.ctx, { plan: "pro" });
    const [customer] = shop.sandbox.state.all("customer");
    await deliver(shop.ctx, stripeEvent({ type: "customer.deleted" }, { id: customer?.id, object: "customer" }));
    await shop.work();
    await Billing.subscribe(shop.ctx, { plan: "pro" });
    expect(shop.sandbox.state.all("customer")).toHaveLength(2);
  });
});
