import { hash } from "node:crypto";
import { describe, expect, it } from "vitest";
import * as Inbound from "../../../core/inbound/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import { cloudContext } from "../../support/cloud.ts";
import { recordingMetrics } from "../../support/recording.ts";
import { storeFaults } from "../../support/store-faults.ts";
import { only } from "../../support/sweeps.ts";
import { webhookShop } from "../../support/webhook-shop.ts";
import {
  allEvents,
  appliedCounts,
  countingEffects,
  deliver,
  heldQueue,
  registered,
  stripeEvent,
  withStripe,
} from "../../support/webhooks.ts";

const COUNTING = countingEffects();

describe("an event of the instance's own account", () => {
  it("S3-01, S3-05: is kept as pending with its hash, queued, and after its effect processed", async () => {
    const { ctx, clock, work } = await webhookShop();
    const event = stripeEvent();
    const { id, outcome } = await deliver(ctx, event);
    expect(outcome).toBe("received");
    const kept = await Inbound.getEvent(ctx, id);
    expect(kept).toMatchObject({
      provider: "stripe",
      externalEventId: event.id,
      eventType: "customer.updated",
      status: "pending",
      payloadHash: hash("sha256", JSON.stringify(event)),
      retryCount: 0,
      payload: event,
    });
    clock.advance(1_000);
    expect(await work()).toEqual(["processed"]);
    const done = await Inbound.getEvent(ctx, id);
    expect(done).toMatchObject({ status: "processed", processedAt: new Date(ctx.now()).toISOString(), retryCount: 0 });
    expect(await appliedCounts(ctx)).toEqual(new Map([[event.id, 1]]));
  });

  it("S3-03: that comes twice, and whose message comes thrice, is applied once", async () => {
    const { ctx, held, work } = await webhookShop();
    const event = stripeEvent();
    const first = await deliver(ctx, event);
    expect(await deliver(ctx, event)).toEqual({ id: first.id, outcome: "duplicate" });
    const [message = {}] = held.messages;
    held.messages.push(message, message);
    expect(await work()).toEqual(["processed", "notMine", "notMine"]);
    expect(await deliver(ctx, event)).toEqual({ id: first.id, outcome: "duplicate" });
    expect(held.messages).toEqual([]);
    expect(await appliedCounts(ctx)).toEqual(new Map([[event.id, 1]]));
  });

  it("that comes again in other spacing, with another count of endpoints still to go, is the same", async () => {
    const { ctx } = await webhookShop();
    const event = stripeEvent();
    const { id } = await deliver(ctx, event);
    const again = JSON.stringify({ ...event, pending_webhooks: 0 }, null, 2);
    expect(await deliver(ctx, again)).toEqual({ id, outcome: "duplicate" });
    expect(await Inbound.receiveFetched(ctx, { ...event, pending_webhooks: 2 })).toEqual({ id, outcome: "duplicate" });
  });

  it("under the id of another with other content is flagged and kept, both are, and it is never applied by itself", async () => {
    const { ctx, work } = await webhookShop();
    const event = stripeEvent();
    const { id } = await deliver(ctx, event);
    const forged = { ...event, data: { object: { id: "cus_test", object: "customer", balance: 1_000_000 } } };
    const conflict = await deliver(ctx, forged);
    expect(conflict.outcome).toBe("conflict");
    expect(await deliver(ctx, forged)).toEqual({ id, outcome: "duplicate" });
    expect(await work()).toEqual(["processed"]);
    expect(await Inbound.getEvent(ctx, id)).toMatchObject({ status: "processed", conflicts: 1 });
    const other = await Inbound.getEvent(ctx, conflict.id);
    expect(other).toMatchObject({ status: "conflict", conflictOf: id, payload: forged });
    expect(await allEvents(ctx, { status: "conflict" })).toMatchObject([{ id: conflict.id }]);
    expect(await appliedCounts(ctx)).toEqual(new Map([[event.id, 1]]));
    await Inbound.replayEvent(ctx, { id: conflict.id, input: {} });
    expect(await work()).toEqual(["processed"]);
    expect(await Inbound.getEvent(ctx, conflict.id)).toMatchObject({ status: "processed", replays: 1 });
  });

  it("costs two calls of the table at most and one of the queue before it is acknowledged", async () => {
    const { around, calls } = storeFaults();
    const ctx = withStripe(cloudContext({ around }));
    const event = stripeEvent();
    await deliver(ctx, event);
    expect(calls).toEqual(["PutItem", "SendMessage"]);
    await deliver(ctx, event);
    expect(calls).toEqual(["PutItem", "SendMessage", "PutItem"]);
  });

  it("of more than 100 KB lies in the bucket, and is applied from there", async () => {
    const { ctx, work } = await webhookShop();
    const event = stripeEvent({}, { description: "é".repeat(60_000) });
    const { id } = await deliver(ctx, event);
    const seen: unknown[] = [];
    const look: Inbound.EffectHandler = (_ctx, { payload }) => {
      seen.push(payload);
      return Promise.resolve({ outcome: "processed", writes: [] });
    };
    await work({ stripe: () => Promise.resolve({ handlers: { "customer.updated": look } }) });
    expect(seen).toEqual([event]);
    expect((await Inbound.getEvent(ctx, id)).payload).toEqual(event);
    expect(await deliver(ctx, JSON.stringify(event, null, 1))).toEqual({ id, outcome: "duplicate" });
  });

  it("of a type that nobody knows is ignored on purpose, with the reason", async () => {
    const { ctx, work } = await webhookShop();
    const unknown = await deliver(ctx, stripeEvent({ type: "constructor" }));
    const known = await deliver(ctx, stripeEvent({ type: "payout.paid" }));
    expect(await work()).toEqual(["ignored", "ignored"]);
    expect(await Inbound.getEvent(ctx, unknown.id)).toMatchObject({
      status: "ignored",
      note: "Nothing is made of events of this type",
    });
    expect(await Inbound.getEvent(ctx, known.id)).toMatchObject({ note: "Payouts are in Stripe's own books" });
  });

  it("whose queue is down is kept, acknowledged, and found by the sweep", async () => {
    const { ctx, clock, held, work } = await webhookShop();
    const down = { ...ctx, queues: { ...held.queues, send: () => Promise.reject(new Error("down")) } };
    const { id } = await deliver(down, stripeEvent());
    const until = Number.POSITIVE_INFINITY;
    expect(await Inbound.wakeStuckEvents(only(ctx), { until })).toBe(0);
    clock.advance(61_000);
    expect(await Inbound.wakeStuckEvents(only(ctx), { until })).toBe(1);
    expect(await Inbound.wakeStuckEvents(only(ctx), { until }), "at once again").toBe(0);
    expect(await work()).toEqual(["processed"]);
    expect(await Inbound.getEvent(ctx, id)).toMatchObject({ status: "processed" });
  });
});

