import { describe, expect, it } from "vitest";
import * as Inventory from "../../../core/inventory/index.ts";
import * as Listings from "../../../core/listings/index.ts";
import { cloudContext } from "../../support/cloud.ts";
import { keepingQueues, listedOn, restock, stockChange } from "../../support/listings.ts";
import { stoppedClock } from "../../support/recording.ts";

const DAY_MS = 24 * 3600_000;

/** A channel whose answers a test gives, and that lets a listing be changed so often a day. */
function limitedChannel(limit?: number) {
  const told: number[] = [];
  const urgent: boolean[] = [];
  let answer: ((listingId: string) => Listings.QuantityResult) | undefined;
  const target: Listings.ListingTarget = {
    takesPresale: true,
    maxBatch: 25,
    ...(limit === undefined ? {} : { revisions: { limit, windowMs: DAY_MS } }),
    setQuantities: (_ctx, updates, { isUrgent }) => {
      urgent.push(isUrgent);
      return Promise.resolve(
        updates.map(({ listingId, offer }) => {
          if (answer) return answer(listingId);
          told.push(offer.quantity);
          return { listingId, ok: true as const };
        }),
      );
    },
  };
  let isReady = false;
  const targets: Listings.ListingTargets = {
    ebay: { takesPresale: true, isReady: () => Promise.resolve(isReady), load: () => Promise.resolve(target) },
  };
  return {
    targets,
    told,
    urgent,
    answerWith: (next: typeof answer) => void (answer = next),
    beReady: () => void (isReady = true),
  };
}

async function limitedListing(limit?: number) {
  const clock = stoppedClock();
  const { ctx, sent } = keepingQueues(cloudContext({ now: clock.now }));
  const channel = limitedChannel(limit);
  const { targets } = channel;
  const { id, productId } = await listedOn(ctx, targets, 5);
  const publish = () => Listings.publishQuantities(ctx, { ids: [id] }, targets);
  const project = () => Listings.projectQuantities(ctx, [stockChange(ctx, productId)], { targets });
  return {
    ctx,
    sent,
    clock,
    channel,
    id,
    publish,
    read: () => Listings.getListing(ctx, id),
    change: async (by: number) => {
      if (by > 0) await restock(ctx, productId, by);
      else await Inventory.adjust(ctx, { productId, input: { changeType: "damaged", quantity: -by } });
      await project();
    },
  };
}

describe("how often a listing may be changed there", () => {
  it("leaves room for telling that it is sold out, and lets the rest wait for the next day", async () => {
    const { channel, change, publish, read, clock } = await limitedListing(8);
    for (let n = 0; n < 3; n++) {
      await change(1);
      await publish();
    }
    expect(channel.told).toEqual([5, 6, 7, 8]);
    await change(1);
    await publish();
    const { update } = await read();
    expect(update).toMatchObject({ state: "queued", reason: { code: "REVISIONS_SPENT" } });
    expect(update.attempts).toBeUndefined();
    expect(update.nextAttemptAt).toBe("2026-11-22T00:00:00.000Z");
    await change(-9);
    await publish();
    expect(channel.told).toEqual([5, 6, 7, 8, 0]);
    expect(channel.urgent.at(-1)).toBe(true);
    await change(2);
    await publish();
    expect(channel.told.at(-1)).toBe(0);
    clock.advance(DAY_MS);
    await publish();
    expect(channel.told.at(-1)).toBe(2);
  });
});

describe("an account whose budget is spent", () => {
  it("has its updates wait until the time that it says, without counting them as attempts", async () => {
    const { channel, change, publish, read, clock, sent, id } = await limitedListing();
    channel.answerWith((listingId) => ({
      listingId,
      ok: "later",
      code: "BUDGET_SPENT",
      message: "none left today",
      retryAfterSeconds: 7_200,
      isUnsent: true,
    }));
    await change(-1);
    sent.length = 0;
    for (let n = 0; n < 15; n++) {
      await publish();
      clock.advance(7_200_000);
    }
    const { update, published } = await read();
    expect(update).toMatchObject({ state: "queued", reason: { code: "BUDGET_SPENT" } });
    expect(update.attempts).toBeUndefined();
    expect(published).toMatchObject({ quantity: 5 });
    // So far off that no message can wait for it: the sweep wakes it.
    expect(sent).not.toContain(id);
    channel.answerWith(undefined);
    await publish();
    expect(await read()).toMatchObject({ published: { quantity: 4 }, update: { state: "published" } });
  });

  it("keeps nobody waiting who is sold out meanwhile", async () => {
    const { channel, change, publish, read } = await limitedListing();
    channel.answerWith((listingId) => ({
      listingId,
      ok: "later",
      code: "BUDGET_SPENT",
      message: "only what is urgent",
      retryAfterSeconds: 600,
      isUnsent: false,
    }));
    await change(-1);
    await publish();
    channel.answerWith(undefined);
    await change(-4);
    await publish();
    expect(await read()).toMatchObject({ published: { quantity: 0 }, update: { state: "published" } });
  });
});

describe("a channel without an account", () => {
  it("has its updates wait with the reason, and wakes them when there is one", async () => {
    const { ctx, sent, channel, change, publish, read, id } = await limitedListing();
    channel.answerWith((listingId) => ({
      listingId,
      ok: "waiting",
      code: "NO_ACCOUNT",
      message: "connect one",
      isUnsent: true,
    }));
    await change(-1);
    await publish();
    expect(await read()).toMatchObject({ update: { state: "waiting", reason: { code: "NO_ACCOUNT" } } });
    sent.length = 0;
    await Listings.wakeStuckUpdates(ctx, { targets: channel.targets });
    expect(sent).not.toContain(id);
    channel.beReady();
    channel.answerWith(undefined);
    await Listings.wakeStuckUpdates(ctx, { targets: channel.targets });
    expect(sent).toContain(id);
    await publish();
    expect(await read()).toMatchObject({ published: { quantity: 4 }, update: { state: "published" } });
  });
});
