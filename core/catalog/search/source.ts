import type { ProductItem } from "./filters.ts";

/** A further stretch of the list of what may match. */
export interface Stretch {
  /** Newest first, older than every id of the stretch before. */
  ids: string[];
  /** Products that reading the stretch brought along. */
  products: Map<string, ProductItem>;
  /** Everything from here up has been given (exclusive bound of the rest); undefined at the end of the list. */
  next: string | undefined;
  /** Items read for it, to be held against the budget. */
  read: number;
}

/** Where candidates come from: the index, or the list of products itself. */
export interface Source {
  /** With attributes, whatever products come along have only these: enough to count them. */
  next(attributes?: string[]): Promise<Stretch>;
  /** Each candidate is known to contain all words, as far as the index is up to date. */
  proven: boolean;
  /** Items that one request may read to fill its page, and in all when it also counts. */
  budget: { page: number; count: number };
}

export const NOTHING: Source = {
  next: () => Promise.resolve({ ids: [], products: new Map(), next: undefined, read: 0 }),
  proven: true,
  budget: { page: 1, count: 1 },
};

/** The source with products that it may not have heard of yet, each in its place and once. */
export function withRecent(source: Source, recent: ProductItem[]): Source {
  let waiting = recent.toSorted((a, b) => (a.id < b.id ? 1 : -1));
  if (waiting.length === 0) return source;
  return {
    ...source,
    async next(attributes) {
      const stretch = await source.next(attributes);
      const here = waiting.filter(({ id }) => stretch.next === undefined || id >= stretch.next);
      waiting = waiting.slice(here.length);
      const ids = [...new Set([...stretch.ids, ...here.map(({ id }) => id)])].sort().toReversed();
      for (const product of here) stretch.products.set(product.id, product);
      return { ...stretch, ids };
    },
  };
}
