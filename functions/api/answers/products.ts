import * as z from "zod";
import { PRODUCT_STATUSES } from "../../../core/catalog/index.ts";
import { WireMoneySchema } from "../../../core/platform/money.ts";
import { resource } from "./resource.ts";

export const ProductAnswer = z.lazy(() =>
  z
    .object({
      ...resource(),
      sku: z.string(),
      name: z.string(),
      description: z.string().optional(),
      status: z.enum(PRODUCT_STATUSES),
      cost: WireMoneySchema.optional(),
      price: WireMoneySchema.optional(),
      priceSource: z.enum(["calculated"]).optional(),
      competitorPrice: WireMoneySchema.optional(),
      allowBelowMinPrice: z
        .literal(true)
        .optional()
        .describe("There while it is sold under its minimum price knowingly"),
      categoryId: z.string().optional(),
      brandId: z.string().optional(),
      gtin: z.string().optional(),
      familyKey: z.string().optional(),
      images: z.array(z.string()),
      attributes: z.record(z.string(), z.string()),
      createdBy: z.string(),
    })
    .meta({ id: "Product" }),
);

export const ProductPageAnswer = z.lazy(() =>
  z
    .object({
      items: z.array(ProductAnswer),
      nextCursor: z.string().optional(),
      total: z.int(),
      totalRelation: z.enum(["eq", "gte"]),
    })
    .meta({ id: "ProductPage" }),
);

export const PriceAnswer = z.lazy(() =>
  z
    .object({
      basePrice: WireMoneySchema,
      salePrice: WireMoneySchema,
      minPrice: WireMoneySchema,
      recommendedPrice: WireMoneySchema,
      conflicts: z.array(z.enum(["BELOW_MIN_PRICE"])),
      trace: z.array(
        z.object({
          rule: z.string(),
          formula: z.string(),
          inputs: z.record(z.string(), z.string()),
          result: WireMoneySchema,
          applied: z.boolean(),
        }),
      ),
      minMarginFrom: z.string().optional(),
    })
    .meta({ id: "Price" }),
);
