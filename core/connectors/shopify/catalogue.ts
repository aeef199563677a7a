import { PermanentError, TransientError } from "../../platform/http/errors.ts";
import type { CataloguePage, CatalogueSource } from "../capabilities.ts";
import type { Connection } from "../wire.ts";
import { MAX_CHANGED, MAX_CHANGES_WINDOW_MS, MAX_IDS, MAX_LIST, MAX_PAGE } from "./constants.ts";
import { gid, idOf } from "./gid.ts";
import { toProducts } from "./map.ts";
import { CHANGED_PRODUCTS, VARIANT_IDS, VARIANTS, VARIANTS_BY_ID } from "./queries.ts";
import { queryRequest, updatedQuery } from "./requests.ts";
import { ChangedSchema, PlaceSchema, VariantIdsSchema, VariantsByIdSchema, VariantsSchema } from "./wire.ts";

/** How often a page is asked for that does not begin where the one before ended. */
const READINGS = 3;

/**
 * Variants by their number. A cursor of Shopify's goes no further than 25,000 of them and ends with its session; a number
 * does neither. Each page begins with the last of the one before, so that one which was left out, or came twice, shows.
 */
export const catalogue: CatalogueSource = {
  maxPage: MAX_PAGE,
  async page(connection, { cursor, limit }) {
    const last = readCursor(cursor);
    // One more for the variant that is there to be compared.
    const first = Math.min(Math.max(limit, 1) + (last === undefined ? 0 : 1), MAX_PAGE);
    const { answer, fits } = await fitting(connection, first, last);
    const { shop, productVariants, productVariantsCount } = answer.data;
    const places = productVariants.nodes.map((node) => placeOf(node));
    const nodes = productVariants.nodes.filter((_, index) => isAfter(places[index], last));
    const end = places.at(-1);
    const { hasNextPage } = productVariants.pageInfo;
    if (hasNextPage && nodes.length === 0) throw new TransientError("shopify", "does not get on with its pages");
    const page: CataloguePage = toProducts(nodes, shop.currencyCode);
    if (hasNextPage && end !== undefined) page.nextCursor = String(end);
    if (last === undefined && productVariantsCount) page.total = productVariantsCount.count;
    // The variant that would have shown it may have been deleted, or some may have been left out.
    if (!fits) page.mayMiss = true;
    return page;
  },

  changes: {
    maxWindowMs: MAX_CHANGES_WINDOW_MS,
    maxIds: MAX_IDS,
    /** A product has changed when anything of its variants has, their stock too. */
    async page(connection, { from, to, cursor }) {
      const last = readCursor(cursor);
      const query = `${updatedQuery(from, to)}${last === undefined ? "" : ` AND id:>${last}`}`;
      const request = queryRequest(
        CHANGED_PRODUCTS.text,
        { first: MAX_CHANGED, query },
        CHANGED_PRODUCTS.points(MAX_CHANGED),
      );
      const { products } = (await connection.call(request, ChangedSchema)).data;
      const changed = products.nodes.map(({ id }) => BigInt(idOf(id))).filter((id) => isAfter(id, last));
      const end = changed.at(-1);
      if (products.pageInfo.hasNextPage && end === undefined)
        throw new TransientError("shopify", "does not get on with its pages");
      const ids = changed.length === 0 ? [] : await variantsOf(connection, changed);
      return products.pageInfo.hasNextPage ? { ids, nextCursor: String(end) } : { ids };
    },
    async byIds(connection, ids) {
      if (ids.length === 0) return { products: [], unreadable: [] };
      const gids = ids.map((id) => gid("ProductVariant", id));
      const request = queryRequest(VARIANTS_BY_ID.text, { ids: gids }, VARIANTS_BY_ID.points(ids.length));
      const { shop, nodes } = (await connection.call(request, VariantsByIdSchema)).data;
      return toProducts(
        nodes.filter((node) => node !== null),
        shop.currencyCode,
      );
    },
  },
};

async function fitting(connection: Connection, first: number, last: bigint | undefined) {
  const query = last === undefined ? null : `id:>=${last}`;
  const request = queryRequest(VARIANTS.text, { first, query }, VARIANTS.points(first));
  for (let reading = 1; ; reading++) {
    const answer = await connection.call(request, VariantsSchema);
    const fits = last === undefined || placeOf(answer.data.productVariants.nodes[0]) === last;
    if (fits || reading === READINGS) return { answer, fits };
  }
}

async function variantsOf(connection: Connection, products: readonly bigint[]): Promise<string[]> {
  const ids: string[] = [];
  for (let last = 0n, isMore = true; isMore; ) {
    const query = `product_ids:${products.join(",")} AND id:>${last}`;
    const request = queryRequest(VARIANT_IDS.text, { first: MAX_LIST, query }, VARIANT_IDS.points(MAX_LIST));
    const { nodes, pageInfo } = (await connection.call(request, VariantIdsSchema)).data.productVariants;
    const found = nodes.map(({ id }) => BigInt(idOf(id))).filter((id) => id > last);
    isMore = pageInfo.hasNextPage;
    if (isMore && found.length === 0) throw new TransientError("shopify", "does not get on with its pages");
    ids.push(...found.map(String));
    last = found.at(-1) ?? last;
  }
  return ids;
}

function placeOf(node: unknown): bigint | undefined {
  const read = PlaceSchema.safeParse(node);
  return read.success ? BigInt(idOf(read.data.id)) : undefined;
}

/** What has no number is after everything: it is told of as unreadable. */
const isAfter = (id: bigint | undefined, last: bigint | undefined) =>
  id === undefined || last === undefined || id > last;

export function readCursor(cursor: string | undefined): bigint | undefined {
  if (cursor === undefined) return undefined;
  if (!/^\d{1,20}$/.test(cursor))
    throw new PermanentError("shopify", "was asked with a cursor that is none of its own");
  return BigInt(cursor);
}
