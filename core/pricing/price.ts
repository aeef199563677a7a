import { addDecimals, type Decimal, formatDecimal } from "../platform/decimal.ts";
import { compareMoney, type Money, multiply, toWire, type WireMoney } from "../platform/money.ts";

export interface PriceInput {
  /** What one unit costs us. */
  cost: Money;
  /** The lowest price at which someone else sells it, in the currency of the cost. */
  competitorPrice?: Money | undefined;
  /** Wanted margin on cost: 0.3 is 30 %. */
  margin?: Decimal | undefined;
  /** The category's own or inherited floor for the margin. */
  minMargin?: Decimal | undefined;
}

export type PriceConflict = "BELOW_MIN_PRICE";

/** One step of the calculation: what rule, with what, and the price after it. `applied` is false where it changed nothing. */
export interface PriceStep {
  rule: "margin" | "categoryFloor" | "competitorCap" | "recommended" | "sale" | "minimum";
  formula: string;
  inputs: Record<string, string>;
  result: WireMoney;
  applied: boolean;
}

export interface Price {
  basePrice: Money;
  salePrice: Money;
  minPrice: Money;
  recommendedPrice: Money;
  conflicts: PriceConflict[];
  trace: PriceStep[];
}

const DEFAULT_MARGIN: Decimal = { digits: 3n, scale: 1 };
/** A competitor's price is undercut by 5 %. */
const COMPETITOR_FACTOR: Decimal = { digits: 95n, scale: 2 };
/** The sale price is 10 % under the base price. */
const SALE_FACTOR: Decimal = { digits: 9n, scale: 1 };
/** Nothing is published for less than cost and 10 %. */
const MINIMUM_FACTOR: Decimal = { digits: 11n, scale: 1 };
const ONE: Decimal = { digits: 1n, scale: 0 };

/**
 * The price of a product, and how it came to be: margin, then category floor, then competitor cap (which may undercut
 * the floor: that is a conflict the answer names, not one it hides). Each price is rounded once to its currency's
 * minor unit, halves away from zero; the sale price is taken from the rounded base price, which is what a buyer sees.
 * Pure. Throws RangeError when the currencies differ.
 */
export function calculatePrice({ cost, competitorPrice, margin = DEFAULT_MARGIN, minMargin }: PriceInput): Price {
  const trace: PriceStep[] = [];
  const step = (
    rule: PriceStep["rule"],
    formula: string,
    inputs: Record<string, string>,
    result: Money,
    applied = true,
  ) => {
    trace.push({ rule, formula, inputs, result: toWire(result), applied });
    return result;
  };
  const costText = toWire(cost).amount;

  let base = step(
    "margin",
    "cost × (1 + margin)",
    { cost: costText, margin: formatDecimal(margin) },
    multiply(cost, addDecimals(ONE, margin)),
  );

  if (minMargin) {
    const floor = multiply(cost, addDecimals(ONE, minMargin));
    const applied = compareMoney(floor, base) > 0;
    base = applied ? floor : base;
    const inputs = { cost: costText, minMargin: formatDecimal(minMargin), floor: toWire(floor).amount };
    step("categoryFloor", "max(base, cost × (1 + minMargin))", inputs, base, applied);
  }

  if (competitorPrice) {
    const cap = multiply(competitorPrice, COMPETITOR_FACTOR);
    const applied = compareMoney(cap, base) < 0;
    base = applied ? cap : base;
    const inputs = { competitorPrice: toWire(competitorPrice).amount, cap: toWire(cap).amount };
    step("competitorCap", "min(base, competitorPrice × 0.95)", inputs, base, applied);
  }

  step("recommended", "base", {}, base);
  const salePrice = step("sale", "base × 0.9", { base: toWire(base).amount }, multiply(base, SALE_FACTOR));
  const minPrice = step("minimum", "cost × 1.1", { cost: costText }, multiply(cost, MINIMUM_FACTOR));
  const below = compareMoney(base, minPrice) < 0 || compareMoney(salePrice, minPrice) < 0;

  return {
    basePrice: base,
    salePrice,
    minPrice,
    recommendedPrice: base,
    conflicts: below ? ["BELOW_MIN_PRICE"] : [],
    trace,
  };
}

/** The least price at which a product of this cost may be published. */
export function minimumPrice(cost: Money): Money {
  return multiply(cost, MINIMUM_FACTOR);
}
