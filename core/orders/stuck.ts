import * as z from "zod";
import * as Inventory from "../inventory/index.ts";
import { type Context, requirePermission } from "../platform/context.ts";
import { decodeCursor, encodeCursor } from "../platform/cursor.ts";
import { parse } from "../platform/parse.ts";
import { type Page, PageSchema } from "../platform/resources.ts";
import type { Expression, Item, QueryInput } from "../platform/table.ts";
import type { Order } from "./order.ts";
import { attentionPartition, impersonalOrderOf, isOrder, orderKey, statusPartition } from "./order.store.ts";
import type { OrderStatus } from "./status.ts";
import { type Limits, type StuckReason, whyStuck } from "./why-stuck.ts";

const DAY_MS = 24 * 3600 * 1000;

const days = () => z.coerce.number().int().min(0).max(365).default(3);

export const StuckOrdersSchema = z.lazy(() =>
  PageSchema.unwrap()
    .extend({
      unpaidDays: days().describe("Unpaid for longer than this is stuck"),
      unsentDays: days().describe("Paid for longer than this and not sent is stuck; so is what is past its shipByDate"),
    })
    .strict(),
);

export interface StuckOrder {
  order: Order;
  reasons: StuckReason[];
}

/** Where stuck orders are looked for: those that say so themselves, then those that wait for something, oldest first. */
const STAGES = ["attention", "pending", "paid", "allocated", "partiallyFulfilled"] as const satisfies (
  | "attention"
  | OrderStatus
)[];

/** What one request reads at most: so many pages, of so many orders each. */
const MOST_READS = 8;
const EVALUATED = 250;

interface Position {
  stage: number;
  after?: string;
}

/**
 * Orders that do not move by themselves, each with every reason and what to do. A page may be short while a cursor says
 * that there is more to look through.
 */
export async function stuckOrders(ctx: Context, input: unknown): Promise<Page<StuckOrder>> {
  requirePermission(ctx, "orders.read");
  const { limit, cursor, unpaidDays, unsentDays } = parse(StuckOrdersSchema, input);
  const query = { list: "stuckOrders", unpaidDays, unsentDays };
  let at: Position = cursor === undefined ? { stage: 0 } : decodeCursor<Position>(ctx, query, cursor);
  const limits: Limits = {
    now: ctx.now(),
    unpaidSince: new Date(ctx.now() - unpaidDays * DAY_MS).toISOString(),
    unsentSince: new Date(ctx.now() - unsentDays * DAY_MS).toISOString(),
    short: await Inventory.listShortfalls(ctx),
  };
  const items: StuckOrder[] = [];
  for (let reads = 0; reads < MOST_READS && items.length < limit && at.stage < STAGES.length; reads++) {
    const { orders, next } = await readStage(ctx, at, { limits, limit });
    at = next;
    for (const order of orders) {
      const reasons = whyStuck(order, limits);
      if (reasons.length === 0) continue;
      if (items.push({ order, reasons }) < limit) continue;
      if (order !== orders.at(-1)) at = { stage: stageOf(order), after: order.id };
      break;
    }
  }
  return at.stage < STAGES.length ? { items, nextCursor: encodeCursor(ctx, query, at) } : { items };
}

function stageOf({ attention, status }: Order): number {
  return attention ? 0 : STAGES.findIndex((stage) => stage === status);
}

interface Reading {
  limits: Limits;
  limit: number;
}

async function readStage(ctx: Context, { stage, after }: Position, { limits, limit }: Reading) {
  const name = STAGES[stage] ?? "attention";
  const from: Pick<QueryInput, "from"> = after === undefined ? {} : { from: `${after}~` };
  const page = await ctx.table.query<Item>(
    name === "attention"
      ? { pk: attentionPartition(ctx), ...from, limit, consistent: true }
      : { index: "gsi1", pk: statusPartition(ctx, name), ...from, limit: EVALUATED, filter: waiting(name, limits) },
  );
  const last = page.lastKey?.[name === "attention" ? "sk" : "gsi1sk"];
  const next: Position = typeof last === "string" ? { stage, after: last } : { stage: stage + 1 };
  if (name !== "attention") return { orders: page.items.map(impersonalOrderOf), next };
  const keys = page.items.map((item) => orderKey(ctx, String(item["sk"])));
  const orders = keys.length === 0 ? [] : await ctx.table.batchGet<Item>(keys, { consistent: true });
  return { orders: orders.filter(isOrder).map(impersonalOrderOf).toSorted(byId), next };
}

const byId = (a: Order, b: Order) => (a.id < b.id ? -1 : 1);

/** Leaves out what cannot be stuck; orders with attention are in a stage of their own. */
function waiting(status: OrderStatus, { now, unpaidSince, unsentSince, short }: Limits): Expression {
  const ours = "attribute_not_exists(#attention) AND #affectsStock = :true";
  const names = { "#attention": "attention", "#affectsStock": "affectsStock" };
  // Which orders wait for a stock item that is short, only their lines say.
  if (short.length > 0) return { expression: ours, names, values: { ":true": true } };
  const isPending = status === "pending";
  const late = isPending ? "#placedAt <= :since" : "(#placedAt <= :since OR #shipByDate < :now)";
  return {
    expression: `${ours} AND ${late}`,
    names: { ...names, "#placedAt": "placedAt", ...(isPending ? {} : { "#shipByDate": "shipByDate" }) },
    values: {
      ":true": true,
      ":since": isPending ? unpaidSince : unsentSince,
      ...(isPending ? {} : { ":now": new Date(now).toISOString() }),
    },
  };
}
