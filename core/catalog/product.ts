import * as z from "zod";
import { defined } from "../platform/defined.ts";
import { AppError, type ErrorCode, type Fault } from "../platform/errors.ts";
import { gtinFault, normalizeGtin } from "../platform/gtin.ts";
import { compareMoney, type Money, MoneySchema, toWire, type WireMoney } from "../platform/money.ts";
import { IdSchema, type Resource } from "../platform/resources.ts";
import { minimumPrice } from "../pricing/index.ts";

export const PRODUCT_STATUSES = ["draft", "active", "archived"] as const;
export type ProductStatus = (typeof PRODUCT_STATUSES)[number];

/** Any printable text: real SKUs hold Korean, slashes and brackets. */
const SkuSchema = z.lazy(() =>
  z
    .string()
    .trim()
    .min(1)
    .max(100)
    .regex(/^[^\p{C}]+$/u, "must not hold control characters")
    .meta({ examples: ["MOUSE-001"] }),
);

const GtinSchema = z.lazy(() =>
  z
    .string()
    .max(20)
    .transform((text, context) => {
      const gtin = normalizeGtin(text);
      if (gtin !== undefined) return gtin;
      context.addIssue({ code: "custom", message: gtinFault(text) });
      return z.NEVER;
    })
    .meta({ description: "GTIN-8, 12, 13 or 14; kept as 14 digits", examples: ["0194817794556"] }),
);

const MAX_ATTRIBUTES = 100;

const NameSchema = z.lazy(() =>
  z
    .string()
    .trim()
    .min(1)
    .max(500)
    .meta({ examples: ["Wireless Mouse"] }),
);

const DescriptionSchema = z.lazy(() => z.string().max(20_000));

const FamilyKeySchema = z.lazy(() =>
  z.string().trim().min(1).max(255).describe("What the variants of one product share, a handle for instance"),
);

const ImagesSchema = z.lazy(() => z.array(z.url({ protocol: /^https?$/ }).max(2_048)).max(50));

const AttributesSchema = z.lazy(() =>
  z
    .record(z.string().min(1).max(100), z.string().max(2_000))
    .refine((attributes) => Object.keys(attributes).length <= MAX_ATTRIBUTES, `at most ${MAX_ATTRIBUTES} attributes`)
    .meta({ examples: [{ color: "Black", size: "9.5" }] }),
);

export const CreateProductSchema = z.lazy(() =>
  z
    .object({
      sku: SkuSchema,
      name: NameSchema,
      description: DescriptionSchema.optional(),
      cost: MoneySchema,
      price: MoneySchema,
      competitorPrice: MoneySchema.optional(),
      categoryId: IdSchema.optional(),
      brandId: IdSchema.optional(),
      gtin: GtinSchema.optional(),
      familyKey: FamilyKeySchema.optional(),
      images: ImagesSchema.default([]),
      attributes: AttributesSchema.default({}),
    })
    .strict(),
);

/** A field that is left out stays; null removes what may be absent. */
export const UpdateProductSchema = z.lazy(() =>
  z
    .object({
      sku: SkuSchema.optional(),
      name: NameSchema.optional(),
      description: DescriptionSchema.nullable().optional(),
      cost: MoneySchema.optional(),
      price: MoneySchema.optional(),
      competitorPrice: MoneySchema.nullable().optional(),
      categoryId: IdSchema.nullable().optional(),
      brandId: IdSchema.nullable().optional(),
      gtin: GtinSchema.nullable().optional(),
      familyKey: FamilyKeySchema.nullable().optional(),
      images: ImagesSchema.optional(),
      attributes: AttributesSchema.optional(),
    })
    .strict(),
);

/** What is sold under one SKU; the variants of a family are products that share a `familyKey`. */
export interface Product extends Resource {
  sku: string;
  name: string;
  description?: string;
  status: ProductStatus;
  /** Unknown for what came from a file without costs; such a product cannot be activated. */
  cost?: Money;
  price?: Money;
  /** There when the price came from the formula: such a price follows the cost; one that somebody set stays. */
  priceSource?: "calculated";
  competitorPrice?: Money;
  /** There while it is sold under its minimum price by somebody's explicit word. */
  allowBelowMinPrice?: true;
  categoryId?: string;
  brandId?: string;
  gtin?: string;
  familyKey?: string;
  images: string[];
  attributes: Record<string, string>;
  /** Who made it: the id of an API key, an import or a sync. */
  createdBy: string;
}

export interface ProductView extends Omit<Product, "cost" | "price" | "competitorPrice"> {
  cost?: WireMoney;
  price?: WireMoney;
  competitorPrice?: WireMoney;
}

/** The product as callers see it, its fields always in one order. */
export function viewProduct(product: Product): ProductView {
  const { cost, price, competitorPrice } = product;
  return defined({
    id: product.id,
    sku: product.sku,
    name: product.name,
    description: product.description,
    status: product.status,
    cost: cost && toWire(cost),
    price: price && toWire(price),
    priceSource: product.priceSource,
    competitorPrice: competitorPrice && toWire(competitorPrice),
    allowBelowMinPrice: product.allowBelowMinPrice,
    categoryId: product.categoryId,
    brandId: product.brandId,
    gtin: product.gtin,
    familyKey: product.familyKey,
    images: product.images,
    attributes: product.attributes,
    createdBy: product.createdBy,
    version: product.version,
    createdAt: product.createdAt,
    updatedAt: product.updatedAt,
  });
}

