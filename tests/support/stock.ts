import * as Catalog from "../../core/catalog/index.ts";
import * as Inventory from "../../core/inventory/index.ts";
import type { Context } from "../../core/platform/context.ts";

export const usd = (amount: string) => ({ amount, currency: "USD" });

/** A product with units of it at the main location; each call of the shop is one more. */
export async function stocked(
  ctx: Context,
  sku: string,
  quantity: number,
  restock: Record<string, unknown> = { unitCost: usd("10.00") },
): Promise<Catalog.Product> {
  const product = await Catalog.createProduct(ctx, {
    sku,
    name: `Product ${sku}`,
    cost: usd("10.00"),
    price: usd("15.00"),
  });
  if (quantity > 0)
    await Inventory.adjust(ctx, { productId: product.id, input: { changeType: "restock", quantity, ...restock } });
  return product;
}
