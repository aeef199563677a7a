import * as Inventory from "../../core/inventory/index.ts";
import type { Context } from "../../core/platform/context.ts";
import * as Production from "../../core/production/index.ts";
import { stocked } from "./stock.ts";

/** A recipe whose ingredients have so many units each, at 10.00 USD: two of the first and three of the second make ten. */
export async function bakery(ctx: Context, there: { flour: number; sugar: number } = { flour: 20, sugar: 30 }) {
  const flour = await stocked(ctx, "FLOUR", there.flour);
  const sugar = await stocked(ctx, "SUGAR", there.sugar);
  const cake = await stocked(ctx, "CAKE", 0);
  const recipe = await Production.createRecipe(ctx, {
    productId: cake.id,
    outputQuantity: 10,
    ingredients: [
      { productId: flour.id, quantity: 2 },
      { productId: sugar.id, quantity: 3 },
    ],
    expectedYield: 90,
    shelfLifeDays: 5,
  });
  return { flour, sugar, cake, recipe };
}

export const onHand = async (ctx: Context, productId: string) => (await Inventory.getStock(ctx, productId)).onHand;

export const lotsOf = async (ctx: Context, productId: string) =>
  (await Inventory.listLots(ctx, { productId, page: { limit: 100 } })).items;

/** What all stock costs, in minor units of its one currency. */
export const worth = async (ctx: Context) => (await Inventory.valuation(ctx)).values[0]?.minor ?? 0;
