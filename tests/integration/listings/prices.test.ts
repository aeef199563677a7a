import { describe, expect, it } from "vitest";
import * as Catalog from "../../../core/catalog/index.ts";
import * as Inventory from "../../../core/inventory/index.ts";
import * as Listings from "../../../core/listings/index.ts";
import { orgPartition } from "../../../core/platform/keys.ts";
import { cloudContext } from "../../support/cloud.ts";
import { changesOf, keepingQueues, listedOn, stockChange } from "../../support/listings.ts";
import { stoppedClock } from "../../support/recording.ts";

const usd = (amount: string) => ({ amount, currency: "USD" });

function pricedChannel() {
  const told: string[] = [];
  let answer: ((listingId: string) => Listings.QuantityResult) | undefined;
  const target: Listings.ListingTarget = {
    takesPresale: true,
    maxBatch: 25,
    setQuantities: (_ctx, updates) => {
      told.push(...updates.map(({ offer }) => `${offer.quantity} units`));
      return Promise.resolve(updates.map(({ listingId }) => ({ listingId, ok: true as const })));
    },
    prices: {
      maxBatch: 10,
      set: (_ctx, updates) =>
        Promise.resolve(
          updates.map(({ listingId, price }) => {
            told.push(`${price.minor} ${price.currency}`);
            return answer ? answer(listingId) : { listingId, ok: true as const };
          }),
        ),
    },
    operations: (_ctx, asked) => Promise.resolve(asked.map(({ listingId }) => ({ listingId, ok: true as const }))),
  };
  const targets: Listings.ListingTargets = {
    ebay: { takesPresale: true, takesPrices: true, load: () => Promise.resolve(target) },
    goat: { takesPresale: true, load: () => Promise.resolve(target) },
  };
  return { targets, told, answerWith: (next: typeof answer) => void (answer = next) };
}

async function priced(input: object) {
  const clock = stoppedClock();
  const { ctx } = keepingQueues(cloudContext({ now: clock.now }));
  const channel = pricedChannel();
  const { targets } = channel;
  const { id, productId } = await listedOn(ctx, targets, 5, input);
  const publish = async () => {
    await Listings.projectQuantities(ctx, await changesOf(ctx, { listings: [id] }), { targets });
    await Listings.publishQuantities(ctx, { ids: [id] }, targets);
  };
  return { ctx, clock, channel, id, productId, targets, publish, read: () => Listings.getListing(ctx, id) };
}

describe("the price of a listing", () => {
  it("is its own, or the product's where it follows it; without either no price is told", async () => {
    expect((await priced({ price: usd("12.50"), followPrice: true })).channel.told).toEqual(["5 units", "1250 USD"]);
    expect((await priced({ followPrice: true })).channel.told).toEqual(["5 units", "2000 USD"]);
    expect((await priced({})).channel.told).toEqual(["5 units"]);
    expect((await priced({ platformType: "goat", followPrice: true })).channel.told).toEqual(["5 units"]);
  });

  it("is told when it changes, the newest of several, and the quantity is left alone", async () => {
    const { ctx, id, publish, channel, read } = await priced({ price: usd("12.50") });
    for (const amount of ["13.00", "14.00"]) await Listings.updateListing(ctx, { id, changes: { price: usd(amount) } });
    await publish();
    expect(channel.told).toEqual(["5 units", "1250 USD", "1400 USD"]);
    expect(await read()).toMatchObject({
      price: usd("14.00"),
      desired: { price: usd("14.00") },
      published: { quantity: 5, price: usd("14.00") },
      update: { state: "published" },
    });
    await Listings.updateListing(ctx, { id, changes: { price: null } });
    await publish();
    expect(channel.told).toHaveLength(3);
    expect((await read()).desired?.price).toBeUndefined();
  });

  it("follows the product's, by the product's own change", async () => {
    const { ctx, id, productId, targets, channel } = await priced({ followPrice: true });
    await Catalog.updateProduct(ctx, { id: productId, changes: { price: usd("21.00") } });
    const product = { pk: orgPartition(ctx.actor.organizationId, "PRODUCT"), sk: productId, entity: "product" };
    const change = { old: { ...product, priceMinor: 2000 }, new: { ...product, priceMinor: 2100 } };
    await Listings.projectQuantities(ctx, [change], { targets });
    await Listings.publishQuantities(ctx, { ids: [id] }, targets);
    expect(channel.told.at(-1)).toBe("2100 USD");
  });

  it("of what is sold out is told when there is some again", async () => {
    const { ctx, id, productId, targets, channel, publish } = await priced({ price: usd("12.50") });
    await Inventory.adjust(ctx, { productId, input: { changeType: "damaged", quantity: 5 } });
    await Listings.updateListing(ctx, { id, changes: { price: usd("9.00") } });
    await Listings.projectQuantities(ctx, [stockChange(ctx, productId)], { targets });
    await publish();
    expect(channel.told.slice(2)).toEqual(["0 units"]);
    await Inventory.adjust(ctx, { productId, input: { changeType: "restock", quantity: 1 } });
    await Listings.projectQuantities(ctx, [stockChange(ctx, productId)], { targets });
    await publish();
    expect(channel.told.slice(3)).toEqual(["1 units", "900 USD"]);
  });

  it("that is refused says so, while the quantity is known to be told", async () => {
    const { ctx, id, channel, publish, read } = await priced({});
    channel.answerWith((listingId) => ({ listingId, ok: false, transient: false, code: "TOO_LOW", message: "no" }));
    await Listings.updateListing(ctx, { id, changes: { price: usd("0.01") } });
    await publish();
    expect(await read()).toMatchObject({ status: "failed", error: { code: "TOO_LOW" }, published: { quantity: 5 } });
    channel.answerWith(undefined);
    await Listings.updateListing(ctx, { id, changes: { price: usd("5.00") } });
    await publish();
    expect(await read()).toMatchObject({ status: "active", published: { quantity: 5, price: usd("5.00") } });
  });

  it("that the channel works later is not taken for shown before, and is asked for alone", async () => {
    const { ctx, clock, id, channel, publish, read } = await priced({});
    channel.answerWith((listingId) => ({ listingId, ok: "pending", operation: "op-1" }));
    await Listings.updateListing(ctx, { id, changes: { price: usd("5.00") } });
    await publish();
    expect((await read()).published?.price).toBeUndefined();
    clock.advance(60_000);
    await publish();
    expect(await read()).toMatchObject({ published: { price: usd("5.00") }, update: { state: "published" } });
    expect(channel.told).toEqual(["5 units", "500 USD"]);
  });

  it("must be an amount of more than nothing", async () => {
    const { ctx, id } = await priced({});
    await expect(Listings.updateListing(ctx, { id, changes: { price: usd("0.00") } })).rejects.toMatchObject({
      code: "VALIDATION_ERROR",
    });
  });
});
