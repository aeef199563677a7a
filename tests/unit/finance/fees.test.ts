import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { builtInTable, builtInTables } from "../../../core/finance/fees/built-in.ts";
import { calculateFees, type FeeSale } from "../../../core/finance/fees/calculate.ts";
import { CreateFeeTableSchema, readRules, wireRule } from "../../../core/finance/fees/fee-table.ts";
import { leastPrice } from "../../../core/finance/fees/target.ts";
import { formatAmount, readMoney } from "../../../core/platform/money.ts";

const money = (amount: string, currency = "USD") => {
  const read = readMoney(amount, currency);
  if (typeof read === "string") throw new Error(read);
  return read;
};

function feesOf(channel: string, amount: string, changes: Partial<FeeSale> & { at?: string; currency?: string } = {}) {
  const { at = "2026-11-20T00:00:00.000Z", currency = "USD", ...sale } = changes;
  const fees = calculateFees(builtInTable(channel, at)?.rules ?? [], { price: money(amount, currency), ...sale });
  return {
    ...Object.fromEntries(fees.fees.map((fee) => [fee.kind, formatAmount(fee.amount)])),
    net: formatAmount(fees.net),
  };
}

describe("the fees that come with the product", () => {
  test.each([
    [1, "18.00", "176.00"],
    [2, "17.00", "177.00"],
    [3, "16.00", "178.00"],
    [4, "15.00", "179.00"],
    [5, "14.00", "180.00"],
  ])("StockX takes of level %i %s and 3 % of 200 dollars", (sellerLevel, transaction, net) => {
    expect(feesOf("stockx", "200.00", { sellerLevel })).toEqual({ transaction, processing: "6.00", net });
  });

  test("StockX takes its minimum where the rate comes to less, in the sale's own currency", () => {
    expect(feesOf("stockx", "30.00")).toEqual({ transaction: "5.00", processing: "0.90", net: "24.10" });
    expect(feesOf("stockx", "50000", { currency: "KRW" })).toEqual({
      transaction: "7500",
      processing: "1500",
      net: "41000",
    });
    expect(feesOf("stockx", "5000", { currency: "JPY" })).toEqual({
      transaction: "800",
      processing: "150",
      net: "4050",
    });
  });

  test("the table of the sale's own time holds", () => {
    expect(feesOf("stockx", "200.00", { at: "2019-02-13T00:00:00.000Z" })).toMatchObject({ transaction: "19.00" });
    expect(feesOf("stockx", "200.00", { at: "2021-08-01T00:00:00.000Z" })).toMatchObject({ transaction: "20.00" });
    expect(feesOf("stockx", "200.00", { at: "2023-06-30T23:59:59.999Z" })).toMatchObject({ transaction: "20.00" });
    expect(feesOf("stockx", "200.00", { at: "2023-07-01T00:00:00.000Z" })).toMatchObject({ transaction: "18.00" });
  });

  test.each([
    [undefined, "US", "9.50"],
    [95, "US", "9.50"],
    [89, "US", "15.00"],
    [69, "US", "20.00"],
    [49, "US", "25.00"],
    [95, "CA", "12.40"],
  ])("Alias takes of a seller rated %s in %s %s of 100 dollars", (sellerLevel, country, commission) => {
    expect(feesOf("alias", "100.00", { sellerLevel, country })).toMatchObject({ commission });
  });

  test("Alias takes its cash-out of what the other fees leave, halves up", () => {
    // 150.01 - 14.25 (of 14.25095) - 0.90 (of 0.90006) = 134.86; 2.9 % of it is 3.91094
    expect(feesOf("alias", "150.01", { crossBorder: true })).toEqual({
      commission: "14.25",
      crossBorder: "0.90",
      cashOut: "3.91",
      net: "130.95",
    });
  });

  test("eBay takes its part of tax and shipping too, and the seller keeps price and shipping", () => {
    const fees = feesOf("ebay", "100.00", { shipping: money("10.00"), tax: money("8.00") });
    // 13.25 % of 118.00 is 15.635
    expect(fees).toEqual({ finalValue: "16.04", net: "93.96" });
  });

  test("the own shop, files and entries by hand pay nobody", () => {
    for (const channel of ["shop", "file", "manual"]) expect(feesOf(channel, "10.00")).toEqual({ net: "10.00" });
  });

  test("each says where it is from, and shows in the form in which it could be sent", () => {
    for (const table of builtInTables()) {
      expect(table.source?.length).toBeGreaterThan(10);
      expect(readRules(table.rules.map(wireRule))).toEqual(table.rules);
    }
  });

  test("an amount that the table does not name in the currency is left out, and said so", () => {
    const rules = builtInTable("stockx", "2026-01-01")?.rules ?? [];
    const { trace } = calculateFees(rules, { price: money("100.00", "EUR") });
    expect(trace.map(({ kind, warning }) => [kind, warning])).toEqual([
      ["transaction", "NO_AMOUNT_IN_CURRENCY"],
      ["processing", undefined],
    ]);
  });
});

