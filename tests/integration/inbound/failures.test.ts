import { describe, expect, it } from "vitest";
import * as Inbound from "../../../core/inbound/index.ts";
import { AppError } from "../../../core/platform/errors.ts";
import { orgPartition } from "../../../core/platform/keys.ts";
import { webhookShop } from "../../support/webhook-shop.ts";
import {
  allEvents,
  appliedCounts,
  countingEffects,
  deliver,
  failingEffects,
  stripeEvent,
} from "../../support/webhooks.ts";

const HOUR_MS = 3_600_000;
const COUNTING = countingEffects();

describe("an event that cannot be applied", () => {
  it("S3-04: is tried again with growing pauses that are kept, and then given up in sight of the operator", async () => {
    const { ctx, clock, held, work } = await webhookShop();
    const { id } = await deliver(ctx, stripeEvent());
    const broken = failingEffects(new AppError("DEPENDENCY_UNAVAILABLE", "stripe: answered 500"));
    const [message] = held.take();
    const pauses: number[] = [];
    for (let attempt = 1; attempt < 16; attempt++) {
      expect(await Inbound.workEvent(ctx, broken, message)).toBe("postponed");
      const { nextAttemptAt = "", ...event } = await Inbound.getEvent(ctx, id);
      expect(event).toMatchObject({
        status: "pending",
        retryCount: attempt,
        errorMessage: "stripe: answered 500",
      });
      expect(await Inbound.workEvent(ctx, broken, message), "before its time").toBe("notMine");
      pauses.push(Date.parse(nextAttemptAt) - ctx.now());
      clock.advance(Date.parse(nextAttemptAt) - ctx.now());
    }
    for (const [index, pause] of pauses.entries()) {
      const whole = Math.min(4 * HOUR_MS, 10_000 * 2 ** index);
      expect(pause).toBeGreaterThanOrEqual(whole / 2);
      expect(pause).toBeLessThanOrEqual(whole);
    }
    expect(await Inbound.workEvent(ctx, broken, message)).toBe("failed");
    expect(await Inbound.getEvent(ctx, id)).toMatchObject({
      status: "failed",
      retryCount: 16,
      errorMessage: "stripe: answered 500",
    });
    expect(await allEvents(ctx, { status: "failed" })).toMatchObject([{ id }]);
    held.take();
    await Inbound.replayEvent(ctx, { id, input: {} });
    expect(await work()).toEqual(["processed"]);
  });

  it("says nothing of a fault of ours to the operator but that there was one", async () => {
    const { ctx, work } = await webhookShop();
    const { id } = await deliver(ctx, stripeEvent());
    expect(await work(failingEffects(new TypeError("secret of the house")))).toEqual(["postponed"]);
    expect(await Inbound.getEvent(ctx, id)).toMatchObject({
      errorMessage: "An internal fault kept it from being applied",
    });
  });

  it("whose workers all die is given up as well", async () => {
    const { ctx, clock, held, work } = await webhookShop();
    const { id } = await deliver(ctx, stripeEvent());
    const [message] = held.take();
    const never = new Promise<never>(() => undefined);
    for (let life = 0; life < 16; life++) {
      const begun = Promise.withResolvers<void>();
      const hang: Inbound.EffectHandler = () => {
        begun.resolve();
        return never;
      };
      void Inbound.workEvent(
        ctx,
        { stripe: () => Promise.resolve({ handlers: { "customer.updated": hang } }) },
        message,
      );
      await begun.promise;
      clock.advance(90_001);
    }
    held.messages.push(message ?? {});
    expect(await work()).toEqual(["failed"]);
    expect(await Inbound.getEvent(ctx, id)).toMatchObject({
      errorMessage: "The workers that took it up did not live to end it",
    });
  });

  it("for a reading that went out of date is decided anew at once", async () => {
    const { ctx, work } = await webhookShop();
    await deliver(ctx, stripeEvent());
    const key = { pk: orgPartition(ctx.actor.organizationId, "TEST_STATE"), sk: "one" };
    let decisions = 0;
    const decide: Inbound.EffectHandler = async (inner) => {
      const seen = await inner.table.get(key, { consistent: true });
      // Somebody is faster, the first time.
      if (++decisions === 1) await ctx.table.put({ ...key, value: 1 });
      const condition = seen
        ? { expression: "#value = :seen", names: { "#value": "value" }, values: { ":seen": seen["value"] } }
        : { expression: "attribute_not_exists(pk)" };
      return { outcome: "processed", writes: [{ put: { ...key, value: 2 }, condition }] };
    };
    expect(await work({ stripe: () => Promise.resolve({ handlers: { "customer.updated": decide } }) })).toEqual([
      "processed",
    ]);
    expect(decisions).toBe(2);
    expect(await ctx.table.get(key, { consistent: true })).toMatchObject({ value: 2 });
  });
});

