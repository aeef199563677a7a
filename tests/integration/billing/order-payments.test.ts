import { describe, expect, it } from "vitest";
import * as Billing from "../../../core/billing/index.ts";
import * as Orders from "../../../core/orders/index.ts";
import { type BillingShop, billingShop } from "../../support/billing.ts";
import { orderAfter } from "../../support/order-steps.ts";
import { expectClean } from "../../support/verify.ts";
import { allEvents } from "../../support/webhooks.ts";

const placed = async (shop: BillingShop) => (await orderAfter("place")(shop.ctx)).id;
const checkout = ({ ctx }: BillingShop, orderId: string) => Billing.checkoutOrder(ctx, { orderId });

async function paidOrder(shop: BillingShop, how = "") {
  const orderId = await placed(shop);
  const { url } = await checkout(shop, orderId);
  expect((await shop.pay(url, how)).status).toBe(303);
  return orderId;
}

const intentOf = ({ sandbox }: BillingShop) => String(sandbox.state.all("payment_intent")[0]?.id);

const refund = (shop: BillingShop, amount?: number) =>
  fetch(`${shop.sandbox.url}/v1/refunds`, {
    method: "POST",
    headers: { authorization: "Bearer sk_test_of_the_sandbox" },
    body: new URLSearchParams({ payment_intent: intentOf(shop), ...(amount ? { amount: String(amount) } : {}) }),
  });

const control = (shop: BillingShop, path: string) => fetch(`${shop.sandbox.url}/sandbox/${path}`, { method: "POST" });

