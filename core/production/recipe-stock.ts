import * as Catalog from "../catalog/index.ts";
import * as Inventory from "../inventory/index.ts";
import { type Context, requirePermission } from "../platform/context.ts";
import { parse } from "../platform/parse.ts";
import { readTogether } from "../platform/reads.ts";
import {
  forRuns,
  type IngredientStock,
  possibleRuns,
  type Recipe,
  RecipeStockSchema,
  ShortagesSchema,
} from "./recipe.ts";
import { recipes } from "./recipes.ts";

interface Named {
  sku: string;
  name: string;
}

export interface RecipeWithStock extends Omit<Recipe, "ingredients"> {
  product: Named;
  locationId: string;
  ingredients: (IngredientStock & Named & { onHand: number })[];
  /** How often it could be run now, with what is at the location. */
  possibleRuns: number;
}

/** A recipe with its products and what is there of them: two calls, three for another location than the main one. */
export async function getRecipe(ctx: Context, { id, query }: { id: string; query: unknown }): Promise<RecipeWithStock> {
  requirePermission(ctx, "inventory.read");
  const { locationId = Inventory.MAIN_LOCATION } = parse(RecipeStockSchema, query);
  return readRecipe(ctx, id, locationId);
}

export interface ShortageLine extends Named {
  productId: string;
  /** Of all the runs together. */
  needed: number;
  available: number;
  missing: number;
  /** How many runs this ingredient alone would allow. */
  possibleRuns: number;
}

/** What so many runs would lack. Costs as many calls as reading the recipe. */
export async function listShortages(ctx: Context, { id, query }: { id: string; query: unknown }) {
  requirePermission(ctx, "inventory.read");
  const { locationId = Inventory.MAIN_LOCATION, runs } = parse(ShortagesSchema, query);
  const recipe = await readRecipe(ctx, id, locationId);
  const { expectedQuantity } = forRuns(recipe, runs);
  const items = recipe.ingredients.map((ingredient): ShortageLine => {
    const { productId, sku, name, quantity, available } = ingredient;
    const needed = quantity * runs;
    const missing = Math.max(0, needed - available);
    return { productId, sku, name, needed, available, missing, possibleRuns: possibleRuns([ingredient]) };
  });
  const isEnough = items.every(({ missing }) => missing === 0);
  return { recipeId: id, locationId, runs, expectedQuantity, possibleRuns: recipe.possibleRuns, isEnough, items };
}

async function readRecipe(ctx: Context, id: string, locationId: string): Promise<RecipeWithStock> {
  const isMain = locationId === Inventory.MAIN_LOCATION;
  const [recipe] = await Promise.all([
    recipes.get(ctx, id),
    isMain ? undefined : Inventory.requireLocation(ctx, locationId),
  ]);
  const ids = recipe.ingredients.map(({ productId }) => productId);
  const [products, stock] = await readTogether(
    ctx,
    Catalog.productsRead(ctx, [recipe.productId, ...ids]),
    Inventory.stockRead(
      ctx,
      ids.map((productId) => ({ productId, locationId })),
    ),
  );
  const there = new Map(stock.map((item) => [item.productId, item]));
  const named = (productId: string): Named => {
    const product = products.get(productId);
    return { sku: product?.sku ?? "", name: product?.name ?? "" };
  };
  const ingredients = recipe.ingredients.map((ingredient) => {
    const { onHand, free } = there.get(ingredient.productId) ?? { onHand: 0, free: 0 };
    return { ...ingredient, ...named(ingredient.productId), onHand, available: Math.max(0, free) };
  });
  return {
    ...recipe,
    product: named(recipe.productId),
    locationId,
    ingredients,
    possibleRuns: possibleRuns(ingredients),
  };
}
