import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compareMoney,
  currencyExponent,
  describeMoneyFault,
  formatAmount,
  isCurrency,
  MoneySchema,
  multiply,
  RatioSchema,
  readMoney,
  toWire,
} from "../../../core/platform/money.ts";

const currencies = fc.constantFrom("KRW", "JPY", "USD", "EUR", "KWD");
const amounts = fc.record({ minor: fc.maxSafeInteger(), currency: currencies });

describe("currencies", () => {
  it.each([
    ["KRW", 0],
    ["JPY", 0],
    ["USD", 2],
    ["EUR", 2],
    ["KWD", 3],
  ])("gives %s %i digits after the point", (currency, exponent) => {
    expect(currencyExponent(currency)).toBe(exponent);
  });

  it.each(["usd", "US", "XYZ1", "", "DOLLARS"])("does not know %j", (code) => {
    expect(isCurrency(code)).toBe(false);
    expect(readMoney("1", code)).toBe("UNKNOWN_CURRENCY");
  });
});

describe("readMoney", () => {
  it("reads back every amount that formatAmount writes, to the minor unit", () => {
    fc.assert(
      fc.property(amounts, (money) => {
        expect(readMoney(formatAmount(money), money.currency)).toEqual(money);
      }),
    );
  });

  it.each([
    ["13", "USD", 1300],
    ["13.000", "USD", 1300],
    ["19.99", "USD", 1999],
    ["0.1", "USD", 10],
    ["59000", "KRW", 59_000],
    ["59000.00", "JPY", 59_000],
    ["1.5", "KWD", 1500],
    ["1.3E+4", "KRW", 13_000],
  ])("reads %s %s as %i minor units", (text, currency, minor) => {
    expect(readMoney(text, currency)).toEqual({ minor, currency });
  });

  it.each([
    ["13.005", "USD", "TOO_PRECISE"],
    ["0.5", "KRW", "TOO_PRECISE"],
    ["1.0001", "KWD", "TOO_PRECISE"],
    ["90071992547409.92", "USD", "OUT_OF_RANGE"],
    ["1,299.00", "USD", "NOT_A_NUMBER"],
    ["$5", "USD", "NOT_A_NUMBER"],
  ])("refuses %s %s as %s instead of guessing", (text, currency, fault) => {
    expect(readMoney(text, currency)).toBe(fault);
  });

  it("never rounds: what it takes has the same value as the text", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }),
        fc.nat({ max: 6 }),
        currencies,
        (digits, scale, currency) => {
          const sign = digits < 0n ? "-" : "";
          const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, "0");
          const money = readMoney(
            scale === 0 ? sign + text : `${sign}${text.slice(0, -scale)}.${text.slice(-scale)}`,
            currency,
          );
          if (typeof money === "string") {
            expect(money).toBe("TOO_PRECISE");
            return;
          }
          const exponent = currencyExponent(currency);
          expect(BigInt(money.minor) * 10n ** BigInt(scale)).toBe(digits * 10n ** BigInt(exponent));
        },
      ),
    );
  });
});

describe("multiply", () => {
  it("is within half a minor unit of the exact product", () => {
    const factors = fc.record({ digits: fc.bigInt({ min: -10_000n, max: 10_000n }), scale: fc.nat({ max: 6 }) });
    fc.assert(
      fc.property(fc.integer(), currencies, factors, (minor, currency, factor) => {
        const unit = 10n ** BigInt(factor.scale);
        const error = BigInt(multiply({ minor, currency }, factor).minor) * unit - BigInt(minor) * factor.digits;
        expect(2n * (error < 0n ? -error : error) <= unit).toBe(true);
      }),
    );
  });

  it("rounds half a cent away from zero", () => {
    const half = { digits: 5n, scale: 1 };
    expect(multiply({ minor: 1, currency: "USD" }, half).minor).toBe(1);
    expect(multiply({ minor: -1, currency: "USD" }, half).minor).toBe(-1);
    expect(multiply({ minor: 1001, currency: "KRW" }, half).minor).toBe(501);
  });

  it("throws rather than lose digits beyond the safe integers", () => {
    expect(() => multiply({ minor: Number.MAX_SAFE_INTEGER, currency: "USD" }, { digits: 2n, scale: 0 })).toThrow(
      expect.objectContaining({ code: "INVALID_PRICING" }),
    );
  });
});

describe("compareMoney", () => {
  it("orders amounts of one currency and refuses two", () => {
    expect(compareMoney({ minor: 1, currency: "USD" }, { minor: 2, currency: "USD" })).toBeLessThan(0);
    expect(() => compareMoney({ minor: 1, currency: "USD" }, { minor: 1, currency: "KRW" })).toThrow(RangeError);
  });
});

describe("MoneySchema", () => {
  it("takes what toWire gives, for every amount that is not negative", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), currencies, (minor, currency) => {
        expect(MoneySchema.parse(toWire({ minor, currency }))).toEqual({ minor, currency });
      }),
    );
  });

  it.each([
    [{ amount: 13, currency: "USD" }],
    [{ amount: "-1", currency: "USD" }],
    [{ amount: "1.001", currency: "USD" }],
    [{ amount: "1", currency: "usd" }],
    [{ amount: "1", currency: "USD", note: "extra" }],
    ["13.00"],
  ])("refuses %j", (wire) => {
    expect(MoneySchema.safeParse(wire).success).toBe(false);
  });

  it("says what was wrong with which amount", () => {
    expect(describeMoneyFault("TOO_PRECISE", "13.005", "USD")).toBe('"13.005" USD has more decimals than its currency');
    const result = MoneySchema.safeParse({ amount: "-1", currency: "USD" });
    expect(result.error?.issues[0]?.message).toBe("must not be negative");
  });
});

describe("RatioSchema", () => {
  it("reads a JSON number by its shortest decimal text", () => {
    expect(RatioSchema.parse(0.3)).toEqual({ digits: 3n, scale: 1 });
    expect(RatioSchema.parse("0.30")).toEqual({ digits: 30n, scale: 2 });
    for (const text of ["a third", "-0.1", "1000", "1e39"]) expect(RatioSchema.safeParse(text).success).toBe(false);
  });
});
