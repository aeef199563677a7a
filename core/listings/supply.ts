import * as Catalog from "../catalog/index.ts";
import * as Inventory from "../inventory/index.ts";
import type { Context } from "../platform/context.ts";
import type { Money } from "../platform/money.ts";
import { type Read, readTogether } from "../platform/reads.ts";
import type { StockLevel } from "./publishable.ts";

/** Everything about a product that decides what its listings may show. */
export interface ProductSupply {
  /** At the locations that orders may reserve at. */
  levels: StockLevel[];
  /** The product is on sale: a draft or an archived one is offered nowhere. */
  isOnSale: boolean;
  /** The product's own. */
  price?: Money;
  /**
   * Rises with every change of what was read: the sum of the revisions of all items it stands on. Of two readings on one
   * basis the one with the greater stamp has seen all that the last change left behind.
   */
  stamp: number;
  /** Which items the stamp counts. Readings on two bases cannot be compared: whoever finds another one reads again. */
  basis: string;
}

/** Where a product's units come from. */
export interface Supply {
  /** Read consistently, after the change that asks for it. */
  read(ctx: Context, productId: string): Promise<ProductSupply>;
  /** Products beside the changed ones themselves that a change of stock is felt by. */
  dependents(ctx: Context, productIds: readonly string[]): Promise<string[]>;
}

/** A product's own stock, or that of the components of a bundle: as many as can be made of what is at one location. */
export const STOCK: Supply = {
  async read(ctx, productId) {
    const [own, [selling, products, bundles]] = await Promise.all([
      Inventory.stockOfProduct(ctx, productId),
      readTogether(
        ctx,
        sellingRead(ctx),
        Catalog.productsRead(ctx, [productId]),
        Inventory.bundlesRead(ctx, [productId]),
      ),
    ]);
    const product = products.get(productId);
    const bundle = bundles.get(productId);
    const isOnSale = product?.status === "active";
    const version = product?.version ?? 0;
    const sale = { isOnSale, ...(product ? { price: product.price } : {}) };
    if (bundle) {
      const stock = await componentStock(ctx, bundle, selling.ids);
      const levels = Inventory.bundleAvailability(bundle, stock, selling.ids);
      // Other components or locations are other items, whose revisions may sum to less.
      const basis = ["bundle", bundle.updatedAt, bundle.version, selling.edition].join(" ");
      return { levels, ...sale, stamp: revisions(stock) + version, basis };
    }
    const levels = own.filter(({ locationId }) => selling.ids.includes(locationId));
    return { levels, ...sale, stamp: revisions(own) + selling.edition + version, basis: "own" };
  },

  async dependents(ctx, productIds) {
    const containing = await readTogether(ctx, ...productIds.map((id) => Inventory.bundlesWithRead(ctx, id)));
    return [...new Set(containing.flat())];
  },
};

async function componentStock(
  ctx: Context,
  { components }: Inventory.Bundle,
  locationIds: readonly string[],
): Promise<Inventory.StockItem[]> {
  const places = components.flatMap(({ productId }) => locationIds.map((locationId) => ({ productId, locationId })));
  const [stock] = await readTogether(ctx, Inventory.stockRead(ctx, places));
  return stock;
}

const revisions = (stock: readonly { rev: number }[]) => stock.reduce((sum, { rev }) => sum + rev, 0);

/** Where orders may reserve, with the number that rises whenever that changes. */
function sellingRead(ctx: Context): Read<{ ids: string[]; edition: number }> {
  const selling = Inventory.sellingLocationsRead(ctx);
  return {
    keys: selling.keys,
    from: (items) => ({ ids: selling.from(items), edition: Number(items[0]?.["edition"] ?? 0) }),
  };
}
