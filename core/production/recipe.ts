import * as z from "zod";
import { type Fault, ValidationError } from "../platform/errors.ts";
import { IdSchema, type Resource } from "../platform/resources.ts";

/** Units of a product that one run takes. */
export interface Ingredient {
  productId: string;
  quantity: number;
}

/** What is made of what: a bill of materials. All quantities are whole units. */
export interface Recipe extends Resource {
  name?: string;
  /** What is made. */
  productId: string;
  /** Units that one run makes when nothing is lost. */
  outputQuantity: number;
  ingredients: Ingredient[];
  /** Percent of the output quantity that is expected to come out. */
  expectedYield: number;
  /** How long what is made may be sold: its last day is so many days after the day it was finished. */
  shelfLifeDays?: number;
  notes?: string;
}

/** A batch is started, and undone, in one transaction of DynamoDB, which takes a hundred writes. */
const MOST_INGREDIENTS = 20;
const MOST_A_RUN = 1_000_000;
const MOST_UNITS = 1_000_000_000;

const UnitsSchema = z.lazy(() => z.int().min(1).max(MOST_A_RUN));

const fields = () => ({
  name: z.string().trim().min(1).max(200),
  productId: IdSchema.describe("What is made"),
  outputQuantity: UnitsSchema.describe("Units that one run makes when nothing is lost"),
  ingredients: z
    .array(z.strictObject({ productId: IdSchema, quantity: UnitsSchema.describe("Units that one run takes") }))
    .min(1)
    .max(MOST_INGREDIENTS),
  expectedYield: z.int().min(1).max(100).describe("Percent of the output quantity that is expected to come out"),
  shelfLifeDays: z.int().min(0).max(36_500).describe("Days after the day of finishing on which it may still be sold"),
  notes: z.string().trim().max(2_000),
});

export const CreateRecipeSchema = z.lazy(() => {
  const { name, productId, outputQuantity, ingredients, expectedYield, shelfLifeDays, notes } = fields();
  return z.strictObject({
    name: name.optional(),
    productId,
    outputQuantity,
    ingredients,
    expectedYield: expectedYield.default(100),
    shelfLifeDays: shelfLifeDays.optional(),
    notes: notes.optional(),
  });
});

/** A field that is left out stays; null removes what may be absent. What a recipe makes does not change. */
export const UpdateRecipeSchema = z.lazy(() => {
  const { name, outputQuantity, ingredients, expectedYield, shelfLifeDays, notes } = fields();
  return z.strictObject({
    name: name.nullable().optional(),
    outputQuantity: outputQuantity.optional(),
    ingredients: ingredients.optional(),
    expectedYield: expectedYield.optional(),
    shelfLifeDays: shelfLifeDays.nullable().optional(),
    notes: notes.nullable().optional(),
  });
});

export const RunsSchema = z.lazy(() => z.coerce.number().int().min(1).max(1_000_000));

export const RecipeStockSchema = z.lazy(() =>
  z.strictObject({ locationId: IdSchema.optional().describe("The main location where absent") }),
);

export const ShortagesSchema = z.lazy(() => RecipeStockSchema.unwrap().extend({ runs: RunsSchema.default(1) }));

/** Throws VALIDATION_ERROR where the recipe would be made of itself or name a product twice. */
export function checkRecipe({ productId, ingredients }: Pick<Recipe, "productId" | "ingredients">): void {
  const faults: Fault[] = ingredients.flatMap((ingredient, index): Fault[] => {
    const path = `ingredients.${index}.productId`;
    if (ingredient.productId === productId)
      return [{ path, code: "MADE_OF_ITSELF", message: "must not be the product that is made" }];
    const first = ingredients.findIndex((other) => other.productId === ingredient.productId);
    if (first < index) return [{ path, code: "REPEATED", message: `is ingredient ${first} already: add them up` }];
    return [];
  });
  if (faults.length > 0) throw new ValidationError(faults);
}

/** What so many runs take and make. Throws VALIDATION_ERROR beyond what stock can count. */
export function forRuns({ ingredients, outputQuantity, expectedYield }: Recipe, runs: number) {
  const nominalQuantity = outputQuantity * runs;
  const needed = ingredients.map(({ productId, quantity }) => ({ productId, quantity: quantity * runs }));
  if (nominalQuantity > MOST_UNITS || needed.some(({ quantity }) => quantity > MOST_UNITS))
    throw new ValidationError([
      { path: "runs", code: "OUT_OF_RANGE", message: `must not come to more than ${MOST_UNITS} units of a product` },
    ]);
  return { needed, nominalQuantity, expectedQuantity: Math.floor((nominalQuantity * expectedYield) / 100) };
}

export interface IngredientStock extends Ingredient {
  /** Units that a batch may take now: on hand, not reserved, not expired. */
  available: number;
}

/** How often the recipe could be run with what is there. */
export function possibleRuns(ingredients: readonly IngredientStock[]): number {
  return Math.min(...ingredients.map(({ quantity, available }) => Math.floor(available / quantity)));
}
