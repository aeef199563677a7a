import type { Context } from "../../platform/context.ts";
import { defined } from "../../platform/defined.ts";
import { TransactionCanceled } from "../../platform/table-errors.ts";
import { readOrder } from "../ledger/list.store.ts";
import type { ItemFacts } from "../ledger/transaction.ts";
import { type Identity, keysUnder } from "./identity.ts";
import { lookupWrites } from "./lookup.store.ts";
import { lineWrite, readLine, readLines } from "./match.store.ts";
import type { SaleLine } from "./sale-line.ts";

/**
 * The lines of an order that are to be matched, each made by the order's sale in the books where it is not there yet.
 * Two that make one at once end up with the same.
 */
export async function ensureLines(
  ctx: Context,
  orderId: string,
  identifyItem: (item: ItemFacts) => Identity,
): Promise<SaleLine[]> {
  const there = new Map((await readLines(ctx, orderId)).map((line) => [line.lineId, line]));
  const sale = (await readOrder(ctx, orderId)).find(({ ref }) => ref === "sale");
  const lines: SaleLine[] = [];
  for (const { lineId, item, quantity = 0, productId } of sale?.parts ?? []) {
    if (!sale || lineId === undefined || item === undefined) continue;
    const known = there.get(lineId);
    if (known) {
      lines.push(known);
      continue;
    }
    const { platform: channel, occurredAt: soldAt } = sale;
    const keys = keysUnder(identifyItem(item));
    const counts = { quantity, open: quantity, taken: [], proposals: [], causes: [], version: 1 };
    lines.push(await addLine(ctx, defined({ orderId, lineId, channel, soldAt, item, productId, keys, ...counts })));
  }
  return lines;
}

async function addLine(ctx: Context, line: SaleLine): Promise<SaleLine> {
  const { orderId, lineId, keys, soldAt } = line;
  try {
    await ctx.table.transact([
      lineWrite(ctx, line),
      ...(line.open > 0 ? lookupWrites(ctx, "sale", keys, soldAt, `${orderId}#${lineId}`) : []),
    ]);
    return line;
  } catch (error) {
    const first = error instanceof TransactionCanceled ? await readLine(ctx, orderId, lineId) : undefined;
    if (!first) throw error;
    return first;
  }
}
