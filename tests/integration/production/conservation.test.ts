import fc from "fast-check";
import { expect, it } from "vitest";
import * as Inventory from "../../../core/inventory/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import { AppError } from "../../../core/platform/errors.ts";
import * as Production from "../../../core/production/index.ts";
import { cloudContext } from "../../support/cloud.ts";
import { testActor } from "../../support/context.ts";
import { bakery, lotsOf, worth } from "../../support/production.ts";
import { expectClean } from "../../support/verify.ts";

/** What is made costs what does not divide by its units, so that every rounding would show when it is written off. */
const restock = fc.record({
  kind: fc.constant("restock" as const),
  of: fc.constantFrom("flour" as const, "sugar" as const),
  quantity: fc.integer({ min: 1, max: 9 }),
  cents: fc.integer({ min: 0, max: 99 }),
});
const plan = fc.record({ kind: fc.constant("plan" as const), runs: fc.integer({ min: 1, max: 3 }) });
const act = fc.record({
  kind: fc.constantFrom("start" as const, "finish" as const, "cancel" as const),
  which: fc.nat({ max: 3 }),
  quantity: fc.integer({ min: 1, max: 30 }),
});
const spoil = fc.record({ kind: fc.constant("spoil" as const), quantity: fc.integer({ min: 1, max: 4 }) });

type Value<A> = A extends fc.Arbitrary<infer T> ? T : never;
type Command = Value<typeof restock | typeof plan | typeof act | typeof spoil>;
type Shop = Awaited<ReturnType<typeof bakery>>;

async function run(ctx: Context, shop: Shop, batchIds: string[], command: Command): Promise<void> {
  if (command.kind === "restock") {
    const unitCost = { amount: `0.${String(command.cents).padStart(2, "0")}`, currency: "USD" };
    const input = { changeType: "restock", quantity: command.quantity, unitCost };
    await Inventory.adjust(ctx, { productId: shop[command.of].id, input });
  } else if (command.kind === "plan") {
    batchIds.push((await Production.planBatch(ctx, { recipeId: shop.recipe.id, runs: command.runs })).id);
  } else if (command.kind === "spoil") {
    const input = { changeType: "spoil", quantity: command.quantity };
    await Inventory.adjust(ctx, { productId: shop.cake.id, input });
  } else {
    const id = batchIds[command.which];
    if (id === undefined) return;
    if (command.kind === "start") await Production.startBatch(ctx, { id });
    if (command.kind === "cancel") await Production.cancelBatch(ctx, { id });
    if (command.kind === "finish") await Production.finishBatch(ctx, { id, input: { quantity: command.quantity } });
  }
}

/** What every lot, ledger entry and open batch says together. */
async function books(ctx: Context, shop: Shop) {
  const { items: batches } = await Production.listBatches(ctx, { limit: 100 });
  const open = batches
    .filter(({ status }) => status === "started")
    .reduce((sum, one) => sum + (one.cost?.minor ?? 0), 0);
  let [inLots, received, written] = [0, 0, 0];
  for (const { id } of [shop.flour, shop.sugar, shop.cake]) {
    const lots = await lotsOf(ctx, id);
    inLots += lots.reduce((sum, lot) => sum + (lot.cost?.minor ?? 0), 0);
    const stock = await Inventory.getStock(ctx, id);
    expect(lots.reduce((sum, lot) => sum + lot.remaining, 0)).toBe(stock.onHand);
    const { items } = await Inventory.listLedger(ctx, { productId: id, page: { limit: 100 } });
    expect(items.reduce((sum, entry) => sum + entry.onHandChange, 0)).toBe(stock.onHand);
    for (const { type, costChange } of items) {
      if (type === "restock") received += costChange?.minor ?? 0;
      if (type === "spoil") written -= costChange?.minor ?? 0;
    }
  }
  return { open, inLots, received, written, valuation: await worth(ctx) };
}

/** More with PROPERTY_RUNS. */
const RUNS = Number(process.env["PROPERTY_RUNS"] ?? 10);

it("costs that came in are in stock, in started batches or written off, to the minor unit, whatever is started, finished and cancelled", async () => {
  const base = cloudContext();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(restock, plan, act, act, spoil), { minLength: 4, maxLength: 16 }),
      async (commands) => {
        const ctx = { ...base, actor: testActor() };
        const shop = await bakery(ctx, { flour: 7, sugar: 7 });
        const batchIds = [(await Production.planBatch(ctx, { recipeId: shop.recipe.id, runs: 1 })).id];
        for (const command of commands) {
          await run(ctx, shop, batchIds, command).catch((error: unknown) => {
            if (!(error instanceof AppError) || error.status !== 409) throw error;
          });
        }
        const { open, inLots, received, written, valuation } = await books(ctx, shop);
        expect(inLots + open + written).toBe(received);
        expect(valuation).toBe(inLots);
        await expectClean(ctx);
      },
    ),
    { numRuns: RUNS },
  );
}, 120_000);
