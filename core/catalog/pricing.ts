import * as z from "zod";
import { type Context, requirePermission } from "../platform/context.ts";
import { AppError, ValidationError } from "../platform/errors.ts";
import { MoneySchema, RatioSchema, toWire } from "../platform/money.ts";
import { parse } from "../platform/parse.ts";
import { IdSchema } from "../platform/resources.ts";
import { calculatePrice, type Price, type PriceInput } from "../pricing/index.ts";
import { minMarginOf } from "./categories.ts";
import { getProduct } from "./products.ts";

export const PreviewPriceSchema = z.lazy(() =>
  z
    .object({
      cost: MoneySchema,
      competitorPrice: MoneySchema.optional(),
      categoryId: IdSchema.optional(),
      margin: RatioSchema.optional().describe("Margin on cost; 0.3 where absent"),
    })
    .strict(),
);

export const ProductPriceSchema = z.lazy(() => z.object({ margin: RatioSchema.optional() }).strict());

/** What a product of this cost should be sold for, and why. Writes nothing. */
export async function previewPrice(ctx: Context, input: unknown) {
  requirePermission(ctx, "catalog.read");
  const { categoryId, ...data } = parse(PreviewPriceSchema, input);
  return viewPrice(await priceIn(ctx, data, categoryId));
}

/** The same for a product as it stands. Throws STATE_CONFLICT while its cost is unknown. */
export async function priceOfProduct(ctx: Context, { id, options }: { id: string; options: unknown }) {
  const { margin } = parse(ProductPriceSchema, options);
  const product = await getProduct(ctx, id);
  if (!product.cost)
    throw new AppError("STATE_CONFLICT", "The cost of this product is unknown", { field: "cost", details: { id } });
  const { cost, competitorPrice } = product;
  return viewPrice(await priceIn(ctx, { cost, competitorPrice, margin }, product.categoryId));
}

/** Calculates with the category's inherited floor. */
export async function priceIn(
  ctx: Context,
  input: PriceInput,
  categoryId: string | undefined,
): Promise<Price & { minMarginFrom?: string }> {
  if (input.competitorPrice && input.competitorPrice.currency !== input.cost.currency) {
    throw new ValidationError([
      { path: "competitorPrice", code: "CURRENCY_MISMATCH", message: "must be in the currency of the cost" },
    ]);
  }
  const floor = await minMarginOf(ctx, categoryId);
  const price = calculatePrice({ ...input, minMargin: floor?.margin });
  return floor ? { ...price, minMarginFrom: floor.from.id } : price;
}

function viewPrice(price: Price & { minMarginFrom?: string }) {
  return {
    basePrice: toWire(price.basePrice),
    salePrice: toWire(price.salePrice),
    minPrice: toWire(price.minPrice),
    recommendedPrice: toWire(price.recommendedPrice),
    conflicts: price.conflicts,
    trace: price.trace,
    ...(price.minMarginFrom === undefined ? {} : { minMarginFrom: price.minMarginFrom }),
  };
}
