import * as Catalog from "../catalog/index.ts";
import * as Inventory from "../inventory/index.ts";
import type { Context } from "../platform/context.ts";
import { type Read, readTogether } from "../platform/reads.ts";
import type { StockLevel } from "./publishable.ts";

/** Everything about a product that decides what its listings may show. */
export interface ProductSupply {
  /** At the locations that orders may reserve at. */
  levels: StockLevel[];
  /** The product is on sale: a draft or an archived one is offered nowhere. */
  isOnSale: boolean;
  /**
   * Never falls, and rises with every change of what was read: the sum of the revisions of all items it stands on. Of
   * two readings the one with the greater stamp has seen all that the last change left behind.
   */
  stamp: number;
}

/**
 * Where a product's units come from. Whoever makes one product out of others (bundles, recipes) reads their levels here,
 * and names the products that a change of stock is felt by.
 */
export interface Supply {
  /** Read consistently, after the change that asks for it. */
  read(ctx: Context, productId: string): Promise<ProductSupply>;
  /** Products beside the changed ones themselves. */
  dependents(ctx: Context, productIds: readonly string[]): Promise<string[]>;
}

/** Each product's own stock. */
export const OWN_STOCK: Supply = {
  async read(ctx, productId) {
    const [stock, [selling, products]] = await Promise.all([
      Inventory.stockOfProduct(ctx, productId),
      readTogether(ctx, sellingRead(ctx), Catalog.productsRead(ctx, [productId])),
    ]);
    const product = products.get(productId);
    const revisions = stock.reduce((sum, { rev }) => sum + rev, 0);
    return {
      levels: stock.filter(({ locationId }) => selling.ids.includes(locationId)),
      isOnSale: product?.status === "active",
      stamp: revisions + selling.edition + (product?.version ?? 0),
    };
  },
  dependents: () => Promise.resolve([]),
};

/** Where orders may reserve, with the number that rises whenever that changes. */
function sellingRead(ctx: Context): Read<{ ids: string[]; edition: number }> {
  const selling = Inventory.sellingLocationsRead(ctx);
  return {
    keys: selling.keys,
    from: (items) => ({ ids: selling.from(items), edition: Number(items[0]?.["edition"] ?? 0) }),
  };
}