describe("whose an event is", () => {
  it("says its metadata, then its customer's organisation, then the account's own; a name that is nobody's does not count", async () => {
    const { ctx: house } = await webhookShop();
    const [named, known] = [await registered(cloudContext()), await registered(cloudContext())];
    const held = heldQueue();
    const ctx: Context = { ...house, queues: held.queues };
    await ctx.table.transact([Inbound.accountWrite(known, "stripe", "cus_known")]);
    const { organizationId } = named.actor;
    const events = [
      stripeEvent({}, { id: "cus_known", metadata: { organizationId } }),
      stripeEvent({}, { object: "subscription", customer: "cus_known" }),
      stripeEvent({}, { object: "invoice", parent: { subscription_details: { metadata: { organizationId } } } }),
      stripeEvent({}, { metadata: { organizationId: "org_00000000000000000000000000" } }),
      stripeEvent({}, { object: "checkout.session", client_reference_id: organizationId }),
    ];
    for (const event of events) await deliver(ctx, event);
    for (const message of held.take()) await Inbound.workEvent(ctx, COUNTING, message);
    const ids = async (of: Context) => (await allEvents(of)).map(({ externalEventId }) => externalEventId).toSorted();
    const idsAt = (...places: number[]) => places.map((place) => events[place]?.id ?? "").toSorted();
    expect(await ids(named)).toEqual(idsAt(0, 2));
    expect(await ids(known)).toEqual(idsAt(1));
    expect(await ids(house)).toEqual(idsAt(3, 4));
    expect([...(await appliedCounts(known)).keys()]).toEqual(idsAt(1));
  });

  it("may be known only later: until then it waits and nothing is applied", async () => {
    const { ctx, clock, held } = await webhookShop();
    const nobody: Context = {
      ...ctx,
      config: { ...ctx.config, stripe: { ...ctx.config.stripe, organizationId: undefined } },
    };
    await deliver(nobody, stripeEvent({}, { object: "invoice", customer: "cus_later" }));
    const [message] = held.take();
    expect(await Inbound.workEvent(nobody, COUNTING, message)).toBe("postponed");
    await ctx.table.transact([Inbound.accountWrite(ctx, "stripe", "cus_later")]);
    clock.advance(20_000);
    expect(await Inbound.workEvent(nobody, COUNTING, message)).toBe("processed");
    expect(await allEvents(ctx)).toMatchObject([{ status: "processed", retryCount: 1 }]);
  });
});

describe("what is refused", () => {
  it("is counted by its reason, and nothing is kept of it", async () => {
    const metrics = recordingMetrics();
    const { around, calls } = storeFaults();
    const ctx = withStripe(cloudContext({ metrics, around }));
    const body = Buffer.from("{}");
    const refusal = Inbound.receive(ctx, { provider: "stripe", body, header: () => undefined });
    await expect(refusal).rejects.toMatchObject({ code: "INVALID_SIGNATURE", details: { reason: "missing" } });
    await expect(deliver(ctx, "[]")).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
    await expect(deliver(ctx, stripeEvent({ id: "x".repeat(256) }))).rejects.toMatchObject({
      code: "VALIDATION_ERROR",
      field: "id",
    });
    await expect(deliver(ctx, stripeEvent({ type: "" }))).rejects.toMatchObject({ field: "type" });
    await expect(deliver(ctx, stripeEvent({ created: "soon" }))).rejects.toMatchObject({ field: "created" });
    await expect(deliver(ctx, " ".repeat(1024 * 1024 + 1))).rejects.toMatchObject({ code: "PAYLOAD_TOO_LARGE" });
    expect(calls).toEqual([]);
    expect(metrics.counts.get("webhooks_refused_total{provider=stripe,reason=missing}")).toBe(1);
    expect(metrics.counts.get("webhooks_refused_total{provider=stripe,reason=VALIDATION_ERROR}")).toBe(4);
  });
});
