import type { Context } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { withListedProducts } from "./listed-products.ts";
import type { Order, OrderLine } from "./order.ts";
import { findLineProducts } from "./products.ts";

/**
 * The order's lines, those that were not in the catalogue when it was recorded with the products that are known by now:
 * listed there, or of that SKU.
 */
export async function identifiedLines(ctx: Context, { channel, lines }: Order): Promise<OrderLine[]> {
  const unknown = lines.filter(({ productId }) => productId === undefined);
  if (unknown.length === 0) return lines;
  const [{ lines: linked } = { lines: unknown }] = await withListedProducts(ctx, [{ channel, lines: unknown }]);
  const found = await findLineProducts(ctx, linked);
  const products = new Map(linked.map((line) => [line.id, found.of(line)]));
  return lines.map((line) => {
    const product = products.get(line.id);
    return product ? defined({ ...line, productId: product.id, sku: line.sku ?? product.sku }) : line;
  });
}
