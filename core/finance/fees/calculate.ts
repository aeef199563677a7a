import { divideRounded, formatDecimal } from "../../platform/decimal.ts";
import { AppError } from "../../platform/errors.ts";
import { type Money, toWire, type WireMoney } from "../../platform/money.ts";
import type { FeeRule } from "./fee-table.ts";

/** A sale, as far as fees look at it. All amounts are of one currency. */
export interface FeeSale {
  price: Money;
  /** Charged to the buyer on top. */
  shipping?: Money | undefined;
  tax?: Money | undefined;
  /** The seller's level or rating with the channel. */
  sellerLevel?: number | undefined;
  /** The seller's country, ISO 3166-1 alpha-2. */
  country?: string | undefined;
  crossBorder?: boolean | undefined;
}

/** One fee, and how it came to be. */
export interface FeeStep {
  kind: string;
  formula: string;
  inputs: Record<string, string>;
  result: WireMoney;
  /** Which bound made it what it is. */
  bound?: "minimum" | "maximum";
  /** Set where the rule names amounts, and none in the sale's currency. */
  warning?: "NO_AMOUNT_IN_CURRENCY";
}

export interface Fees {
  fees: { kind: string; amount: Money }[];
  total: Money;
  /** What is left to the seller: price and shipping less all fees. Tax passes through. */
  net: Money;
  trace: FeeStep[];
}

/**
 * Each fee is rounded by itself to the currency's minor unit, halves up, as channels bill them: a rate of its base, and
 * what is fixed, kept within its bounds. Pure. Throws INVALID_PRICING beyond the safe integers.
 */
export function calculateFees(rules: FeeRule[], sale: FeeSale): Fees {
  const { currency } = sale.price;
  const shipping = minorOf(sale.shipping, currency);
  const received = BigInt(sale.price.minor) + shipping;
  let left = received;
  const steps = applicable(rules, sale).map((rule) => {
    const base = { price: BigInt(sale.price.minor), total: received + minorOf(sale.tax, currency), proceeds: left }[
      rule.base
    ];
    const step = applyRule(rule, base, currency);
    left -= step.minor;
    return step;
  });
  const money = (minor: bigint): Money => {
    if (!Number.isSafeInteger(Number(minor)))
      throw new AppError("INVALID_PRICING", "What the fees come to is out of range");
    return { minor: Number(minor), currency };
  };
  return {
    fees: steps.map(({ rule, minor }) => ({ kind: rule.kind, amount: money(minor) })),
    total: money(received - left),
    net: money(left),
    trace: steps.map(({ rule, minor, ...step }) => ({ kind: rule.kind, ...step, result: toWire(money(minor)) })),
  };
}

/** Of each kind the first rule that fits the sale, in the order in which the kinds first stand. */
export function applicable(rules: FeeRule[], { sellerLevel, country, crossBorder }: FeeSale): FeeRule[] {
  const fits = (rule: FeeRule) =>
    (rule.levelFrom === undefined || (sellerLevel !== undefined && sellerLevel >= rule.levelFrom)) &&
    (rule.levelTo === undefined || (sellerLevel !== undefined && sellerLevel <= rule.levelTo)) &&
    (rule.countries === undefined || (country !== undefined && rule.countries.includes(country.toUpperCase()))) &&
    (rule.crossBorder === undefined || crossBorder === true);
  return [...Map.groupBy(rules, ({ kind }) => kind).values()].flatMap((ofKind) => ofKind.find(fits) ?? []);
}

interface Applied extends Omit<FeeStep, "kind" | "result"> {
  rule: FeeRule;
  minor: bigint;
}

function applyRule(rule: FeeRule, base: bigint, currency: string): Applied {
  const { rate, fixed, minimum, maximum } = rule;
  const inputs: Record<string, string> = { [rule.base]: toWire({ minor: Number(base), currency }).amount };
  const formula: string[] = [];
  let isMissing = false;
  const amountOf = (name: string, amounts: Money[] | undefined) => {
    const found = amounts?.find((amount) => amount.currency === currency);
    isMissing ||= !found && (amounts?.length ?? 0) > 0;
    if (found) inputs[name] = toWire(found).amount;
    return found && BigInt(found.minor);
  };
  let minor = 0n;
  if (rate) {
    // What is left may be less than nothing, where fees have minimums; of that nobody takes a part.
    minor = base > 0n ? divideRounded(base * rate.digits, 10n ** BigInt(rate.scale)) : 0n;
    inputs["rate"] = formatDecimal(rate);
    formula.push(`${rule.base} × rate`);
  }
  const added = amountOf("fixed", fixed);
  if (added !== undefined) {
    minor += added;
    formula.push("fixed");
  }
  const [least, most] = [amountOf("minimum", minimum), amountOf("maximum", maximum)];
  let bound: FeeStep["bound"];
  if (most !== undefined && minor > most) [minor, bound] = [most, "maximum"];
  if (least !== undefined && minor < least) [minor, bound] = [least, "minimum"];
  return {
    rule,
    minor,
    formula: formula.join(" + ") || "0",
    inputs,
    ...(bound ? { bound } : {}),
    ...(isMissing ? { warning: "NO_AMOUNT_IN_CURRENCY" } : {}),
  };
}

function minorOf(money: Money | undefined, currency: string): bigint {
  if (money && money.currency !== currency) throw new RangeError(`${money.currency} in a sale of ${currency}`);
  return BigInt(money?.minor ?? 0);
}
