import * as z from "zod";
import { type Context, requirePermission } from "../../platform/context.ts";
import { decodeCursor, encodeCursor } from "../../platform/cursor.ts";
import { parse } from "../../platform/parse.ts";
import { listByTime, type Place } from "../ledger/list.store.ts";
import { InstantSchema } from "../schemas.ts";
import { matchOrder } from "./run.ts";

/** An order takes some twenty calls: so many fit a request. */
const MAX_ORDERS = 25;

export const MatchSalesSchema = z.lazy(() =>
  z
    .object({
      from: InstantSchema.optional().describe("Sales not before this time"),
      to: InstantSchema.optional().describe("Sales before this time"),
      limit: z.number().int().min(1).max(MAX_ORDERS).default(MAX_ORDERS).describe("Orders a call"),
      cursor: z.string().max(2_000).optional(),
    })
    .strict()
    .default({ limit: MAX_ORDERS }),
);

export interface MatchedSales {
  /** Orders that were gone through. */
  orders: number;
  /** Units of theirs that still have no purchase. */
  open: number;
  inReview: number;
  /** Where to go on; absent at the end. */
  nextCursor?: string;
}

/** Matches the sales of a period, oldest first, some orders a call: for purchases that were recorded after them. */
export async function matchSales(ctx: Context, input: unknown): Promise<MatchedSales> {
  requirePermission(ctx, "finance.write");
  const { limit, cursor, ...period } = parse(MatchSalesSchema, input);
  const query = { matchSales: period };
  const start = cursor === undefined ? undefined : decodeCursor<Place>(ctx, query, cursor);
  const { items, after } = await listByTime(ctx, { ...period, type: "sale", oldestFirst: true }, limit, start);
  const done: MatchedSales = { orders: 0, open: 0, inReview: 0 };
  for (const { orderId, parts } of items) {
    if (orderId === undefined || !parts?.some(({ item }) => item)) continue;
    const { lines } = await matchOrder(ctx, orderId);
    done.orders++;
    for (const { open, inReview } of lines) {
      done.open += open;
      done.inReview += inReview;
    }
  }
  return after === undefined ? done : { ...done, nextCursor: encodeCursor(ctx, query, after) };
}
