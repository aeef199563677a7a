import { AppError } from "../platform/errors.ts";
import { parseDecimal } from "../platform/decimal.ts";
import { formatAmount, type Money } from "../platform/money.ts";
import type { Attention, PurchaseOrder, Quote } from "./purchase-order.ts";
import { isGone } from "./status.ts";

/** The sum as an amount. Throws INVALID_PRICING beyond the safe integers. */
export function sumOf(amounts: readonly bigint[]): number {
  const sum = Number(amounts.reduce((total, amount) => total + amount, 0n));
  if (!Number.isSafeInteger(sum)) throw new AppError("INVALID_PRICING", "What the purchase comes to is out of range");
  return sum;
}

/** What the lines should cost, without shipping. */
export function expectedGoods({ lines }: Pick<PurchaseOrder, "lines">): number {
  return sumOf(lines.map(({ unitCostMinor, quantity }) => BigInt(unitCostMinor) * BigInt(quantity)));
}

/** What has been charged so far as the supplier says, without what it cancelled; undefined while it says nothing. */
export function charged({
  parts,
}: {
  parts: PurchaseOrder["parts"] | readonly PurchaseOrder["parts"][number][];
}): { goods: number; shipping: number } | undefined {
  const known = parts.filter(
    ({ status, goodsMinor, shippingMinor }) => !isGone(status) && (goodsMinor ?? shippingMinor) !== undefined,
  );
  if (known.length === 0) return undefined;
  return {
    goods: sumOf(known.map(({ goodsMinor = 0 }) => BigInt(goodsMinor))),
    shipping: sumOf(known.map(({ shippingMinor = 0 }) => BigInt(shippingMinor))),
  };
}

/** What an amount may become at most under a tolerance (`0.05`), rounded down to the minor unit. */
export function withTolerance(minor: number, tolerance: string): number {
  const { digits, scale } = parseDecimal(tolerance) ?? { digits: 0n, scale: 0 };
  const unit = 10n ** BigInt(scale);
  return sumOf([(BigInt(minor) * (unit + digits)) / unit]);
}

/**
 * Why a quote must not be ordered by: undefined where it may. Shipping is held against what was expected of it only where
 * somebody said what that is; a ceiling that somebody set holds for all of it.
 */
export function whyTooHigh(
  order: Pick<PurchaseOrder, "currency" | "shippingMinor" | "tolerance" | "upToMinor">,
  expectedGoodsMinor: number,
  { goodsMinor, shippingMinor }: Pick<Quote, "goodsMinor" | "shippingMinor">,
): Attention | undefined {
  const { currency, upToMinor, tolerance } = order;
  const wire = (minor: number) => `${formatAmount({ minor, currency })} ${currency}`;
  const whole = sumOf([BigInt(goodsMinor), BigInt(shippingMinor)]);
  if (upToMinor !== undefined) {
    if (whole <= upToMinor) return undefined;
    return { code: "QUOTE_TOO_HIGH", message: `It would cost ${wire(whole)}, and may cost ${wire(upToMinor)} in all` };
  }
  const isShippingExpected = order.shippingMinor !== undefined;
  const expected = sumOf([BigInt(expectedGoodsMinor), BigInt(order.shippingMinor ?? 0)]);
  const asked = isShippingExpected ? whole : goodsMinor;
  const most = withTolerance(expected, tolerance);
  if (asked <= most) return undefined;
  const what = isShippingExpected ? "With shipping it" : "The goods";
  return {
    code: "QUOTE_TOO_HIGH",
    message: `${what} would cost ${wire(asked)}; ${wire(expected)} is expected, and at most ${wire(most)} is paid without asking`,
  };
}

/** The amount in minor units, where it is in this currency. */
export function inCurrency(money: Money | undefined, currency: string): number | undefined {
  return money?.currency === currency ? money.minor : undefined;
}

/**
 * What units that came cost, so that over all arrivals exactly what was paid for the line is used: the share of all that
 * have come by now, less what was used before. Units beyond those ordered cost nothing.
 */
export function costOfArrival(
  { paid, quantity }: { paid: number; quantity: number },
  { before, arriving }: { before: number; arriving: number },
): number {
  const upTo = (units: number) => Number((BigInt(paid) * BigInt(Math.min(units, quantity))) / BigInt(quantity));
  return upTo(before + arriving) - upTo(before);
}
