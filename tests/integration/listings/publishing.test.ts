import { describe, expect, it } from "vitest";
import * as Inventory from "../../../core/inventory/index.ts";
import * as Listings from "../../../core/listings/index.ts";
import { TransientError } from "../../../core/platform/http/errors.ts";
import { channel } from "../../support/channel.ts";
import { cloudContext } from "../../support/cloud.ts";
import {
  keepingQueues,
  listedOn,
  makeListing,
  onEbay,
  productOnSale,
  restock,
  settled,
  stockChange,
} from "../../support/listings.ts";
import { stoppedClock } from "../../support/recording.ts";

const take = (ctx: ReturnType<typeof cloudContext>, productId: string, quantity: number) =>
  Inventory.adjust(ctx, { productId, input: { changeType: "damaged", quantity } });

describe("a channel that is told quantities", () => {
  it("is told once, however often the message comes", async () => {
    const { ctx } = keepingQueues(cloudContext());
    const { targets, told } = channel();
    const { id } = await listedOn(ctx, targets, 5);
    for (let n = 0; n < 3; n++) await Listings.publishQuantities(ctx, { ids: [id, id] }, targets);
    expect(told).toEqual([{ quantity: 5, availableFrom: "inStock" }]);
    expect(await Listings.getListing(ctx, id)).toMatchObject({ status: "active", update: { state: "published" } });
  });

  it("that is told while stock changes is told the newest after it, by the same worker", async () => {
    const { ctx } = keepingQueues(cloudContext());
    let during: (() => Promise<void>) | undefined;
    const { targets, told } = channel(undefined, { during: async () => during?.() });
    const { id, productId } = await listedOn(ctx, targets, 5);
    await take(ctx, productId, 1);
    await Listings.projectQuantities(ctx, [stockChange(ctx, productId)], { targets });
    during = async () => {
      during = undefined;
      await take(ctx, productId, 3);
      await Listings.projectQuantities(ctx, [stockChange(ctx, productId)], { targets });
    };
    await Listings.publishQuantities(ctx, { ids: [id] }, targets);
    expect(told.map(({ quantity }) => quantity)).toEqual([5, 4, 1]);
    expect(await Listings.getListing(ctx, id)).toMatchObject({
      published: { quantity: 1 },
      update: { state: "published" },
    });
  });

  it("is told many in calls of its own size, those first whose stock is gone", async () => {
    const { ctx, sent } = keepingQueues(cloudContext());
    const { targets, calls } = channel(undefined, { maxBatch: 2 });
    const listed = [];
    for (let n = 0; n < 3; n++) listed.push(await listedOn(ctx, targets, 5));
    calls.length = 0;
    for (const [n, { productId }] of listed.entries()) await take(ctx, productId, n === 2 ? 5 : 1);
    for (const { productId } of listed)
      await Listings.projectQuantities(ctx, [stockChange(ctx, productId)], { targets });
    sent.length = 0;
    await Listings.publishQuantities(ctx, { ids: listed.map(({ id }) => id) }, targets);
    expect(calls.map((ids) => ids.length)).toEqual([1, 2]);
    expect(calls[0]?.[0]).toBe(listed[2]?.id);
  });

  it("that is down is asked again later and later, and then somebody has to look", async () => {
    const clock = stoppedClock();
    const { ctx, sent } = keepingQueues(cloudContext({ now: clock.now }));
    let down = true;
    const { targets, told } = channel(() => {
      if (down) throw new TransientError("ebay", "does not answer");
      return undefined;
    });
    const { id } = await listedOn(ctx, targets, 5);
    expect(await Listings.getListing(ctx, id)).toMatchObject({
      status: "publishing",
      update: {
        state: "queued",
        attempts: 1,
        reason: { code: "DEPENDENCY_UNAVAILABLE" },
        nextAttemptAt: expect.any(String),
      },
    });
    // Before its time it is left alone, and its message is sent on.
    sent.length = 0;
    await Listings.publishQuantities(ctx, { ids: [id] }, targets);
    expect(sent).toEqual([id]);
    expect((await Listings.getListing(ctx, id)).update.attempts).toBe(1);
    for (let n = 0; n < 12; n++) {
      clock.advance(16 * 60_000);
      await Listings.publishQuantities(ctx, { ids: [id] }, targets);
    }
    expect(told).toEqual([]);
    expect(await Listings.getListing(ctx, id)).toMatchObject({
      status: "failed",
      error: { code: "DEPENDENCY_UNAVAILABLE" },
      update: { state: "failed" },
    });
    expect((await Listings.listListings(ctx, { update: "failed" })).items.map((item) => item.id)).toEqual([id]);
    down = false;
    const again = await Listings.command(ctx, { id, command: "publish" }, targets);
    expect(again).toMatchObject({ status: "publishing" });
    await settled(ctx, [id], targets);
    const listing = await Listings.getListing(ctx, id);
    expect(listing).toMatchObject({ status: "active", published: { quantity: 5 } });
    expect(listing.error).toBeUndefined();
  });

  it("that asks for a pause gets it", async () => {
    const clock = stoppedClock();
    const { ctx } = keepingQueues(cloudContext({ now: clock.now }));
    const { targets } = channel(() => ({
      transient: true,
      code: "RATE_LIMITED",
      message: "slow down",
      retryAfterSeconds: 600,
    }));
    const { id } = await listedOn(ctx, targets, 5);
    const { nextAttemptAt = "" } = (await Listings.getListing(ctx, id)).update;
    expect(Date.parse(nextAttemptAt) - clock.now()).toBeGreaterThanOrEqual(600_000);
  });

  it("that refuses a listing fails it with the reason, and the next change of stock tries anew", async () => {
    const { ctx } = keepingQueues(cloudContext());
    let refuses = true;
    const { targets } = channel(() =>
      refuses ? { transient: false, code: "POLICY", message: "not allowed here" } : undefined,
    );
    const { id, productId } = await listedOn(ctx, targets, 5);
    expect(await Listings.getListing(ctx, id)).toMatchObject({
      status: "failed",
      error: { code: "POLICY", message: "not allowed here" },
    });
    refuses = false;
    await take(ctx, productId, 5);
    await Listings.projectQuantities(ctx, [stockChange(ctx, productId)], { targets });
    await Listings.publishQuantities(ctx, { ids: [id] }, targets);
    expect(await Listings.getListing(ctx, id)).toMatchObject({ status: "active", published: { quantity: 0 } });
  });

  it("whose connector breaks or says nothing is asked again, and other listings are not held up", async () => {
    const clock = stoppedClock();
    const { ctx } = keepingQueues(cloudContext({ now: clock.now }));
    const silent: Listings.ListingTargets = {
      ebay: {
        takesPresale: true,
        load: () => Promise.resolve({ takesPresale: true, maxBatch: 5, setQuantities: () => Promise.resolve([]) }),
      },
      goat: {
        takesPresale: true,
        load: () =>
          Promise.resolve({
            takesPresale: true,
            maxBatch: 5,
            setQuantities: () => Promise.reject(new Error("a secret detail")),
          }),
      },
    };
    const first = await listedOn(ctx, silent, 5);
    const second = await listedOn(ctx, silent, 5, { platformType: "goat" });
    expect((await Listings.getListing(ctx, first.id)).update).toMatchObject({
      state: "queued",
      reason: { code: "NO_ANSWER" },
    });
    expect((await Listings.getListing(ctx, second.id)).update).toMatchObject({
      state: "queued",
      reason: { code: "CONNECTOR_FAULT", message: "The connector failed" },
    });
  });

  it("is not asked to take back an answer that came too late: a pause in between stays", async () => {
    const { ctx } = keepingQueues(cloudContext());
    let during: (() => Promise<unknown>) | undefined;
    const { targets } = channel(undefined, { during: async () => void (await during?.()) });
    const productId = await productOnSale(ctx);
    await restock(ctx, productId, 5);
    const { id } = await makeListing(ctx, productId, onEbay);
    await Listings.command(ctx, { id, command: "publish" }, targets);
    during = () => {
      during = undefined;
      return Listings.command(ctx, { id, command: "pause" }, targets);
    };
    await settled(ctx, [id], targets);
    expect(await Listings.getListing(ctx, id)).toMatchObject({ status: "paused", desired: { quantity: 0 } });
    await settled(ctx, [id], targets);
    expect(await Listings.getListing(ctx, id)).toMatchObject({ status: "paused", published: { quantity: 0 } });
    await Listings.command(ctx, { id, command: "resume" }, targets);
    await settled(ctx, [id], targets);
    expect(await Listings.getListing(ctx, id)).toMatchObject({ status: "active", published: { quantity: 5 } });
  });

  it("told by a worker that was taken for dead is told once more, since nobody knows which came last", async () => {
    const clock = stoppedClock();
    const { ctx, sent } = keepingQueues(cloudContext({ now: clock.now }));
    const { targets, told } = channel(undefined, {
      during: async () => {
        if (told.length > 0) return;
        clock.advance(91_000);
        told.push({ quantity: -1, availableFrom: "slow" });
        await Listings.publishQuantities(ctx, { ids: [id] }, targets);
      },
    });
    const productId = await productOnSale(ctx);
    await restock(ctx, productId, 5);
    const { id } = await makeListing(ctx, productId, onEbay);
    await Listings.command(ctx, { id, command: "publish" }, targets);
    await settled(ctx, [id], targets);
    expect(sent.at(-1)).toBe(id);
    expect(await Listings.getListing(ctx, id)).toMatchObject({ update: { state: "queued" } });
    await Listings.publishQuantities(ctx, { ids: [id] }, targets);
    expect(told.map(({ quantity }) => quantity)).toEqual([-1, 5, 5, 5]);
    expect(await Listings.getListing(ctx, id)).toMatchObject({ status: "active", update: { state: "published" } });
  });
});
