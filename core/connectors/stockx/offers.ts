import type { OfferSource, SourceProduct, Unreadable } from "../capabilities.ts";
import type { Connection } from "../wire.ts";
import { CURRENCIES, DEFAULT_CURRENCY, MAX_CATALOG_PAGE } from "./constants.ts";
import { productMeant } from "../meant.ts";
import { productOf, withVariants } from "./map.ts";
import { productMarket, productVariants, searchCatalog } from "./requests.ts";
import { MarketsSchema, SearchSchema, VariantsSchema } from "./wire.ts";

/**
 * One page of the catalogue, and what its sizes cost of the product that was meant: prices take two calls a product, and
 * there is one call a second.
 */
export const offers: OfferSource = {
  async search(connection, { query, limit, currency }) {
    const size = Math.max(1, Math.min(limit, MAX_CATALOG_PAGE));
    const page = await connection.call(searchCatalog(query, size), SearchSchema);
    const products = new Map<string, SourceProduct>();
    const unreadable: Unreadable[] = [];
    for (const original of page.products) {
      const read = productOf(original);
      if ("reasons" in read) unreadable.push(read);
      else products.set(read.externalId, read);
    }
    const meant = productMeant([...products.values()], query);
    if (meant) products.set(meant.externalId, await priced(connection, meant, currency));
    return {
      products: [...products.values()].slice(0, limit),
      unreadable,
      ...(typeof page.count === "number" ? { total: page.count } : {}),
    };
  },
};

async function priced(connection: Connection, product: SourceProduct, currency: string): Promise<SourceProduct> {
  const variants = await connection.call(productVariants(product.externalId), VariantsSchema);
  const known = CURRENCIES.has(currency) ? currency : DEFAULT_CURRENCY;
  const markets = await connection.call(productMarket(product.externalId, known), MarketsSchema);
  return withVariants(product, variants, markets);
}
