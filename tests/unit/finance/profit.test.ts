import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { costEntries, type Entry, refundEntries, saleEntries } from "../../../core/finance/index.ts";
import { summarize } from "../../../core/finance/ledger/summary.ts";
import type { Transaction } from "../../../core/finance/ledger/transaction.ts";
import { addSums, resultOf, sumLines } from "../../../core/finance/profit/profit.ts";

const at = "2026-11-20T10:00:00.000Z";
const usd = (minor: number) => ({ minor, currency: "USD" });
const written = (entries: Entry[]): Transaction[] =>
  entries.map((entry, index) => ({ ...entry, id: `txn_${index}`, recordedAt: at, createdBy: "test" }));

const order = { orderId: "ord_1", channel: "shop", occurredAt: at, currency: "USD" };

describe("the profit of an order", () => {
  test("shares shipping, fees and discounts out by what the lines were sold for", () => {
    const sums = sumLines(
      written([
        ...saleEntries({
          ...order,
          lines: [
            { lineId: "a", quantity: 1, amount: usd(10_000), fromStock: true },
            { lineId: "b", quantity: 1, amount: usd(5_000), fromStock: true },
          ],
          shipping: usd(100),
          tax: usd(9_999),
          fees: [{ kind: "payment", amount: usd(1_000) }],
        }),
        ...costEntries({
          ...order,
          causeId: "ful_1",
          direction: "issued",
          lines: [{ lineId: "a", quantity: 1, cost: usd(6_000) }],
        }),
      ]),
    ).get("USD");
    expect(sums?.get("a")).toEqual({ revenue: 10_067, refunds: 0, fees: -667, cost: -6_000, adjustments: 0 });
    expect(sums?.get("b")).toEqual({ revenue: 5_033, refunds: 0, fees: -333, cost: 0, adjustments: 0 });
    expect(resultOf("USD", addSums(sums?.values() ?? []), true)).toEqual({
      currency: "USD",
      revenue: { amount: "151.00", currency: "USD" },
      refunds: { amount: "0.00", currency: "USD" },
      fees: { amount: "-10.00", currency: "USD" },
      cost: { amount: "-60.00", currency: "USD" },
      adjustments: { amount: "0.00", currency: "USD" },
      profit: { amount: "81.00", currency: "USD" },
      margin: "0.5364",
      roi: "1.3500",
    });
  });

  test("has neither margin nor return where a cost is not known, or there is nothing to divide by", () => {
    const sums = { revenue: 100, refunds: 0, fees: 0, cost: 0, adjustments: 0 };
    expect(resultOf("USD", sums, false)).toMatchObject({ margin: null, roi: null });
    expect(resultOf("USD", sums, true)).toMatchObject({ margin: "1.0000", roi: null });
    expect(resultOf("USD", { ...sums, refunds: -100 }, true)).toMatchObject({ margin: null });
  });

  test("of the lines sums to that of the order, to the minor unit", () => {
    const amount = fc.nat({ max: 100_000 }).map(usd);
    const lines = fc.array(amount, { minLength: 1, maxLength: 6 });
    const facts = fc.record({ lines, shipping: amount, fee: amount, refund: amount, refundShipping: amount });
    fc.assert(
      fc.property(facts, ({ lines, shipping, fee, refund, refundShipping }) => {
        const entries = written([
          ...saleEntries({
            ...order,
            lines: lines.map((amount, index) => ({ lineId: `l${index}`, quantity: 1, amount, fromStock: true })),
            shipping,
            fees: [{ kind: "payment", amount: fee }],
          }),
          ...refundEntries({
            ...order,
            refundId: "r",
            lines: [{ lineId: "l0", amount: refund }],
            shipping: refundShipping,
          }),
        ]);
        const total = addSums(sumLines(entries).get("USD")?.values() ?? []);
        const goods = lines.reduce((sum, { minor }) => sum + minor, 0);
        expect(total).toEqual({
          revenue: goods + shipping.minor,
          refunds: 0 - refund.minor - refundShipping.minor,
          fees: 0 - fee.minor,
          cost: 0,
          adjustments: 0,
        });
      }),
    );
  });
});

test("a summary adds up what numbers cannot hold, and counts purchases as cash and their goods as cost", () => {
  const day = { day: "2026-11-20", platform: "shop", currency: "KRW", count: 1 };
  const most = BigInt(Number.MAX_SAFE_INTEGER);
  const groups = summarize(
    [
      { ...day, type: "sale", minor: most },
      { ...day, day: "2026-12-01", type: "sale", minor: most },
      { ...day, type: "purchase", minor: -10n },
      { ...day, type: "costOfGoods", minor: -4n },
      { ...day, type: "payout", minor: 5n },
    ],
    "total",
  );
  expect(groups).toEqual([
    {
      group: "total",
      currency: "KRW",
      totals: [
        { type: "costOfGoods", amount: { amount: "-4", currency: "KRW" }, count: 1 },
        { type: "payout", amount: { amount: "5", currency: "KRW" }, count: 1 },
        { type: "purchase", amount: { amount: "-10", currency: "KRW" }, count: 1 },
        { type: "sale", amount: { amount: "18014398509481982", currency: "KRW" }, count: 2 },
      ],
      cash: { amount: "18014398509481972", currency: "KRW" },
      profit: { amount: "18014398509481978", currency: "KRW" },
    },
  ]);
});
