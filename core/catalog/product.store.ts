import type { Context } from "../platform/context.ts";
import { countWrite as addToCounters, sumCounters as sumAll } from "../platform/counters.ts";
import { type Key, orgPartition, type PartitionKey } from "../platform/keys.ts";
import { fromItem } from "../platform/resources.ts";
import type { Item, Write } from "../platform/table.ts";
import type { Product, ProductStatus } from "./product.ts";

/** Sorts before every product id, and after none of the counters: products are what lies between. */
export const FIRST_PRODUCT = "prd_";
export const AFTER_PRODUCTS = "prd_~";

const SKU_IS_FREE = { expression: "attribute_not_exists(pk)" };

/** One partition an organisation; the sort key is the time-ordered id, so that "newest first" needs no index. */
export function productPartition(ctx: Context): PartitionKey {
  return orgPartition(ctx.actor.organizationId, "PRODUCT");
}

export function productKey(ctx: Context, id: string): Key {
  return { pk: productPartition(ctx), sk: id };
}

export function skuKey(ctx: Context, sku: string): Key {
  return { pk: orgPartition(ctx.actor.organizationId, "SKU"), sk: sku };
}

export function statusPartition(ctx: Context, status: ProductStatus): PartitionKey {
  return orgPartition(ctx.actor.organizationId, "PRODUCT", status);
}

export function categoryPartition(ctx: Context, categoryId: string): PartitionKey {
  return orgPartition(ctx.actor.organizationId, "PRODUCT", "CATEGORY", categoryId);
}

/** Amounts lie flat, as integers, so that filters can compare them. */
export function productItem(ctx: Context, product: Product): Key & Item {
  const { cost, price, competitorPrice, ...rest } = product;
  return {
    ...rest,
    ...productKey(ctx, product.id),
    entity: "product",
    ...(cost ? { costMinor: cost.minor } : {}),
    ...(price ? { priceMinor: price.minor } : {}),
    ...(competitorPrice ? { competitorPriceMinor: competitorPrice.minor } : {}),
    ...(cost || price ? { currency: (cost ?? price)?.currency } : {}),
    gsi1pk: statusPartition(ctx, product.status),
    gsi1sk: product.id,
    ...(product.categoryId === undefined
      ? {}
      : { gsi2pk: categoryPartition(ctx, product.categoryId), gsi2sk: product.id }),
  };
}

const AMOUNTS = new Set(["costMinor", "priceMinor", "competitorPriceMinor", "currency"]);

export function productOf(item: Item): Product {
  const { costMinor, priceMinor, competitorPriceMinor, currency } = item;
  const money = (minor: unknown) => ({ minor: minor as number, currency: currency as string });
  const product = fromItem<Product>(item, AMOUNTS);
  if (costMinor !== undefined) product.cost = money(costMinor);
  if (priceMinor !== undefined) product.price = money(priceMinor);
  if (competitorPriceMinor !== undefined) product.competitorPrice = money(competitorPriceMinor);
  return product;
}

/**
 * SKU_IS_FREE: fifty creates of one SKU race here. The guard item is keyed by the SKU itself, so all of them put the
 * same item, and DynamoDB lets exactly one transaction in.
 */
export function claimSku(ctx: Context, sku: string, productId: string, source: Item = {}): Write {
  return { put: { ...skuKey(ctx, sku), entity: "sku", productId, ...source }, condition: SKU_IS_FREE };
}

/** Only by the product that holds it: a late retry must not free a SKU that was claimed anew. */
export function releaseSku(ctx: Context, sku: string, productId: string): Write {
  return { remove: skuKey(ctx, sku), condition: { expression: "productId = :id", values: { ":id": productId } } };
}

export function createWrite(ctx: Context, product: Product): Write {
  return { put: productItem(ctx, product), condition: { expression: "attribute_not_exists(pk)" } };
}

export function replaceWrite(ctx: Context, product: Product): Write {
  return {
    put: productItem(ctx, product),
    condition: {
      expression: "#version = :expected",
      names: { "#version": "version" },
      values: { ":expected": product.version - 1 },
    },
  };
}

export type CountChange = Partial<Record<ProductStatus | "total", number>>;

/** Adds to the counters, in the transaction of what is counted. */
export function countWrite(ctx: Context, change: CountChange, productId: string): Write {
  return addToCounters(productPartition(ctx), change, productId);
}

export function sumCounters(items: Item[]): Record<ProductStatus | "total", number> {
  return { total: 0, draft: 0, active: 0, archived: 0, ...sumAll(items) };
}
