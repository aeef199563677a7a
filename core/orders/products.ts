import * as Catalog from "../catalog/index.ts";
import * as Inventory from "../inventory/index.ts";
import type { Context } from "../platform/context.ts";
import { type Read, readTogether } from "../platform/reads.ts";

/** What says which product a line is of. */
export interface Named {
  sku?: string | undefined;
  productId?: string | undefined;
}

export interface FoundProducts {
  /** By the line's own name of it; undefined where there is none. */
  of(line: Named): Catalog.Product | undefined;
  /** Where orders reserve, in the order in which it is tried. */
  locations: string[];
  stock: Map<string, Inventory.StockItem>;
}

/**
 * The products of an order's lines, where they can be reserved and, where there are several such places, what is there:
 * one read, and one more for SKUs that this process has not met and for a first look at several locations.
 */
export async function findLineProducts(ctx: Context, lines: readonly Named[], attempt = 1): Promise<FoundProducts> {
  const skus = [...new Set(lines.flatMap(({ sku }) => (sku === undefined ? [] : [sku])))];
  const idBySku = skus.length === 0 ? new Map<string, string>() : await Catalog.findIdsBySku(ctx, skus);
  const ids = new Set([...idBySku.values(), ...lines.flatMap(({ productId }) => productId ?? [])]);
  const known = await ctx.cache.get<string[]>(namespace(ctx), "selling");
  const stockAt = (locations: string[]): Read<Inventory.StockItem[]> =>
    Inventory.stockRead(
      ctx,
      locations.length < 2
        ? []
        : [...ids].flatMap((productId) => locations.map((locationId) => ({ productId, locationId }))),
    );
  const [products, locations, early] = await readTogether(
    ctx,
    Catalog.productsRead(ctx, ids),
    Inventory.sellingLocationsRead(ctx),
    stockAt(known ?? []),
  );
  const isKnown = known?.join() === locations.join();
  if (!isKnown) await ctx.cache.set(namespace(ctx), "selling", locations);
  const stock = isKnown ? early : (await readTogether(ctx, stockAt(locations)))[0];
  const renamed = [...idBySku].filter(([sku, id]) => products.get(id)?.sku !== sku);
  if (renamed.length > 0 && attempt < 3) {
    // A SKU moves to another product seldom; whoever still remembers the old one forgets it here and asks again.
    await Promise.all(renamed.map(([sku]) => ctx.cache.delete(Catalog.skuNamespace(ctx), sku)));
    return findLineProducts(ctx, lines, attempt + 1);
  }
  return {
    of: ({ sku, productId }) => products.get(productId ?? idBySku.get(sku ?? "") ?? ""),
    locations,
    stock: new Map(stock.map((item) => [`${item.productId}#${item.locationId}`, item])),
  };
}

const namespace = (ctx: Context) => `locations:${ctx.actor.organizationId}`;
