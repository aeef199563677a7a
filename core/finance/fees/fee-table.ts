import * as z from "zod";
import { addDecimals, type Decimal, formatDecimal } from "../../platform/decimal.ts";
import { defined } from "../../platform/defined.ts";
import { type Money, MoneySchema, RatioSchema, toWire, type WireMoney } from "../../platform/money.ts";
import { InstantSchema, LineSchema, PlatformSchema } from "../schemas.ts";

/** Of what a rate is taken: the goods' price; price, shipping and tax; or what the fees before it leave of price and shipping. */
export const FEE_BASES = ["price", "total", "proceeds"] as const;

const AmountsSchema = z.lazy(() =>
  z
    .array(MoneySchema)
    .max(50)
    .refine((amounts) => new Set(amounts.map(({ currency }) => currency)).size === amounts.length, "one of a currency"),
);

const RateSchema = z.lazy(() =>
  RatioSchema.refine((rate) => isUnder(rate, { digits: 1n, scale: 0 }), "must be less than 1"),
);

const LevelSchema = z.lazy(() => z.number().int().min(0).max(1_000));

const FeeRuleSchema = z.lazy(() =>
  z
    .object({
      kind: z
        .string()
        .trim()
        .regex(/^[a-z][A-Za-z0-9]{0,39}$/, "must be a word such as commission")
        .describe("Of the rules of a kind the first one that fits applies"),
      base: z.enum(FEE_BASES).default("price"),
      rate: RateSchema.optional().meta({ examples: ["0.095"] }),
      fixed: AmountsSchema.optional().describe("Added to the rate's part, in the sale's currency"),
      minimum: AmountsSchema.optional().describe("The least that this fee is, by currency"),
      maximum: AmountsSchema.optional().describe("The most that this fee is, by currency"),
      levelFrom: LevelSchema.optional().describe("Seller levels or ratings, from"),
      levelTo: LevelSchema.optional().describe("… and up to, both with"),
      countries: z.array(z.string().length(2).toUpperCase()).min(1).max(250).optional().describe("Of the seller"),
      crossBorder: z.literal(true).optional().describe("Only for sales into another country"),
    })
    .strict(),
);

export const CreateFeeTableSchema = z.lazy(() =>
  z
    .object({
      channel: PlatformSchema,
      effectiveFrom: InstantSchema,
      rules: z.array(FeeRuleSchema).max(20).superRefine(checkRates),
      source: LineSchema.optional().describe("Where these figures are from"),
      note: LineSchema.optional(),
    })
    .strict(),
);

export type FeeRule = z.output<typeof FeeRuleSchema>;

/** What a channel keeps, from a time on until a later table. It is never changed: another one takes its place. */
export interface FeeTable {
  /** `builtin` for what comes with the product. */
  id: string;
  channel: string;
  /** RFC 3339 UTC, with. */
  effectiveFrom: string;
  rules: FeeRule[];
  source?: string;
  note?: string;
  createdAt?: string;
  createdBy?: string;
}

type WireRule = Omit<FeeRule, "rate" | "fixed" | "minimum" | "maximum"> & {
  rate?: string;
  fixed?: WireMoney[];
  minimum?: WireMoney[];
  maximum?: WireMoney[];
};

export interface FeeTableView extends Omit<FeeTable, "rules"> {
  rules: WireRule[];
  builtIn: boolean;
}

export function viewFeeTable(table: FeeTable): FeeTableView {
  const { rules, ...rest } = table;
  return { ...rest, rules: rules.map(wireRule), builtIn: table.id === BUILT_IN };
}

export const BUILT_IN = "builtin";

/** A rule in the form in which it is sent, shown and stored: no big integers. */
export function wireRule({ rate, fixed, minimum, maximum, ...rest }: FeeRule): WireRule {
  const amounts = (all: Money[] | undefined) => all?.map(toWire);
  const money = { fixed: amounts(fixed), minimum: amounts(minimum), maximum: amounts(maximum) };
  return defined({ ...defined(rest), rate: rate && formatDecimal(rate), ...money });
}

/** The rules of a table as it was stored, or of the built-in data. */
export function readRules(rules: unknown): FeeRule[] {
  return z.array(FeeRuleSchema).parse(rules);
}

/** All rates that can come together leave the seller a tenth at least, or no price would reach what is wanted. */
const MOST: Decimal = { digits: 9n, scale: 1 };

function checkRates(
  rules: FeeRule[],
  context: { addIssue: (issue: { code: "custom"; message: string }) => void },
): void {
  let sum: Decimal = { digits: 0n, scale: 0 };
  for (const ofKind of Map.groupBy(rules, ({ kind }) => kind).values()) {
    const rates = ofKind.flatMap(({ rate }) => (rate ? [rate] : []));
    const [most] = rates.toSorted((a, b) => (isUnder(a, b) ? 1 : -1));
    if (most) sum = addDecimals(sum, most);
  }
  if (isUnder(MOST, sum)) context.addIssue({ code: "custom", message: "the rates come to more than 0.9 together" });
}

function isUnder(a: Decimal, b: Decimal): boolean {
  return a.digits * 10n ** BigInt(b.scale) < b.digits * 10n ** BigInt(a.scale);
}
