export {
  type Batch,
  BATCH_STATUSES,
  EmptySchema,
  FinishBatchSchema,
  ListBatchesSchema,
  PlanBatchSchema,
  viewBatch,
  viewBatchPage,
} from "./batch.ts";
export { cancelBatch, finishBatch, startBatch } from "./batch-steps.ts";
export { getBatch, listBatches, planBatch } from "./batches.ts";
export { CreateRecipeSchema, type Recipe, RecipeStockSchema, ShortagesSchema, UpdateRecipeSchema } from "./recipe.ts";
export { createRecipe, listRecipes, updateRecipe } from "./recipes.ts";
export { getRecipe, listShortages } from "./recipe-stock.ts";
export { traceLots, TraceSchema, viewTrace } from "./trace.ts";