/** Why these amounts cannot stand together; empty when they can. Unknown amounts are not compared. */
export function pricingFaults({
  cost,
  price,
  competitorPrice,
}: Pick<Product, "cost" | "price" | "competitorPrice">): Fault[] {
  const currency = cost?.currency ?? price?.currency;
  for (const [path, money] of Object.entries({ price, competitorPrice })) {
    if (money && money.currency !== currency) {
      return [
        {
          path,
          code: "CURRENCY_MISMATCH",
          message: `${path} is in ${money.currency}, cost in ${currency ?? "no currency"}`,
        },
      ];
    }
  }
  if (!cost || !price || compareMoney(cost, price) < 0) return [];
  return [{ path: "price", code: "INVALID_PRICING", message: "Product price must be greater than cost" }];
}

/** What is on sale must not be changed to less than its minimum price, unless it was put on sale so knowingly. */
function minPriceFaults({ cost, price, allowBelowMinPrice }: Product): Fault[] {
  if (!cost || !price || allowBelowMinPrice || cost.currency !== price.currency) return [];
  const minimum = minimumPrice(cost);
  if (compareMoney(price, minimum) >= 0) return [];
  const { amount, currency } = toWire(minimum);
  return [
    { path: "price", code: "BELOW_MIN_PRICE", message: `The price is under the minimum of ${amount} ${currency}` },
  ];
}

/** Bytes of a product's JSON. DynamoDB takes items of 400 KB; the rest is for keys, and for what an idempotency record adds. */
const MAX_BYTES = 350_000;

export function bytesOf(product: Product): number {
  return Buffer.byteLength(JSON.stringify(product));
}

/** Each field keeps to its own limit, and still all of them together may be more than one item holds. */
function sizeFaults(product: Product): Fault[] {
  const faults: Fault[] = [];
  const attributes = Object.keys(product.attributes).length;
  if (attributes > MAX_ATTRIBUTES) {
    const message = `The product would have ${attributes} attributes, at most ${MAX_ATTRIBUTES} are taken`;
    faults.push({ path: "attributes", code: "TOO_LARGE", message });
  }
  const bytes = bytesOf(product);
  if (bytes > MAX_BYTES) {
    const message = `The product would take ${bytes} bytes, at most ${MAX_BYTES} are taken`;
    faults.push({ path: "", code: "TOO_LARGE", message });
  }
  return faults;
}

/** Why the product cannot be kept as it stands; empty when it can. Throws INVALID_PRICING where an amount is out of range. */
export function productFaults(product: Product): Fault[] {
  const priced = pricingFaults(product);
  const sold = product.status === "active" && priced.length === 0 ? minPriceFaults(product) : [];
  return [...priced, ...sold, ...sizeFaults(product)];
}

/** Throws INVALID_PRICING (cost ≥ price), STATE_CONFLICT (on sale under its minimum price) or VALIDATION_ERROR. */
export function checkProduct(product: Product): void {
  const [fault] = productFaults(product);
  if (!fault) return;
  const code = CODES[fault.code] ?? "VALIDATION_ERROR";
  throw new AppError(code, fault.message, { ...(fault.path ? { field: fault.path } : {}), details: [fault] });
}

const CODES: Record<string, ErrorCode> = { INVALID_PRICING: "INVALID_PRICING", BELOW_MIN_PRICE: "STATE_CONFLICT" };

export type Transition = "activate" | "archive" | "restore";

/** The life of a product, to be read aloud. What is not here is refused. */
const TRANSITIONS: Record<Transition, Partial<Record<ProductStatus, ProductStatus>>> = {
  activate: { draft: "active" },
  archive: { draft: "archived", active: "archived" },
  restore: { archived: "draft" },
};

/** Why a product may not be sold yet. Each reason can be acted on. */
function activationFaults(product: Product, allowBelowMinPrice: boolean): Fault[] {
  const faults: Fault[] = [];
  if (!product.cost) faults.push({ path: "cost", code: "COST_UNKNOWN", message: "The cost is unknown: set it first" });
  if (!product.price)
    faults.push({ path: "price", code: "PRICE_UNKNOWN", message: "The price is unknown: set it first" });
  faults.push(...pricingFaults(product));
  if (!allowBelowMinPrice) faults.push(...minPriceFaults(product));
  return faults;
}

/** The status after a transition. Throws STATE_CONFLICT with the reasons why not. */
export function nextStatus(
  product: Product,
  transition: Transition,
  options: { allowBelowMinPrice: boolean },
): ProductStatus {
  const next = TRANSITIONS[transition][product.status];
  if (!next) {
    throw new AppError("STATE_CONFLICT", `A product that is ${product.status} cannot be changed by ${transition}`, {
      details: { id: product.id, status: product.status, transition },
    });
  }
  const reasons = transition === "activate" ? activationFaults(product, options.allowBelowMinPrice) : [];
  if (reasons.length > 0) {
    throw new AppError("STATE_CONFLICT", "The product cannot be activated yet", {
      details: { id: product.id, status: product.status, reasons },
    });
  }
  return next;
}

export const ActivateProductSchema = z.lazy(() =>
  z
    .object({ allowBelowMinPrice: z.boolean().default(false).describe("Sell under cost × 1.1, knowingly") })
    .strict()
    .default({ allowBelowMinPrice: false }),
);
