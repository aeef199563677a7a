import type { Outcome } from "../capabilities.ts";
import { MAX_SKU_PAGES, SKU_PAGE } from "./constants.ts";
import { skuQuery } from "./requests.ts";

interface Asked {
  first: number;
  query: string;
  after?: string;
}

interface SkuPage<N> {
  nodes: readonly N[];
  pageInfo: { hasNextPage: boolean; endCursor?: string | null | undefined };
}

/** Variants that have one of the SKUs, by SKU. Of a SKU that is not `isSettled` there may be some that were not read. */
interface WithSkus<N> {
  of: (sku: string) => { found: readonly N[]; isSettled: boolean };
}

/**
 * Finds variants by SKU. The search knows no case and takes beginnings of words, so that all others may come before those
 * that are looked for: pages are read until every SKU is settled. They come in the order of SKUs, where what has one SKU
 * stands together, and what is looked for before all that it is the beginning of.
 */
export async function variantsWith<N extends { sku?: string | null | undefined }>(
  skus: readonly string[],
  read: (ask: Asked) => Promise<SkuPage<N>>,
): Promise<WithSkus<N>> {
  const wanted = [...new Set(skus)];
  const query = skuQuery(wanted);
  const nodes: N[] = [];
  const found = (sku: string) => nodes.filter((node) => node.sku === sku);
  let isWhole = false;
  const isSettled = (sku: string) => isWhole || found(sku).length > 1 || isPast(nodes, sku);
  let after: string | undefined;
  for (let page = 1; page <= MAX_SKU_PAGES && !wanted.every(isSettled); page++) {
    // Twice as many: nothing forbids two variants one SKU.
    const first = page === 1 ? wanted.length * 2 : SKU_PAGE;
    const answer = await read({ first, query, ...(after === undefined ? {} : { after }) });
    nodes.push(...answer.nodes);
    after = answer.pageInfo.endCursor ?? undefined;
    isWhole = !answer.pageInfo.hasNextPage;
    if (after === undefined) break;
  }
  return { of: (sku) => ({ found: found(sku), isSettled: isSettled(sku) }) };
}

/** It was seen, and the list has gone on to another. */
function isPast(nodes: readonly { sku?: string | null | undefined }[], sku: string): boolean {
  const isIt = (node: { sku?: string | null | undefined } | undefined) =>
    node?.sku?.toLowerCase() === sku.toLowerCase();
  return nodes.some((node) => node.sku === sku) && !isIt(nodes.at(-1));
}

/** Nobody knows that it is not there: it is looked for again, with fewer others. */
export const notFoundYet = (id: string): Outcome => ({
  id,
  ok: false,
  transient: true,
  code: "NOT_FOUND_YET",
  message: "Shopify has more variants whose SKU begins like this one than were read",
});
