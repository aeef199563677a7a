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
  bundles: Map<string, Inventory.Bundle>;
  /** Where orders reserve, in the order in which it is tried. */
  locations: string[];
  stock: Map<string, Inventory.StockItem>;
}

/**
 * The products of an order's lines, which of them are bundles, where they can be reserved and, where there are several
 * such places, what is there: one read. One more for SKUs that this process has not met; with several locations also for
 * the first look at them, and for the parts of bundles.
 */
export async function findLineProducts(ctx: Context, lines: readonly Named[], attempt = 1): Promise<FoundProducts> {
  const skus = [...new Set(lines.flatMap(({ sku }) => (sku === undefined ? [] : [sku])))];
  const idBySku = skus.length === 0 ? new Map<string, string>() : await Catalog.findIdsBySku(ctx, skus);
  const ids = new Set([...idBySku.values(), ...lines.flatMap(({ productId }) => productId ?? [])]);
  const known = (await ctx.cache.get<string[]>(namespace(ctx), "selling")) ?? [];
  const stockAt = (productIds: Iterable<string>, locations: string[]): Read<Inventory.StockItem[]> => {
    const places = [...productIds].flatMap((productId) => locations.map((locationId) => ({ productId, locationId })));
    return Inventory.stockRead(ctx, locations.length < 2 ? [] : places);
  };
  const [products, bundles, locations, early] = await readTogether(
    ctx,
    Catalog.productsRead(ctx, ids),
    Inventory.bundlesRead(ctx, ids),
    Inventory.sellingLocationsRead(ctx),
    stockAt(ids, known),
  );
  const isKnown = known.join() === locations.join();
  if (!isKnown) await ctx.cache.set(namespace(ctx), "selling", locations);
  const parts = [...bundles.values()].flatMap(({ components }) => components.map(({ productId }) => productId));
  const [late] = await readTogether(ctx, stockAt(isKnown ? parts : [...ids, ...parts], locations));
  const stock = isKnown ? [...early, ...late] : late;
  const renamed = [...idBySku].filter(([sku, id]) => products.get(id)?.sku !== sku);
  if (renamed.length > 0 && attempt < 3) {
    // A SKU moves to another product seldom; whoever still remembers the old one forgets it here and asks again.
    await Promise.all(renamed.map(([sku]) => ctx.cache.delete(Catalog.skuNamespace(ctx), sku)));
    return findLineProducts(ctx, lines, attempt + 1);
  }
  return {
    of: ({ sku, productId }) => products.get(productId ?? idBySku.get(sku ?? "") ?? ""),
    bundles,
    locations,
    stock: new Map(stock.map((item) => [`${item.productId}#${item.locationId}`, item])),
  };
}

const namespace = (ctx: Context) => `locations:${ctx.actor.organizationId}`;
