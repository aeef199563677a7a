import { expect, it } from "vitest";
import * as Inventory from "../../../core/inventory/index.ts";
import * as Orders from "../../../core/orders/index.ts";
import { AppError } from "../../../core/platform/errors.ts";
import * as Production from "../../../core/production/index.ts";
import { cloudContext } from "../../support/cloud.ts";
import { testActor } from "../../support/context.ts";
import { bakery, lotsOf, worth } from "../../support/production.ts";
import { stocked, usd } from "../../support/stock.ts";
import { sdkError, storeFaults, transactionCanceled } from "../../support/store-faults.ts";
import { expectClean } from "../../support/verify.ts";

/** Every seventh call is refused as other traffic's fault, which the emulator never does by itself. */
const troubled = () =>
  storeFaults((call, number) => {
    if (number % 7 !== 0) return "pass";
    return call.operation === "TransactWriteItems"
      ? { failWith: transactionCanceled("TransactionConflict", "None") }
      : { failWith: sdkError("ProvisionedThroughputExceededException") };
  }).around;

/** What is refused for want of stock, or because another was first, is an answer; all else is a fault. */
const settle = async (work: readonly Promise<unknown>[]) => {
  const results = await Promise.allSettled(work);
  for (const result of results)
    if (result.status === "rejected" && !(result.reason instanceof AppError && result.reason.status === 409))
      throw result.reason;
  return results.filter(({ status }) => status === "fulfilled").length;
};

it("batches, orders, counts and losses that want the same units at once never have more than there are, under conflicts and throttles", async () => {
  const actor = testActor();
  const plain = cloudContext({ actor });
  const ctx = cloudContext({ actor, around: troubled() });
  const { flour, sugar, cake, recipe } = await bakery(plain, { flour: 20, sugar: 40 });
  const batches = [];
  for (let index = 0; index < 12; index++)
    batches.push(await Production.planBatch(plain, { recipeId: recipe.id, runs: 1 + (index % 2) }));
  const order = () =>
    Orders.placeOrder(ctx, { channel: "shop", lines: [{ sku: "FLOUR", quantity: 1, unitPrice: usd("15.00") }] });
  const spoil = () => Inventory.adjust(ctx, { productId: flour.id, input: { changeType: "spoil", quantity: 1 } });
  await settle([
    ...batches.map(({ id }) => Production.startBatch(ctx, { id })),
    ...Array.from({ length: 12 }, order),
    ...Array.from({ length: 3 }, spoil),
    ...batches.slice(0, 3).map(({ id }) => Production.startBatch(ctx, { id })),
  ]);
  await expectClean(plain, "after starting");
  const { items: started } = await Production.listBatches(plain, { status: "started" });
  const taken = started.reduce((sum, { ingredients: [first] }) => sum + (first?.quantity ?? 0), 0);
  const stock = await Inventory.getStock(plain, flour.id);
  const spoiled = 20 - taken - stock.onHand;
  expect(spoiled).toBeGreaterThanOrEqual(0);
  expect(stock.reserved).toBeLessThanOrEqual(stock.onHand);
  expect(stock.shortfall).toBe(0);

  // Each is finished and cancelled at the same moment: one of the two, never both.
  const ends = await settle(
    started.flatMap(({ id }) => [
      Production.finishBatch(ctx, { id, input: { quantity: 9 } }),
      Production.cancelBatch(ctx, { id }),
    ]),
  );
  expect(ends).toBe(started.length);
  await expectClean(plain, "after finishing and cancelling");
  const { items: finished } = await Production.listBatches(plain, { status: "finished" });
  expect(await lotsOf(plain, cake.id)).toHaveLength(finished.length);
  expect((await Inventory.getStock(plain, cake.id)).onHand).toBe(9 * finished.length);
  expect(await worth(plain)).toBe((20 + 40 - spoiled) * 1_000);

  const lines = [flour, sugar, cake].map(({ id }) => ({ productId: id, counted: 7 }));
  await settle([Inventory.createCount(ctx, { lines }), Inventory.createCount(ctx, { lines }), order(), spoil()]);
  await expectClean(plain, "after counting");
});

it("every unit of every lot is somewhere, after whatever has been made of it", async () => {
  const ctx = cloudContext();
  const { flour, sugar, cake, recipe } = await bakery(ctx, { flour: 11, sugar: 23 });
  const box = await stocked(ctx, "BOX", 0);
  const packing = await Production.createRecipe(ctx, {
    productId: box.id,
    outputQuantity: 1,
    ingredients: [
      { productId: cake.id, quantity: 4 },
      { productId: sugar.id, quantity: 1 },
    ],
  });
  for (const [recipeId, runs, quantity] of [
    [recipe.id, 2, 17],
    [packing.id, 3, 3],
    [recipe.id, 1, undefined],
    [packing.id, 1, 1],
  ] as const) {
    const { id } = await Production.planBatch(ctx, { recipeId, runs });
    await Production.startBatch(ctx, { id });
    if (quantity === undefined) await Production.cancelBatch(ctx, { id });
    else await Production.finishBatch(ctx, { id, input: { quantity } });
  }
  await Inventory.adjust(ctx, { productId: box.id, input: { changeType: "trash", quantity: 1 } });
  await expectClean(ctx);
  for (const { id } of [flour, sugar, cake, box])
    for (const { lotId } of await lotsOf(ctx, id)) {
      const { lots, isComplete } = await Production.traceLots(ctx, { lotId });
      expect(isComplete).toBe(true);
      expect(lots.map(({ sums }) => sums.unexplained)).toEqual(lots.map(() => 0));
    }
});
