import { describe, expect, it } from "vitest";
import * as Catalog from "../../../core/catalog/index.ts";
import * as Inventory from "../../../core/inventory/index.ts";
import * as Listings from "../../../core/listings/index.ts";
import { cloudContext } from "../../support/cloud.ts";
import {
  changesOf,
  keepingQueues,
  listingItem,
  makeListing,
  productOnSale,
  project,
  published,
  restock,
  settled,
  stockItem,
} from "../../support/listings.ts";
import { stoppedClock } from "../../support/recording.ts";
import { storeFaults } from "../../support/store-faults.ts";

const take = (productId: string, quantity: number) => ({ productId, input: { changeType: "damaged", quantity } });

describe("a change of stock", () => {
  it("becomes a queued update of every listing of the product, and then what its channel shows", async () => {
    const { ctx, sent } = keepingQueues(cloudContext());
    const productId = await productOnSale(ctx);
    await restock(ctx, productId, 5);
    const plain = await published(ctx, productId);
    const careful = await published(ctx, productId, { platformSku: `${productId}-2`, buffer: 2, maxQuantity: 2 });
    expect(await Listings.getListing(ctx, plain)).toMatchObject({ status: "active", published: { quantity: 5 } });
    expect(await Listings.getListing(ctx, careful)).toMatchObject({ status: "active", published: { quantity: 2 } });
    sent.length = 0;

    await restock(ctx, productId, 4);
    await project(ctx, { products: [productId] });
    // Nine less two is more than the other shows at most, before and after.
    expect(sent).toEqual([plain]);
    expect(await Listings.getListing(ctx, plain)).toMatchObject({
      desired: { quantity: 9 },
      published: { quantity: 5 },
      update: { state: "queued" },
    });
    await Listings.publishQuantities(ctx, { ids: sent });
    expect(await Listings.getListing(ctx, plain)).toMatchObject({
      published: { quantity: 9 },
      update: { state: "published" },
    });
  });

  it("counts only locations that sell, and of these the listing's own", async () => {
    const { ctx } = keepingQueues(cloudContext());
    const productId = await productOnSale(ctx);
    const second = await Inventory.createLocation(ctx, { name: "North" });
    const third = await Inventory.createLocation(ctx, { name: "Returns", sellsOrders: false });
    await restock(ctx, productId, 3);
    await restock(ctx, productId, 4, second.id);
    await restock(ctx, productId, 100, third.id);
    const everywhere = await published(ctx, productId);
    const onlyNorth = await published(ctx, productId, { platformSku: "north", locations: [second.id] });
    expect(await Listings.getListing(ctx, everywhere)).toMatchObject({ published: { quantity: 7 } });
    expect(await Listings.getListing(ctx, onlyNorth)).toMatchObject({ published: { quantity: 4 } });
  });

  it("is coalesced: many changes of one product in a batch are one calculation and one message", async () => {
    const clock = stoppedClock();
    const { around, calls } = storeFaults();
    const { ctx, sent } = keepingQueues(cloudContext({ around, now: clock.now }));
    const productId = await productOnSale(ctx);
    const id = await published(ctx, productId);
    sent.length = 0;
    const changes: Listings.Change[] = [];
    for (let unit = 0; unit < 10; unit++) {
      await restock(ctx, productId, 1);
      changes.push(...(await changesOf(ctx, { products: [productId] })));
    }
    calls.length = 0;
    await Listings.projectQuantities(ctx, changes);
    expect(sent).toEqual([id]);
    expect(calls.toSorted()).toEqual(["BatchGetItem", "BatchGetItem", "BatchGetItem", "Query", "Query", "UpdateItem"]);
    expect(await Listings.getListing(ctx, id)).toMatchObject({ desired: { quantity: 10 } });
  });

  it("of a product that is listed nowhere costs two reads", async () => {
    const { around, calls } = storeFaults();
    const { ctx } = keepingQueues(cloudContext({ around }));
    const productId = await productOnSale(ctx);
    await restock(ctx, productId, 1);
    const changes = await changesOf(ctx, { products: [productId] });
    calls.length = 0;
    await Listings.projectQuantities(ctx, changes);
    expect(calls).toEqual(["BatchGetItem", "Query"]);
  });

  it("that leaves what can be sold as it was is nobody's business", async () => {
    const { around, calls } = storeFaults();
    const ctx = cloudContext({ around });
    const productId = await productOnSale(ctx);
    await restock(ctx, productId, 1);
    const item = await stockItem(ctx, productId);
    calls.length = 0;
    await Listings.projectQuantities(ctx, [{ old: { ...item, valueMinor: 3 }, new: { ...item, valueMinor: 7 } }]);
    expect(calls).toEqual([]);
  });

  it("that takes the last unit is urgent and goes before the others, in the queue and to the channel", async () => {
    const { ctx, sent } = keepingQueues(cloudContext());
    const [a, b] = [await productOnSale(ctx), await productOnSale(ctx)];
    for (const productId of [a, b]) await restock(ctx, productId, 5);
    const [less, none] = [await published(ctx, a), await published(ctx, b)];
    sent.length = 0;
    await Inventory.adjust(ctx, take(a, 1));
    await Inventory.adjust(ctx, take(b, 5));
    await project(ctx, { products: [a, b] });
    expect(sent).toEqual([none, less]);
    const { items } = await Listings.listListings(ctx, { update: "queued" });
    expect(items.map(({ id, update }) => [id, update.priority])).toEqual([
      [none, "urgent"],
      [less, undefined],
    ]);
    // Called for the other, the worker takes along what is urgent.
    await Listings.publishQuantities(ctx, { ids: [less] });
    expect(await Listings.getListing(ctx, none)).toMatchObject({ published: { quantity: 0 } });
    expect(await Listings.getListing(ctx, less)).toMatchObject({ published: { quantity: 4 } });
  });
});