describe("the payment of an order by Stripe", () => {
  it.each([
    ["as it happened", ""],
    ["reversed", "?order=reversed"],
    ["each event three times", "?times=3"],
    ["reversed and twice", "?order=reversed&times=2"],
  ])("S3-03: %s, is in the order and its books exactly once", async (_name, how) => {
    const shop = await billingShop();
    const id = await paidOrder(shop, how);
    const worked = await shop.work();
    expect(worked.filter((outcome) => outcome === "processed")).toHaveLength(2);
    const order = await Orders.getOrder(shop.ctx, id);
    expect(order).toMatchObject({
      status: "paid",
      paidMinor: order.totalMinor,
      payments: [{ amountMinor: order.totalMinor, method: "stripe", reference: intentOf(shop) }],
    });
    expect(order.attention).toBeUndefined();
    expect(await allEvents(shop.ctx, { status: "failed" })).toEqual([]);
    await expectClean(shop.ctx);
  });

  it("by a page that is asked for twice is one page, and a repeat asks nothing of Stripe again", async () => {
    const shop = await billingShop();
    const id = await placed(shop);
    const [first, again] = [await checkout(shop, id), await checkout(shop, id)];
    expect(again).toEqual(first);
    expect(shop.sandbox.state.all("checkout.session")).toHaveLength(1);
    const both = await Promise.all([checkout(shop, id), checkout(shop, id)]);
    expect(both).toEqual([first, first]);
  });

  it("by a page that many ask for at once is one page still", async () => {
    const shop = await billingShop();
    const id = await placed(shop);
    const pages = await Promise.all(Array.from({ length: 4 }, () => checkout(shop, id)));
    expect(new Set(pages.map(({ url }) => url)).size).toBe(1);
    const open = shop.sandbox.state.all("checkout.session").filter(({ status }) => status === "open");
    expect(open).toHaveLength(1);
  });

  it("closes the page of the old amount before another is opened", async () => {
    const shop = await billingShop();
    const id = await placed(shop);
    const first = await checkout(shop, id);
    const part = { amount: { amount: "1.00", currency: "USD" } };
    await Orders.payOrder(shop.ctx, { id, input: part });
    const second = await checkout(shop, id);
    expect(second.url).not.toBe(first.url);
    expect((await shop.pay(first.url)).status).toBe(409);
    await shop.pay(second.url);
    await shop.work();
    expect(await Orders.getOrder(shop.ctx, id)).toMatchObject({ status: "paid", payments: [{}, { method: "stripe" }] });
  });

  it("that is declined is said of the order until one goes through", async () => {
    const shop = await billingShop();
    const id = await placed(shop);
    const { url } = await checkout(shop, id);
    await shop.pay(url, "?outcome=declined");
    await shop.work();
    expect(await Orders.getOrder(shop.ctx, id)).toMatchObject({
      status: "pending",
      attention: { code: "PAYMENT_FAILED", message: "Your card was declined." },
    });
    const stuck = await Orders.stuckOrders(shop.ctx, {});
    expect(stuck.items).toMatchObject([{ order: { id }, reasons: [{ code: "PAYMENT_FAILED" }] }]);
    shop.clock.advance(5_000);
    await shop.pay(url);
    await shop.work();
    const order = await Orders.getOrder(shop.ctx, id);
    expect(order).toMatchObject({ status: "paid" });
    expect(order.attention).toBeUndefined();
  });

  it("whose failure is told only after its success stays paid", async () => {
    const shop = await billingShop();
    const id = await placed(shop);
    const { url } = await checkout(shop, id);
    await shop.pay(url, "?outcome=declined");
    const late = shop.held.take();
    await shop.pay(url);
    await shop.work();
    shop.held.messages.push(...late);
    expect(await shop.work()).toEqual(["ignored", "ignored"]);
    expect(await Orders.getOrder(shop.ctx, id)).toMatchObject({ status: "paid" });
  });

  it("that comes for an order which was cancelled meanwhile is booked nowhere, and the order says so", async () => {
    const shop = await billingShop();
    const id = await placed(shop);
    const { url } = await checkout(shop, id);
    await Orders.cancelOrder(shop.ctx, { id });
    await shop.pay(url);
    await shop.work();
    const order = await Orders.getOrder(shop.ctx, id);
    expect(order).toMatchObject({ status: "cancelled", paidMinor: 0, attention: { code: "MONEY_DIFFERS" } });
    await refund(shop);
    await shop.work();
    const after = await Orders.getOrder(shop.ctx, id);
    expect(after).toMatchObject({ status: "cancelled", refundedMinor: 0 });
    expect(after.attention).toBeUndefined();
    await expectClean(shop.ctx);
  });

  it("refuses a page for an order of which nothing is due, and for one of another organisation", async () => {
    const shop = await billingShop();
    const id = await paidOrder(shop);
    await shop.work();
    await expect(checkout(shop, id)).rejects.toMatchObject({ code: "STATE_CONFLICT" });
    const other = await billingShop();
    await expect(checkout(other, id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("answers FEATURE_DISABLED without a key, whatever the order", async () => {
    const { ctx } = await billingShop();
    const off = { ...ctx, config: { ...ctx.config, stripe: { ...ctx.config.stripe, secretKey: undefined } } };
    await expect(Billing.checkoutOrder(off, { orderId: "ord_none" })).rejects.toMatchObject({
      code: "FEATURE_DISABLED",
      status: 503,
    });
  });
});

describe("money that goes back by Stripe", () => {
  it("in parts is in the order once, though the charge and each refund tell of it, in any order", async () => {
    const shop = await billingShop();
    const id = await paidOrder(shop);
    await shop.work();
    await refund(shop, 100);
    await refund(shop, 250);
    await control(shop, "redeliver/all");
    shop.held.messages.reverse();
    await shop.work();
    const order = await Orders.getOrder(shop.ctx, id);
    expect(order).toMatchObject({ status: "paid", refundedMinor: 350 });
    await expectClean(shop.ctx);
  });

  it("by our own call is one refund, however often it is asked for before Stripe has told of it", async () => {
    const shop = await billingShop();
    const { ctx } = shop;
    const orderId = await paidOrder(shop);
    await shop.work();
    const give = (amount: string, idempotencyKey?: string) =>
      Billing.refundPayment(
        { ...ctx, ...(idempotencyKey ? { idempotencyKey } : {}) },
        { orderId, input: { amount: { amount, currency: "USD" } } },
      );
    const first = await give("5.00");
    expect(await give("5.00")).toEqual(first);
    expect((await give("5.00", "another one")).id).not.toBe(first.id);
    await shop.work();
    expect(await Orders.getOrder(ctx, orderId)).toMatchObject({ status: "paid", refundedMinor: 1_000 });
    expect((await give("5.00")).id).not.toBe(first.id);
    await shop.work();
    const order = await Orders.getOrder(ctx, orderId);
    expect(order.refundedMinor).toBe(1_500);
    await expect(give("1000.00")).rejects.toMatchObject({ code: "STATE_CONFLICT" });
    await expect(Billing.refundPayment(ctx, { orderId }), "goods are still to leave").rejects.toMatchObject({
      code: "STATE_CONFLICT",
    });
    await Orders.cancelOrder(ctx, { id: orderId });
    expect(await Billing.refundPayment(ctx, { orderId })).toMatchObject({ status: "succeeded" });
    await shop.work();
    expect(await Orders.getOrder(ctx, orderId)).toMatchObject({ status: "refunded", refundedMinor: order.totalMinor });
    await expectClean(ctx);
  });

  it("in whole before the goods have left is booked, and the order says that nobody pays for them", async () => {
    const shop = await billingShop();
    const id = await paidOrder(shop);
    await shop.work();
    await refund(shop);
    await shop.work();
    const order = await Orders.getOrder(shop.ctx, id);
    expect(order).toMatchObject({
      status: "paid",
      refundedMinor: order.totalMinor,
      attention: { code: "MONEY_DIFFERS" },
    });
    const cancelled = await Orders.cancelOrder(shop.ctx, { id });
    expect(cancelled).toMatchObject({ status: "cancelled" });
    expect(cancelled.attention).toBeUndefined();
    await expectClean(shop.ctx);
  });

  it("in whole after they have left ends the order", async () => {
    const shop = await billingShop();
    const id = await paidOrder(shop);
    await shop.work();
    await Orders.fulfilOrder(shop.ctx, { id });
    await refund(shop);
    await shop.work();
    expect(await Orders.getOrder(shop.ctx, id)).toMatchObject({ status: "refunded" });
    await expectClean(shop.ctx);
  });

  it("waits for the payment that it gives back, if it is told of first", async () => {
    const shop = await billingShop();
    const id = await paidOrder(shop);
    const late = shop.held.take();
    await refund(shop, 100);
    expect(new Set(await shop.work())).toEqual(new Set(["postponed", "notMine"]));
    expect(await Orders.getOrder(shop.ctx, id)).toMatchObject({ status: "pending", refundedMinor: 0 });
    shop.held.messages.push(...late);
    await shop.work();
    shop.clock.advance(20_000);
    for (const { externalEventId } of await allEvents(shop.ctx, { status: "pending" }))
      shop.held.messages.push({ scope: "stripe", externalEventId, part: "EVENT" });
    await shop.work();
    expect(await Orders.getOrder(shop.ctx, id)).toMatchObject({ status: "paid", refundedMinor: 100 });
  });
});

describe("a dispute", () => {
  it("is said of the order until it is won, through a dispatch too, and stays said where it is lost", async () => {
    const shop = await billingShop();
    const id = await paidOrder(shop);
    await shop.work();
    await control(shop, `disputes/${intentOf(shop)}/needs_response`);
    await shop.work();
    await Orders.fulfilOrder(shop.ctx, { id });
    expect(await Orders.getOrder(shop.ctx, id)).toMatchObject({ attention: { code: "PAYMENT_DISPUTED" } });
    shop.clock.advance(10_000);
    await control(shop, `disputes/${intentOf(shop)}/won`);
    await shop.work();
    expect((await Orders.getOrder(shop.ctx, id)).attention).toBeUndefined();
    shop.clock.advance(10_000);
    await control(shop, `disputes/${intentOf(shop)}/lost`);
    await shop.work();
    expect(await Orders.getOrder(shop.ctx, id)).toMatchObject({ attention: { code: "PAYMENT_DISPUTED" } });
  });

  it("that is opened and won within a second, told in the wrong order, ends as it is at Stripe", async () => {
    const shop = await billingShop();
    const id = await paidOrder(shop);
    await shop.work();
    await control(shop, `disputes/${intentOf(shop)}/needs_response`);
    await control(shop, `disputes/${intentOf(shop)}/won`);
    shop.held.messages.reverse();
    await shop.work();
    expect((await Orders.getOrder(shop.ctx, id)).attention).toBeUndefined();
  });
});