describe("a worker that was thought dead", () => {
  it("applies nothing when it wakes after another has done the work", async () => {
    const { ctx, clock, held } = await webhookShop();
    await deliver(ctx, stripeEvent());
    const [message] = held.take();
    const [begun, woken] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const registry = COUNTING.stripe && (await COUNTING.stripe());
    const slow: Inbound.EffectHandler = async (inner, event) => {
      begun.resolve();
      await woken.promise;
      const effect = await registry?.handlers["customer.updated"]?.(inner, event);
      return effect ?? { outcome: "ignored", writes: [] };
    };
    const first = Inbound.workEvent(
      ctx,
      { stripe: () => Promise.resolve({ handlers: { "customer.updated": slow } }) },
      message,
    );
    await begun.promise;
    clock.advance(90_001);
    expect(await Inbound.workEvent(ctx, COUNTING, message)).toBe("processed");
    woken.resolve();
    expect(await first).toBe("notMine");
    expect([...(await appliedCounts(ctx)).values()]).toEqual([1]);
  });
});

describe("the replay of a time", () => {
  it("sets going what failed in it and nothing else", async () => {
    const { ctx, clock, held, work } = await webhookShop();
    const broken = failingEffects(new Error("broken"));
    const giveUp = async () => {
      const { id } = await deliver(ctx, stripeEvent());
      const [message] = held.take();
      for (let attempt = 0; attempt < 16; attempt++) {
        await Inbound.workEvent(ctx, broken, message);
        clock.advance(4 * HOUR_MS);
      }
      held.take();
      return id;
    };
    const before = await giveUp();
    const from = new Date(ctx.now()).toISOString();
    const within = [await giveUp(), await giveUp()];
    const to = new Date(ctx.now()).toISOString();
    clock.advance(1);
    const after = await giveUp();
    expect(await Inbound.replayEvents(ctx, { from, to, provider: "shopify" })).toMatchObject({ replayed: 0 });
    expect(await Inbound.replayEvents(ctx, { from, to })).toEqual({ replayed: 2, hasMore: false });
    expect(await work()).toEqual(["processed", "processed"]);
    const idsOf = async (status: string) => (await allEvents(ctx, { status })).map(({ id }) => id);
    expect((await idsOf("processed")).toSorted()).toEqual(within);
    expect(await idsOf("failed")).toEqual([after, before]);
  });

  it("refuses to apply what was processed without being told so twice", async () => {
    const { ctx, work } = await webhookShop();
    const event = stripeEvent();
    const { id } = await deliver(ctx, event);
    await work();
    await expect(Inbound.replayEvent(ctx, { id, input: {} })).rejects.toMatchObject({ code: "STATE_CONFLICT" });
    await Inbound.replayEvent(ctx, { id, input: { force: true } });
    expect(await work()).toEqual(["processed"]);
    expect(await appliedCounts(ctx)).toEqual(new Map([[event.id, 2]]));
  });
});
