import { describe, expect, it } from "vitest";
import * as Billing from "../../../core/billing/index.ts";
import * as Orders from "../../../core/orders/index.ts";
import { type BillingShop, billingShop } from "../../support/billing.ts";
import { cloudContext } from "../../support/cloud.ts";
import { apiHarness, expectError } from "../../support/harness.ts";
import { orderAfter } from "../../support/order-steps.ts";
import { ownTable } from "../../support/own-table.ts";
import { Killed, storeFaults } from "../../support/store-faults.ts";
import { allEvents, stripeEvent } from "../../support/webhooks.ts";

const always = { until: Number.POSITIVE_INFINITY };
const DAY_MS = 24 * 3_600_000;

/** A shop with a Stripe of its own, whose fetching nobody else's disturbs. */
const ownShop = async () => billingShop({ tableName: await ownTable() });

/** What happened at Stripe, and was never sent. */
function lose({ sandbox }: BillingShop, count: number): string[] {
  return Array.from({ length: count }, () => {
    const event = { ...stripeEvent({ type: "customer.updated" }), object: "event" };
    sandbox.state.events.push({ event, answers: [0, 0, 0] });
    return event.id;
  });
}

const known = async ({ ctx }: BillingShop) =>
  (await allEvents(ctx)).map(({ externalEventId }) => externalEventId).toSorted();

describe("what Stripe could not deliver", () => {
  it("is fetched once a day and comes to what its delivery would have: an order whose payment nobody told of is paid", async () => {
    const shop = await ownShop();
    expect(await Billing.recoverEvents(shop.ctx, always)).toBe(0);
    const { id } = await orderAfter("place")(shop.ctx);
    const { url } = await Billing.checkoutOrder(shop.ctx, { orderId: id });
    shop.sandbox.manner.isLost = true;
    await shop.pay(url);
    await shop.work();
    expect(await Billing.recoverEvents(shop.ctx, always)).toBe(0);
    expect(await Orders.getOrder(shop.ctx, id)).toMatchObject({ status: "pending" });
    shop.clock.advance(DAY_MS);
    expect(await Billing.recoverEvents(shop.ctx, always)).toBe(3);
    await shop.work();
    expect(await Orders.getOrder(shop.ctx, id)).toMatchObject({ status: "paid", payments: [{}] });
  });

  it("begins within a minute where it is asked for, by a route that calls nobody", async () => {
    const tableName = await ownTable();
    const shop = await billingShop({ tableName });
    const api = await apiHarness({ tableName, config: { stripe: shop.ctx.config.stripe } });
    await Billing.recoverEvents(shop.ctx, always);
    shop.clock.advance(1_000);
    const path = "/v1/webhook-events/recovery";
    expect((await api.request("GET", path)).body).toMatchObject({ status: "idle" });
    const asked = await api.request("POST", "/v1/webhook-events/recover", { expected: 202 });
    expect(asked.body).toMatchObject({ status: "requested" });
    const lost = lose(shop, 2);
    expect(await Billing.recoverEvents({ ...shop.ctx, now: Date.now }, always)).toBe(2);
    expect(await known(shop)).toEqual(lost.toSorted());
    expect((await api.request("GET", path)).body).toMatchObject({ status: "idle" });
    const without = await apiHarness();
    expectError(await without.request("POST", "/v1/webhook-events/recover"), 503, "FEATURE_DISABLED");
  });

  it("is fetched page by page to the last, and from then on only what is newer", async () => {
    const shop = await ownShop();
    const first = lose(shop, 250);
    expect(await Billing.recoverEvents(shop.ctx, always)).toBe(250);
    shop.clock.advance(DAY_MS);
    const second = lose(shop, 130);
    expect(await Billing.recoverEvents(shop.ctx, always)).toBe(130);
    expect(await known(shop)).toEqual([...first, ...second].toSorted());
    shop.clock.advance(DAY_MS);
    expect(await Billing.recoverEvents(shop.ctx, always)).toBe(0);
  });

  it("begins anew where Stripe does not list any more what it would go on from", async () => {
    const shop = await ownShop();
    lose(shop, 1);
    await Billing.recoverEvents(shop.ctx, always);
    shop.sandbox.state.events.splice(0);
    const [later] = lose(shop, 1);
    shop.clock.advance(40 * DAY_MS);
    expect(await Billing.recoverEvents(shop.ctx, always)).toBe(1);
    expect(await known(shop)).toContain(later);
  });

  it("is no conflict with what did arrive, in the form of another version, before or after", async () => {
    const shop = await ownShop();
    const [id = ""] = lose(shop, 1);
    await Billing.recoverEvents(shop.ctx, always);
    const [sent] = shop.sandbox.state.events;
    if (!sent) throw new Error("Nothing has happened");
    sent.event = { ...sent.event, api_version: "2025-06-30.basil" };
    await fetch(`${shop.sandbox.url}/sandbox/redeliver/${id}`, { method: "POST" });
    expect(sent.answers.at(-1)).toBe(200);
    expect(await allEvents(shop.ctx, { status: "conflict" })).toEqual([]);
    expect(await known(shop)).toEqual([id]);
  });

  it("is fetched whole, each once, whichever call of the store the sweep died at", async () => {
    const count = async (fatal: number) => {
      const tableName = await ownTable();
      const shop = await billingShop({ tableName });
      const lost = lose(shop, 102);
      let isDead = false;
      const { around, calls } = storeFaults((_call, number) => {
        isDead ||= number >= fatal;
        return isDead ? { failWith: new Killed(`at call ${fatal}`) } : "pass";
      });
      const { actor, now, queues, config, http } = shop.ctx;
      const dying = { ...cloudContext({ actor, now, around, tableName }), queues, config, http };
      await Billing.recoverEvents(dying, always).catch((error: unknown) => {
        if (!(error instanceof Killed)) throw error;
      });
      shop.clock.advance(60_000);
      await Billing.recoverEvents(shop.ctx, always);
      expect(await known(shop), `died at call ${fatal}`).toEqual(lost.toSorted());
      return calls;
    };
    const calls = await count(Number.POSITIVE_INFINITY);
    for (const fatal of [1, 2, 3, 60, 102, 103, 104, 105, calls.length]) await count(fatal);
  });
});
