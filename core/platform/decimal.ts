/**
 * Exact decimals as `digits × 10^-scale`. Floating point never touches an amount: 0.1 + 0.2 has no place in a price.
 */
export interface Decimal {
  digits: bigint;
  /** Count of digits after the point, ≥ 0. */
  scale: number;
}

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$|^([+-]?)\.(\d+)(?:[eE]([+-]?\d{1,3}))?$/;

/** The longest text taken for a number: no price needs more, and a hostile megabyte of digits costs quadratic time. */
const MAX_LENGTH = 40;

/** Reads `12`, `-12.50`, `.5`, `1.3E+4`. Anything else (thousands separators, NaN, empty text) is undefined. */
export function parseDecimal(text: string): Decimal | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const match = DECIMAL.exec(text);
  if (!match) return undefined;
  const sign = (match[1] ?? match[5]) === "-" ? -1n : 1n;
  const whole = match[2] ?? "0";
  const fraction = match[3] ?? match[6] ?? "";
  const exponent = Number(match[4] ?? match[7] ?? "0");
  const digits = sign * BigInt(whole + fraction);
  const scale = fraction.length - exponent;
  if (scale > MAX_LENGTH || scale < -MAX_LENGTH) return undefined;
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 };
}

export function formatDecimal({ digits, scale }: Decimal): string {
  const sign = digits < 0n ? "-" : "";
  const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, "0");
  if (scale === 0) return sign + text;
  return `${sign}${text.slice(0, -scale)}.${text.slice(-scale)}`;
}

export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { digits: a.digits * 10n ** BigInt(scale - a.scale) + b.digits * 10n ** BigInt(scale - b.scale), scale };
}

/** numerator / denominator to the nearest integer, halves away from zero: the commercial rule that invoices use. */
export function divideRounded(numerator: bigint, denominator: bigint): bigint {
  const negative = numerator < 0n !== denominator < 0n;
  const n = numerator < 0n ? -numerator : numerator;
  const d = denominator < 0n ? -denominator : denominator;
  const rounded = (2n * n + d) / (2n * d);
  return negative ? -rounded : rounded;
}
