import type { Context } from "../../platform/context.ts";
import type { Filters, Test } from "./filters.ts";
import { walkProducts } from "./products.store.ts";
import type { Source } from "./source.ts";

const FIRST_STRETCH = 40;
const STRETCH = 160;

/**
 * All products, newest first: for words that the index cannot narrow (one character, punctuation) or that are part of
 * so many words that a page is soon found by looking.
 */
export function openWalk(ctx: Context, filters: Filters, test: Test, before: string | undefined): Source {
  let place = before;
  let limit = FIRST_STRETCH;
  return {
    proven: false,
    budget: { page: 1_000, count: 200 },
    async next(attributes) {
      const { products, floor } = await walkProducts(ctx, filters, {
        before: place,
        limit,
        filter: test.filter,
        attributes,
      });
      const read = limit;
      place = floor;
      limit = STRETCH;
      return {
        ids: products.map(({ id }) => id),
        products: new Map(products.map((product) => [product.id, product])),
        next: floor,
        read,
      };
    },
  };
}
