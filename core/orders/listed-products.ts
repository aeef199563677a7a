import * as Listings from "../listings/index.ts";
import type { Context } from "../platform/context.ts";
import { isMarketplace } from "./channels/names.ts";

/**
 * The drafts with the products of those lines that a listing of ours was sold by: a channel has names of its own for
 * goods (a StockX variant), and its SKU may be another product's here.
 */
export async function withListedProducts<D extends { channel: string; lines: { platformSku?: string }[] }>(
  ctx: Context,
  drafts: readonly D[],
): Promise<D[]> {
  const found = new Map<string, Map<string, string>>();
  for (const [channel, all] of Map.groupBy(drafts, (draft) => draft.channel)) {
    if (!isMarketplace(channel)) continue;
    const skus = all.flatMap(({ lines }) => lines.flatMap(({ platformSku }) => platformSku ?? []));
    found.set(channel, await Listings.findListedProducts(ctx, channel, skus));
  }
  if ([...found.values()].every(({ size }) => size === 0)) return [...drafts];
  return drafts.map((draft) => ({
    ...draft,
    lines: draft.lines.map((line) => {
      const productId = found.get(draft.channel)?.get(line.platformSku ?? "");
      return productId === undefined ? line : { ...line, productId };
    }),
  }));
}
