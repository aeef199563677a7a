import * as z from "zod";
import { type Context, requirePermission } from "../platform/context.ts";
import { COUNTER_PREFIX, isCounter, MAX_COUNTERS } from "../platform/counters.ts";
import { decodeCursor, encodeCursor } from "../platform/cursor.ts";
import { ValidationError } from "../platform/errors.ts";
import { justBefore } from "../platform/keys.ts";
import { describeMoneyFault, readMoney } from "../platform/money.ts";
import { parse } from "../platform/parse.ts";
import { IdSchema } from "../platform/resources.ts";
import type { Expression, Item, QueryInput } from "../platform/table.ts";
import { PRODUCT_STATUSES, type Product } from "./product.ts";
import {
  AFTER_PRODUCTS,
  categoryPartition,
  FIRST_PRODUCT,
  productOf,
  productPartition,
  statusPartition,
  sumCounters,
} from "./product.store.ts";
import { search } from "./search/index.ts";

export const ListProductsSchema = z.lazy(() =>
  z
    .object({
      query: z
        .string()
        .trim()
        .max(200)
        .optional()
        .describe("Words that must all be contained in name, SKU or description"),
      status: z.enum(PRODUCT_STATUSES).optional(),
      minPrice: z.string().max(40).optional().describe("Decimal text; products in another currency are left out"),
      maxPrice: z.string().max(40).optional(),
      currency: z
        .string()
        .length(3)
        .optional()
        .describe("Of minPrice and maxPrice; the organisation's own where absent"),
      categoryId: IdSchema.optional(),
      limit: z.coerce.number().int().min(1).max(100).default(20),
      cursor: z.string().max(2_000).optional(),
    })
    .strict(),
);

export interface ProductPage {
  items: Product[];
  nextCursor?: string;
  total: number;
  /** `gte` where counting stopped at the bound of work for one request: there are at least so many. */
  totalRelation: "eq" | "gte";
}

/** Items that one request may read to fill a filtered page, and pages that it may read to count. */
const EVALUATED_PER_PAGE = 500;
const MAX_PAGES = 5;

interface Filters {
  status?: Product["status"] | undefined;
  categoryId?: string | undefined;
  minPriceMinor?: number | undefined;
  maxPriceMinor?: number | undefined;
  currency?: string | undefined;
}

interface Position {
  after: string;
  total: number;
  totalRelation: "eq" | "gte";
}

/** Newest first. A page may be shorter than its limit while a cursor says there is more to look through. */
export async function listProducts(ctx: Context, input: unknown): Promise<ProductPage> {
  requirePermission(ctx, "catalog.read");
  const { query, limit, cursor, ...raw } = parse(ListProductsSchema, input);
  const filters = readFilters(ctx, raw);
  if (query) {
    const found = await search(ctx, { query, ...filters, limit, ...(cursor === undefined ? {} : { cursor }) });
    const { products, ...rest } = found;
    return { items: products.map(productOf), ...rest };
  }
  const bound = { list: "products", ...filters };
  const position = cursor === undefined ? undefined : decodeCursor<Position>(ctx, bound, cursor);
  const [page, count] = await Promise.all([
    readPage(ctx, filters, limit, position?.after),
    position ?? countProducts(ctx, filters),
  ]);
  const total = count ?? { total: page.counted ?? 0, totalRelation: "eq" as const };
  const { after } = page;
  const next =
    after === undefined ? {} : { nextCursor: encodeCursor(ctx, bound, { after, ...pick(total) } satisfies Position) };
  return { items: page.items.map(productOf), ...next, ...pick(total) };
}

const pick = ({ total, totalRelation }: { total: number; totalRelation: "eq" | "gte" }) => ({ total, totalRelation });

function readFilters(
  ctx: Context,
  raw: Omit<z.output<typeof ListProductsSchema>, "query" | "limit" | "cursor">,
): Filters {
  const { minPrice, maxPrice, currency = ctx.actor.currency, ...rest } = raw;
  const bound = (path: string, text: string | undefined) => {
    if (text === undefined) return undefined;
    const money = readMoney(text, currency);
    if (typeof money !== "string") return money.minor;
    throw new ValidationError([{ path, code: money, message: describeMoneyFault(money, text, currency) }]);
  };
  const [minPriceMinor, maxPriceMinor] = [bound("minPrice", minPrice), bound("maxPrice", maxPrice)];
  return {
    ...rest,
    minPriceMinor,
    maxPriceMinor,
    ...(minPrice === undefined && maxPrice === undefined ? {} : { currency }),
  };
}

