import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDecimal } from "../../../core/platform/decimal.ts";
import { type Money, toWire } from "../../../core/platform/money.ts";
import { calculatePrice, minimumPrice } from "../../../core/pricing/index.ts";

const usd = (minor: number): Money => ({ minor, currency: "USD" });
const ratio = (text: string) => parseDecimal(text) ?? { digits: 0n, scale: 0 };
const amounts = (price: ReturnType<typeof calculatePrice>) => ({
  base: toWire(price.basePrice).amount,
  sale: toWire(price.salePrice).amount,
  min: toWire(price.minPrice).amount,
  recommended: toWire(price.recommendedPrice).amount,
});

describe("the price of a product", () => {
  it("S0-42: cost 10.00, competitor 20.00, margin 0.3 gives 13.00, sale 11.70, minimum 11.00", () => {
    const price = calculatePrice({ cost: usd(1000), competitorPrice: usd(2000), margin: ratio("0.3") });
    expect(amounts(price)).toEqual({ base: "13.00", sale: "11.70", min: "11.00", recommended: "13.00" });
    expect(price.conflicts).toEqual([]);
  });

  it("S0-36: takes a margin of 0.3 where none is given", () => {
    expect(amounts(calculatePrice({ cost: usd(1000) })).base).toBe("13.00");
  });

  it("S0-37: is lifted to the category's floor, and says so", () => {
    const price = calculatePrice({ cost: usd(1000), margin: ratio("0.1"), minMargin: ratio("0.5") });
    expect(amounts(price).base).toBe("15.00");
    expect(price.trace.find(({ rule }) => rule === "categoryFloor")).toMatchObject({
      applied: true,
      inputs: { floor: "15.00" },
    });
  });

  it("S0-38: is capped at 95 % of the competitor's after the floor, not before", () => {
    const price = calculatePrice({
      cost: usd(1000),
      margin: ratio("0.1"),
      minMargin: ratio("0.5"),
      competitorPrice: usd(1400),
    });
    expect(amounts(price).base).toBe("13.30");
    expect(price.trace.map(({ rule }) => rule)).toEqual([
      "margin",
      "categoryFloor",
      "competitorCap",
      "recommended",
      "sale",
      "minimum",
    ]);
  });

  it("S0-43, decision 1: names the conflict when the cap pushes it under the minimum", () => {
    const price = calculatePrice({ cost: usd(1000), competitorPrice: usd(1000) });
    expect(amounts(price)).toEqual({ base: "9.50", sale: "8.55", min: "11.00", recommended: "9.50" });
    expect(price.conflicts).toEqual(["BELOW_MIN_PRICE"]);
  });

  it("names the conflict also when only the sale price is under the minimum", () => {
    const price = calculatePrice({ cost: usd(1000), margin: ratio("0.15") });
    expect(amounts(price)).toMatchObject({ base: "11.50", sale: "10.35", min: "11.00" });
    expect(price.conflicts).toEqual(["BELOW_MIN_PRICE"]);
  });

  it.each([
    ["KRW", 10_001, "13001"],
    ["JPY", 5, "7"],
    ["KWD", 1_005, "1.307"],
  ])("rounds to the minor unit of %s, halves away from zero", (currency, minor, base) => {
    expect(amounts(calculatePrice({ cost: { minor, currency } })).base).toBe(base);
  });

  it("refuses to compare two currencies", () => {
    expect(() => calculatePrice({ cost: usd(1000), competitorPrice: { minor: 900, currency: "EUR" } })).toThrow(
      /Cannot compare/,
    );
  });

  it("never exceeds a competitor's cap by more than rounding, and its last step explains the minimum", () => {
    const input = fc.record({
      cost: fc.integer({ min: 1, max: 10_000_000 }),
      competitor: fc.integer({ min: 1, max: 10_000_000 }),
      margin: fc.integer({ min: 0, max: 500 }),
    });
    fc.assert(
      fc.property(input, ({ cost, competitor, margin }) => {
        const price = calculatePrice({
          cost: usd(cost),
          competitorPrice: usd(competitor),
          margin: { digits: BigInt(margin), scale: 2 },
        });
        expect(price.basePrice.minor * 100).toBeLessThanOrEqual(competitor * 95 + 50);
        expect(price.minPrice).toEqual(minimumPrice(usd(cost)));
        expect(price.conflicts.length > 0).toBe(
          Math.min(price.salePrice.minor, price.basePrice.minor) < price.minPrice.minor,
        );
        expect(price.trace.at(-1)?.result).toEqual(toWire(price.minPrice));
      }),
    );
  });
});
