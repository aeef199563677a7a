import * as z from "zod";
import { PRODUCT_STATUSES } from "../../core/catalog/index.ts";
import { BATCH_STATUSES } from "../../core/ingest/index.ts";
import { WireMoneySchema } from "../../core/platform/money.ts";

// What answers look like, for the OpenAPI document. Answers are not checked against them on the way out.

const resource = { id: z.string(), version: z.int(), createdAt: z.iso.datetime(), updatedAt: z.iso.datetime() };
const fault = z.object({ path: z.string(), code: z.string(), message: z.string() });

export const ProductAnswer = z
  .object({
    ...resource,
    sku: z.string(),
    name: z.string(),
    description: z.string().optional(),
    status: z.enum(PRODUCT_STATUSES),
    cost: WireMoneySchema.optional(),
    price: WireMoneySchema.optional(),
    priceSource: z.enum(["calculated"]).optional(),
    competitorPrice: WireMoneySchema.optional(),
    allowBelowMinPrice: z.literal(true).optional().describe("There while it is sold under its minimum price knowingly"),
    categoryId: z.string().optional(),
    brandId: z.string().optional(),
    gtin: z.string().optional(),
    familyKey: z.string().optional(),
    images: z.array(z.string()),
    attributes: z.record(z.string(), z.string()),
  })
  .meta({ id: "Product" });

export const ProductPageAnswer = z
  .object({
    items: z.array(ProductAnswer),
    nextCursor: z.string().optional(),
    total: z.int(),
    totalRelation: z.enum(["eq", "gte"]),
  })
  .meta({ id: "ProductPage" });

export const PriceAnswer = z
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
  .meta({ id: "Price" });

export const CategoryAnswer = z
  .object({ ...resource, name: z.string(), parentId: z.string().optional(), minMargin: z.string().optional() })
  .meta({ id: "Category" });
export const BrandAnswer = z.object({ ...resource, name: z.string(), slug: z.string() }).meta({ id: "Brand" });
export const BrandPatternAnswer = z
  .object({ ...resource, brandId: z.string(), kind: z.string(), pattern: z.string(), position: z.int() })
  .meta({ id: "BrandPattern" });
export const BrandTestAnswer = z.object({
  match: z
    .object({
      brandId: z.string(),
      patternId: z.string(),
      confidence: z.number(),
      matched: z.string(),
      brand: BrandAnswer,
    })
    .nullable(),
  tried: z.int(),
});

const equivalents = z.record(z.string(), z.string());
export const SizeAnswer = z
  .object({ ...resource, brandId: z.string().optional(), audience: z.string(), equivalents })
  .meta({ id: "Size" });
export const SizeReadAnswer = z.object({
  system: z.string().optional(),
  value: z.string(),
  soldOut: z.boolean(),
  size: SizeAnswer.nullable(),
});

export const UploadAnswer = z
  .object({
    id: z.string(),
    url: z.string(),
    method: z.literal("PUT"),
    headers: z.record(z.string(), z.string()),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: "UploadTicket" });

export const BatchAnswer = z
  .object({
    id: z.string(),
    kind: z.string(),
    status: z.enum(BATCH_STATUSES),
    phase: z.string(),
    total: z.int().optional(),
    processed: z.int(),
    accepted: z.int(),
    rejected: z.int(),
    unchanged: z.int(),
    created: z.int(),
    updated: z.int(),
    vanished: z.int().optional(),
    warnings: z.array(z.string()).optional(),
    error: z.object({ code: z.string(), message: z.string(), details: z.unknown().optional() }).optional(),
    dryRun: z.boolean(),
    onError: z.string(),
    rate: z.number().optional(),
    estimatedEnd: z.iso.datetime().optional(),
    startedAt: z.iso.datetime().optional(),
    finishedAt: z.iso.datetime().optional(),
    hasRefusedRows: z.boolean(),
  })
  .meta({ id: "Batch" });

export const RecordAnswer = z
  .object({
    row: z.int(),
    status: z.enum(["accepted", "rejected", "unchanged"]),
    action: z.enum(["created", "updated"]).optional(),
    id: z.string().optional(),
    faults: z.array(fault).optional(),
    warnings: z.array(fault).optional(),
    changes: z.record(z.string(), z.array(z.unknown())).optional(),
  })
  .meta({ id: "RecordResult" });

export const SupplierAnswer = z
  .object({
    ...resource,
    name: z.string(),
    policy: z.record(z.string(), z.unknown()),
    feed: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: "Supplier" });

export const OfferAnswer = z
  .object({
    supplierId: z.string(),
    externalId: z.string(),
    sku: z.string(),
    productId: z.string().optional(),
    name: z.string(),
    cost: WireMoneySchema.optional(),
    stock: z.int().optional(),
    availability: z.enum(["available", "unavailable"]),
    syncId: z.string(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: "Offer" });