/** The narrowest key for these filters, and what of them is left for a filter expression. */
function access(ctx: Context, filters: Filters): { key: Pick<QueryInput, "index" | "pk">; filter?: Expression } {
  const clauses: string[] = [];
  const names: Record<string, string> = {};
  const values: Item = {};
  const compare = (name: string, operator: string, value: unknown) => {
    clauses.push(`#f${clauses.length} ${operator} :f${clauses.length}`);
    names[`#f${clauses.length - 1}`] = name;
    values[`:f${clauses.length - 1}`] = value;
  };
  if (filters.currency !== undefined) compare("currency", "=", filters.currency);
  if (filters.minPriceMinor !== undefined) compare("priceMinor", ">=", filters.minPriceMinor);
  if (filters.maxPriceMinor !== undefined) compare("priceMinor", "<=", filters.maxPriceMinor);
  if (filters.categoryId !== undefined && filters.status !== undefined) compare("status", "=", filters.status);
  const filter = clauses.length === 0 ? {} : { filter: { expression: clauses.join(" AND "), names, values } };
  if (filters.categoryId !== undefined)
    return { key: { index: "gsi2", pk: categoryPartition(ctx, filters.categoryId) }, ...filter };
  if (filters.status !== undefined)
    return { key: { index: "gsi1", pk: statusPartition(ctx, filters.status) }, ...filter };
  return { key: { pk: productPartition(ctx) }, ...filter };
}

/** Up to `limit` products after an id; `after` where there may be more. Without filters the counters come in the same call. */
async function readPage(ctx: Context, filters: Filters, limit: number, afterId: string | undefined) {
  const { key, filter } = access(ctx, filters);
  const plain = key.index === undefined && filter === undefined;
  const found: Item[] = [];
  let counters: Item[] = [];
  let place = afterId;
  for (let round = 0; round < MAX_PAGES; round++) {
    // Sorting below every id means "before the next older one": exclusive without asking for a start key of two indexes.
    const bounds =
      place === undefined
        ? key.index || !plain
          ? { from: FIRST_PRODUCT, to: AFTER_PRODUCTS }
          : {}
        : { from: FIRST_PRODUCT, to: justBefore(place) };
    const wanted = filter ? EVALUATED_PER_PAGE : limit + 1 + (place === undefined && plain ? MAX_COUNTERS : 0);
    const page = await ctx.table.query<Item>({
      ...key,
      ...bounds,
      newestFirst: true,
      limit: wanted,
      consistent: key.index === undefined,
      ...(filter ? { filter } : {}),
    });
    counters = counters.concat(page.items.filter(isCounter));
    found.push(...page.items.filter((item) => item["entity"] === "product"));
    const lastRead = page.lastKey === undefined ? undefined : String(page.lastKey["sk"]);
    if (found.length > limit)
      return {
        items: found.slice(0, limit),
        after: String(found[limit - 1]?.["id"]),
        counted: sumCounters(counters).total,
      };
    if (lastRead === undefined) return { items: found, after: undefined, counted: sumCounters(counters).total };
    place = lastRead;
  }
  return { items: found, after: place, counted: sumCounters(counters).total };
}

/** Undefined where the page's own call brings the counters. */
async function countProducts(
  ctx: Context,
  filters: Filters,
): Promise<{ total: number; totalRelation: "eq" | "gte" } | undefined> {
  const { key, filter } = access(ctx, filters);
  if (!filter && key.index === undefined) return undefined;
  if (!filter && key.index === "gsi1" && filters.status !== undefined) {
    const counters = await ctx.table.query<Item>({
      pk: productPartition(ctx),
      prefix: COUNTER_PREFIX,
      consistent: true,
    });
    return { total: sumCounters(counters.items)[filters.status], totalRelation: "eq" };
  }
  let total = 0;
  let startKey: Item | undefined;
  for (let round = 0; round < MAX_PAGES; round++) {
    const page = await ctx.table.query({
      ...key,
      from: FIRST_PRODUCT,
      to: AFTER_PRODUCTS,
      countOnly: true,
      ...(filter ? { filter } : {}),
      ...(startKey ? { startKey } : {}),
    });
    total += page.count;
    startKey = page.lastKey;
    if (!startKey) return { total, totalRelation: "eq" };
  }
  return { total, totalRelation: "gte" };
}
