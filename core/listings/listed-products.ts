import type { Context } from "../platform/context.ts";
import { listingIdsOf, readListed } from "./listing.store.ts";

/** The products that are listed under these names on a channel, by name; what is not listed is missing. */
export async function findListedProducts(
  ctx: Context,
  platformType: string,
  platformSkus: Iterable<string>,
): Promise<Map<string, string>> {
  const { organizationId } = ctx.actor;
  const skus = [...new Set(platformSkus)];
  if (skus.length === 0) return new Map();
  const ids = await listingIdsOf(ctx, platformType, skus);
  const listed = await readListed(ctx.table, organizationId, [...ids.values()]);
  return new Map(
    [...ids].flatMap(([sku, id]) => {
      const productId = listed.get(id)?.listing.productId;
      return productId === undefined ? [] : [[sku, productId] as const];
    }),
  );
}