test("a table whose rates could take more than nine tenths is refused", () => {
  const table = (rates: string[]) => ({
    channel: "x",
    effectiveFrom: "2026-01-01",
    rules: rates.map((rate, index) => ({ kind: `k${index}`, rate })),
  });
  expect(CreateFeeTableSchema.safeParse(table(["0.5", "0.4"])).success).toBe(true);
  expect(CreateFeeTableSchema.safeParse(table(["0.5", "0.4", "0.01"])).success).toBe(false);
  expect(CreateFeeTableSchema.safeParse(table(["1"])).success).toBe(false);
});

const CURRENCIES = ["USD", "KRW", "KWD"];
const cents = fc.nat({ max: 5_000 });

const anyRule = (kind: string, currency: string) =>
  fc
    .record(
      {
        base: fc.constantFrom("price", "total", "proceeds"),
        rate: fc.nat({ max: 200 }).map((thousandths) => `0.${String(thousandths).padStart(3, "0")}`),
        fixed: cents,
        minimum: cents,
        maximum: cents.map((amount) => amount + 5_000),
      },
      { requiredKeys: ["base"] },
    )
    .map(({ fixed, minimum, maximum, ...rest }) => {
      const amounts = (minor: number | undefined) =>
        minor === undefined ? undefined : [{ amount: formatAmount({ minor, currency }), currency }];
      const all = { fixed: amounts(fixed), minimum: amounts(minimum), maximum: amounts(maximum) };
      return { kind, ...rest, ...Object.fromEntries(Object.entries(all).filter(([, value]) => value)) };
    });

const anyFees = fc.constantFrom(...CURRENCIES).chain((currency) =>
  fc.record({
    currency: fc.constant(currency),
    rules: fc.tuple(anyRule("a", currency), anyRule("b", currency), anyRule("c", currency), anyRule("d", currency)),
    count: fc.integer({ min: 0, max: 4 }),
    shipping: cents,
    tax: cents,
  }),
);

describe("whatever a fee table says", () => {
  const read = ({
    rules,
    count,
    currency,
    shipping,
    tax,
  }: {
    rules: object[];
    count: number;
    currency: string;
    shipping: number;
    tax: number;
  }) => {
    const sale = { shipping: { minor: shipping, currency }, tax: { minor: tax, currency } };
    return { rules: readRules(rules.slice(0, count)), sale, currency };
  };

  test("the fees sum to the total, and with what is left to price and shipping", () => {
    fc.assert(
      fc.property(anyFees, fc.nat({ max: 10_000_000 }), (any, minor) => {
        const { rules, sale, currency } = read(any);
        const { fees, total, net } = calculateFees(rules, { ...sale, price: { minor, currency } });
        expect(fees.reduce((sum, { amount }) => sum + amount.minor, 0)).toBe(total.minor);
        expect(total.minor + net.minor).toBe(minor + sale.shipping.minor);
      }),
    );
  });

  test("the target price reaches what is wanted, and no lower price does", () => {
    fc.assert(
      fc.property(anyFees, fc.nat({ max: 100_000 }), fc.constantFrom(1, 7, 100), (any, wanted, step) => {
        const { rules, sale, currency } = read(any);
        const netAt = (minor: number) => calculateFees(rules, { ...sale, price: { minor, currency } }).net.minor;
        const price = leastPrice(rules, sale, { minor: wanted, currency }, step).minor;
        expect(price % step).toBe(0);
        expect(netAt(price)).toBeGreaterThanOrEqual(wanted);
        // What is left moves by whole fees only where a fee is rounded: beyond these no lower price comes near.
        for (let lower = price - step; lower >= 0 && lower > price - 200 * step; lower -= step)
          expect(netAt(lower)).toBeLessThan(wanted);
      }),
      { numRuns: 200 },
    );
  });

  test("the target price of what a price leaves is never more than that price", () => {
    fc.assert(
      fc.property(anyFees, fc.nat({ max: 1_000_000 }), (any, minor) => {
        const { rules, sale, currency } = read(any);
        const { net } = calculateFees(rules, { ...sale, price: { minor, currency } });
        fc.pre(net.minor >= 0);
        const target = leastPrice(rules, sale, net);
        expect(target.minor).toBeLessThanOrEqual(minor);
        expect(calculateFees(rules, { ...sale, price: target }).net.minor).toBeGreaterThanOrEqual(net.minor);
      }),
    );
  });
});

test("a price out of range is refused rather than wrong", () => {
  const rules = readRules([{ kind: "all", rate: "0.9" }]);
  expect(() => leastPrice(rules, {}, { minor: 8_000_000_000_000_000, currency: "USD" })).toThrow(
    /leaves as much|out of range/,
  );
});
