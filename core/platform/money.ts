import * as z from "zod";
import { type Decimal, divideRounded, formatDecimal, parseDecimal } from "./decimal.ts";
import { AppError } from "./errors.ts";

/** An amount in integer minor units of its currency: 1300 USD is 13.00 dollars, 1300 KRW is 1,300 won. */
export interface Money {
  minor: number;
  currency: string;
}

/** ISO 4217's own code for "no currency": of who acts where no amounts are involved, or where each brings its own. */
export const NO_CURRENCY = "XXX";

/** The wire form: `{"amount":"13.00","currency":"USD"}`. */
export interface WireMoney {
  amount: string;
  currency: string;
}

let currencies: Set<string> | undefined;

export function isCurrency(code: string): boolean {
  // Asked for late: the list takes a cold start a millisecond.
  currencies ??= new Set(Intl.supportedValuesOf("currency"));
  return currencies.has(code);
}

/**
 * Where a currency's minor unit is not a hundredth (ISO 4217, list one, as of 2026-01). ICU's data, which Intl has, gives
 * the digits that people write instead: none for IDR, whose minor unit is still the sen.
 */
const EXPONENTS: Record<string, number> = {
  ...Object.fromEntries(
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(" ").map((code) => [code, 0]),
  ),
  ...Object.fromEntries("BHD IQD JOD KWD LYD OMR TND".split(" ").map((code) => [code, 3])),
  CLF: 4,
  UYW: 4,
};

/** Digits after the point of the currency's minor unit: KRW 0, USD 2, KWD 3. */
export function currencyExponent(currency: string): number {
  return EXPONENTS[currency] ?? 2;
}

export type MoneyFault = "NOT_A_NUMBER" | "TOO_PRECISE" | "OUT_OF_RANGE" | "UNKNOWN_CURRENCY";

/**
 * Reads a decimal text as an amount of the currency, exactly: "13.005" USD is TOO_PRECISE, never rounded in silence;
 * "13.000" USD is 13.00. Beyond ±9,007,199,254,740,991 minor units it is OUT_OF_RANGE.
 */
export function readMoney(amount: string, currency: string): Money | MoneyFault {
  if (!isCurrency(currency)) return "UNKNOWN_CURRENCY";
  const decimal = parseDecimal(amount);
  if (!decimal) return "NOT_A_NUMBER";
  return fromDecimal(decimal, currency);
}

export function fromDecimal(decimal: Decimal, currency: string): Money | MoneyFault {
  const exponent = currencyExponent(currency);
  let { digits } = decimal;
  if (decimal.scale > exponent) {
    const unit = 10n ** BigInt(decimal.scale - exponent);
    if (digits % unit !== 0n) return "TOO_PRECISE";
    digits /= unit;
  } else {
    digits *= 10n ** BigInt(exponent - decimal.scale);
  }
  const minor = Number(digits);
  return Number.isSafeInteger(minor) ? { minor, currency } : "OUT_OF_RANGE";
}

export function toWire(money: Money): WireMoney {
  return { amount: formatAmount(money), currency: money.currency };
}

export function formatAmount(money: Money): string {
  return formatDecimal({ digits: BigInt(money.minor), scale: currencyExponent(money.currency) });
}

/** money × factor, rounded once to the minor unit, halves away from zero. Throws INVALID_PRICING beyond the safe integers. */
export function multiply(money: Money, factor: Decimal): Money {
  const minor = Number(divideRounded(BigInt(money.minor) * factor.digits, 10n ** BigInt(factor.scale)));
  if (!Number.isSafeInteger(minor)) {
    const { amount, currency } = toWire(money);
    throw new AppError("INVALID_PRICING", `What ${amount} ${currency} comes to is out of range`);
  }
  return { minor, currency: money.currency };
}

/** Negative, zero or positive as a is less than, equal to or more than b. Both must be of one currency. */
export function compareMoney(a: Money, b: Money): number {
  if (a.currency !== b.currency) throw new RangeError(`Cannot compare ${a.currency} with ${b.currency}`);
  return a.minor - b.minor;
}

const FAULT_TEXT: Record<MoneyFault, string> = {
  NOT_A_NUMBER: "is not a decimal number",
  TOO_PRECISE: "has more decimals than its currency",
  OUT_OF_RANGE: "is out of range",
  UNKNOWN_CURRENCY: "has an unknown currency",
};

export function describeMoneyFault(fault: MoneyFault, amount: string, currency: string): string {
  return `${JSON.stringify(amount.slice(0, 40))} ${currency} ${FAULT_TEXT[fault]}`;
}

/** Wire money, parsed to minor units; zero is allowed, a sign is not. */
export const MoneySchema = z.lazy(() =>
  z
    .object({
      amount: z
        .string()
        .max(40)
        .describe("Decimal text with at most the currency's own decimals")
        .meta({ examples: ["13.00"] }),
      currency: z
        .string()
        .length(3)
        .describe("ISO 4217 code")
        .meta({ examples: ["USD"] }),
    })
    .strict()
    .transform((wire, context): Money => {
      const money = readMoney(wire.amount, wire.currency);
      if (typeof money !== "string" && money.minor >= 0) return money;
      const fault = typeof money === "string" ? money : "OUT_OF_RANGE";
      const message =
        typeof money === "string" ? describeMoneyFault(fault, wire.amount, wire.currency) : "must not be negative";
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    }),
);

export const CurrencySchema = z.lazy(() => z.string().length(3).refine(isCurrency, "must be an ISO 4217 code"));

/** The wire form in answers. */
export const WireMoneySchema = z.lazy(() => z.object({ amount: z.string(), currency: z.string() }));

/**
 * A margin: `0.3` or `"0.3"`, from 0 up to 1000. Text is exact; a JSON number is read by its shortest decimal text.
 * Under 0 it would make a price under the cost, under -1 a negative one.
 */
export const RatioSchema = z.lazy(() =>
  z.union([z.string(), z.number()]).transform((value, context): Decimal => {
    const decimal = parseDecimal(String(value));
    if (decimal && decimal.digits >= 0n && decimal.digits < 1000n * 10n ** BigInt(decimal.scale)) return decimal;
    context.addIssue({ code: "custom", message: "must be a decimal number such as 0.3, from 0 up to 1000" });
    return z.NEVER;
  }),
);
