import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as Finance from "../../../core/finance/index.ts";
import * as Inventory from "../../../core/inventory/index.ts";
import * as Production from "../../../core/production/index.ts";
import { allEntries } from "../../support/balanced.ts";
import { cloudContext } from "../../support/cloud.ts";
import { testActor } from "../../support/context.ts";
import { stoppedClock } from "../../support/recording.ts";
import { ANY_COMMAND } from "../../support/shop-commands.ts";
import { modelOf, type Model, type Real } from "../../support/shop-model.ts";
import { stocked } from "../../support/stock.ts";
import { expectClean } from "../../support/verify.ts";

/** More of them find more; each takes a second or two. */
const RUNS = Number(process.env["PROPERTY_RUNS"] ?? 12);

/** Units of each product that the shop opens with. Those of the second were made, at a cost that does not divide. */
const STOCK: [number, number] = [12, 15];
const INGREDIENTS = 2;

async function openShop(clock: ReturnType<typeof stoppedClock>, base: Real["ctx"]): Promise<Real> {
  const ctx = { ...base, actor: testActor() };
  const skus = ["A", "B", "SET"];
  const [a, b, set] = [
    await stocked(ctx, "A", STOCK[0] + INGREDIENTS),
    await stocked(ctx, "B", 0),
    await stocked(ctx, "SET", 0),
  ];
  const components = [
    { productId: a.id, quantity: 1 },
    { productId: b.id, quantity: 2 },
  ];
  await Inventory.setBundle(ctx, { productId: set.id, input: { components } });
  const second = await Inventory.createLocation(ctx, { name: "Second" });
  const recipe = await Production.createRecipe(ctx, {
    productId: b.id,
    outputQuantity: 3,
    ingredients: [{ productId: a.id, quantity: INGREDIENTS }],
  });
  const { id } = await Production.planBatch(ctx, { recipeId: recipe.id, runs: 1 });
  await Production.startBatch(ctx, { id });
  await Production.finishBatch(ctx, { id, input: { quantity: STOCK[1] } });
  return {
    ctx,
    advance: clock.advance,
    productIds: [a.id, b.id],
    skus,
    locations: [Inventory.MAIN_LOCATION, second.id],
    recipeId: recipe.id,
  };
}

/** What came in at a cost is what left at it and what is held; and what left with orders is what their books say. */
async function expectCostsConserved({ ctx, productIds }: Real, { orders }: Model): Promise<void> {
  const entries = (await Promise.all(productIds.map((id) => allEntries(ctx, id)))).flat();
  const sum = (all: typeof entries) => all.reduce((total, { costChange }) => total + (costChange?.minor ?? 0), 0);
  const { values } = await Inventory.valuation(ctx);
  expect(sum(entries)).toBe(values.reduce((total, { minor }) => total + minor, 0));
  for (const { id } of orders) {
    const ofOrder = entries.filter(({ cause }) => cause.id === id);
    for (const lotId of new Set(ofOrder.map((entry) => entry.lotId))) {
      const traded = ofOrder.filter((one) => one.lotId === lotId && (one.type === "sale" || one.type === "returned"));
      const out = -traded.reduce((total, { onHandChange }) => total + onHandChange, 0);
      // What has come back cost what it had cost when it left, however many times it came.
      if (out === 0) expect(sum(traded)).toBe(0);
      else expect(sum(traded)).toBeLessThanOrEqual(0);
    }
    const moved = sum(entries.filter(({ cause, type }) => cause.id === id && type !== "damaged"));
    const { items } = await Finance.listTransactions(ctx, { orderId: id, limit: 100 });
    const booked = items.filter(({ type }) => type === "costOfGoods");
    expect(booked.reduce((total, { amount }) => total + Math.round(Number(amount.amount) * 100), 0)).toBe(moved);
  }
}

describe("any sequence of everything that can be done with stock", () => {
  it("leaves the units that it should, all of them in the ledger and in lots, and no cost lost or made up", async () => {
    const clock = stoppedClock();
    const base = cloudContext({ now: clock.now });
    await fc.assert(
      fc.asyncProperty(fc.commands(ANY_COMMAND, { maxCommands: 90, size: "max" }), async (commands) => {
        const real = await openShop(clock, base);
        const model = modelOf(STOCK);
        await fc.asyncModelRun(() => ({ model, real }), commands);
        await expectClean(real.ctx);
        await expectCostsConserved(real, model);
      }),
      { numRuns: RUNS, interruptAfterTimeLimit: 200_000 },
    );
  }, 240_000);
});
