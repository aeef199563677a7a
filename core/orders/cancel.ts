import * as z from "zod";
import * as Inventory from "../inventory/index.ts";
import type { Context } from "../platform/context.ts";
import { type DueItem, dueRemoval } from "../platform/due.ts";
import { VersionConflictError } from "../platform/errors.ts";
import { parse } from "../platform/parse.ts";
import { type ChangeRequest, changeOrder, nextOrder, stepWrites } from "./change.ts";
import { holdsOf, openUnits, type Order } from "./order.ts";
import { readOrder } from "./order.store.ts";

export const CancelOrderSchema = z.lazy(() =>
  z.strictObject({ reason: z.string().trim().min(1).max(500).optional() }).prefault({}),
);

/**
 * Cancels what has not left, and gives back exactly the units that it held, once: the order's own version guards the
 * release, in the same transaction.
 */
export async function cancelOrder(ctx: Context, request: ChangeRequest): Promise<Order> {
  const { reason } = parse(CancelOrderSchema, request.input);
  return changeOrder(ctx, "cancel", request, async (current, commit) => {
    const held = Inventory.mergeHolds(holdsOf(current));
    const lines = current.lines.map((line) => ({ ...line, cancelled: line.cancelled + openUnits(line), holds: [] }));
    const hasLeft = lines.some(({ fulfilled }) => fulfilled > 0);
    const after = nextOrder(ctx, current, {
      lines,
      status: hasLeft ? "fulfilled" : "cancelled",
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
