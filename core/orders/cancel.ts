import * as z from "zod";
import * as Inventory from "../inventory/index.ts";
import type { Context } from "../platform/context.ts";
import { type DueItem, dueRemoval } from "../platform/due.ts";
import { VersionConflictError } from "../platform/errors.ts";
import { parse } from "../platform/parse.ts";
import { type ChangeRequest, changeOrder, nextOrder, stepOf, stepWrites } from "./change.ts";
import { holdsOf, openUnits, type Order, statusByLines } from "./order.ts";
import { readOrder } from "./order.store.ts";
import { MAX_STOCK_ITEMS } from "./reserve.ts";

export const CancelOrderSchema = z.lazy(() =>
  z.strictObject({ reason: z.string().trim().min(1).max(500).optional() }).prefault({}),
);

/**
 * Cancels what has not left, and gives back exactly the units that it held, once: the order's own version guards the
 * release, in the same transaction. A recorded order may hold more stock items than a transaction takes: then it is
 * cancelled in several steps, each whole by itself, so that a repeat goes on where the first one ended.
 */
export async function cancelOrder(ctx: Context, request: ChangeRequest): Promise<Order> {
  const { reason } = parse(CancelOrderSchema, request.input);
  for (let step = 0; ; step++) {
    const order = await cancelSome(
      stepOf(ctx, step),
      step === 0 ? request : { ...request, expectedVersion: undefined },
      reason,
    );
    if (order.lines.every((line) => openUnits(line) === 0)) return order;
  }
}

function cancelSome(ctx: Context, request: ChangeRequest, reason: string | undefined): Promise<Order> {
  return changeOrder(ctx, "cancel", request, async (current, commit) => {
    const cancelled = cancelledAtOnce(current);
    const held = Inventory.mergeHolds(holdsOf({ lines: current.lines.filter(({ id }) => cancelled.has(id)) }));
    const lines = current.lines.map((line) =>
      cancelled.has(line.id) ? { ...line, cancelled: line.cancelled + openUnits(line), holds: [] } : line,
    );
    const after = nextOrder(ctx, current, {
      lines,
      status: statusByLines(lines, current.status),
      attention: undefined,
      reservedUntil: undefined,
    });
    const released = held.map(({ productId, locationId, quantity }) => ({ productId, locationId, quantity }));
    const step = { action: "cancel", event: "order.cancelled", details: { ...(reason ? { reason } : {}), released } };
    return commit(
      [
        ...stepWrites(ctx, current, after, step),
        ...Inventory.releaseWrites(ctx, held, { kind: "order", id: current.id }),
      ],
      after,
    );
  });
}

/** Lines whose units one transaction can release: all of them, but where a recorded order has very many. */
function cancelledAtOnce({ lines }: Order): Set<string> {
  const items = new Set<string>();
  const chosen = lines.filter(({ holds }) => {
    const reached = new Set([...items, ...holds.map(({ productId, locationId }) => `${productId}#${locationId}`)]);
    if (reached.size > MAX_STOCK_ITEMS && items.size > 0) return false;
    for (const name of reached) items.add(name);
    return true;
  });
  return new Set(chosen.map(({ id }) => id));
}

/**
 * An order's time to be paid is over: it is cancelled, unless something has been paid of it or it is over already.
 * Returns whether it was this one that cancelled it.
 */
export async function expireOrder(ctx: Context, due: DueItem): Promise<boolean> {
  const order = await readOrder(ctx, due.id);
  if (order.status === "pending" && order.paidMinor === 0 && order.reservedUntil === due.dueAt) {
    try {
      await cancelOrder(ctx, { id: order.id, expectedVersion: order.version, input: { reason: "Not paid in time" } });
      return true;
    } catch (error) {
      // Paid or cancelled in this moment: the next sweep finds it so.
      if (error instanceof VersionConflictError) return false;
      throw error;
    }
  }
  await ctx.table.transact([dueRemoval(ctx, due)]);
  return false;
}
