import type * as z from "zod";
import { type Context, requirePermission } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { AppError, NotFoundError, VersionConflictError } from "../platform/errors.ts";
import { outboxWrite } from "../platform/events.ts";
import { cleanHtml, hasTag } from "../platform/html.ts";
import { fieldChanges } from "../platform/field-changes.ts";
import { idempotent } from "../platform/idempotency.ts";
import { parse } from "../platform/parse.ts";
import { type Read, readTogether } from "../platform/reads.ts";
import { newResource, revise } from "../platform/resources.ts";
import type { Item, Write } from "../platform/table.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import { brands } from "./brand.store.ts";
import { categories } from "./category.store.ts";
import {
  ActivateProductSchema,
  checkProduct,
  CreateProductSchema,
  nextStatus,
  type Product,
  type Transition,
  UpdateProductSchema,
} from "./product.ts";
import {
  claimSku,
  countWrite,
  createWrite,
  productKey,
  productOf,
  releaseSku,
  replaceWrite,
  skuKey,
} from "./product.store.ts";

const EXISTS = { expression: "attribute_exists(pk)" };

/** A product to come: what to write for it, first in a transaction of whoever makes it. */
export interface ProductPlan {
  product: Product;
  writes: Write[];
  /** What it means that the transaction was cancelled, where it was for one of these writes; otherwise the error itself. */
  refusal: (error: unknown) => unknown;
  /** To be told when it is written. */
  written: () => Promise<unknown>;
}

/** For verbs that make a product in a transaction of their own. Throws INVALID_PRICING, VALIDATION_ERROR. */
export async function planProduct(ctx: Context, input: unknown): Promise<ProductPlan> {
  requirePermission(ctx, "catalog.write");
  return planOf(ctx, await withCleanText(parse(CreateProductSchema, input)));
}

/** SKU guard, product, counter, event, and checks that category and brand exist. */
function planOf(ctx: Context, data: z.output<typeof CreateProductSchema>): ProductPlan {
  const product = defined({
    ...newResource(ctx, "product"),
    ...data,
    status: "draft" as const,
    createdBy: ctx.actor.id,
  }) as Product;
  checkProduct(product);
  const writes = [
    claimSku(ctx, product.sku, product.id),
    createWrite(ctx, product),
    countWrite(ctx, { total: 1, draft: 1 }, product.id),
    outboxWrite(ctx, "product.created", { id: product.id, sku: product.sku }),
  ];
  const references = referenceChecks(ctx, product);
  return {
    product,
    writes: [...writes, ...references.checks],
    refusal(error) {
      if (!(error instanceof TransactionCanceled)) return error;
      return error.failedAt(0) ? skuExists(product.sku) : (references.missing(error, writes.length) ?? error);
    },
    written: () => ctx.cache.invalidate(cacheNamespace(ctx)),
  };
}

/** One transaction. Throws PRODUCT_SKU_EXISTS, INVALID_PRICING, VALIDATION_ERROR, NOT_FOUND (category or brand). */
export async function createProduct(ctx: Context, input: unknown): Promise<Product> {
  requirePermission(ctx, "catalog.write");
  const data = await withCleanText(parse(CreateProductSchema, input));
  const product = await idempotent<Product>(ctx, "catalog.createProduct", input, async (commit) => {
    const plan = planOf(ctx, data);
    try {
      return await commit(plan.writes, plan.product);
    } catch (error) {
      throw plan.refusal(error);
    }
  });
  await ctx.cache.invalidate(cacheNamespace(ctx));
  return product;
}

/** Throws NOT_FOUND, VERSION_CONFLICT, PRODUCT_SKU_EXISTS, INVALID_PRICING; STATE_CONFLICT for a price under the minimum on sale. */
export async function updateProduct(
  ctx: Context,
  { id, expectedVersion, changes }: { id: string; expectedVersion?: number | undefined; changes: unknown },
): Promise<Product> {
  requirePermission(ctx, "catalog.write");
  const data = await withCleanText(parse(UpdateProductSchema, changes));
  const current = await findProduct(ctx, id);
  const revised = revise(ctx, "Product", current, defined(data) as Partial<Product>, expectedVersion);
  if (data.price) delete revised.priceSource;
  checkProduct(revised);
  const writes = [
    replaceWrite(ctx, revised),
    outboxWrite(ctx, "product.updated", {
      id,
      sku: revised.sku,
      fields: Object.keys(data),
      changes: fieldChanges(current, revised, Object.keys(data) as (keyof Product)[]),
    }),
  ];
  const renamed = revised.sku !== current.sku;
  if (renamed) writes.push(claimSku(ctx, revised.sku, id), releaseSku(ctx, current.sku, id));
  const references = referenceChecks(ctx, {
    ...(data.categoryId ? { categoryId: data.categoryId } : {}),
    ...(data.brandId ? { brandId: data.brandId } : {}),
  });
  try {
    await ctx.table.transact([...writes, ...references.checks]);
  } catch (error) {
    if (!(error instanceof TransactionCanceled)) throw error;
    if (error.failedAt(0)) throw new VersionConflictError("Product", id, current.version);
    if (renamed && error.failedAt(2)) throw skuExists(revised.sku);
    throw references.missing(error, writes.length) ?? error;
  }
  await ctx.cache.invalidate(cacheNamespace(ctx));
  return revised;
}