describe("a calculation that was overtaken", () => {
  it("loses, whichever of the two writes last: the newest quantity stands", async () => {
    const { ctx, sent } = keepingQueues(cloudContext());
    const productId = await productOnSale(ctx);
    await restock(ctx, productId, 5);
    const id = await published(ctx, productId);
    sent.length = 0;
    // The slow one has read four units; before it writes, another reads and writes three.
    await Inventory.adjust(ctx, take(productId, 1));
    const change = await changesOf(ctx, { products: [productId] });
    let overtaken = false;
    const slow = {
      ...ctx,
      table: {
        ...ctx.table,
        update: (async (...args: Parameters<typeof ctx.table.update>) => {
          if (!overtaken) {
            overtaken = true;
            await Inventory.adjust(ctx, take(productId, 1));
            await project(ctx, { products: [productId] });
          }
          return ctx.table.update(...args);
        }) as typeof ctx.table.update,
      },
    };
    await Listings.projectQuantities(slow, change);
    expect(overtaken).toBe(true);
    expect(await Listings.getListing(ctx, id)).toMatchObject({ desired: { quantity: 3 } });
    expect(sent).toEqual([id]);
  });

  it("does not undo what a newer one left as it was", async () => {
    const { ctx } = keepingQueues(cloudContext());
    const productId = await productOnSale(ctx);
    await restock(ctx, productId, 5);
    const id = await published(ctx, productId);
    await Inventory.adjust(ctx, take(productId, 2));
    const old = await changesOf(ctx, { products: [productId] });
    let read: unknown;
    const remembering = {
      ...ctx,
      table: {
        ...ctx.table,
        query: (async (input: Parameters<typeof ctx.table.query>[0]) => {
          const page = await ctx.table.query(input);
          if (String(input.pk).endsWith("#STOCK")) {
            read = page;
            // Back to five before this one writes: the newer calculation finds nothing to change.
            await restock(ctx, productId, 2);
            await project(ctx, { products: [productId] });
          }
          return page;
        }) as typeof ctx.table.query,
      },
    };
    await Listings.projectQuantities(remembering, old);
    expect(read).toBeDefined();
    expect(await Listings.getListing(ctx, id)).toMatchObject({ desired: { quantity: 5 }, published: { quantity: 5 } });
  });

  it("holds for any number at once: what is told in the end is what is there", async () => {
    const { ctx } = keepingQueues(cloudContext());
    const productId = await productOnSale(ctx);
    await restock(ctx, productId, 40);
    const id = await published(ctx, productId);
    await Promise.all(
      Array.from({ length: 24 }, async (_, turn) => {
        await Inventory.adjust(ctx, turn % 3 === 0 ? take(productId, 2) : take(productId, 1));
        await project(ctx, { products: [productId] });
        if (turn % 4 === 0) await Listings.publishQuantities(ctx, { ids: [id] });
      }),
    );
    await Listings.publishQuantities(ctx, { ids: [id] });
    const left = 40 - 8 * 2 - 16;
    expect(await stockItem(ctx, productId)).toMatchObject({ available: left });
    expect(await Listings.getListing(ctx, id)).toMatchObject({
      desired: { quantity: left },
      published: { quantity: left },
      update: { state: "published" },
    });
  });
});

