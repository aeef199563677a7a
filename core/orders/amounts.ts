import { AppError, type Fault, ValidationError } from "../platform/errors.ts";
import type { Money } from "../platform/money.ts";
import type { Order } from "./order.ts";

/** `quantity` times a price, exactly. Throws INVALID_PRICING beyond the safe integers. */
export function lineTotal(unitPriceMinor: number, quantity: number): number {
  return safe(BigInt(unitPriceMinor) * BigInt(quantity));
}

type Amounts = Pick<Order, "shippingMinor" | "taxMinor" | "discountMinor"> & { lines: { totalMinor: number }[] };

/** What a recorded order comes to, which may be less than nothing: it is as it happened. Throws INVALID_PRICING out of range. */
export function recordedTotal({ lines, shippingMinor, taxMinor, discountMinor }: Amounts): number {
  const sum = lines.reduce((total, { totalMinor }) => total + BigInt(totalMinor), 0n);
  return safe(sum + BigInt(shippingMinor) + BigInt(taxMinor) - BigInt(discountMinor));
}

/** What an order comes to. Throws INVALID_PRICING when that is less than nothing, or out of range. */
export function orderTotal(amounts: Amounts): number {
  const total = recordedTotal(amounts);
  if (total < 0) throw new AppError("INVALID_PRICING", "The discount is more than the order comes to");
  return total;
}

function safe(amount: bigint): number {
  const minor = Number(amount);
  if (!Number.isSafeInteger(minor)) throw new AppError("INVALID_PRICING", "What the order comes to is out of range");
  return minor;
}

/** The one currency of all these amounts. Throws ValidationError naming those in another. */
export function oneCurrency(amounts: { path: string; amount: Money | undefined }[], expected: string): void {
  const faults = amounts.flatMap(({ path, amount }): Fault[] =>
    amount === undefined || amount.currency === expected
      ? []
      : [{ path, code: "OTHER_CURRENCY", message: `The order is in ${expected}` }],
  );
  if (faults.length > 0) throw new ValidationError(faults);
}

/**
 * Parts of a whole amount in the ratio of the weights, which sum to it exactly: each gets its share rounded down, and
 * the units that are left go one by one to the largest remainders, the earlier part first among equals. What weighs less
 * than nothing (a line of a recorded order that gives something back) has no share.
 */
export function splitAmount(amount: number, given: readonly number[]): number[] {
  if (amount < 0) return splitAmount(-amount, given).map((part) => 0 - part);
  const weights = given.map((weight) => Math.max(0, weight));
  const sum = weights.reduce((total, weight) => total + BigInt(weight), 0n);
  const even = sum === 0n;
  const divisor = even ? BigInt(weights.length) : sum;
  const shares = weights.map((weight, index) => {
    const product = BigInt(amount) * (even ? 1n : BigInt(weight));
    return { index, share: product / divisor, remainder: product % divisor };
  });
  let left = amount - Number(shares.reduce((total, { share }) => total + share, 0n));
  const parts = shares.map(({ share }) => Number(share));
  const byRemainder = shares.toSorted((a, b) =>
    a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1,
  );
  for (const { index } of byRemainder) {
    if (left <= 0) break;
    parts[index] = (parts[index] ?? 0) + 1;
    left--;
  }
  return parts;
}
