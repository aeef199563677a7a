import { describe, expect, it } from "vitest";
import * as Inventory from "../../../core/inventory/index.ts";
import * as Listings from "../../../core/listings/index.ts";
import { cloudContext } from "../../support/cloud.ts";
import { changesOf, keepingQueues, listedOn, restock, stockChange } from "../../support/listings.ts";
import { stoppedClock } from "../../support/recording.ts";

const usd = (amount: string) => ({ amount, currency: "USD" });

type Part = "quantity" | "price";

interface Operation {
  part: Part;
  says: number;
  state: "pending" | "done" | "failed";
}

/** A channel that works quantities and prices later, each when the test says so. */
function twoPartChannel() {
  const operations: Operation[] = [];
  const shows = { quantity: 0, price: 0 };
  let isSlow = false;
  let during: (() => Promise<unknown>) | undefined;
  const take = (listingId: string, part: Part, says: number): Listings.QuantityResult => {
    operations.push({ part, says, state: isSlow ? "pending" : "done" });
    if (!isSlow) shows[part] = says;
    return isSlow ? { listingId, ok: "pending", operation: String(operations.length - 1) } : { listingId, ok: true };
  };
  const target: Listings.ListingTarget = {
    takesPresale: false,
    maxBatch: 10,
    setQuantities: async (_ctx, updates) => {
      const results = updates.map(({ listingId, offer }) => take(listingId, "quantity", offer.quantity));
      await during?.();
      return results;
    },
    prices: {
      maxBatch: 10,
      set: (_ctx, updates) =>
        Promise.resolve(updates.map(({ listingId, price }) => take(listingId, "price", price.minor))),
    },
    operations: (_ctx, asked) =>
      Promise.resolve(
        asked.map(({ listingId, operation }): Listings.QuantityResult => {
          const state = operations[Number(operation)]?.state;
          if (state === "done") return { listingId, ok: true };
          if (state === "pending") return { listingId, ok: "pending", operation };
          return { listingId, ok: false, transient: true, code: "BUSY", message: "not this time" };
        }),
      ),
  };
  const targets: Listings.ListingTargets = {
    ebay: { takesPresale: false, takesPrices: true, load: () => Promise.resolve(target) },
  };
  const end = (part: Part, state: "done" | "failed") => {
    for (const operation of operations) {
      if (operation.part !== part || operation.state !== "pending") continue;
      operation.state = state;
      if (state === "done") shows[part] = operation.says;
    }
  };
  return {
    targets,
    operations,
    shows,
    work: (part: Part) => end(part, "done"),
    fail: (part: Part) => end(part, "failed"),
    beSlow: () => void (isSlow = true),
    onTelling: (next: typeof during) => void (during = next),
  };
}

async function listed(units: number) {
  const clock = stoppedClock();
  const { ctx } = keepingQueues(cloudContext({ now: clock.now }));
  const channel = twoPartChannel();
  const { targets } = channel;
  const { id, productId } = await listedOn(ctx, targets, units, { price: usd("100.00") });
  channel.beSlow();
  const project = async () => {
    const changes = [stockChange(ctx, productId), ...(await changesOf(ctx, { listings: [id] }))];
    await Listings.projectQuantities(ctx, changes, { targets });
  };
  return {
    channel,
    read: () => Listings.getListing(ctx, id),
    change: async (by: number, price?: string) => {
      if (price !== undefined) await Listings.updateListing(ctx, { id, changes: { price: usd(price) } });
      if (by > 0) await restock(ctx, productId, by);
      else await Inventory.adjust(ctx, { productId, input: { changeType: "damaged", quantity: -by } });
      await project();
    },
    publish: async () => {
      await Listings.publishQuantities(ctx, { ids: [id] }, targets);
      clock.advance(10 * 60_000);
    },
  };
}

/** To the end of all that is under way. */
async function settle({ channel, publish }: Pick<Awaited<ReturnType<typeof listed>>, "channel" | "publish">) {
  for (let n = 0; n < 4; n++) {
    await publish();
    channel.work("quantity");
    channel.work("price");
  }
  await publish();
}

describe("a quantity and a price that a channel works apart", () => {
  it.each([
    ["sold out", 0, 1],
    ["3, 5 and 3 again", 3, 2],
  ])("are both known when the quantity ends first: %s", async (_name, before, more) => {
    const shop = await listed(before + 1);
    const { channel, change, publish, read } = shop;
    await change(-1);
    await settle(shop);
    expect(channel.shows.quantity).toBe(before);
    await change(more, "120.00");
    await publish();
    channel.work("quantity");
    await publish();
    expect(channel.shows.quantity).toBe(before + more);
    await change(-more);
    channel.work("price");
    await publish();
    await settle(shop);
    expect(channel.shows).toEqual({ quantity: before, price: 12_000 });
    expect(await read()).toMatchObject({ published: { quantity: before }, update: { state: "published" } });
  });

  it("are told anew when the quantity failed, whatever becomes of the price", async () => {
    const shop = await listed(5);
    const { channel, change, publish, read } = shop;
    await change(-2, "120.00");
    await publish();
    channel.fail("quantity");
    await publish();
    channel.work("price");
    await publish();
    await settle(shop);
    expect(channel.shows).toEqual({ quantity: 3, price: 12_000 });
    expect(await read()).toMatchObject({
      published: { quantity: 3, price: usd("120.00") },
      update: { state: "published" },
    });
  });

  it("are told at once that nothing is left when that failed and the price is still under way", async () => {
    const shop = await listed(1);
    const { channel, change, publish } = shop;
    await change(1, "120.00");
    await publish();
    await change(-2);
    await publish();
    channel.fail("quantity");
    await publish();
    expect(channel.operations.slice(2).map(({ says }) => says)).toEqual([2, 12_000, 0, 0]);
    await settle(shop);
    expect(channel.shows.quantity).toBe(0);
  });

  it("are known to be contested when one of two quantities ends first", async () => {
    const shop = await listed(5);
    const { channel, change, publish, read } = shop;
    await change(1);
    await publish();
    await change(-6);
    await publish();
    expect(channel.operations.map(({ says }) => says)).toEqual([5, 10_000, 6, 0]);
    // Of the two the older is worked last, and its end is heard of later.
    const [newer, older] = [channel.operations[3], channel.operations[2]];
    if (newer) newer.state = "done";
    await publish();
    if (older) older.state = "done";
    channel.shows.quantity = 6;
    await publish();
    await settle(shop);
    expect(channel.shows.quantity).toBe(0);
    expect(await read()).toMatchObject({ published: { quantity: 0 }, update: { state: "published" } });
  });

  it("are not taken for settled by a worker that hears of a sale while it tells them", async () => {
    const shop = await listed(1);
    const { channel, change, read } = shop;
    await change(-1);
    await settle(shop);
    await change(1);
    channel.onTelling(async () => {
      channel.onTelling(undefined);
      await change(-1);
    });
    await settle(shop);
    expect(channel.shows.quantity).toBe(0);
    expect(await read()).toMatchObject({ published: { quantity: 0 }, update: { state: "published" } });
  });

  it("are not taken for unsaid when the answer is lost and a sale is heard of meanwhile", async () => {
    const shop = await listed(1);
    const { channel, change, read } = shop;
    await change(-1);
    await settle(shop);
    await change(1);
    channel.onTelling(async () => {
      channel.onTelling(undefined);
      await change(-1);
      throw new Error("the answer was lost");
    });
    await settle(shop);
    expect(channel.shows.quantity).toBe(0);
    expect(await read()).toMatchObject({ published: { quantity: 0 }, update: { state: "published" } });
  });
});
