import * as z from "zod";
import { type Context, requirePermission } from "../platform/context.ts";
import { COUNTER_PREFIX, isCounter, MAX_COUNTERS, sumCounters } from "../platform/counters.ts";
import { decodeCursor, encodeCursor } from "../platform/cursor.ts";
import { justBefore } from "../platform/keys.ts";
import { parse } from "../platform/parse.ts";
import { IdSchema, type Page, PageSchema } from "../platform/resources.ts";
import type { Item, QueryInput } from "../platform/table.ts";
import { ChannelSchema } from "./channels/names.ts";
import type { Order } from "./order.ts";
import {
  AFTER_ORDERS,
  channelPartition,
  counterName,
  FIRST_ORDER,
  type HistoryEntry,
  historyOf,
  historyPartition,
  orderOf,
  orderPartition,
  readOrder,
  statusPartition,
} from "./order.store.ts";
import { ORDER_STATUSES } from "./status.ts";
import { viewHistoryEntry } from "./view.ts";

export const ListOrdersSchema = z.lazy(() =>
  PageSchema.unwrap()
    .extend({ status: z.enum(ORDER_STATUSES).optional(), channel: ChannelSchema.optional() })
    .strict(),
);

export interface OrderPage extends Page<Order> {
  total: number;
}

interface Position {
  after: string;
  total: number;
}

/** Items that one request reads at most to fill a page of one status and one channel. */
const EVALUATED = 500;

/** Throws NOT_FOUND: for what is told of an order to somebody who may not read the order itself. */
export async function requireOrder(ctx: Context, id: string): Promise<void> {
  await readOrder(ctx, id);
}

/** Throws NOT_FOUND where an input names, as `orderId`, an order that is not there: for nouns that cannot look here themselves. */
export async function requireNamedOrder(ctx: Context, input: unknown): Promise<void> {
  const id = typeof input === "object" && input !== null && "orderId" in input ? input.orderId : undefined;
  const named = IdSchema.safeParse(id);
  // What is no id is refused by the schema of whoever takes the input.
  if (named.success) await readOrder(ctx, named.data);
}

/** Newest first, with the exact total from the counters. A page may be short while a cursor says that there is more. */
export async function listOrders(ctx: Context, input: unknown): Promise<OrderPage> {
  requirePermission(ctx, "orders.read");
  const { limit, cursor, status, channel } = parse(ListOrdersSchema, input);
  const query = { list: "orders", status, channel };
  const position = cursor === undefined ? undefined : decodeCursor<Position>(ctx, query, cursor);
  const isPlain = status === undefined && channel === undefined;
  // The partition's counters sort behind its orders: the first page of all orders brings them along.
  const brings = isPlain && !position;
  const read = readPage(
    ctx,
    { status, channel },
    { limit: limit + 1 + (brings ? MAX_COUNTERS : 0), after: position?.after, brings },
  );
  const [page, counted] = await Promise.all([read, brings || position ? undefined : counters(ctx)]);
  const total = position?.total ?? sumCounters(counted ?? page.items)[counterName({ status, channel })] ?? 0;
  const orders = page.items.filter((item) => !isCounter(item));
  const items = orders.slice(0, limit).map((item) => orderOf(ctx, item));
  const lastShown = items.at(-1)?.id;
  const lastRead = page.lastKey === undefined ? undefined : String(page.lastKey["sk"]);
  const after = orders.length > limit ? lastShown : lastRead;
  return after === undefined
    ? { items, total }
    : { items, total, nextCursor: encodeCursor(ctx, query, { after, total }) };
}

interface Filters {
  status: string | undefined;
  channel: string | undefined;
}

function readPage(
  ctx: Context,
  { status, channel }: Filters,
  { limit, after, brings }: { limit: number; after: string | undefined; brings: boolean },
) {
  const access: Pick<QueryInput, "index" | "pk"> =
    channel !== undefined
      ? { index: "gsi2", pk: channelPartition(ctx, channel) }
      : status !== undefined
        ? { index: "gsi1", pk: statusPartition(ctx, status) }
        : { pk: orderPartition(ctx) };
  const both = status !== undefined && channel !== undefined;
  const bounds = brings ? {} : { from: FIRST_ORDER, to: after === undefined ? AFTER_ORDERS : justBefore(after) };
  return ctx.table.query<Item>({
    ...access,
    ...bounds,
    newestFirst: true,
    limit: both ? EVALUATED : limit,
    consistent: access.index === undefined,
    ...(both
      ? { filter: { expression: "#status = :status", names: { "#status": "status" }, values: { ":status": status } } }
      : {}),
  });
}

async function counters(ctx: Context): Promise<Item[]> {
  const page = await ctx.table.query<Item>({ pk: orderPartition(ctx), prefix: COUNTER_PREFIX, consistent: true });
  return page.items;
}

export async function getOrder(ctx: Context, id: string): Promise<Order> {
  requirePermission(ctx, "orders.read");
  return readOrder(ctx, id);
}

/** Every step of an order as callers see it, the first one first. Throws NOT_FOUND. */
export async function orderHistory(
  ctx: Context,
  { id, page: input }: { id: string; page: unknown },
): Promise<Page<HistoryEntry>> {
  requirePermission(ctx, "orders.read");
  const { limit, cursor } = parse(PageSchema, input);
  const { currency: orderCurrency } = await readOrder(ctx, id);
  const query = { list: "orderHistory", id };
  const pk = historyPartition(ctx, id);
  const page = await ctx.table.query<Item>({
    pk,
    limit,
    consistent: true,
    ...(cursor === undefined ? {} : { startKey: { pk, sk: decodeCursor<string>(ctx, query, cursor) } }),
  });
  const items = page.items.map(historyOf).map((entry) => viewHistoryEntry(entry, orderCurrency));
  const last = page.lastKey?.["sk"];
  return typeof last === "string" ? { items, nextCursor: encodeCursor(ctx, query, last) } : { items };
}
