import * as Inventory from "../inventory/index.ts";
import { type Context, requirePermission } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { outboxWrite } from "../platform/events.ts";
import { idempotent } from "../platform/idempotency.ts";
import { parse } from "../platform/parse.ts";
import { newResource, type Page } from "../platform/resources.ts";
import { type Batch, ListBatchesSchema, PlanBatchSchema } from "./batch.ts";
import { batches } from "./batch.store.ts";
import { forRuns } from "./recipe.ts";
import { recipes } from "./recipes.ts";

/** Plans runs of a recipe; nothing moves yet. Throws NOT_FOUND (recipe or location). */
export async function planBatch(ctx: Context, input: unknown): Promise<Batch> {
  requirePermission(ctx, "inventory.adjust");
  const { locationId = Inventory.MAIN_LOCATION, ...data } = parse(PlanBatchSchema, input);
  return idempotent<Batch>(ctx, "production.planBatch", input, async (commit) => {
    const [recipe] = await Promise.all([
      recipes.get(ctx, data.recipeId),
      locationId === Inventory.MAIN_LOCATION ? undefined : Inventory.requireLocation(ctx, locationId),
    ]);
    const { needed, nominalQuantity, expectedQuantity } = forRuns(recipe, data.runs);
    const batch = defined({
      ...newResource(ctx, "batch"),
      status: "planned",
      ...data,
      locationId,
      recipeVersion: recipe.version,
      productId: recipe.productId,
      ingredients: needed,
      nominalQuantity,
      expectedQuantity,
      shelfLifeDays: recipe.shelfLifeDays,
    }) as Batch;
    const { id, recipeId, runs } = batch;
    return commit([batches.createWrite(ctx, batch), outboxWrite(ctx, "batch.planned", { id, recipeId, runs })], batch);
  });
}

/** Throws NOT_FOUND. */
export async function getBatch(ctx: Context, id: string): Promise<Batch> {
  requirePermission(ctx, "inventory.read");
  return batches.get(ctx, id);
}

/** Newest first, all or those of a status. */
export async function listBatches(ctx: Context, input: unknown): Promise<Page<Batch>> {
  requirePermission(ctx, "inventory.read");
  const { status, ...page } = parse(ListBatchesSchema, input);
  return status === undefined ? batches.list(ctx, page) : batches.listByStatus(ctx, { status, ...page });
}
