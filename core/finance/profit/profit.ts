import { divideRounded, formatDecimal } from "../../platform/decimal.ts";
import { toWire, type WireMoney } from "../../platform/money.ts";
import type { Transaction, TransactionPart, TransactionType } from "../ledger/transaction.ts";
import { allocate } from "./allocate.ts";

/** What one currency of an order, or of one of its lines, came to. In is positive, out negative. */
export interface Result {
  currency: string;
  /** Goods and shipping, as charged. */
  revenue: WireMoney;
  refunds: WireMoney;
  /** What the channel kept, less what it gave back. */
  fees: WireMoney;
  /** What the goods had cost. */
  cost: WireMoney;
  adjustments: WireMoney;
  profit: WireMoney;
  /** Profit over what the buyer paid and kept; null where there is none, or a cost is unknown or in another currency. */
  margin: string | null;
  /** Profit over cost; null likewise. */
  roi: string | null;
}

/** The sums that a result is made of, in minor units of one currency. */
interface Sums {
  revenue: number;
  refunds: number;
  fees: number;
  cost: number;
  adjustments: number;
}

const NOTHING: Sums = { revenue: 0, refunds: 0, fees: 0, cost: 0, adjustments: 0 };

/** Where an entry counts; tax and payouts are nobody's profit, purchases become one as the cost of what was sold. */
const COUNTS_AS: Partial<Record<TransactionType, keyof Sums>> = {
  sale: "revenue",
  shipping: "revenue",
  refund: "refunds",
  fee: "fees",
  feeRefund: "fees",
  costOfGoods: "cost",
  writeOff: "cost",
  adjustment: "adjustments",
};

/** By currency, and by line within it: key is the line's id. */
export type LineSums = Map<string, Map<string, Sums>>;

/**
 * What each line of an order came to. What an entry says of a line is that line's; all else (discounts, shipping, fees)
 * is shared out by what the lines were sold for, so that the lines sum to the order, to the minor unit. Pure.
 */
export function sumLines(entries: Transaction[]): LineSums {
  const sale = entries.find(({ ref }) => ref === "sale");
  const sold = new Map<string, number>();
  for (const { lineId, minor } of sale?.parts ?? [])
    if (lineId !== undefined) sold.set(lineId, (sold.get(lineId) ?? 0) + minor);
  const lineIds = sold.size > 0 ? [...sold.keys()] : [WHOLE_ORDER];
  const weights = lineIds.map((id) => Math.max(0, sold.get(id) ?? 0));
  const sums: LineSums = new Map();
  const add = (currency: string, lineId: string, name: keyof Sums, minor: number) => {
    const ofCurrency = sums.get(currency) ?? new Map<string, Sums>();
    const line = ofCurrency.get(lineId) ?? { ...NOTHING };
    line[name] += minor;
    sums.set(currency, ofCurrency.set(lineId, line));
  };
  for (const entry of entries) {
    const name = COUNTS_AS[entry.type];
    if (name === undefined) continue;
    for (const { lineId, minor } of partsOf(entry)) {
      if (lineId !== undefined) add(entry.amount.currency, lineId, name, minor);
      else
        for (const [index, share] of allocate(minor, weights).entries())
          add(entry.amount.currency, lineIds[index] ?? WHOLE_ORDER, name, share);
    }
  }
  return sums;
}

/** Stands for a line where an order has no sale in the books. */
export const WHOLE_ORDER = "order";

function partsOf({ lineId, amount, parts }: Transaction): Pick<TransactionPart, "lineId" | "minor">[] {
  if (parts) return parts;
  return [{ minor: amount.minor, ...(lineId === undefined ? {} : { lineId }) }];
}

export function addSums(all: Iterable<Sums>): Sums {
  const total = { ...NOTHING };
  for (const sums of all) for (const name of Object.keys(NOTHING) as (keyof Sums)[]) total[name] += sums[name];
  return total;
}

/** `isWhole` says whether these are all of the costs: without them neither margin nor return means anything. */
export function resultOf(currency: string, sums: Sums, isWhole: boolean): Result {
  const { revenue, refunds, fees, cost, adjustments } = sums;
  const wire = (minor: number) => toWire({ minor, currency });
  const profit = revenue + refunds + fees + cost + adjustments;
  return {
    currency,
    revenue: wire(revenue),
    refunds: wire(refunds),
    fees: wire(fees),
    cost: wire(cost),
    adjustments: wire(adjustments),
    profit: wire(profit),
    margin: isWhole ? ratio(profit, revenue + refunds) : null,
    roi: isWhole ? ratio(profit, -cost) : null,
  };
}

/** To four digits, halves away from zero: 0.3333 is a third. */
function ratio(numerator: number, denominator: number): string | null {
  if (denominator <= 0) return null;
  return formatDecimal({ digits: divideRounded(BigInt(numerator) * 10_000n, BigInt(denominator)), scale: 4 });
}
