import type * as z from "zod";
import { type Context, requirePermission } from "../platform/context.ts";
import { decodeCursor, encodeCursor } from "../platform/cursor.ts";
import { parse } from "../platform/parse.ts";
import type { Page } from "../platform/resources.ts";
import type { Item, QueryInput } from "../platform/table.ts";
import { statePartition as updatePartition } from "./channel-update.store.ts";
import { ListListingsSchema } from "./listing.ts";
import {
  AFTER_LISTINGS,
  FIRST_LISTING,
  type Listed,
  listingPartition,
  pair,
  platformPartition,
  productPartition,
  readListed,
  statusPartition,
} from "./listing.store.ts";
import { type ListingView, viewListing } from "./view.ts";

/** Reads that one request may make to fill a filtered page. */
const MAX_ROUNDS = 5;
const FILTERED_AT_ONCE = 100;

type Filters = Omit<z.output<typeof ListListingsSchema>, "limit" | "cursor">;

/** DynamoDB's own key of the last item taken, without the partition, which the filters say. */
interface Position {
  sk: string;
  indexSk?: string;
}

/**
 * Newest first; of what has not reached its channel, urgent first. A page may be shorter than its limit while a cursor
 * says there is more to look through.
 */
export async function listListings(ctx: Context, input: unknown): Promise<Page<ListingView>> {
  requirePermission(ctx, "listings.read");
  const { limit, cursor, ...filters } = parse(ListListingsSchema, input);
  const query = { list: "listings", ...filters };
  const source = sourceOf(ctx, filters);
  let position = cursor === undefined ? undefined : decodeCursor<Position>(ctx, query, cursor);
  const found: ListingView[] = [];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { items, lastKey } = await ctx.table.query<Item>({
      ...source,
      newestFirst: true,
      consistent: source.index === undefined,
      limit: isFiltered(filters) ? FILTERED_AT_ONCE : 2 * (limit + 1),
      ...(position ? { startKey: startKey(source, position) } : {}),
    });
    const listed = await complete(ctx, items);
    for (const item of items) {
      const one = item["sk"] === undefined ? undefined : listed.get(idOf(item));
      if (!isPlace(item, source) || !one || !matches(one, filters)) {
        position = positionOf(item, source);
        continue;
      }
      if (found.length === limit) return { items: found, nextCursor: encodeCursor(ctx, query, position) };
      found.push(viewListing(one));
      position = positionOf(item, source);
    }
    if (!lastKey) return { items: found };
  }
  return position ? { items: found, nextCursor: encodeCursor(ctx, query, position) } : { items: found };
}

type Source = Pick<QueryInput, "index" | "pk" | "from" | "to">;

/** The narrowest key for these filters; what is left of them is compared with the listings as they are now. */
function sourceOf(ctx: Context, { productId, update, status, platformType }: Filters): Source {
  const { organizationId } = ctx.actor;
  if (productId !== undefined) return { pk: productPartition(organizationId, productId) };
  if (update !== undefined) return { index: "gsi2", pk: updatePartition(organizationId, update) };
  if (status !== undefined) return { index: "gsi2", pk: statusPartition(organizationId, status) };
  if (platformType !== undefined) return { index: "gsi1", pk: platformPartition(organizationId, platformType) };
  return { pk: listingPartition(organizationId), from: FIRST_LISTING, to: AFTER_LISTINGS };
}

const isFiltered = (filters: Filters) => Object.values(filters).filter((filter) => filter !== undefined).length > 1;

function startKey({ index, pk }: Source, { sk, indexSk }: Position): Item {
  if (index === undefined) return { pk, sk };
  const organizationId = pk.slice(0, pk.indexOf("#"));
  return { pk: `${organizationId}#LISTING`, sk, [`${index}pk`]: pk, [`${index}sk`]: indexSk };
}

function positionOf(item: Item, { index }: Source): Position {
  const sk = String(item["sk"]);
  return index === undefined ? { sk } : { sk, indexSk: String(item[`${index}sk`]) };
}

const idOf = (item: Item) => String(item["id"]);

/** In their own partition listings are followed by their updates, which are no places in the list. */
function isPlace(item: Item, { index }: Source): boolean {
  return index !== undefined || item["entity"] !== "channel-update";
}

function matches({ listing, update }: Listed, filters: Filters): boolean {
  return (
    (filters.productId === undefined || listing.productId === filters.productId) &&
    (filters.platformType === undefined || listing.platformType === filters.platformType) &&
    (filters.status === undefined || listing.status === filters.status) &&
    (filters.update === undefined || update.state === filters.update)
  );
}

/** Listings with their updates: those that the page has both of, and the others in one read. */
async function complete(ctx: Context, items: readonly Item[]): Promise<Map<string, Listed>> {
  const isWhole = items.some((item) => item["entity"] === "channel-update") && items.some(isOwnListing);
  const found = isWhole ? pair(items) : new Map<string, Listed>();
  const missing = [...new Set(items.map(idOf))].filter((id) => !found.has(id));
  if (missing.length === 0) return found;
  return new Map([...found, ...(await readListed(ctx.table, ctx.actor.organizationId, missing))]);
}

const isOwnListing = (item: Item) => item["entity"] === "listing";
