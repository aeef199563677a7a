import { describe, expect, it } from "vitest";
import * as Billing from "../../../core/billing/index.ts";
import * as Inbound from "../../../core/inbound/index.ts";
import * as Orders from "../../../core/orders/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import { billed, type BillingShop, billingShop, EFFECTS } from "../../support/billing.ts";
import { cloudContext } from "../../support/cloud.ts";
import { DEATHS, type Death } from "../../support/dying.ts";
import { orderAfter, withoutIds } from "../../support/order-steps.ts";
import { booksOf } from "../../support/orders.ts";
import { diesAt, Killed, storeFaults } from "../../support/store-faults.ts";
import { only } from "../../support/sweeps.ts";
import { expectClean } from "../../support/verify.ts";
import { allEvents } from "../../support/webhooks.ts";

/** A process of the same shop that dies at one of its calls; whatever it does after that reaches nothing. */
function dying(shop: BillingShop, fatal: number, death: Death): { ctx: Context; calls: string[] } {
  const { around, calls } = storeFaults(diesAt(fatal, death));
  const { actor, now, config } = shop.ctx;
  const plain = { ...cloudContext({ actor, now, around }), config };
  return { ctx: { ...billed(plain, shop.sandbox.url), queues: shop.held.queues }, calls };
}

const unlessKilled = (error: unknown) => {
  if (!(error instanceof Killed)) throw error;
};

/** The lease ends, and the sweep finds what nobody works on. */
async function recover(shop: BillingShop): Promise<void> {
  for (let round = 0; round < 3; round++) {
    shop.clock.advance(91_000);
    await Inbound.wakeStuckEvents(only(shop.ctx), { until: Number.POSITIVE_INFINITY });
    await shop.work();
  }
}

async function outcome({ ctx }: BillingShop, id: string): Promise<unknown> {
  await expectClean(ctx);
  const { payments, refunds, status, paidMinor, refundedMinor } = await Orders.getOrder(ctx, id);
  const events = await allEvents(ctx);
  return withoutIds({
    status,
    paidMinor,
    refundedMinor,
    payments: payments.map(({ amountMinor }) => amountMinor),
    refunds: refunds.map(({ amountMinor }) => amountMinor),
    books: await booksOf(ctx, "2026-11-21", "2026-11-22"),
    events: events.map((event) => `${event.eventType} ${event.status}`).toSorted(),
  });
}

/** A payment and a refund of part of it, the workers of both killed at this call. */
async function paidAndRefunded(fatal: number, death: Death) {
  const shop = await billingShop();
  const { id } = await orderAfter("place")(shop.ctx);
  const { url } = await Billing.checkoutOrder(shop.ctx, { orderId: id });
  const calls: string[] = [];
  const workAndDie = async () => {
    await shop.sandbox.settled();
    for (const message of shop.held.take()) {
      const worker = dying(shop, fatal, death);
      await Inbound.workEvent(worker.ctx, EFFECTS, message).catch(unlessKilled);
      if (worker.calls.length > calls.length) calls.splice(0, calls.length, ...worker.calls);
    }
    await recover(shop);
  };
  await shop.pay(url);
  await workAndDie();
  const [intent] = shop.sandbox.state.all("payment_intent");
  await fetch(`${shop.sandbox.url}/v1/refunds`, {
    method: "POST",
    headers: { authorization: "Bearer sk_test_of_the_sandbox" },
    body: new URLSearchParams({ payment_intent: String(intent?.id), amount: "250" }),
  });
  await workAndDie();
  return { calls, outcome: await outcome(shop, id) };
}

describe("a worker that is killed while money is booked", () => {
  it("leaves each payment and each refund booked once, at whichever call of the store it died", async () => {
    const whole = await paidAndRefunded(Number.POSITIVE_INFINITY, "before");
    expect(whole.outcome).toMatchObject({ status: "paid", refundedMinor: 250 });
    expect(whole.calls.length).toBeGreaterThan(4);
    for (let fatal = 1; fatal <= whole.calls.length; fatal++)
      for (const death of DEATHS) {
        const { outcome: after } = await paidAndRefunded(fatal, death);
        expect(after, `${death} call ${fatal}: ${whole.calls[fatal - 1]}`).toEqual(whole.outcome);
      }
  }, 300_000);
});

describe("a process that is killed while it opens a checkout", () => {
  it("leaves one page on which the order can be paid, at whichever call of the store it died", async () => {
    for (let fatal = 1, isWhole = false; !isWhole; fatal++)
      for (const death of DEATHS) {
        const shop = await billingShop();
        const { id } = await orderAfter("place")(shop.ctx);
        const process = dying(shop, fatal, death);
        await Billing.checkoutOrder(process.ctx, { orderId: id }).catch(unlessKilled);
        isWhole = process.calls.length < fatal;
        const { url } = await Billing.checkoutOrder(shop.ctx, { orderId: id });
        const open = shop.sandbox.state.all("checkout.session").filter(({ status }) => status === "open");
        expect(open, `${death} call ${fatal}`).toMatchObject([{ url }]);
      }
  }, 120_000);
});
