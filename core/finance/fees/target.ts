import { AppError } from "../../platform/errors.ts";
import { type Money, NO_CURRENCY } from "../../platform/money.ts";
import { applicable, calculateFees, type FeeSale } from "./calculate.ts";
import type { FeeRule } from "./fee-table.ts";

/**
 * The least price, in whole `step`s, at which the seller is left with the wanted amount. Pure. Throws INVALID_PRICING
 * where that is out of range.
 *
 * With every fee rounded by itself, what is left does not always rise with the price: where three fees go up by a cent
 * at once, a cent more of price leaves two less. But it never falls by more than a few units (`drop`). So the search
 * first finds by halves where what is left comes within `drop` of the goal, below which no price can reach it, and from
 * there tries one price after the other.
 */
export function leastPrice(rules: FeeRule[], sale: Omit<FeeSale, "price">, wanted: Money, step = 1): Money {
  const { currency } = wanted;
  const netAt = (steps: number) => {
    const minor = steps * step;
    if (!Number.isSafeInteger(minor)) throw new AppError("INVALID_PRICING", "No price leaves as much as is wanted");
    return calculateFees(rules, { ...sale, price: { minor, currency } }).net.minor;
  };
  const near = wanted.minor - dropOf(rules, sale);

  let high = 1;
  while (netAt(high) < near) high *= 2;
  let low = -1;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (netAt(middle) < near) low = middle;
    else high = middle;
  }
  // All rates together leave a tenth at least, so each ten units of price bring one nearer.
  while (netAt(high) < wanted.minor) high++;
  return { minor: high * step, currency };
}

/**
 * By how many minor units what is left can fall as the price rises. A fee is off its exact amount by half a unit for its
 * own rounding, and by its rate of what the fees before it are off by; falling takes one such error up and one down.
 */
function dropOf(rules: FeeRule[], sale: Omit<FeeSale, "price">): number {
  let errors = 0;
  for (const { rate, base } of applicable(rules, { ...sale, price: { minor: 0, currency: NO_CURRENCY } }))
    if (rate) errors += base === "proceeds" ? 0.5 + errors : 0.5;
  return 2 * Math.ceil(errors);
}
