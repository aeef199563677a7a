import { describe, expect, it } from "vitest";
import * as Inventory from "../../../core/inventory/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import * as Production from "../../../core/production/index.ts";
import { DEATHS, diesAndRepeats, type Step } from "../../support/dying.ts";
import { bakery, lotsOf, worth } from "../../support/production.ts";
import { usd } from "../../support/stock.ts";

type Prepared = Awaited<ReturnType<typeof bakery>> & { batchId: string };

async function planned(ctx: Context): Promise<Prepared> {
  const shop = await bakery(ctx, { flour: 3, sugar: 9 });
  const more = { changeType: "restock", quantity: 3, unitCost: usd("0.07"), expirationDate: "2990-01-01" };
  await Inventory.adjust(ctx, { productId: shop.flour.id, input: more });
  const { id: batchId } = await Production.planBatch(ctx, { recipeId: shop.recipe.id, runs: 2 });
  return { ...shop, batchId };
}

async function started(ctx: Context): Promise<Prepared> {
  const prepared = await planned(ctx);
  await Production.startBatch(ctx, { id: prepared.batchId });
  return prepared;
}

/** Numbers and order of everything, without the ids, which no two organisations share. */
async function outcome(ctx: Context, { flour, sugar, cake }: Prepared) {
  const { items: batches } = await Production.listBatches(ctx, {});
  const products = [];
  for (const { id } of [flour, sugar, cake]) {
    const { onHand, reserved, available } = await Inventory.getStock(ctx, id);
    const lots = (await lotsOf(ctx, id)).map(({ remaining, cost }) => [remaining, cost?.minor]);
    const { items } = await Inventory.listLedger(ctx, { productId: id, page: { limit: 100 } });
    const entries = items.map(({ type, onHandChange, costChange, cause }) => [
      type,
      onHandChange,
      costChange?.minor,
      cause.kind,
    ]);
    products.push({ onHand, reserved, available, lots, entries });
  }
  return { batches: batches.map(shape), products, worth: await worth(ctx) };
}

function shape({ status, version, cost, uncosted, consumed, output }: Production.Batch) {
  const lots = consumed?.map((one) => one.lots.map(({ quantity, costMinor }) => [quantity, costMinor]));
  return { status, version, cost, uncosted, lots, made: output?.quantity, percent: output?.yieldPercent };
}

const STEPS: Record<string, Step<Prepared>> = {
  "planning a batch": {
    prepare: planned,
    run: async (ctx, { recipe }) => shape(await Production.planBatch(ctx, { recipeId: recipe.id, runs: 1 })),
    outcome,
  },
  "starting a batch": {
    prepare: planned,
    run: async (ctx, { batchId }) => shape(await Production.startBatch(ctx, { id: batchId })),
    outcome,
  },
  "finishing a batch": {
    prepare: started,
    run: async (ctx, { batchId }) =>
      shape(await Production.finishBatch(ctx, { id: batchId, input: { quantity: 19, lotNumber: "C-1" } })),
    outcome,
  },
  "cancelling a batch that was started": {
    prepare: started,
    run: async (ctx, { batchId }) => shape(await Production.cancelBatch(ctx, { id: batchId })),
    outcome,
  },
};

describe.each(Object.entries(STEPS))("%s killed at any store call", (_name, step) => {
  it.each(DEATHS)("%s the call took effect comes out as if it had not been killed", async (death) => {
    const undisturbed = await diesAndRepeats(step, Number.POSITIVE_INFINITY, death);
    expect(undisturbed.calls.at(-1)).toBe("TransactWriteItems");
    for (const [index, call] of undisturbed.calls.entries()) {
      const { answer, outcome: after } = await diesAndRepeats(step, index + 1, death);
      const name = `killed ${death} call ${index + 1} (${call})`;
      expect(answer, name).toEqual(undisturbed.answer);
      expect(after, name).toEqual(undisturbed.outcome);
    }
  });
});
