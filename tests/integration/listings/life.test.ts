import { describe, expect, it } from "vitest";
import * as Catalog from "../../../core/catalog/index.ts";
import * as Listings from "../../../core/listings/index.ts";
import { orgPartition } from "../../../core/platform/keys.ts";
import type { Context } from "../../../core/platform/context.ts";
import type { Item } from "../../../core/platform/table.ts";
import { cloudContext } from "../../support/cloud.ts";
import {
  keepingQueues,
  makeListing,
  productOnSale,
  project,
  published,
  restock,
  settled,
} from "../../support/listings.ts";
import { stoppedClock } from "../../support/recording.ts";
import { storeFaults } from "../../support/store-faults.ts";

const code = (work: Promise<unknown>) =>
  work.then(
    () => "taken",
    (error: { code?: string }) => error.code,
  );

describe("a listing", () => {
  it("is one for a SKU of a channel, however many want it at once", async () => {
    const ctx = cloudContext();
    const productId = await productOnSale(ctx);
    const attempts = await Promise.allSettled(Array.from({ length: 12 }, () => makeListing(ctx, productId)));
    expect(attempts.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const refused = attempts.flatMap((result) =>
      result.status === "rejected" ? [result.reason as { code: string }] : [],
    );
    expect(new Set(refused.map((error) => error.code))).toEqual(new Set(["STATE_CONFLICT"]));
    await makeListing(ctx, productId, { platformType: "ebay" });
    expect((await Listings.listListings(ctx, {})).items).toHaveLength(2);
  });

  it("is not made of a product or at a location that does not exist", async () => {
    const ctx = cloudContext();
    expect(await code(makeListing(ctx, "prd_none"))).toBe("NOT_FOUND");
    expect(await code(makeListing(ctx, await productOnSale(ctx), { locations: ["loc_none"] }))).toBe("NOT_FOUND");
    expect((await Listings.listListings(ctx, {})).items).toEqual([]);
  });

  it("of a product that is not on sale yet says why it cannot be published", async () => {
    const ctx = cloudContext();
    const { id: productId } = await Catalog.createProduct(ctx, {
      sku: "DRAFT-1",
      name: "Not yet",
      cost: { amount: "1.00", currency: "USD" },
      price: { amount: "2.00", currency: "USD" },
    });
    const { id } = await makeListing(ctx, productId);
    await expect(Listings.command(ctx, { id, command: "publish" })).rejects.toMatchObject({
      code: "STATE_CONFLICT",
      details: { reasons: [{ code: "PRODUCT_NOT_ACTIVE" }] },
    });
  });

  it("that two people change at once is changed by one of them", async () => {
    const ctx = cloudContext();
    const { id } = await makeListing(ctx, await productOnSale(ctx));
    const patch = (buffer: number) => Listings.updateListing(ctx, { id, expectedVersion: 1, changes: { buffer } });
    const results = await Promise.all([1, 2, 3, 4].map((buffer) => code(patch(buffer))));
    expect(results.filter((result) => result === "taken")).toHaveLength(1);
    expect(results.filter((result) => result === "VERSION_CONFLICT")).toHaveLength(3);
  });

  it("takes limits and gives them up again, and shows what they make of the stock", async () => {
    const { ctx } = keepingQueues(cloudContext());
    const productId = await productOnSale(ctx);
    await restock(ctx, productId, 9);
    const id = await published(ctx, productId);
    const change = async (changes: object) => {
      await Listings.updateListing(ctx, { id, changes });
      await settled(ctx, [id]);
      return (await Listings.getListing(ctx, id)).published?.quantity;
    };
    expect(await change({ buffer: 2, maxQuantity: 5 })).toBe(5);
    expect(await change({ maxQuantity: null })).toBe(7);
    expect(await change({ minQuantity: 8 })).toBe(0);
    expect(await change({ minQuantity: null, buffer: 0 })).toBe(9);
    expect(await code(Listings.updateListing(ctx, { id, changes: { minQuantity: 5, maxQuantity: 4 } }))).toBe(
      "VALIDATION_ERROR",
    );
    await Listings.command(ctx, { id, command: "end" });
    expect(await code(Listings.updateListing(ctx, { id, changes: { buffer: 1 } }))).toBe("STATE_CONFLICT");
  });

  it("explains its quantity step by step", async () => {
    const { ctx } = keepingQueues(cloudContext());
    const productId = await productOnSale(ctx);
    await restock(ctx, productId, 9);
    const { id } = await makeListing(ctx, productId, { buffer: 2, maxQuantity: 3 });
    expect((await Listings.getListing(ctx, id)).publishable).toEqual({
      quantity: 3,
      as: "inStock",
      trace: [
        { rule: "AVAILABLE", formula: "sum of max(0, available) of the locations", inputs: { loc_main: 9 }, result: 9 },
        { rule: "LISTING_BUFFER", formula: "max(0, available − buffer)", inputs: { buffer: 2 }, result: 7 },
        { rule: "MAX_QUANTITY", formula: "min(quantity, maxQuantity)", inputs: { maxQuantity: 3 }, result: 3 },
      ],
    });
  });

  it("costs two calls to make beside its product's, one transaction to change after one read", async () => {
    const { around, calls } = storeFaults();
    const ctx = cloudContext({ around });
    const productId = await productOnSale(ctx);
    calls.length = 0;
    const { id } = await makeListing(ctx, productId);
    expect(calls).toEqual(["BatchGetItem", "TransactWriteItems"]);
    calls.length = 0;
    await Listings.updateListing(ctx, { id, changes: { buffer: 1 } });
    expect(calls).toEqual(["BatchGetItem", "TransactWriteItems"]);
    calls.length = 0;
    await Listings.listListings(ctx, { limit: 100 });
    expect(calls).toEqual(["Query"]);
  });
});

describe("the list of listings", () => {
  it("is newest first, page by page, each listing once, by every filter alone and together", async () => {
    const { ctx } = keepingQueues(cloudContext());
    const made: string[] = [];
    const products = [await productOnSale(ctx), await productOnSale(ctx)];
    for (let n = 0; n < 11; n++) {
      const platformType = n % 3 === 0 ? "shop" : "ebay";
      const { id } = await makeListing(ctx, products[n % 2] ?? "", { platformType, platformSku: `S-${n}` });
      made.push(id);
      if (n % 4 !== 0) continue;
      await Listings.command(ctx, { id, command: "publish" });
      await settled(ctx, [id]);
    }
    const all = async (filters: object, limit = 2) => {
      const ids: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await Listings.listListings(ctx, { ...filters, limit, ...(cursor ? { cursor } : {}) });
        expect(page.items.length).toBeLessThanOrEqual(limit);
        ids.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor;
      } while (cursor);
      return ids;
    };
    const those = (keep: (n: number) => boolean) => made.filter((_, n) => keep(n)).toReversed();
    expect(await all({})).toEqual(those(() => true));
    expect(await all({}, 11)).toEqual(those(() => true));
    expect(await all({ productId: products[0] })).toEqual(those((n) => n % 2 === 0));
    expect(await all({ platformType: "shop" })).toEqual(those((n) => n % 3 === 0));
    expect(await all({ status: "active" })).toEqual(those((n) => n === 0));
    expect(await all({ status: "publishing" })).toEqual(those((n) => n === 4 || n === 8));
    expect(await all({ update: "waiting" })).toEqual(those((n) => n === 4 || n === 8));
    expect(await all({ update: "waiting", platformType: "shop" })).toEqual([]);
    expect(await all({ platformType: "ebay", productId: products[1], status: "draft" })).toEqual(
      those((n) => n % 2 === 1 && n % 3 !== 0),
    );
    const { nextCursor: cursor } = await Listings.listListings(ctx, { limit: 1 });
    expect(await code(Listings.listListings(ctx, { limit: 1, cursor, status: "draft" }))).toBe("INVALID_CURSOR");
  });
});

