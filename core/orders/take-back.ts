import { hash } from "node:crypto";
import * as Finance from "../finance/index.ts";
import type { Context } from "../platform/context.ts";
import { DependencyError } from "../platform/errors.ts";
import { ID_PREFIX } from "../platform/ids.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import { nextOrder, stepWrites } from "./change.ts";
import { money, openUnits, type Order, type OrderLine, statusByLines } from "./order.ts";
import { readOrder } from "./order.store.ts";
import { returnOrder } from "./returns.ts";
import type { OrderStatus } from "./status.ts";

/** Goods of a recorded order that came back or were never sent, and what was paid for them. */
export interface TakenBack {
  orderId: string;
  /** The same one twice is one return. */
  returnId: string;
  /** RFC 3339 UTC. */
  at: string;
  reason: string;
  lines: { sku: string; quantity: number; totalMinor: number }[];
}

const MAX_ATTEMPTS = 8;

/**
 * Takes units of an order back as a file or a channel tells it, once for each return id. Where the order moves our stock
 * they go back into their lots; the refund is kept with it, also where it is more than was paid.
 */
export async function takeBack(ctx: Context, taken: TakenBack): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const current = await readOrder(ctx, taken.orderId);
    if (current.refunds.some(({ id }) => id === taken.returnId)) return;
    const back = distribute(current, taken);
    if (current.affectsStock && back.some(({ returned }) => returned > 0)) await restock(ctx, current, taken, back);
    // The goods' own step has raised the version.
    const before = current.affectsStock ? await readOrder(ctx, taken.orderId) : current;
    const after = nextOrder(ctx, before, recorded(before, taken, current.affectsStock ? [] : back));
    const amount = money(
      before,
      taken.lines.reduce((sum, { totalMinor }) => sum + totalMinor, 0),
    );
    const books = Finance.refundWrites(ctx, {
      orderId: before.id,
      channel: before.channel,
      refundId: taken.returnId,
      occurredAt: taken.at,
      currency: before.currency,
      lines: [],
      other: amount,
    });
    const step = {
      action: "takeBack",
      event: "order.takenBack",
      details: { returnId: taken.returnId, reason: taken.reason },
    };
    try {
      await ctx.table.transact([...stepWrites(ctx, before, after, step), ...books]);
      return;
    } catch (error) {
      if (!(error instanceof TransactionCanceled)) throw error;
      if (attempt >= MAX_ATTEMPTS)
        throw new DependencyError("database", "The order kept being changed", { cause: error });
    }
  }
}

interface Back {
  line: OrderLine;
  returned: number;
  cancelled: number;
}

/** Units of a SKU over the lines that have them: those that left come back, those that did not are cancelled. */
function distribute(order: Order, { lines }: TakenBack): Back[] {
  const missing = new Map<string, number>();
  for (const { sku, quantity } of lines) missing.set(sku, (missing.get(sku) ?? 0) + quantity);
  return order.lines.flatMap((line): Back[] => {
    const wanted = missing.get(line.sku ?? "") ?? 0;
    const returned = Math.min(wanted, line.fulfilled - line.returned);
    const cancelled = order.affectsStock ? 0 : Math.min(wanted - returned, openUnits(line));
    missing.set(line.sku ?? "", wanted - returned - cancelled);
    return returned + cancelled > 0 ? [{ line, returned, cancelled }] : [];
  });
}

/**
 * The goods' own transaction comes first. Who dies after it is followed by another, to whom the order looks different: the
 * goods are back when the order has this return, whichever lines they would be counted to by then.
 */
async function restock(ctx: Context, { id, returns }: Order, taken: TakenBack, back: Back[]): Promise<void> {
  const returnId = goodsReturnId(taken);
  if (returns.some((one) => one.id === returnId)) return;
  const lines = back.flatMap(({ line, returned }) => (returned > 0 ? [{ lineId: line.id, quantity: returned }] : []));
  const input = { lines, reason: taken.reason.slice(0, 500) };
  const { idempotencyKey: _key, ...byItsId } = ctx;
  try {
    await returnOrder(byItsId, { id, input }, { returnId });
  } catch (error) {
    // Somebody else was faster with the same return, which left nothing to come back.
    const now = await readOrder(ctx, id);
    if (!now.returns.some((one) => one.id === returnId)) throw error;
  }
}

/** One return may be of several orders, and the books know the goods of each by this id. */
const goodsReturnId = ({ orderId, returnId }: TakenBack) =>
  `${ID_PREFIX.return}_${hash("sha256", `${orderId}#${returnId}`).slice(0, 26).toUpperCase()}`;

function recorded(order: Order, { returnId, at, reason, lines: taken }: TakenBack, back: Back[]): Partial<Order> {
  const amountMinor = taken.reduce((sum, { totalMinor }) => sum + totalMinor, 0);
  const lines = order.lines.map((line) => {
    const change = back.find((one) => one.line.id === line.id);
    return change
      ? { ...line, returned: line.returned + change.returned, cancelled: line.cancelled + change.cancelled }
      : line;
  });
  return {
    lines,
    status: statusOf(order.status, lines),
    refundedMinor: order.refundedMinor + amountMinor,
    refunds: [...order.refunds, { id: returnId, at, amountMinor, reason }],
  };
}

function statusOf(status: OrderStatus, lines: OrderLine[]): OrderStatus {
  const now = statusByLines(lines, status);
  return now === "fulfilled" ? status : now;
}
