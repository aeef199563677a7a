import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addDecimals,
  type Decimal,
  divideRounded,
  formatDecimal,
  parseDecimal,
} from "../../../core/platform/decimal.ts";

const decimals = fc.record({ digits: fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), scale: fc.nat({ max: 12 }) });

/** As a fraction over 10^30, so that decimals of any scale here compare. */
const value = ({ digits, scale }: Decimal) => digits * 10n ** BigInt(30 - scale);

describe("parseDecimal", () => {
  it.each([
    ["0", 0n, 0],
    ["12", 12n, 0],
    ["-12.50", -1250n, 2],
    ["+7.", 7n, 0],
    [".5", 5n, 1],
    ["-.05", -5n, 2],
    ["1.3E+4", 13_000n, 0],
    ["1.3e-4", 13n, 5],
    ["00012", 12n, 0],
  ])("reads %s exactly", (text, digits, scale) => {
    expect(parseDecimal(text)).toEqual({ digits, scale });
  });

  it.each([
    "",
    " ",
    "1,000",
    "1 000",
    "NaN",
    "Infinity",
    "0x10",
    "1e",
    "--1",
    "1.2.3",
    ".",
    "-",
    "١٢",
    "1_000",
    "12\n",
  ])("refuses %j", (text) => {
    expect(parseDecimal(text)).toBeUndefined();
  });

  it("refuses a megabyte of digits and an exponent that would make one", () => {
    expect(parseDecimal("9".repeat(1_000_000))).toBeUndefined();
    expect(parseDecimal("1e999")).toBeUndefined();
    expect(parseDecimal("1e-999")).toBeUndefined();
  });

  it("reads back what formatDecimal writes", () => {
    fc.assert(
      fc.property(decimals, (decimal) => {
        expect(parseDecimal(formatDecimal(decimal))).toEqual(decimal);
      }),
    );
  });

  it("reads the shortest text of any number of everyday size to that number", () => {
    fc.assert(
      fc.property(fc.double({ min: -1e15, max: 1e15, noNaN: true }), (number) => {
        const decimal = parseDecimal(String(number));
        if (decimal) expect(Number(formatDecimal(decimal))).toBe(number === 0 ? 0 : number);
        else expect(Math.abs(number)).toBeLessThan(1e-20);
      }),
    );
  });
});

describe("addDecimals", () => {
  it("loses nothing, whatever the scales", () => {
    fc.assert(
      fc.property(decimals, decimals, (a, b) => {
        expect(value(addDecimals(a, b))).toBe(value(a) + value(b));
      }),
    );
  });

  it("makes 0.3 of 0.1 and 0.2", () => {
    expect(addDecimals({ digits: 1n, scale: 1 }, { digits: 2n, scale: 1 })).toEqual({ digits: 3n, scale: 1 });
  });
});

describe("divideRounded", () => {
  const numerators = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n });
  const denominators = numerators.filter((n) => n !== 0n);
  const abs = (n: bigint) => (n < 0n ? -n : n);

  it("is never further than half a unit from the exact quotient", () => {
    fc.assert(
      fc.property(numerators, denominators, (n, d) => {
        expect(2n * abs(divideRounded(n, d) * d - n) <= abs(d)).toBe(true);
      }),
    );
  });

  it("rounds halves away from zero, on both sides alike", () => {
    expect([5n, -5n, 15n, -15n, 4n, -4n].map((n) => divideRounded(n, 10n))).toEqual([1n, -1n, 2n, -2n, 0n, 0n]);
    fc.assert(
      fc.property(numerators, denominators, (n, d) => {
        expect(divideRounded(-n, d)).toBe(-divideRounded(n, d));
      }),
    );
  });
});
