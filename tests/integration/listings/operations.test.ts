import { describe, expect, it } from "vitest";
import * as Inventory from "../../../core/inventory/index.ts";
import * as Listings from "../../../core/listings/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import { cloudContext } from "../../support/cloud.ts";
import { keepingQueues, listedOn, stockChange } from "../../support/listings.ts";
import { stoppedClock } from "../../support/recording.ts";
import { slowChannel } from "../../support/slow-channel.ts";

const take = (ctx: Context, productId: string, quantity: number) =>
  Inventory.adjust(ctx, { productId, input: { changeType: "damaged", quantity } });

async function slowlyListed(options: Parameters<typeof slowChannel>[0] = {}) {
  const clock = stoppedClock();
  const { ctx, sent } = keepingQueues(cloudContext({ now: clock.now }));
  const channel = slowChannel(options);
  const { targets } = channel;
  const { id, productId } = await listedOn(ctx, targets, 5);
  const publish = () => Listings.publishQuantities(ctx, { ids: [id] }, targets);
  return {
    ctx,
    sent,
    clock,
    channel,
    id,
    publish,
    read: () => Listings.getListing(ctx, id),
    sell: async (quantity: number) => {
      await take(ctx, productId, quantity);
      await Listings.projectQuantities(ctx, [stockChange(ctx, productId)], { targets });
    },
    /** Minutes pass, in which the channel works and the worker asks. */
    settle: async () => {
      for (let n = 0; n < 4; n++) {
        clock.advance(16 * 60_000);
        channel.work();
        await publish();
      }
    },
  };
}

describe("a channel that works later what it takes", () => {
  it("is not taken to show anything before it says how that went", async () => {
    const { channel, clock, publish, read, sent, id } = await slowlyListed();
    expect(channel.operations).toMatchObject([{ quantity: 5 }]);
    expect(await read()).toMatchObject({
      status: "publishing",
      update: { state: "queued", reason: { code: "OPERATION_PENDING" } },
    });
    expect((await read()).published).toBeUndefined();
    expect(sent.at(-1)).toBe(id);
    clock.advance(3_000);
    await publish();
    expect((await read()).published).toBeUndefined();
    channel.work();
    clock.advance(60_000);
    await publish();
    expect(await read()).toMatchObject({
      status: "active",
      published: { quantity: 5 },
      update: { state: "published" },
    });
    expect(channel.operations).toHaveLength(1);
  });

  it("is told a newer quantity when the older one is done, so that they cannot change places", async () => {
    const { channel, sell, clock, publish, settle, read, id } = await slowlyListed();
    await sell(1);
    clock.advance(3_000);
    await publish();
    expect(channel.operations.map(({ quantity }) => quantity)).toEqual([5]);
    channel.work();
    clock.advance(60_000);
    await publish();
    expect(channel.operations.map(({ quantity }) => quantity)).toEqual([5, 4]);
    await settle();
    expect(channel.shows.get(id)).toBe(4);
    expect(await read()).toMatchObject({ published: { quantity: 4 }, update: { state: "published" } });
  });

  it("is told at once that it is sold out, and once more when nothing is under way any more", async () => {
    const { channel, sell, publish, settle, read, id } = await slowlyListed();
    await sell(5);
    await publish();
    expect(channel.operations.map(({ quantity }) => quantity)).toEqual([5, 0]);
    await settle();
    expect(channel.operations.map(({ quantity }) => quantity)).toEqual([5, 0, 0]);
    expect(channel.shows.get(id)).toBe(0);
    const listing = await read();
    expect(listing).toMatchObject({ published: { quantity: 0 }, update: { state: "published" } });
    expect(listing.update.attempts).toBeUndefined();
  });

  it("that is sold out while it is told goes on with that in the same claim", async () => {
    let during: (() => Promise<unknown>) | undefined;
    const shop = await slowlyListed({ during: async () => during?.() });
    shop.channel.work();
    await shop.settle();
    await shop.sell(1);
    during = async () => {
      during = undefined;
      await shop.sell(4);
    };
    await shop.publish();
    expect(shop.channel.operations.map(({ quantity }) => quantity)).toEqual([5, 4, 0]);
    await shop.settle();
    expect(shop.channel.shows.get(shop.id)).toBe(0);
    expect(await shop.read()).toMatchObject({ published: { quantity: 0 }, update: { state: "published" } });
  });

  it("that failed is told again, later and later, and at last somebody has to look", async () => {
    const { channel, settle, read } = await slowlyListed();
    channel.refuse({ transient: true, code: "BUSY" });
    await settle();
    expect(await read()).toMatchObject({ status: "publishing", update: { reason: { code: "OPERATION_PENDING" } } });
    for (let n = 0; n < 8; n++) await settle();
    expect(await read()).toMatchObject({ status: "failed", error: { code: "BUSY" }, update: { state: "failed" } });
    expect(channel.operations).toHaveLength(10);
  });

  it("that refuses for good fails the listing, but not what is newer than what it refused", async () => {
    const { channel, sell, clock, publish, settle, read, id } = await slowlyListed();
    channel.refuse({ transient: false, code: "POLICY" });
    await settle();
    expect(await read()).toMatchObject({ status: "failed", error: { code: "POLICY" } });
    channel.refuse(undefined);
    await sell(1);
    clock.advance(3_000);
    await publish();
    channel.refuse({ transient: false, code: "POLICY" });
    await sell(1);
    channel.work();
    channel.refuse(undefined);
    await settle();
    expect(channel.shows.get(id)).toBe(3);
    expect(await read()).toMatchObject({ status: "active", published: { quantity: 3 } });
  });

  it("whose answer is lost is told again, and shows the newest in the end", async () => {
    const shop = await slowlyListed();
    await shop.settle();
    shop.channel.loseAnswers(true);
    await shop.sell(2);
    await shop.publish();
    expect(await shop.read()).toMatchObject({ update: { state: "queued", reason: { code: "CONNECTOR_FAULT" } } });
    shop.channel.loseAnswers(false);
    await shop.sell(1);
    await shop.settle();
    expect(shop.channel.shows.get(shop.id)).toBe(2);
    expect(await shop.read()).toMatchObject({ published: { quantity: 2 }, update: { state: "published" } });
  });

  it("that never says how it went is told again after an hour", async () => {
    const { channel, clock, publish, settle, read } = await slowlyListed();
    for (let n = 0; n < 4; n++) {
      clock.advance(16 * 60_000);
      await publish();
    }
    expect(await read()).toMatchObject({ update: { attempts: 1, reason: { code: "OPERATION_STUCK" } } });
    await settle();
    expect(channel.operations.length).toBeGreaterThanOrEqual(2);
    expect(await read()).toMatchObject({ status: "active", published: { quantity: 5 } });
  });
});
