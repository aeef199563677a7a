import { describe, expect, it } from "vitest";
import * as Billing from "../../../core/billing/index.ts";
import * as Orders from "../../../core/orders/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import { runDue } from "../../../core/platform/due.ts";
import { TransientError } from "../../../core/platform/http/errors.ts";
import type { Item } from "../../../core/platform/table.ts";
import { type BillingShop, billingShop } from "../../support/billing.ts";
import { orderAfter } from "../../support/order-steps.ts";
import { booksOf } from "../../support/orders.ts";
import { withEvents } from "../../support/privacy.ts";
import { only } from "../../support/sweeps.ts";
import { expectClean } from "../../support/verify.ts";

/** An order whose page is open, and what the stream brings of it from then on. */
async function opened() {
  const shop = await billingShop();
  const { id } = await orderAfter("place")(shop.ctx);
  const { url, sessionId = "" } = await Billing.checkoutOrder(shop.ctx, { orderId: id });
  const { ctx, events } = withEvents(shop.ctx);
  const statusOf = () => shop.sandbox.state.find("checkout.session", sessionId)?.["status"];
  return { shop, id, url, ctx, events, statusOf };
}

/** What the stream and, within a minute, the schedule do. */
async function sweep(ctx: Context, events: readonly { new: Item }[]): Promise<number> {
  await Billing.noteEndedOrders(ctx, events);
  return runDue(only(ctx), { [Billing.CHECKOUT_DUE]: Billing.closeCheckout }, { until: Number.POSITIVE_INFINITY });
}

describe("the page of an order that is not to be paid any more", () => {
  it("is closed at Stripe when the order is cancelled, once, however often the stream brings it", async () => {
    const { ctx, id, events, url, shop, statusOf } = await opened();
    await Orders.cancelOrder(ctx, { id, input: {} });
    expect(statusOf()).toBe("open");
    expect(await sweep(ctx, [...events, ...events])).toBe(1);
    expect(statusOf()).toBe("expired");
    expect((await shop.pay(url)).status).toBe(409);
    expect(await sweep(ctx, events)).toBe(0);
    await shop.work();
    expect(await Orders.getOrder(ctx, id)).toMatchObject({ status: "cancelled", paidMinor: 0 });
  });

  it("is closed when it was paid another way, so that nobody pays twice", async () => {
    const { ctx, id, events, statusOf } = await opened();
    await Orders.payOrder(ctx, { id, input: { method: "cash" } });
    expect(await sweep(ctx, events)).toBe(1);
    expect(statusOf()).toBe("expired");
  });

  it("stays due while Stripe does not answer", async () => {
    const { ctx, id, events, statusOf } = await opened();
    await Orders.cancelOrder(ctx, { id, input: {} });
    const down = { request: () => Promise.reject(new TransientError("stripe", "did not answer")) };
    await expect(sweep({ ...ctx, http: down }, events)).rejects.toThrow("not done");
    expect(statusOf()).toBe("open");
    expect(await sweep(ctx, [])).toBe(1);
    expect(statusOf()).toBe("expired");
  });

  it("that was paid at that moment is left to what Stripe tells of it", async () => {
    const { ctx, id, url, events, shop, statusOf } = await opened();
    await Orders.cancelOrder(ctx, { id, input: {} });
    await shop.pay(url);
    expect(await sweep(ctx, events)).toBe(0);
    expect(statusOf()).toBe("complete");
    await shop.work();
    expect(await Orders.getOrder(ctx, id)).toMatchObject({ attention: { code: "MONEY_DIFFERS" } });
    expect(await sweep(ctx, [])).toBe(0);
  });

  it("stays open where the order is still to be paid, and where there is none nothing is done", async () => {
    const { ctx, id, events, statusOf } = await opened();
    await Orders.updateOrder(ctx, { id, input: { notes: "Later" } });
    expect(await sweep(ctx, events)).toBe(0);
    expect(statusOf()).toBe("open");
  });
});

async function disputed({ sandbox, work, clock }: BillingShop, status: string): Promise<void> {
  const [intent] = sandbox.state.all("payment_intent");
  clock.advance(10_000);
  await fetch(`${sandbox.url}/sandbox/disputes/${intent?.id}/${status}`, { method: "POST" });
  await work();
}

describe("a dispute that is lost", () => {
  it("is in the books once, with what the bank took back and Stripe's fee, and the order says so", async () => {
    const shop = await billingShop();
    const { id } = await orderAfter("place")(shop.ctx);
    const { url } = await Billing.checkoutOrder(shop.ctx, { orderId: id });
    await shop.pay(url);
    await shop.work();
    const books = () => booksOf(shop.ctx, "2026-11-21", "2026-11-22");
    const before = await books();
    await disputed(shop, "needs_response");
    expect(await books()).toEqual(before);
    await disputed(shop, "lost");
    const order = await Orders.getOrder(shop.ctx, id);
    const lost = (-(order.totalMinor + 1_500) / 100).toFixed(2);
    expect(await books()).toMatchObject({ ...before, "USD adjustment": lost, "USD cash": expect.anything() });
    expect(order.attention).toMatchObject({
      code: "PAYMENT_DISPUTED",
      message: expect.stringContaining("a fee of 15.00 USD"),
    });
    await fetch(`${shop.sandbox.url}/sandbox/redeliver/all`, { method: "POST" });
    await disputed(shop, "lost");
    expect(await books()).toMatchObject({ "USD adjustment": lost });
    await disputed(shop, "won");
    expect(await books()).toMatchObject({ "USD adjustment": "0.00", "USD cash": before["USD cash"] });
    expect((await Orders.getOrder(shop.ctx, id)).attention).toBeUndefined();
    await disputed(shop, "lost");
    expect(await books()).toMatchObject({ "USD adjustment": lost });
    await expectClean(shop.ctx);
  });
});