describe("a product that leaves the sale", () => {
  it("is shown nowhere any more, and again when it is back", async () => {
    const { ctx } = keepingQueues(cloudContext());
    const productId = await productOnSale(ctx);
    await restock(ctx, productId, 5);
    const id = await published(ctx, productId);
    const change = async (transition: "archive" | "restore" | "activate") => {
      await Catalog.changeStatus(ctx, { id: productId, transition });
      const pk = `${ctx.actor.organizationId}#PRODUCT`;
      const item = { pk, sk: productId, entity: "product" };
      await Listings.projectQuantities(ctx, [{ old: { ...item, status: "x" }, new: { ...item, status: "y" } }]);
      await Listings.publishQuantities(ctx, { ids: [id] });
      return Listings.getListing(ctx, id);
    };
    const archived = await change("archive");
    expect(archived).toMatchObject({ published: { quantity: 0 }, publishable: { quantity: 0 } });
    expect(archived.publishable.trace.at(-1)).toMatchObject({ rule: "STATUS", result: 0 });
    await change("restore");
    expect(await change("activate")).toMatchObject({ published: { quantity: 5 } });
  });
});

describe("locations that sell no more", () => {
  it("are taken out of every listing of the organisation, page by page", async () => {
    const { ctx, sent } = keepingQueues(cloudContext());
    const productId = await productOnSale(ctx);
    const { id: locationId } = await Inventory.createLocation(ctx, { name: "North" });
    await restock(ctx, productId, 5, locationId);
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) ids.push(await published(ctx, productId, { platformSku: `${productId}-${n}` }));
    sent.length = 0;
    await Inventory.updateLocation(ctx, { id: locationId, changes: { sellsOrders: false } });
    const directory = {
      pk: `${ctx.actor.organizationId}#LOCATION_DIRECTORY`,
      sk: "SELLING",
      entity: "location-directory",
    };
    await Listings.projectQuantities(ctx, [{ new: directory }]);
    expect(sent).toEqual(["~"]);
    await Listings.publishQuantities(ctx, { ids: sent.splice(0) });
    expect(sent.toSorted()).toEqual(ids.toSorted());
    await Listings.publishQuantities(ctx, { ids });
    for (const id of ids) expect(await Listings.getListing(ctx, id)).toMatchObject({ published: { quantity: 0 } });
  });
});

describe("a draft", () => {
  it("is told to nobody, whatever happens to its stock", async () => {
    const { ctx, sent } = keepingQueues(cloudContext());
    const productId = await productOnSale(ctx);
    const { id } = await makeListing(ctx, productId);
    await restock(ctx, productId, 5);
    await project(ctx, { listings: [id], products: [productId] });
    expect(sent).toEqual([]);
    expect(await Listings.getListing(ctx, id)).toMatchObject({
      update: { state: "none" },
      publishable: { quantity: 5 },
    });
    expect(await listingItem(ctx, id)).toMatchObject({ status: "draft" });
    await settled(ctx, [id]);
    expect((await Listings.getListing(ctx, id)).published).toBeUndefined();
  });
});
