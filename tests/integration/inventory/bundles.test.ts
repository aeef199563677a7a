import { describe, expect, it } from "vitest";
import * as Inventory from "../../../core/inventory/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import { readTogether } from "../../../core/platform/reads.ts";
import { cloudContext } from "../../support/cloud.ts";
import { testActor } from "../../support/context.ts";
import { stocked } from "../../support/stock.ts";
import { storeFaults } from "../../support/store-faults.ts";

async function shop(ctx: Context) {
  const can = await stocked(ctx, "CAN", 20);
  const cup = await stocked(ctx, "CUP", 5);
  const six = await stocked(ctx, "SIX", 0);
  const setTo = (productId: string, components: [string, number][], expectedVersion?: number) =>
    Inventory.setBundle(ctx, {
      productId,
      expectedVersion,
      input: { components: components.map(([id, quantity]) => ({ productId: id, quantity })) },
    });
  return { can, cup, six, setTo };
}

const restock = (ctx: Context, productId: string) =>
  Inventory.adjust(ctx, { productId, input: { changeType: "restock", quantity: 1 } });
const usedIn = async (ctx: Context, productId: string) =>
  (await readTogether(ctx, Inventory.bundlesWithRead(ctx, productId)))[0];

describe("a bundle", () => {
  it("has as many as its components allow, and is read with other things in the one call of an order", async () => {
    const { around, calls } = storeFaults();
    const ctx = cloudContext({ around });
    const { can, cup, six, setTo } = await shop(ctx);
    await setTo(six.id, [
      [can.id, 6],
      [cup.id, 1],
    ]);
    expect(await Inventory.getBundle(ctx, six.id)).toMatchObject({
      productId: six.id,
      version: 1,
      available: 3,
      locations: [{ locationId: "loc_main", available: 3 }],
    });
    await Inventory.setBuffer(ctx, { productId: can.id, input: { quantity: 9 } });
    expect(await Inventory.getBundle(ctx, six.id)).toMatchObject({ available: 1 });
    calls.length = 0;
    const [bundles, stock] = await readTogether(
      ctx,
      Inventory.bundlesRead(ctx, [six.id, can.id]),
      Inventory.stockRead(ctx, [{ productId: can.id, locationId: "loc_main" }]),
    );
    expect(calls).toEqual(["BatchGetItem"]);
    expect(stock).toHaveLength(1);
    const lines = [
      { productId: six.id, quantity: 2 },
      { productId: can.id, quantity: 1 },
    ];
    expect(Inventory.expandBundles(lines, bundles)).toEqual([
      { productId: can.id, quantity: 13 },
      { productId: cup.id, quantity: 2 },
    ]);
  });

  it("is never stocked: neither what has stock becomes one, nor gets one stock", async () => {
    const ctx = cloudContext();
    const { can, cup, six, setTo } = await shop(ctx);
    await expect(setTo(cup.id, [[can.id, 1]])).rejects.toMatchObject({ code: "STATE_CONFLICT" });
    await setTo(six.id, [[can.id, 6]]);
    await expect(restock(ctx, six.id)).rejects.toMatchObject({
      code: "STATE_CONFLICT",
      details: { productId: six.id },
    });
    await Inventory.removeBundle(ctx, { productId: six.id });
    expect(await restock(ctx, six.id)).toMatchObject({ newQuantity: 1 });
    await expect(setTo(six.id, [[can.id, 6]])).rejects.toMatchObject({ code: "STATE_CONFLICT" });
  });

  it("is one or has stock, when both are asked for at the same moment", async () => {
    for (let round = 0; round < 6; round++) {
      const ctx = cloudContext();
      const { can, six, setTo } = await shop(ctx);
      const asked = [restock(ctx, six.id), setTo(six.id, [[can.id, 6]])];
      const results = await Promise.allSettled(round % 2 === 0 ? asked : asked.toReversed());
      expect(results.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
      for (const result of results)
        if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "STATE_CONFLICT" });
    }
  });

  it("does not nest, whichever of the two comes first or when both come at once", async () => {
    const ctx = cloudContext();
    const { can, six, setTo } = await shop(ctx);
    const crate = await stocked(ctx, "CRATE", 0);
    await setTo(six.id, [[can.id, 6]]);
    await expect(setTo(crate.id, [[six.id, 4]])).rejects.toMatchObject({
      code: "STATE_CONFLICT",
      details: { productId: six.id },
    });
    await Inventory.removeBundle(ctx, { productId: six.id });
    await setTo(crate.id, [[six.id, 4]]);
    await expect(setTo(six.id, [[can.id, 6]])).rejects.toMatchObject({
      code: "STATE_CONFLICT",
      details: { bundleIds: [crate.id] },
    });
    const [a, b] = [await stocked(ctx, "A", 0), await stocked(ctx, "B", 0)];
    const results = await Promise.allSettled([setTo(a.id, [[b.id, 1]]), setTo(b.id, [[can.id, 1]])]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });

  it("knows its components, and they know it, through changes and removal", async () => {
    const ctx = cloudContext();
    const { can, cup, six, setTo } = await shop(ctx);
    await setTo(six.id, [[can.id, 6]]);
    const changed = await setTo(six.id, [[cup.id, 2]], 1);
    expect(changed).toMatchObject({ version: 2, components: [{ productId: cup.id, quantity: 2 }] });
    expect([await usedIn(ctx, can.id), await usedIn(ctx, cup.id)]).toEqual([[], [six.id]]);
    await expect(setTo(six.id, [[can.id, 1]], 1)).rejects.toMatchObject({ code: "VERSION_CONFLICT" });
    expect((await Inventory.listBundles(ctx, {})).items).toMatchObject([changed]);
    await Inventory.removeBundle(ctx, { productId: six.id, expectedVersion: 2 });
    expect(await usedIn(ctx, cup.id)).toEqual([]);
    expect((await Inventory.listBundles(ctx, {})).items).toEqual([]);
    await expect(Inventory.getBundle(ctx, six.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await setTo(six.id, [[can.id, 1]]);
  });

  it("consists of products that there are, each once, and not of itself", async () => {
    const ctx = cloudContext();
    const { can, six, setTo } = await shop(ctx);
    for (const components of [
      [],
      [
        [can.id, 1],
        [can.id, 2],
      ],
      [[six.id, 1]],
      [[can.id, 0]],
    ] as [string, number][][])
      await expect(setTo(six.id, components)).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
    await expect(setTo(six.id, [["prd_none", 1]])).rejects.toMatchObject({ code: "NOT_FOUND" });
    await setTo(six.id, [[can.id, 1]]);
    const other = { ...ctx, actor: testActor() };
    await expect(Inventory.getBundle(other, six.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(Inventory.removeBundle(other, { productId: six.id })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
