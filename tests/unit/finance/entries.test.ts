import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  costEntries,
  purchaseEntries,
  refundEntries,
  saleEntries,
  writeOffEntries,
} from "../../../core/finance/index.ts";
import type { SaleFacts } from "../../../core/finance/index.ts";
import { checkEntry, SIGN_OF_TYPE } from "../../../core/finance/ledger/transaction.ts";
import { allocate } from "../../../core/finance/profit/allocate.ts";

const at = "2026-11-20T10:00:00.000Z";
const usd = (minor: number) => ({ minor, currency: "USD" });

const sale: SaleFacts = {
  orderId: "ord_1",
  channel: "stockx",
  occurredAt: at,
  currency: "USD",
  lines: [
    { lineId: "a", quantity: 1, amount: usd(10_000), fromStock: true, productId: "prd_1", title: "A" },
    { lineId: "b", quantity: 2, amount: usd(5_000), fromStock: false, styleCode: "DD1391-100", size: "10" },
  ],
  discount: usd(500),
  shipping: usd(700),
  tax: usd(800),
  fees: [
    { kind: "transaction", amount: usd(900) },
    { kind: "processing", amount: usd(450) },
  ],
};

describe("entries of the books", () => {
  test("a sale is one entry for its goods, and one each for shipping, tax and fees", () => {
    expect(saleEntries(sale).map(({ type, amount, ref }) => [type, ref, amount.minor])).toEqual([
      ["sale", "sale", 14_500],
      ["shipping", "shipping", 700],
      ["tax", "tax", 800],
      ["fee", "fee", -1_350],
    ]);
  });

  test("a sold line says what it is of only where its cost is to be found outside the stock", () => {
    const [entry] = saleEntries(sale);
    expect(entry?.parts).toEqual([
      { kind: "line", minor: 10_000, lineId: "a", productId: "prd_1", quantity: 1 },
      { kind: "line", minor: 5_000, lineId: "b", quantity: 2, item: { styleCode: "DD1391-100", size: "10" } },
      { kind: "discount", minor: -500 },
    ]);
  });

  test("a sale of a thousand lines with long titles fits an item", () => {
    const line = { quantity: 1, amount: usd(100), fromStock: false, title: "x".repeat(500) };
    const lines = Array.from({ length: 1_200 }, (_, index) => ({
      ...line,
      lineId: `oln_${index}`,
      sku: `SKU-${index}`,
    }));
    const [entry] = saleEntries({ ...sale, lines });
    expect(Buffer.byteLength(JSON.stringify(entry))).toBeLessThan(200_000);
  });

  test("what is not there has no entry", () => {
    expect(saleEntries({ ...sale, lines: [], discount: usd(0), shipping: usd(0), tax: usd(0), fees: [] })).toEqual([
      expect.objectContaining({ type: "sale", amount: usd(0), parts: [] }),
    ]);
  });

  test("amounts of two currencies in one fact are a fault of whoever tells it", () => {
    expect(() => saleEntries({ ...sale, tax: { minor: 1, currency: "EUR" } })).toThrow(RangeError);
  });

  test("a refund, costs, purchases and losses take the sign of their type", () => {
    const all = [
      ...refundEntries({
        orderId: "ord_1",
        channel: "stockx",
        refundId: "ret_1",
        occurredAt: at,
        currency: "USD",
        lines: [{ lineId: "a", amount: usd(100) }],
        shipping: usd(10),
        tax: usd(5),
        fees: [{ kind: "transaction", amount: usd(9) }],
      }),
      ...costEntries({
        orderId: "ord_1",
        channel: "stockx",
        causeId: "ful_1",
        direction: "issued",
        occurredAt: at,
        lines: [
          { lineId: "a", quantity: 1, cost: usd(60) },
          { lineId: "b", quantity: 1, cost: { minor: 7, currency: "KRW" } },
        ],
      }),
      ...purchaseEntries({ source: { kind: "lot", id: "lot_1" }, occurredAt: at, quantity: 3, total: usd(99) }),
      ...writeOffEntries({
        source: { kind: "ledgerEntry", id: "led_1" },
        occurredAt: at,
        quantity: 1,
        cost: usd(33),
        reason: "spoil",
      }),
    ];
    for (const entry of all) checkEntry(entry);
    expect(all.map(({ type, amount }) => [type, amount.minor, amount.currency])).toEqual([
      ["refund", -110, "USD"],
      ["tax", -5, "USD"],
      ["feeRefund", 9, "USD"],
      ["costOfGoods", -60, "USD"],
      ["costOfGoods", -7, "KRW"],
      ["purchase", -99, "USD"],
      ["writeOff", -33, "USD"],
    ]);
    expect(new Set(all.map(({ ref }) => ref)).size).toBe(all.length);
  });

  test("an entry with a wrong sign, or whose parts miss its amount, is not written", () => {
    const [entry] = saleEntries({ ...sale, fees: [] });
    if (!entry) throw new Error("no entry");
    expect(() => checkEntry({ ...entry, type: "fee" })).toThrow(/cannot be a fee/);
    expect(() => checkEntry({ ...entry, amount: usd(1) })).toThrow(/sum to 14500/);
    expect(Object.keys(SIGN_OF_TYPE)).toHaveLength(11);
  });
});

test("what is shared out sums to what there was, each share its own sign, and differs from its exact part by less than one", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1_000_000, max: 1_000_000 }),
      fc.array(fc.nat({ max: 10_000 }), { minLength: 1, maxLength: 12 }),
      (minor, weights) => {
        const shares = allocate(minor, weights);
        expect(shares.reduce((sum, share) => sum + share, 0)).toBe(minor);
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        for (const [index, share] of shares.entries()) {
          const exact = total === 0 ? minor / weights.length : (minor * (weights[index] ?? 0)) / total;
          expect(Math.abs(share - exact)).toBeLessThan(1);
          expect(Object.is(share, -0)).toBe(false);
        }
      },
    ),
  );
});
