import * as Inventory from "../inventory/index.ts";
import type { Context } from "../platform/context.ts";
import type { Commit } from "../platform/idempotency.ts";
import { parse } from "../platform/parse.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import { BareStepSchema, type ChangeRequest, changeOrder, nextOrder, type Step, stepWrites } from "./change.ts";
import { identifiedLines } from "./identify.ts";
import { holdsOf, moneyAttention, type Order } from "./order.ts";
import { findLineProducts } from "./products.ts";
import {
  chooseHolds,
  insufficient,
  MAX_STOCK_ITEMS,
  mayTakeBuffer,
  reserveWritesOf,
  shortLines,
  unreservedLines,
} from "./reserve.ts";
import type { OrderStatus } from "./status.ts";
import { refused } from "./transitions.ts";

/** A draft becomes an order: all its lines are reserved, or none. Throws INSUFFICIENT_STOCK. */
export async function submitOrder(ctx: Context, request: ChangeRequest): Promise<Order> {
  parse(BareStepSchema, request.input);
  const step = { action: "submit", event: "order.submitted" };
  return changeOrder(ctx, "submit", request, (current, commit) =>
    reserveAll(ctx, { current, commit, to: "pending", step }),
  );
}

/**
 * Makes sure that every open line has its units, and releases the order for picking. What was short when the order came
 * is reserved now, all of it or none. Throws INSUFFICIENT_STOCK.
 */
export async function allocateOrder(ctx: Context, request: ChangeRequest): Promise<Order> {
  parse(BareStepSchema, request.input);
  const step = { action: "allocate", event: "order.allocated" };
  return changeOrder(ctx, "allocate", request, (current, commit) =>
    reserveAll(ctx, {
      current,
      commit,
      to: current.status === "partiallyFulfilled" ? "partiallyFulfilled" : "allocated",
      step,
    }),
  );
}

interface Reserving {
  current: Order;
  commit: Commit<Order>;
  to: OrderStatus;
  step: Step;
}

async function reserveAll(ctx: Context, { current, commit, to, step }: Reserving): Promise<Order> {
  const { attention } = current;
  // A product that was not in the catalogue then may be by now.
  const known = attention?.code === "UNKNOWN_PRODUCT" ? await identifiedLines(ctx, current) : current.lines;
  const isUnknown = attention?.code === "UNKNOWN_PRODUCT" && known.some(({ productId }) => productId === undefined);
  if (isUnknown && to === "allocated") throw refused("allocate", current, [attention.message]);
  const lacking = unreservedLines({ ...current, lines: known });
  const found = await findLineProducts(ctx, lacking);
  const chosen = chooseHolds(current, lacking, { found });
  if (chosen.shortages.length > 0) throw insufficient(current, chosen.shortages);
  const lines = known.map((line) => ({ ...line, holds: chosen.holds.get(line.id) ?? line.holds }));
  const added = lines.filter(({ id }) => chosen.holds.has(id));
  const holds = Inventory.mergeHolds(holdsOf({ lines: added }));
  if (holds.length > MAX_STOCK_ITEMS)
    throw refused(step.action === "submit" ? "submit" : "allocate", current, [
      `it needs ${holds.length} different stock items, and ${MAX_STOCK_ITEMS} can be reserved at once: split it first`,
    ]);
  const after = nextOrder(ctx, current, { lines, status: to, attention: moneyAttention(current) });
  const own = stepWrites(ctx, current, after, {
    ...step,
    ...(holds.length > 0 ? { details: { reserved: holds } } : {}),
  });
  try {
    return await commit([...own, ...reserveWritesOf(ctx, current, holds)], after);
  } catch (error) {
    if (!(error instanceof TransactionCanceled) || error.failedAt(0)) throw error;
    const short = Inventory.shortagesOf(error, holds, { offset: own.length, mayTakeBuffer: mayTakeBuffer(current) });
    throw short.length > 0 ? insufficient(current, shortLines(added, short)) : error;
  }
}
