import type { Context } from "../platform/context.ts";
import { dueRemoval, dueWrite } from "../platform/due.ts";
import type { Write } from "../platform/table.ts";
import type { Order } from "./order.ts";

/** The name under which unpaid orders stand among what is due. */
export const ORDER_DUE = "order";

type Expiring = Pick<Order, "id" | "reservedUntil">;

/** Remembers that an order must be paid by then, in the transaction that places it. */
export function dueWrites(ctx: Context, { id, reservedUntil }: Expiring): Write[] {
  return reservedUntil === undefined ? [] : [dueWrite(ctx, { kind: ORDER_DUE, id, dueAt: reservedUntil })];
}

/** Forgets it, in the transaction that pays or cancels it. */
export function dueRemovals(ctx: Context, { id, reservedUntil }: Expiring): Write[] {
  return reservedUntil === undefined ? [] : [dueRemoval(ctx, { kind: ORDER_DUE, id, dueAt: reservedUntil })];
}
