import type { Context } from "../../platform/context.ts";
import { decodeCursor, encodeCursor } from "../../platform/cursor.ts";
import { openCandidates } from "./candidates.ts";
import { collect } from "./collect.ts";
import { createTest, type Filters, type ProductItem } from "./filters.ts";
import { readProducts, recentProducts } from "./products.store.ts";
import { withRecent } from "./source.ts";
import { queryWords } from "./text.ts";
import { openWalk } from "./walk.ts";

/** The stream carries a product to the index within this time; what is younger is also looked for beside it. */
const PROJECTION_LAG_MS = 15_000;
const RECENT = 50;

export interface SearchInput extends Filters {
  /** Words parted by white space; a product matches when every one is contained in its name, SKU or description. */
  query: string;
  limit: number;
  cursor?: string | undefined;
}

/** `gte`: counting ended at the bound of work for one request, and there are at least so many. */
export interface Total {
  total: number;
  totalRelation: "eq" | "gte";
}

export interface SearchPage extends Total {
  products: ProductItem[];
  /** There may be more. A page can be shorter than its limit, even empty, when the bound of work came first. */
  nextCursor?: string;
}

interface Position extends Total {
  /** Exclusive: the next page begins below. */
  after: string;
}

/**
 * Products whose name, SKU or description contain every word, newest first. Case and compatibility forms do not count.
 * The work of one request is bounded, however large the catalogue. Throws INVALID_CURSOR.
 */
export async function search(ctx: Context, input: SearchInput): Promise<SearchPage> {
  const { query, limit, cursor, ...filters } = input;
  const words = queryWords(query);
  const bound = { search: words, ...filters };
  const position = cursor === undefined ? undefined : decodeCursor<Position>(ctx, bound, cursor);
  const test = createTest(words, filters);

  const [candidates, recent] = await Promise.all([
    openCandidates(ctx, words, position?.after),
    recentProducts(ctx, {
      sinceMs: ctx.now() - PROJECTION_LAG_MS,
      before: position?.after,
      limit: RECENT,
    }),
  ]);
  const source = candidates ?? openWalk(ctx, filters, test, position?.after);
  const found = await collect(
    withRecent(source, recent.filter(test.passes)),
    test,
    (ids, attributes) => readProducts(ctx, ids, attributes),
    { limit, count: position === undefined },
  );

  const total: Total = position
    ? { total: position.total, totalRelation: position.totalRelation }
    : { total: found.matched, totalRelation: found.complete ? "eq" : "gte" };
  if (found.next === undefined) return { products: found.products, ...total };
  return {
    products: found.products,
    nextCursor: encodeCursor(ctx, bound, { after: found.next, ...total } satisfies Position),
    ...total,
  };
}