const DAY = 24 * 60 * 60 * 1000;

describe("a presale", () => {
  const told = async (ctx: Context, id: string) => {
    const { published: shown } = await Listings.getListing(ctx, id);
    return shown && `${shown.quantity} ${shown.as}`;
  };

  it("is never published as in stock, from its first message on, whatever happens to its stock", async () => {
    const clock = stoppedClock();
    const { ctx } = keepingQueues(cloudContext({ now: clock.now }));
    const productId = await productOnSale(ctx);
    const availableFrom = new Date(clock.now() + 10 * DAY).toISOString();
    const id = await published(ctx, productId, { presale: { availableFrom, quantity: 4 } });
    expect(await told(ctx, id)).toBe("4 presale");
    await restock(ctx, productId, 9);
    await project(ctx, { products: [productId] });
    await Listings.publishQuantities(ctx, { ids: [id] });
    expect(await told(ctx, id)).toBe("4 presale");
    await Listings.markPresale(ctx, { id, input: { availableFrom } });
    await settled(ctx, [id]);
    expect(await told(ctx, id)).toBe("9 presale");
    expect((await Listings.getListing(ctx, id)).published).toEqual({ quantity: 9, as: "presale", availableFrom });
  });

  it("that a listing in stock becomes takes its units off stock, and unmarking puts them back: both are recorded", async () => {
    const clock = stoppedClock();
    const { ctx } = keepingQueues(cloudContext({ now: clock.now }));
    const productId = await productOnSale(ctx);
    await restock(ctx, productId, 3);
    const id = await published(ctx, productId);
    expect(await told(ctx, id)).toBe("3 inStock");
    const availableFrom = new Date(clock.now() + DAY).toISOString();
    await Listings.markPresale(ctx, { id, input: { availableFrom } });
    await settled(ctx, [id]);
    expect(await told(ctx, id)).toBe("3 presale");
    await Listings.markPresale(ctx, { id, input: { availableFrom: null } });
    await settled(ctx, [id]);
    expect(await told(ctx, id)).toBe("3 inStock");
    const { presale, presaleChanges } = await Listings.getListing(ctx, id);
    expect(presale).toBeUndefined();
    expect(presaleChanges).toMatchObject([
      { change: "marked", availableFrom, by: ctx.actor.id },
      { change: "unmarked", availableFrom, by: ctx.actor.id },
    ]);
  });

  it("whose day has come waits for stock, and is an ordinary listing with its first unit", async () => {
    const clock = stoppedClock();
    const { ctx } = keepingQueues(cloudContext({ now: clock.now }));
    const productId = await productOnSale(ctx);
    const availableFrom = new Date(clock.now() + DAY).toISOString();
    const id = await published(ctx, productId, { presale: { availableFrom, quantity: 4 } });
    clock.advance(DAY);
    await Listings.wakeStuckUpdates(ctx);
    await settled(ctx, [id]);
    expect(await told(ctx, id)).toBe("4 presale");
    await restock(ctx, productId, 2);
    await project(ctx, { products: [productId] });
    await Listings.publishQuantities(ctx, { ids: [id] });
    expect(await told(ctx, id)).toBe("2 inStock");
    expect((await Listings.getListing(ctx, id)).presaleChanges?.map(({ change }) => change)).toEqual([
      "marked",
      "arrived",
    ]);
  });

  it("whose stock is there already is an ordinary listing when its day comes, without anybody touching it", async () => {
    const clock = stoppedClock();
    const { ctx } = keepingQueues(cloudContext({ now: clock.now }));
    const productId = await productOnSale(ctx);
    await restock(ctx, productId, 5);
    const availableFrom = new Date(clock.now() + DAY).toISOString();
    const id = await published(ctx, productId, { presale: { availableFrom } });
    await Listings.wakeStuckUpdates(ctx);
    await settled(ctx, [id]);
    expect(await told(ctx, id)).toBe("5 presale");
    clock.advance(DAY);
    await Listings.wakeStuckUpdates(ctx);
    await settled(ctx, [id]);
    expect(await told(ctx, id)).toBe("5 inStock");
    const schedule = await ctx.table.query<Item>({ pk: "SCHEDULE#PRESALE" as never, prefix: ctx.actor.organizationId });
    expect(schedule.items).toEqual([]);
  });

  it("lies in the future, and none is put on a listing that has ended", async () => {
    const ctx = cloudContext();
    const productId = await productOnSale(ctx);
    const yesterday = new Date(Date.now() - DAY).toISOString();
    const tomorrow = new Date(Date.now() + DAY).toISOString();
    expect(await code(makeListing(ctx, productId, { presale: { availableFrom: yesterday } }))).toBe("VALIDATION_ERROR");
    const { id } = await makeListing(ctx, productId, { presale: { availableFrom: tomorrow } });
    expect(await code(Listings.markPresale(ctx, { id, input: { availableFrom: yesterday } }))).toBe("VALIDATION_ERROR");
    await Listings.command(ctx, { id, command: "end" });
    expect(await code(Listings.markPresale(ctx, { id, input: { availableFrom: tomorrow } }))).toBe("STATE_CONFLICT");
    const schedule = await ctx.table.query<Item>({ pk: "SCHEDULE#PRESALE" as never, prefix: ctx.actor.organizationId });
    expect(schedule.items).toEqual([]);
  });

  it("is marked in one transaction, with its record and its event", async () => {
    const { around, calls } = storeFaults();
    const ctx = cloudContext({ around });
    const { id } = await makeListing(ctx, await productOnSale(ctx));
    calls.length = 0;
    const availableFrom = new Date(Date.now() + DAY).toISOString();
    await Listings.markPresale(ctx, { id, input: { availableFrom } });
    expect(calls).toEqual(["BatchGetItem", "TransactWriteItems"]);
    const key = { pk: orgPartition(ctx.actor.organizationId, "LISTING"), sk: id };
    expect(await ctx.table.get(key)).toMatchObject({ version: 2, presale: { availableFrom } });
  });
});
