import { type Decimal, divideRounded, parseDecimal } from "../platform/decimal.ts";
import type { Fault } from "../platform/errors.ts";
import { currencyExponent, describeMoneyFault, fromDecimal, isCurrency, type Money } from "../platform/money.ts";
import type { Surcharge } from "./mapping.ts";

export interface AmountStyle {
  rounding: "reject" | "halfUp";
  decimalSeparator: "." | ",";
  groupSeparator?: "," | "." | " " | "'" | undefined;
}

export const PLAIN_AMOUNTS: AmountStyle = { rounding: "reject", decimalSeparator: "." };

/**
 * Reads a file's amount exactly: `1.3E+4` is 13000, `12.3400` USD is 12.34, and `12.345` USD is refused unless the
 * mapping says to round. Symbols and unannounced thousands separators are refused, since `1,234` means two things.
 */
export function readAmount(text: string, currency: string, path: string, style: AmountStyle): Money | Fault {
  if (!isCurrency(currency)) return unknownCurrency(currency, path);
  const decimal = readNumber(text, currency, path, style);
  if ("code" in decimal) return decimal;
  if (decimal.digits < 0n) return fault(path, "NEGATIVE", `${quoted(text)} ${currency} is negative`);
  return amountOf(decimal, { text, currency, path, rounding: style.rounding });
}

export function unknownCurrency(currency: string, path: string): Fault {
  return fault(path, "UNKNOWN_CURRENCY", `${quoted(currency)} is not an ISO 4217 currency`);
}

/** A number as the file writes them, with all its decimals and its sign. */
export function readNumber(text: string, currency: string, path: string, style: AmountStyle): Decimal | Fault {
  const plain = withoutSeparators(text, style);
  const decimal = plain === undefined ? undefined : parseDecimal(plain);
  return decimal ?? fault(path, "NOT_A_NUMBER", describeMoneyFault("NOT_A_NUMBER", text, currency));
}

/** The number in minor units of the currency, rounded only where that was asked for. */
export function amountOf(
  decimal: Decimal,
  { text, currency, path, rounding }: { text: string; currency: string; path: string; rounding: "reject" | "halfUp" },
): Money | Fault {
  const money = fromDecimal(decimal, currency);
  if (typeof money === "object") return money;
  if (money === "TOO_PRECISE" && rounding === "halfUp") {
    const exponent = currencyExponent(currency);
    const minor = Number(divideRounded(decimal.digits, 10n ** BigInt(decimal.scale - exponent)));
    if (Number.isSafeInteger(minor)) return { minor, currency };
  }
  return fault(path, money, describeMoneyFault(money, text, currency));
}

const GROUPED = {
  ",": /^[+-]?\d{1,3}(,\d{3})+(?!\d)/,
  ".": /^[+-]?\d{1,3}(\.\d{3})+(?!\d)/,
  " ": /^[+-]?\d{1,3}([\s]\d{3})+(?!\d)/,
  "'": /^[+-]?\d{1,3}(['’]\d{3})+(?!\d)/,
};

/** The amount as plain decimal text; undefined when its groups are not thousands. */
function withoutSeparators(text: string, { decimalSeparator, groupSeparator }: AmountStyle): string | undefined {
  let plain = text;
  if (groupSeparator !== undefined) {
    const groups = GROUPED[groupSeparator].exec(plain);
    if (groups) plain = groups[0].replaceAll(/[,.\s'’]/g, "") + plain.slice(groups[0].length);
  }
  if (decimalSeparator === ".") return plain;
  return plain.includes(".") ? undefined : plain.replace(",", ".");
}

/** Adds what an option's text says it costs more or less: `2XL (+2,000원)`. */
export function withSurcharge(money: Money, text: string, { add, subtract }: Surcharge, path: string): Money | Fault {
  let { minor } = money;
  for (const [pattern, sign] of [
    [add, 1],
    [subtract, -1],
  ] as const) {
    for (const amount of pattern === undefined ? [] : amountsIn(text, pattern)) {
      const more = readAmount(amount, money.currency, path, { ...PLAIN_AMOUNTS, groupSeparator: "," });
      if (!("minor" in more)) return more;
      minor += sign * more.minor;
    }
  }
  if (minor < 0) return fault(path, "NEGATIVE", `The surcharge in ${quoted(text)} makes the amount negative`);
  return Number.isSafeInteger(minor) ? { ...money, minor } : fault(path, "OUT_OF_RANGE", "The amount is out of range");
}

/** What stands where the pattern has its `*`; text that is no number there is only text. */
function amountsIn(text: string, pattern: string): string[] {
  const [before = "", after = ""] = pattern.split("*");
  return text
    .split(before)
    .slice(1)
    .map((rest) => (rest.includes(after) ? rest.slice(0, rest.indexOf(after)).trim() : ""))
    .filter((amount) => /^\d[\d,.]*$/.test(amount));
}

/** Units in stock: a whole number ≥ 0, which some programs print as `12.0`. */
export function readStock(text: string, path: string): number | Fault {
  const stock = readWhole(text, path);
  return typeof stock === "number" && stock < 0 ? fault(path, "NEGATIVE", `${quoted(text)} is negative`) : stock;
}

/** A whole number of either sign, which some programs print as `12.0`. */
export function readWhole(text: string, path: string): number | Fault {
  const decimal = parseDecimal(text);
  if (!decimal) return fault(path, "NOT_A_NUMBER", `${quoted(text)} is not a number`);
  const unit = 10n ** BigInt(decimal.scale);
  if (decimal.digits % unit !== 0n) return fault(path, "NOT_WHOLE", `${quoted(text)} is not a whole number`);
  const whole = Number(decimal.digits / unit);
  return Number.isSafeInteger(whole) ? whole : fault(path, "OUT_OF_RANGE", `${quoted(text)} is out of range`);
}

export function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

function fault(path: string, code: string, message: string): Fault {
  return { path, code, message };
}
