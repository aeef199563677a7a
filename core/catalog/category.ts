import * as z from "zod";
import { type Decimal, formatDecimal, parseDecimal } from "../platform/decimal.ts";
import { RatioSchema } from "../platform/money.ts";
import { IdSchema, type Resource } from "../platform/resources.ts";

/** Kept as decimal text: 0.2 is 20 % on cost. */
const MarginSchema = z.lazy(() => RatioSchema.transform(formatDecimal));

export const CreateCategorySchema = z.lazy(() =>
  z
    .object({
      name: z.string().trim().min(1).max(200),
      parentId: IdSchema.optional(),
      minMargin: MarginSchema.optional().describe(
        "Least margin on cost in this category and, where they have none of their own, those below it",
      ),
    })
    .strict(),
);

export const UpdateCategorySchema = z.lazy(() =>
  z
    .object({
      name: z.string().trim().min(1).max(200).optional(),
      parentId: IdSchema.nullable().optional(),
      minMargin: MarginSchema.nullable().optional(),
    })
    .strict(),
);

export interface Category extends Resource {
  name: string;
  parentId?: string;
  minMargin?: string;
}

/** No path in the tree is longer; a walk up it is bounded by this. */
export const MAX_CATEGORY_DEPTH = 12;

/** The floor of a category: its own, or the nearest one above it. `path` begins with the category itself. */
export function inheritedMinMargin(path: Category[]): { margin: Decimal; from: Category } | undefined {
  for (const category of path) {
    const margin = category.minMargin === undefined ? undefined : parseDecimal(category.minMargin);
    if (margin) return { margin, from: category };
  }
  return undefined;
}
