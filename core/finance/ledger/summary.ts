import * as z from "zod";
import { type Context, requirePermission } from "../../platform/context.ts";
import { formatDecimal } from "../../platform/decimal.ts";
import { ValidationError } from "../../platform/errors.ts";
import { currencyExponent, type WireMoney } from "../../platform/money.ts";
import { parse } from "../../platform/parse.ts";
import { DaySchema, PlatformSchema } from "../schemas.ts";
import { type DayTotal, readDays } from "./day.store.ts";
import type { TransactionType } from "./transaction.ts";

/** Days are UTC, both with. */
export const SummarySchema = z.lazy(() =>
  z
    .object({
      from: DaySchema,
      to: DaySchema,
      platform: PlatformSchema.optional(),
      groupBy: z.enum(["total", "day", "month", "platform"]).default("total"),
    })
    .refine(({ from, to }) => from <= to, { path: ["to"], message: "is before from" }),
);

export interface TypeTotal {
  type: TransactionType;
  amount: WireMoney;
  count: number;
}

export interface SummaryGroup {
  /** A day, a month, a platform, or `total`. */
  group: string;
  currency: string;
  totals: TypeTotal[];
  /** What moved: sales, shipping, tax, fees, refunds, purchases, adjustments. */
  cash: WireMoney;
  /** What was earned: sales and shipping, less fees, refunds, the cost of the goods sold and of those lost. Tax is not ours. */
  profit: WireMoney;
}

export interface Summary {
  from: string;
  to: string;
  groups: SummaryGroup[];
}

const CASH: ReadonlySet<TransactionType> = new Set<TransactionType>([
  "sale",
  "shipping",
  "tax",
  "fee",
  "feeRefund",
  "refund",
  "purchase",
  "adjustment",
]);
const PROFIT: ReadonlySet<TransactionType> = new Set<TransactionType>([
  "sale",
  "shipping",
  "fee",
  "feeRefund",
  "refund",
  "costOfGoods",
  "writeOff",
  "adjustment",
]);

/** A query reads a megabyte, some four thousand of a day's totals: a year of a dozen platforms is well within these. */
const MAX_CALLS = 20;

/** Exact totals of a period, by type and currency, from the counters that every entry is added to as it is written. */
export async function summary(ctx: Context, input: unknown): Promise<Summary> {
  requirePermission(ctx, "finance.read");
  const { from, to, platform, groupBy } = parse(SummarySchema, input);
  const days = await readDays(ctx, { from, to, maxCalls: MAX_CALLS });
  if (!days)
    throw new ValidationError([
      { path: "to", code: "TOO_LONG", message: "The period is too long: ask for parts of it" },
    ]);
  const wanted = platform === undefined ? days : days.filter((total) => total.platform === platform);
  return { from, to, groups: summarize(wanted, groupBy) };
}

/** By group, then currency, each in the order of its name. Pure. */
export function summarize(totals: DayTotal[], groupBy: z.output<typeof SummarySchema>["groupBy"]): SummaryGroup[] {
  const groups = Map.groupBy(totals, (total) => `${groupOf(total, groupBy)}\n${total.currency}`);
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, ofGroup]): SummaryGroup => {
      const [group = "", currency = ""] = key.split("\n");
      const byType = [...Map.groupBy(ofGroup, ({ type }) => type)].sort(([a], [b]) => (a < b ? -1 : 1));
      const sumOf = (counted: DayTotal[]) => wire(sum(counted), currency);
      return {
        group,
        currency,
        totals: byType.map(([type, ofType]) => ({
          type,
          amount: sumOf(ofType),
          count: ofType.reduce((count, total) => count + total.count, 0),
        })),
        cash: sumOf(ofGroup.filter(({ type }) => CASH.has(type))),
        profit: sumOf(ofGroup.filter(({ type }) => PROFIT.has(type))),
      };
    });
}

function groupOf({ day, platform }: DayTotal, groupBy: string): string {
  if (groupBy === "day") return day;
  if (groupBy === "month") return day.slice(0, 7);
  return groupBy === "platform" ? platform : "total";
}

const sum = (totals: DayTotal[]) => totals.reduce((total, { minor }) => total + minor, 0n);

/** Not by way of a number: a sum may be larger than any one amount. */
function wire(minor: bigint, currency: string): WireMoney {
  return { amount: formatDecimal({ digits: minor, scale: currencyExponent(currency) }), currency };
}
