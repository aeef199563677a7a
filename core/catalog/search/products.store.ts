import type { Context } from "../../platform/context.ts";
import { idAt } from "../../platform/ids.ts";
import type { Expression, QueryInput } from "../../platform/table.ts";
import {
  AFTER_PRODUCTS,
  categoryPartition,
  FIRST_PRODUCT,
  productKey,
  productPartition,
  statusPartition,
} from "../product.store.ts";
import type { Filters, ProductItem } from "./filters.ts";

/** Products by id, as they are now, not as the index knew them; in no order. */
export function readProducts(ctx: Context, ids: string[], attributes?: string[]): Promise<ProductItem[]> {
  const keys = ids.map((id) => productKey(ctx, id));
  return ctx.table.batchGet<ProductItem>(keys, { consistent: true, ...(attributes ? { attributes } : {}) });
}

export interface Walk {
  before: string | undefined;
  limit: number;
  filter: Expression | undefined;
  attributes: string[] | undefined;
}

export interface ProductStretch {
  products: ProductItem[];
  /** The oldest place that was looked at; undefined at the end of the list. */
  floor: string | undefined;
}

/** The next `limit` products below a place, newest first; with a filter only those that pass come back. */
export async function walkProducts(
  ctx: Context,
  filters: Filters,
  { before, limit, filter, attributes }: Walk,
): Promise<ProductStretch> {
  const list = narrowestList(ctx, filters);
  const page = await ctx.table.query<ProductItem>({
    ...list,
    consistent: list.index === undefined,
    from: FIRST_PRODUCT,
    to: before === undefined ? AFTER_PRODUCTS : justBelow(before),
    newestFirst: true,
    limit,
    ...(filter ? { filter } : {}),
    ...(attributes ? { attributes } : {}),
  });
  return { products: page.items, floor: page.lastKey === undefined ? undefined : String(page.lastKey["sk"]) };
}

function narrowestList(ctx: Context, { status, categoryId }: Filters): Pick<QueryInput, "index" | "pk"> {
  if (categoryId !== undefined) return { index: "gsi2", pk: categoryPartition(ctx, categoryId) };
  if (status !== undefined) return { index: "gsi1", pk: statusPartition(ctx, status) };
  return { pk: productPartition(ctx) };
}

/** The newest products made since a time, at most `limit`: those that index and lists may not have heard of. */
export async function recentProducts(
  ctx: Context,
  { sinceMs, before, limit }: { sinceMs: number; before: string | undefined; limit: number },
): Promise<ProductItem[]> {
  const from = idAt("product", sinceMs);
  if (before !== undefined && before <= from) return [];
  const page = await ctx.table.query<ProductItem>({
    pk: productPartition(ctx),
    from,
    to: before === undefined ? AFTER_PRODUCTS : justBelow(before),
    newestFirst: true,
    consistent: true,
    limit,
  });
  return page.items;
}

/** Ranges are inclusive in the table and places exclusive here. Ids end in a digit or capital, so `~` sorts above them. */
function justBelow(place: string): string {
  const last = place.length - 1;
  return place.endsWith("~") ? place : `${place.slice(0, last)}${String.fromCharCode(place.charCodeAt(last) - 1)}~`;
}
