import type { ProductItem, Test } from "./filters.ts";
import type { Source, Stretch } from "./source.ts";

/** Products that one request may read by id to fill its page, and those it reads on to count. */
const READ_FOR_PAGE = 400;
const READ_FOR_COUNT = 300;
const CHUNK = 100;

/** Products by id, where they still exist; without attributes whole. */
export type ReadProducts = (ids: string[], attributes?: string[]) => Promise<ProductItem[]>;

export interface Collected {
  products: ProductItem[];
  /** Where the next page goes on: an exclusive bound. */
  next?: string;
  /** Products known to match, those of the page included. */
  matched: number;
  /** Is that all of them? */
  complete: boolean;
}

/** Takes candidates from the source, newest first, until the page is full or the budget is spent. */
export async function collect(
  source: Source,
  test: Test,
  readProducts: ReadProducts,
  { limit, count }: { limit: number; count: boolean },
): Promise<Collected> {
  const certain = source.proven && test.filter === undefined;
  const found: ProductItem[] = [];
  let stretch: Stretch = { ids: [], products: new Map(), next: "", read: 0 };
  let pending: string[] = [];
  let place: string | undefined = "";
  let matched = 0;
  let itemsRead = 0;
  let productsRead = 0;

  /** False at the end of the list and of the budget. */
  const more = async (budget: number, attributes?: string[]) => {
    if (stretch.next === undefined || itemsRead >= budget) return false;
    stretch = await source.next(attributes);
    itemsRead += stretch.read;
    pending = stretch.ids;
    if (pending.length === 0) place = stretch.next;
    return true;
  };

  const examine = async (size: number, attributes?: string[]) => {
    const ids = pending.slice(0, size);
    const unread = ids.filter((id) => !stretch.products.has(id));
    productsRead += unread.length;
    const products = new Map(stretch.products);
    for (const product of await readProducts(unread, attributes)) products.set(product.id, product);
    pending = pending.slice(size);
    place = pending.length === 0 ? stretch.next : ids.at(-1);
    const matches = ids.flatMap((id) => {
      const product = products.get(id);
      return product && test.passes(product) ? [product] : [];
    });
    matched += matches.length;
    return matches;
  };

  let ahead = 10;
  while (found.length <= limit) {
    if (pending.length === 0) {
      if (await more(source.budget.page)) continue;
      break;
    }
    if (productsRead >= READ_FOR_PAGE) break;
    const missing = limit + 1 - found.length;
    // Where few of the candidates pass, the next call takes twice as many.
    ahead = Math.min(CHUNK, Math.max(2 * ahead, missing));
    found.push(...(await examine(certain ? missing : ahead)));
  }
  const products = found.slice(0, limit);
  const last = found.length > limit ? products.at(-1)?.id : place;

  if (count) {
    const attributes = ["id", "name", "sku", "description", ...test.filterAttributes];
    while (pending.length > 0 || (await more(source.budget.count, attributes))) {
      if (certain) {
        matched += pending.length;
        pending = [];
        place = stretch.next;
      } else if (pending.length > 0) {
        if (productsRead >= READ_FOR_COUNT) break;
        await examine(Math.min(CHUNK, READ_FOR_COUNT - productsRead), attributes);
      }
    }
  }
  return { products, ...(last === undefined ? {} : { next: last }), matched, complete: place === undefined };
}
