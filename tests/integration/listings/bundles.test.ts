import { describe, expect, it } from "vitest";
import * as Inventory from "../../../core/inventory/index.ts";
import * as Listings from "../../../core/listings/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import { cloudContext } from "../../support/cloud.ts";
import { keepingQueues, productOnSale, published, restock, stockChange } from "../../support/listings.ts";

const take = (ctx: Context, productId: string, quantity: number) =>
  Inventory.adjust(ctx, { productId, input: { changeType: "damaged", quantity } });

/** What the stream brings when a bundle was set or removed. */
const bundleChange = (ctx: Context, productId: string, type = "bundle.set"): Listings.Change => ({
  new: { pk: `${ctx.actor.organizationId}#OUTBOX#evt_1`, sk: "EVENT", entity: "event", type, data: { productId } },
});

const setBundle = (ctx: Context, productId: string, ...parts: [string, number][]) =>
  Inventory.setBundle(ctx, {
    productId,
    input: { components: parts.map(([id, quantity]) => ({ productId: id, quantity })) },
  });

async function shop() {
  const { ctx, sent } = keepingQueues(cloudContext());
  const [set, cup, plate] = [await productOnSale(ctx), await productOnSale(ctx), await productOnSale(ctx)];
  await restock(ctx, cup, 10);
  await restock(ctx, plate, 9);
  await setBundle(ctx, set, [cup, 1], [plate, 2]);
  const id = await published(ctx, set);
  const shows = async () => {
    await Listings.publishQuantities(ctx, { ids: [id] });
    return (await Listings.getListing(ctx, id)).published?.quantity;
  };
  return { ctx, sent, set, cup, plate, id, shows };
}

describe("the listing of a bundle", () => {
  it("shows as many as can be made of its components, and follows the stock of each", async () => {
    const { ctx, cup, plate, id, shows } = await shop();
    expect(await shows()).toBe(4);
    const ofCup = await published(ctx, cup);
    await take(ctx, cup, 8);
    await Listings.projectQuantities(ctx, [stockChange(ctx, cup)]);
    expect(await shows()).toBe(2);
    await take(ctx, plate, 8);
    await Listings.projectQuantities(ctx, [stockChange(ctx, plate)]);
    expect(await Listings.getListing(ctx, id)).toMatchObject({ update: { priority: "urgent" } });
    expect(await shows()).toBe(0);
    await Listings.publishQuantities(ctx, { ids: [ofCup] });
    expect(await Listings.getListing(ctx, ofCup)).toMatchObject({ published: { quantity: 2 } });
  });

  it("follows what the bundle consists of, also where that sums to fewer revisions than before", async () => {
    const { ctx, set, cup, plate, shows } = await shop();
    for (let n = 0; n < 5; n++) await restock(ctx, plate, 2);
    await Listings.projectQuantities(ctx, [stockChange(ctx, plate)]);
    expect(await shows()).toBe(9);
    await setBundle(ctx, set, [cup, 5]);
    await Listings.projectQuantities(ctx, [bundleChange(ctx, set)]);
    expect(await shows()).toBe(2);
    await Inventory.removeBundle(ctx, { productId: set });
    await Listings.projectQuantities(ctx, [bundleChange(ctx, set, "bundle.removed")]);
    expect(await shows()).toBe(0);
  });

  it("is not set back by who had read the bundle as it was before", async () => {
    const { ctx, set, cup, plate, shows } = await shop();
    let overtaken = false;
    const slow: Context = {
      ...ctx,
      table: {
        ...ctx.table,
        update: async (key, change, condition) => {
          if (!overtaken) {
            overtaken = true;
            await setBundle(ctx, set, [cup, 5]);
            await Listings.projectQuantities(ctx, [bundleChange(ctx, set)]);
          }
          return ctx.table.update(key, change, condition);
        },
      },
    };
    await take(ctx, plate, 1);
    await Listings.projectQuantities(slow, [stockChange(ctx, plate)]);
    expect(overtaken).toBe(true);
    expect(await shows()).toBe(2);
  });
});
