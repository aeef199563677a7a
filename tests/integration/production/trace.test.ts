import { describe, expect, it } from "vitest";
import * as Inventory from "../../../core/inventory/index.ts";
import * as Orders from "../../../core/orders/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import * as Production from "../../../core/production/index.ts";
import { cloudContext } from "../../support/cloud.ts";
import { testActor } from "../../support/context.ts";
import { bakery } from "../../support/production.ts";
import { stocked, usd } from "../../support/stock.ts";
import { storeFaults } from "../../support/store-faults.ts";

const restock = (ctx: Context, productId: string, input: object) =>
  Inventory.adjust(ctx, { productId, input: { changeType: "restock", unitCost: usd("1.00"), ...input } });

async function make(ctx: Context, recipeId: string, quantity: number, lotNumber: string) {
  const { id } = await Production.planBatch(ctx, { recipeId, runs: 1, lotNumber });
  await Production.startBatch(ctx, { id });
  return Production.finishBatch(ctx, { id, input: { quantity } });
}

async function sell(ctx: Context, sku: string, quantity: number) {
  const line = { sku, quantity, unitPrice: usd("15.00") };
  const { order } = await Orders.placeOrder(ctx, { channel: "shop", lines: [line] });
  await Orders.payOrder(ctx, { id: order.id, input: {} });
  return Orders.fulfilOrder(ctx, { id: order.id, input: {} });
}

describe("tracing a lot", () => {
  it("says where every unit is: on the shelf, sold, returned, moved, written off and in what was made of it", async () => {
    const ctx = cloudContext();
    const { flour, cake, recipe } = await bakery(ctx, { flour: 0, sugar: 90 });
    const shed = await Inventory.createLocation(ctx, { name: "Shed", sellsOrders: false });
    await restock(ctx, flour.id, { quantity: 30, lotNumber: "F-7", expirationDate: "2990-01-01" });
    await restock(ctx, flour.id, { quantity: 5, lotNumber: "F-8" });
    const batch = await make(ctx, recipe.id, 9, "C-1");
    const order = await sell(ctx, "FLOUR", 4);
    await Orders.returnOrder(ctx, {
      id: order.id,
      input: { lines: [{ lineId: order.lines[0]?.id, quantity: 1 }], reason: "Too much" },
    });
    const transfer = await Inventory.createTransfer(ctx, {
      fromLocationId: "loc_main",
      toLocationId: shed.id,
      productId: flour.id,
      quantity: 6,
    });
    await Inventory.adjust(ctx, { productId: flour.id, input: { changeType: "spoil", quantity: 2, notes: "Damp" } });
    const cakeOrder = await sell(ctx, "CAKE", 3);

    const trace = await Production.traceLots(ctx, { lotNumber: "F-7" });
    const [first, second] = trace.lots;
    expect(first).toMatchObject({
      level: 0,
      product: { sku: "FLOUR" },
      lot: { lotNumber: "F-7", received: 30, cause: { kind: "adjustment" } },
      sold: [{ cause: { kind: "order", id: order.id }, quantity: 4, returned: 1 }],
      consumed: [{ batchId: batch.id, quantity: 2 }],
      transfers: [{ transferId: transfer.id, fromLocationId: "loc_main", toLocationId: shed.id, quantity: 6 }],
      writtenOff: [{ type: "spoil", quantity: 2, notes: "Damp" }],
      madeInto: [{ batchId: batch.id, lotId: batch.output?.lotId }],
      sums: { received: 30, remaining: 23, sold: 3, consumed: 2, writtenOff: 2, unexplained: 0 },
    });
    expect(first?.remaining.toSorted((a, b) => a.quantity - b.quantity)).toEqual([
      { locationId: shed.id, quantity: 6, isBlocked: false },
      { locationId: "loc_main", quantity: 17, isBlocked: false },
    ]);
    expect(second).toMatchObject({
      level: 1,
      product: { sku: "CAKE" },
      lot: { productId: cake.id, lotNumber: "C-1" },
      madeOf: [{ productId: flour.id, lots: [{ lotNumber: "F-7", quantity: 2 }] }, { quantity: 3 }],
      sums: { received: 9, remaining: 6, sold: 3, unexplained: 0 },
    });
    expect(trace).toMatchObject({ orderIds: [order.id, cakeOrder.id].toSorted(), isComplete: true });
    expect(trace.lots).toHaveLength(2);
  });

  it("follows what was made of what was made, and costs two calls a lot and one a level", async () => {
    const { around, calls } = storeFaults();
    const ctx = cloudContext({ around });
    const { cake, recipe } = await bakery(ctx);
    const box = await stocked(ctx, "BOX", 0);
    const packing = await Production.createRecipe(ctx, {
      productId: box.id,
      outputQuantity: 2,
      ingredients: [{ productId: cake.id, quantity: 8 }],
    });
    await make(ctx, recipe.id, 10, "C-1");
    await make(ctx, packing.id, 2, "B-1");
    const [sugar] = (await Inventory.listStock(ctx, {})).items.filter(({ sku }) => sku === "SUGAR");
    const [lot] = (await Inventory.listLots(ctx, { productId: sugar?.productId ?? "", page: {} })).items;
    calls.length = 0;
    const { lots } = await Production.traceLots(ctx, { lotId: lot?.lotId });
    expect(lots.map((one) => [one.product.sku, one.level, one.sums.unexplained])).toEqual([
      ["SUGAR", 0, 0],
      ["CAKE", 1, 0],
      ["BOX", 2, 0],
    ]);
    expect(calls.filter((call) => call === "Query")).toHaveLength(3);
    expect(calls).toHaveLength(3 * 2 + 3 + 1);
  });

  it("finds every delivery under a number, and what a cancelled batch gave back still here", async () => {
    const ctx = cloudContext();
    const { flour, sugar, recipe } = await bakery(ctx, { flour: 0, sugar: 0 });
    for (const { id } of [flour, sugar]) await restock(ctx, id, { quantity: 5, lotNumber: "SAME" });
    await restock(ctx, flour.id, { quantity: 1, lotNumber: "SAME" });
    const { id } = await Production.planBatch(ctx, { recipeId: recipe.id, runs: 1 });
    await Production.startBatch(ctx, { id });
    await Production.cancelBatch(ctx, { id });
    const { lots, orderIds } = await Production.traceLots(ctx, { lotNumber: "SAME" });
    expect(lots.map(({ sums, consumed }) => [sums.received, sums.remaining, sums.unexplained, consumed])).toEqual([
      [5, 5, 0, []],
      [5, 5, 0, []],
      [1, 1, 0, []],
    ]);
    expect(orderIds).toEqual([]);
  });

  it("needs one name, and knows no lots of others", async () => {
    const ctx = cloudContext();
    const { flour } = await bakery(ctx);
    await restock(ctx, flour.id, { quantity: 1, lotNumber: "MINE" });
    for (const input of [{}, { lotNumber: "MINE", lotId: "lot_x" }])
      await expect(Production.traceLots(ctx, input)).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
    const other = { ...ctx, actor: testActor() };
    for (const [who, input] of [
      [other, { lotNumber: "MINE" }],
      [ctx, { lotId: "lot_none" }],
    ] as const)
      await expect(Production.traceLots(who, input)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
