import { type Context, requirePermission } from "../../platform/context.ts";
import { defined } from "../../platform/defined.ts";
import { NotFoundError } from "../../platform/errors.ts";
import { toWire, type WireMoney } from "../../platform/money.ts";
import { calculateFees, type FeeStep } from "../fees/calculate.ts";
import { tableFor } from "../fees/fees.ts";
import { readOrder } from "../ledger/list.store.ts";
import type { Transaction } from "../ledger/transaction.ts";
import { readLines } from "../matching/match.store.ts";
import type { SaleLine } from "../matching/sale-line.ts";
import { addSums, type Result, resultOf, sumLines, WHOLE_ORDER } from "./profit.ts";

/** Units of a line, and what they cost by whom. */
export interface CostSource {
  kind: "purchase" | "stock";
  /** The purchase, or the fulfilment or return that took them from stock or back. */
  id: string;
  /** Units; negative for those that came back. */
  quantity: number;
  cost: WireMoney;
  matchId?: string;
  method?: string;
  score?: number;
}

export interface LineProfit {
  lineId: string;
  productId?: string;
  /** Units sold. */
  quantity: number;
  /** Units whose cost is not known: nothing was bought for them yet, or they have not left the stock. */
  unknownCost: number;
  results: Result[];
  costs: CostSource[];
}

export interface OrderProfit {
  orderId: string;
  channel?: string;
  soldAt?: string;
  /** True when the cost of every unit is known. */
  isComplete: boolean;
  /** True where the channel has not said what it keeps: by the fee table of the time of the sale. */
  feesAreEstimated: boolean;
  feeTrace?: FeeStep[];
  results: Result[];
  lines: LineProfit[];
}

/**
 * What an order earned, line by line, and how that came to be: from what is in the books of it. Throws NOT_FOUND where
 * nothing is.
 */
export async function orderProfit(ctx: Context, orderId: string): Promise<OrderProfit> {
  requirePermission(ctx, "finance.read");
  const [entries, matched] = await Promise.all([readOrder(ctx, orderId), readLines(ctx, orderId)]);
  const [any] = entries;
  if (!any) throw new NotFoundError("Sale of this order", orderId);
  const sale = entries.find(({ ref }) => ref === "sale");
  const estimate = sale && (await estimatedFees(ctx, sale, entries));
  const sums = sumLines(estimate ? [...entries, estimate.entry] : entries);
  const lines = linesOf(entries, matched, sale);
  const isComplete = lines.every(({ unknownCost }) => unknownCost === 0);
  const isWhole = (ids: string[], complete: boolean) =>
    complete && [...sums.values()].filter((ofCurrency) => ids.some((id) => ofCurrency.has(id))).length === 1;
  const all = lines.map(({ lineId }) => lineId);
  return defined({
    orderId,
    channel: sale?.platform,
    soldAt: sale?.occurredAt,
    isComplete,
    feesAreEstimated: estimate !== undefined,
    feeTrace: estimate?.trace,
    results: [...sums].map(([currency, ofCurrency]) =>
      resultOf(currency, addSums(ofCurrency.values()), isWhole([...all, WHOLE_ORDER], isComplete)),
    ),
    lines: lines.map((line) => ({
      ...line,
      results: [...sums].flatMap(([currency, ofCurrency]) => {
        const ofLine = ofCurrency.get(line.lineId);
        return ofLine ? [resultOf(currency, ofLine, isWhole([line.lineId], line.unknownCost === 0))] : [];
      }),
    })),
  });
}

/** An entry as the channel's own would be, of what it is likely to keep; undefined where it has said so itself. */
async function estimatedFees(ctx: Context, sale: Transaction, entries: Transaction[]) {
  if (entries.some(({ type }) => type === "fee")) return undefined;
  const { currency } = sale.amount;
  const sumOf = (type: Transaction["type"]) =>
    entries
      .filter((entry) => entry.type === type && entry.amount.currency === currency)
      .reduce((sum, { amount }) => sum + amount.minor, 0);
  // What was given back is no sale any more, and channels take nothing of it.
  const minor = sale.amount.minor + sumOf("refund");
  const table = minor > 0 ? await tableFor(ctx, sale.platform, sale.occurredAt) : undefined;
  if (!table || table.rules.length === 0) return undefined;
  const money = (amount: number) => ({ minor: Math.max(0, amount), currency });
  const shipping = money(sumOf("shipping"));
  const { fees, trace } = calculateFees(table.rules, { price: money(minor), shipping, tax: money(sumOf("tax")) });
  const parts = fees.map(({ kind, amount }) => ({ kind, minor: -amount.minor }));
  const total = parts.reduce((sum, part) => sum + part.minor, 0);
  const entry: Transaction = { ...sale, type: "fee", ref: "estimate", amount: { minor: total, currency }, parts };
  return { entry, trace };
}

function linesOf(
  entries: Transaction[],
  matched: SaleLine[],
  sale: Transaction | undefined,
): Omit<LineProfit, "results">[] {
  const byLine = new Map(matched.map((line) => [line.lineId, line]));
  return (sale?.parts ?? []).flatMap(({ lineId, productId, quantity = 0, item }) => {
    if (lineId === undefined) return [];
    const line = byLine.get(lineId);
    const costs = line ? takenBy(line) : fromStock(entries, lineId);
    const known = costs.reduce((sum, cost) => sum + cost.quantity, 0);
    const returned = line ? quantity - line.quantity : 0;
    // Of what left the stock and came back nothing is to be known; of what waits for a purchase, all that is open.
    const unknownCost =
      item === undefined && !line ? unknownOfStock(entries, lineId, quantity) : quantity - returned - known;
    return [
      {
        lineId,
        ...(productId === undefined ? {} : { productId }),
        quantity,
        unknownCost: Math.max(0, unknownCost),
        costs,
      },
    ];
  });
}

function takenBy({ taken }: SaleLine): CostSource[] {
  return taken.map(({ purchaseId, matchId, quantity, unitCost, method, score }) => ({
    kind: "purchase",
    id: purchaseId,
    quantity,
    cost: toWire({ minor: unitCost.minor * quantity, currency: unitCost.currency }),
    matchId,
    method,
    score,
  }));
}

function fromStock(entries: Transaction[], lineId: string): CostSource[] {
  return stockParts(entries, lineId).map(({ id, isBack, quantity, minor, currency }) => ({
    kind: "stock",
    id,
    quantity: isBack ? -quantity : quantity,
    cost: toWire({ minor: minor === 0 ? 0 : -minor, currency }),
  }));
}

function unknownOfStock(entries: Transaction[], lineId: string, quantity: number): number {
  const issued = stockParts(entries, lineId).filter(({ isBack }) => !isBack);
  return quantity - issued.reduce((sum, part) => sum + part.quantity, 0);
}

function stockParts(entries: Transaction[], lineId: string) {
  return entries.flatMap(({ type, source, parts = [], amount: { currency } }) =>
    type === "costOfGoods" && source.kind !== "match"
      ? parts
          .filter((part) => part.lineId === lineId)
          .map(({ quantity = 0, minor }) => ({
            id: source.id,
            isBack: source.kind === "return",
            quantity,
            minor,
            currency,
          }))
      : [],
  );
}