/** Moves a product through its life. Throws STATE_CONFLICT with reasons, VERSION_CONFLICT. */
export async function changeStatus(
  ctx: Context,
  {
    id,
    transition,
    expectedVersion,
    options,
  }: { id: string; transition: Transition; expectedVersion?: number | undefined; options?: unknown },
): Promise<Product> {
  requirePermission(ctx, "catalog.write");
  const { allowBelowMinPrice } = parse(ActivateProductSchema, options);
  const product = await idempotent<Product>(
    ctx,
    `catalog.${transition}`,
    { id, options: options ?? {} },
    async (commit) => {
      const current = await findProduct(ctx, id);
      const status = nextStatus(current, transition, { allowBelowMinPrice });
      const revised = revise(ctx, "Product", current, { status }, expectedVersion);
      if (status === "active" && allowBelowMinPrice) revised.allowBelowMinPrice = true;
      else delete revised.allowBelowMinPrice;
      const writes = [
        replaceWrite(ctx, revised),
        countWrite(ctx, { [current.status]: -1, [status]: 1 }, id),
        outboxWrite(
          ctx,
          `product.${status === "draft" ? "restored" : status === "active" ? "activated" : "archived"}`,
          {
            id,
            sku: current.sku,
            from: current.status,
          },
        ),
      ];
      try {
        return await commit(writes, revised);
      } catch (error) {
        throw error instanceof TransactionCanceled && error.failedAt(0)
          ? new VersionConflictError("Product", id, current.version)
          : error;
      }
    },
  );
  await ctx.cache.invalidate(cacheNamespace(ctx));
  return product;
}

export async function getProduct(ctx: Context, id: string): Promise<Product> {
  requirePermission(ctx, "catalog.read");
  return findProduct(ctx, id);
}

/** Read through the cache for five minutes; what is not found is not cached. */
export async function getProductBySku(ctx: Context, sku: string): Promise<Product> {
  requirePermission(ctx, "catalog.read");
  const product = await ctx.cache.getOrSet(cacheNamespace(ctx), `sku:${sku}`, async () => {
    const guard = await ctx.table.get(skuKey(ctx, sku), { consistent: true });
    const item = guard && (await ctx.table.get(productKey(ctx, guard["productId"] as string), { consistent: true }));
    return item && productOf(item);
  });
  if (!product) throw new NotFoundError("Product", sku);
  return product;
}

/** Those of the products that exist, by id, for other nouns' verbs: they check their own permission. */
export function productsRead(ctx: Context, ids: Iterable<string>): Read<Map<string, Product>> {
  return {
    keys: [...new Set(ids)].map((id) => productKey(ctx, id)),
    from: (items) => new Map(items.filter(isProduct).map((item) => [String(item["id"]), productOf(item)])),
  };
}

export async function findProducts(ctx: Context, ids: Iterable<string>): Promise<Map<string, Product>> {
  const [products] = await readTogether(ctx, productsRead(ctx, ids));
  return products;
}

/** The ids of SKUs, those that exist: in one read, or none where this process has met them. Whoever has the product must see that it still bears the SKU. */
export async function findIdsBySku(ctx: Context, skus: readonly string[]): Promise<Map<string, string>> {
  const namespace = skuNamespace(ctx);
  const ids = new Map<string, string>();
  await Promise.all(
    skus.map(async (sku) => {
      const id = await ctx.cache.get<string>(namespace, sku);
      if (id !== undefined) ids.set(sku, id);
    }),
  );
  const unknown = skus.filter((sku) => !ids.has(sku));
  if (unknown.length === 0) return ids;
  const guards = await ctx.table.batchGet<Item>(
    unknown.map((sku) => skuKey(ctx, sku)),
    { consistent: true },
  );
  for (const guard of guards) {
    const [sku, id] = [String(guard["sk"]), String(guard["productId"])];
    ids.set(sku, id);
    await ctx.cache.set(namespace, sku, id);
  }
  return ids;
}

/** Where the ids of SKUs are remembered. */
export const skuNamespace = (ctx: Context) => `sku:${ctx.actor.organizationId}`;

/** A description is shown as HTML by shops and channels: harmless tags stay, the rest goes. */
async function withCleanText<T extends { description?: string | null | undefined }>(data: T): Promise<T> {
  if (!data.description || !hasTag(data.description)) return data;
  return { ...data, description: (await cleanHtml(data.description)).text };
}

async function findProduct(ctx: Context, id: string): Promise<Product> {
  const item = await ctx.table.get(productKey(ctx, id), { consistent: true });
  // The partition also holds counters: an id that names one is no product.
  if (!item || !isProduct(item)) throw new NotFoundError("Product", id);
  return productOf(item);
}

const isProduct = (item: Item) => item["entity"] === "product";

export const cacheNamespace = (ctx: Context) => `product:${ctx.actor.organizationId}`;

const skuExists = (sku: string) =>
  new AppError("PRODUCT_SKU_EXISTS", "Product with this SKU already exists", { field: "sku", details: { sku } });

/** Conditions that what the product names exists in this organisation, checked in the product's own transaction. */
function referenceChecks(ctx: Context, { categoryId, brandId }: { categoryId?: string; brandId?: string }) {
  const named: { what: string; id: string; check: Write }[] = [];
  if (categoryId !== undefined)
    named.push({
      what: "Category",
      id: categoryId,
      check: { check: categories.key(ctx, categoryId), condition: EXISTS },
    });
  if (brandId !== undefined)
    named.push({ what: "Brand", id: brandId, check: { check: brands.key(ctx, brandId), condition: EXISTS } });
  return {
    checks: named.map(({ check }) => check),
    missing(error: TransactionCanceled, offset: number): NotFoundError | undefined {
      const missing = named.find((_, index) => error.failedAt(offset + index));
      return missing && new NotFoundError(missing.what, missing.id);
    },
  };
}
