import * as Catalog from "../catalog/index.ts";
import * as Inventory from "../inventory/index.ts";
import { type Context, requirePermission } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { AppError, NotFoundError, VersionConflictError } from "../platform/errors.ts";
import { outboxWrite } from "../platform/events.ts";
import { idempotent } from "../platform/idempotency.ts";
import { parse } from "../platform/parse.ts";
import { readTogether } from "../platform/reads.ts";
import { newResource, type Page, PageSchema, resourceStore, revise } from "../platform/resources.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import { checkRecipe, CreateRecipeSchema, type Recipe, UpdateRecipeSchema } from "./recipe.ts";

export const recipes = resourceStore<Recipe>("RECIPE", "Recipe");

/** Throws NOT_FOUND for a product that does not exist, STATE_CONFLICT for a bundle, which has no stock of its own. */
export async function createRecipe(ctx: Context, input: unknown): Promise<Recipe> {
  requirePermission(ctx, "inventory.adjust");
  const data = parse(CreateRecipeSchema, input);
  return idempotent<Recipe>(ctx, "production.createRecipe", input, async (commit) => {
    const recipe = defined({ ...newResource(ctx, "recipe"), ...data }) as Recipe;
    checkRecipe(recipe);
    await requireStocked(ctx, recipe);
    const { id, productId } = recipe;
    return commit([recipes.createWrite(ctx, recipe), outboxWrite(ctx, "recipe.created", { id, productId })], recipe);
  });
}

/** Newest first. */
export async function listRecipes(ctx: Context, input: unknown): Promise<Page<Recipe>> {
  requirePermission(ctx, "inventory.read");
  return recipes.list(ctx, parse(PageSchema, input));
}

/** Batches that were planned by it keep what it said then. Throws NOT_FOUND, VERSION_CONFLICT, STATE_CONFLICT. */
export async function updateRecipe(
  ctx: Context,
  { id, expectedVersion, changes }: { id: string; expectedVersion?: number | undefined; changes: unknown },
): Promise<Recipe> {
  requirePermission(ctx, "inventory.adjust");
  const data = parse(UpdateRecipeSchema, changes);
  const current = await recipes.get(ctx, id);
  const revised = revise(ctx, "Recipe", current, defined(data) as Partial<Recipe>, expectedVersion);
  checkRecipe(revised);
  if (data.ingredients) await requireStocked(ctx, revised);
  try {
    await ctx.table.transact([
      recipes.replaceWrite(ctx, revised),
      outboxWrite(ctx, "recipe.updated", { id, fields: Object.keys(data) }),
    ]);
  } catch (error) {
    throw error instanceof TransactionCanceled && error.failedAt(0)
      ? new VersionConflictError("Recipe", id, current.version)
      : error;
  }
  return revised;
}

/** Products are never deleted, so that they exist need not be asked again when the recipe is written. */
async function requireStocked(ctx: Context, { productId, ingredients }: Recipe): Promise<void> {
  const ids = [productId, ...ingredients.map((ingredient) => ingredient.productId)];
  const [products, bundles] = await readTogether(ctx, Catalog.productsRead(ctx, ids), Inventory.bundlesRead(ctx, ids));
  for (const id of ids) {
    if (!products.has(id)) throw new NotFoundError("Product", id);
    if (bundles.has(id))
      throw new AppError("STATE_CONFLICT", "A bundle has no stock of its own: name its components", {
        details: { productId: id },
      });
  }
}
