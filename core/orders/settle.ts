import * as Inventory from "../inventory/index.ts";
import { canonicalJson } from "../platform/canonical.ts";
import type { Context } from "../platform/context.ts";
import { AppError, DependencyError } from "../platform/errors.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import { nextOrder, stepWrites } from "./change.ts";
import { fulfilOrder } from "./fulfil.ts";
import { type Attention, holdsOf, type Order } from "./order.ts";
import { readOrder } from "./order.store.ts";
import { findLineProducts } from "./products.ts";
import { chooseHolds, mayTakeBuffer, reserveWritesOf, shortLines, unreservedLines } from "./reserve.ts";
import { deliverOrder } from "./update.ts";

/** How often others may change the order before its settling is left to a repeat. */
const MAX_LOSSES = 8;

/** Lines whose stock items fit one transaction, even where each is reserved at two locations. */
const LINES_AT_ONCE = 20;

/**
 * Does to our stock what a recorded order says: reserves its units, some lines at a time, and sends them where the goods
 * have left. Each step is whole by itself and finds what is left to do in the order, so that a repeat goes on where a
 * crash ended it. What is short stays unreserved, and the order says so.
 */
export async function settleStock(ctx: Context, recorded: Order): Promise<void> {
  const { settleTo } = recorded;
  if (settleTo === undefined || !recorded.affectsStock) return;
  // A caller's key is of its own request; these steps are guarded by the order's version.
  const { idempotencyKey: _key, ...settling } = ctx;
  const order = await reserveOpenLines(settling, recorded.id);
  if (order.attention || settleTo === "reserved") return;
  try {
    const input = { shippedAt: order.placedAt };
    if (order.lines.some(({ holds }) => holds.length > 0)) await fulfilOrder(settling, { id: order.id, input });
    if (settleTo === "delivered") await deliverOrder(settling, { id: order.id });
  } catch (error) {
    // Someone sent, cancelled or changed it meanwhile, or its units have expired: it waits as it is.
    if (!(error instanceof AppError) || error.retryable) throw error;
    ctx.log.warn("A recorded order's stock was not settled", { orderId: order.id, code: error.code, error });
  }
}

type Short = NonNullable<Attention["lines"]>[number];

async function reserveOpenLines(ctx: Context, id: string): Promise<Order> {
  const short = new Map<string, Short>();
  for (let losses = 0; losses < MAX_LOSSES; ) {
    const current = await readOrder(ctx, id);
    const step = await nextStep(ctx, current, short);
    if (step === "done") return current;
    if (step === "again") continue;
    const { after, added } = step;
    const holds = Inventory.mergeHolds(holdsOf({ lines: added }));
    const own = stepWrites(ctx, current, after, {
      action: "reserve",
      event: "order.reserved",
      details: { reserved: holds, short: [...short.values()] },
    });
    try {
      await ctx.table.transact([...own, ...reserveWritesOf(ctx, current, holds)]);
    } catch (error) {
      if (!(error instanceof TransactionCanceled)) throw error;
      const lost = Inventory.shortagesOf(error, holds, { offset: own.length, mayTakeBuffer: mayTakeBuffer(current) });
      note(short, shortLines(added, lost));
      if (lost.length === 0) losses++;
    }
  }
  throw new DependencyError("database", "The order kept being changed while its stock was settled");
}

/** The next lines that can be reserved; at the end what is short, where the order does not say so yet. */
async function nextStep(ctx: Context, current: Order, short: Map<string, Short>) {
  const open = unreservedLines(current).filter(({ id }) => !short.has(id));
  if (open.length === 0) {
    const attention = attentionOf(current, [...short.values()]);
    if (canonicalJson({ attention }) === canonicalJson({ attention: current.attention })) return "done";
    return { after: nextOrder(ctx, current, { attention }), added: [] };
  }
  const lines = open.slice(0, LINES_AT_ONCE);
  const found = await findLineProducts(ctx, lines);
  const { holds, shortages } = chooseHolds(current, lines, { found });
  note(short, shortages);
  if (holds.size === 0) return "again";
  const reserved = current.lines.map((line) => ({ ...line, holds: holds.get(line.id) ?? line.holds }));
  return {
    after: nextOrder(ctx, current, { lines: reserved }),
    added: reserved.filter(({ id }) => holds.has(id)),
  };
}

function note(short: Map<string, Short>, shortages: { line: string; requested: number; available: number }[]): void {
  for (const { line, requested, available } of shortages) short.set(line, { lineId: line, requested, available });
}

function attentionOf({ attention }: Order, lines: Short[]): Attention | undefined {
  if (attention && attention.code !== "INSUFFICIENT_STOCK") return attention;
  if (lines.length === 0) return undefined;
  const units = lines.reduce((sum, { requested, available }) => sum + requested - available, 0);
  return { code: "INSUFFICIENT_STOCK", message: `${units} units on ${lines.length} lines are not in stock`, lines };
}
