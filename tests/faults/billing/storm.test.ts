import { expect, it } from "vitest";
import * as Billing from "../../../core/billing/index.ts";
import * as Inbound from "../../../core/inbound/index.ts";
import * as Orders from "../../../core/orders/index.ts";
import { billed, type BillingShop, billingShop, EFFECTS } from "../../support/billing.ts";
import { cloudContext } from "../../support/cloud.ts";
import { booksOf } from "../../support/orders.ts";
import { ownTable } from "../../support/own-table.ts";
import { between, seeded } from "../../support/seeded.ts";
import { stocked, usd } from "../../support/stock.ts";
import { sdkError, storeFaults } from "../../support/store-faults.ts";
import { only } from "../../support/sweeps.ts";
import { expectClean } from "../../support/verify.ts";
import { allEvents } from "../../support/webhooks.ts";

const ORDERS = 12;
const WORKERS = 16;
const SEED = 20_261_121;

/** Each order is declined, paid, partly refunded, or disputed, as its number says; every event of it is left to be worked. */
async function happened(tableName: string): Promise<{ shop: BillingShop; ids: string[] }> {
  const shop = await billingShop({ tableName });
  const { ctx, sandbox } = shop;
  await stocked(ctx, "A", ORDERS);
  const ids: string[] = [];
  for (let number = 0; number < ORDERS; number++) {
    const lines = [{ sku: "A", quantity: 1, unitPrice: usd(`${10 + number}.00`) }];
    const { order } = await Orders.placeOrder(ctx, { channel: "shop", lines });
    ids.push(order.id);
    const { url, sessionId } = await Billing.checkoutOrder(ctx, { orderId: order.id });
    const intent = String(sandbox.state.find("checkout.session", sessionId)?.["payment_intent"]);
    shop.clock.advance(1_000);
    if (number % 3 === 0) await shop.pay(url, "?outcome=declined");
    shop.clock.advance(1_000);
    if (number % 6 !== 3) await shop.pay(url);
    shop.clock.advance(1_000);
    if (number % 4 === 1) {
      for (const amount of ["100", "250"])
        await fetch(`${sandbox.url}/v1/refunds`, {
          method: "POST",
          headers: { authorization: "Bearer sk_test_of_the_sandbox" },
          body: new URLSearchParams({ payment_intent: intent, amount }),
        });
    }
    if (number % 4 === 2)
      for (const status of ["needs_response", "under_review", number % 8 === 2 ? "won" : "lost"]) {
        shop.clock.advance(1_000);
        await fetch(`${sandbox.url}/sandbox/disputes/${intent}/${status}`, { method: "POST" });
      }
  }
  await sandbox.settled();
  return { shop, ids };
}

async function outcome({ shop, ids }: { shop: BillingShop; ids: string[] }): Promise<unknown> {
  await expectClean(shop.ctx);
  const open = (await allEvents(shop.ctx)).filter(({ status }) => status !== "processed" && status !== "ignored");
  expect(open).toEqual([]);
  const orders = await Promise.all(ids.map((id) => Orders.getOrder(shop.ctx, id)));
  return {
    orders: orders.map(({ status, paidMinor, refundedMinor, payments, attention }) => ({
      status,
      paidMinor,
      refundedMinor,
      payments: payments.map(({ amountMinor }) => amountMinor),
      attention: attention?.code,
    })),
    books: await booksOf(shop.ctx, "2026-11-21", "2026-11-24"),
  };
}

it("events of payments, refunds and disputes, in random order, several times, over a store that fails, come to what they come to in order", async () => {
  // Its many sweeps look through the events of all organisations: in the run's table, those of every other test.
  const tableName = await ownTable();
  const calm = await happened(tableName);
  await calm.shop.work();
  const expected = await outcome(calm);
  expect(expected).toMatchObject({ orders: expect.arrayContaining([expect.objectContaining({ refundedMinor: 350 })]) });

  const stormy = await happened(tableName);
  const { shop } = stormy;
  const random = seeded(SEED);
  const { around } = storeFaults(() => {
    const chance = random();
    if (chance > 0.06) return "pass";
    const error = sdkError("InternalServerError", { $fault: "server" });
    return chance > 0.03 ? { failWith: error } : { loseAnswerWith: error };
  });
  const { actor, now, config } = shop.ctx;
  const shaky = {
    ...billed({ ...cloudContext({ actor, now, around, tableName }), config }, shop.sandbox.url),
    queues: shop.held.queues,
  };
  const messages = shop.held.take().flatMap((message) => Array.from({ length: 4 }, () => message));
  for (let index = messages.length - 1; index > 0; index--) {
    const other = between(random, 0, index);
    [messages[index], messages[other]] = [messages[other] ?? {}, messages[index] ?? {}];
  }
  const worker = async () => {
    for (let message = messages.pop(); message; message = messages.pop())
      await Inbound.workEvent(shaky, EFFECTS, message).catch(() => undefined);
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
  for (let round = 0; round < 12; round++) {
    shop.clock.advance(15 * 60_000);
    await Inbound.wakeStuckEvents(only(shop.ctx), { until: Number.POSITIVE_INFINITY });
    await shop.work();
  }
  expect(await outcome(stormy)).toEqual(expected);
}, 180_000);
