import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lineTotal, orderTotal, splitAmount } from "../../../core/orders/amounts.ts";
import type { Order, OrderLine } from "../../../core/orders/order.ts";
import { shares } from "../../../core/orders/split.ts";
import { lineOf, orderOf } from "./orders.ts";

const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);
const amount = fc.integer({ min: 0, max: 1_000_000_00 });
const weights = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 20 });

describe("splitting an amount", () => {
  test("conserves the whole, to the minor unit, also of what is given back", () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.integer(), { minLength: 1, maxLength: 20 }), (whole, given) => {
        expect(sum(splitAmount(whole, given))).toBe(whole);
      }),
    );
  });

  test("gives each part its share, rounded down or up", () => {
    fc.assert(
      fc.property(amount, weights, (whole, given) => {
        const total = sum(given);
        fc.pre(total > 0);
        splitAmount(whole, given).forEach((part, at) => {
          const exact = (BigInt(whole) * BigInt(given[at] ?? 0)) / BigInt(total);
          expect([exact, exact + 1n]).toContain(BigInt(part));
          if (given[at] === 0) expect(part).toBe(0);
        });
      }),
    );
  });

  test.each([
    [100, [1, 1, 1], [34, 33, 33]],
    [1, [0, 0], [1, 0]],
    [0, [3, 4], [0, 0]],
    [-7, [1, 1], [-4, -3]],
    [10, [-5, 5], [0, 10]],
  ])("%i by %j is %j", (whole, given, parts) => {
    expect(splitAmount(whole, given)).toEqual(parts);
  });
});

const LINES = fc.array(fc.tuple(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 0, max: 3 })), {
  minLength: 2,
  maxLength: 12,
});

/** An order that is paid in part or whole and given back in part, and its lines in groups. */
const ORDERS = fc
  .record({ lines: LINES, shipping: amount, tax: amount, off: fc.nat(100), paid: fc.nat(100), back: fc.nat(100) })
  .map(({ lines, shipping, tax, off, paid, back }) => {
    const made = lines.map(([totalMinor], at) => lineOf({ id: String(at + 1), totalMinor }));
    const gross = sum(made.map(({ totalMinor }) => totalMinor)) + shipping + tax;
    const discountMinor = Math.floor((gross * off) / 100);
    const totalMinor = gross - discountMinor;
    const paidMinor = Math.floor((totalMinor * paid) / 100);
    const order = orderOf({
      lines: made,
      shippingMinor: shipping,
      taxMinor: tax,
      discountMinor,
      totalMinor,
      paidMinor,
      refundedMinor: Math.floor((paidMinor * back) / 100),
      fees: [{ kind: "commission", amountMinor: Math.floor(totalMinor / 7) }],
      payoutMinor: totalMinor - Math.floor(totalMinor / 7),
    });
    const groups = [...Map.groupBy(made, (_, at) => lines[at]?.[1]).values()] as OrderLine[][];
    return { order, groups };
  });

describe("splitting an order", () => {
  test("gives parts whose every amount sums to the order's, and none that comes to less than nothing", () => {
    fc.assert(
      fc.property(ORDERS, ({ order, groups }) => {
        const parts = shares(order, groups);
        const names = [
          "shippingMinor",
          "taxMinor",
          "discountMinor",
          "totalMinor",
          "paidMinor",
          "refundedMinor",
        ] as const;
        for (const name of names) expect(sum(parts.map((part) => part[name])), name).toBe(order[name]);
        expect(sum(parts.map(({ payoutMinor = 0 }) => payoutMinor))).toBe(order.payoutMinor);
        expect(sum(parts.flatMap(({ fees = [] }) => fees.map(({ amountMinor }) => amountMinor)))).toBe(
          order.fees?.[0]?.amountMinor,
        );
        expect(parts.flatMap(({ lines }) => lines.map(({ id }) => id)).toSorted()).toEqual(
          order.lines.map(({ id }) => id).toSorted(),
        );
        for (const part of parts) {
          expect(part.totalMinor).toBe(orderTotal(part));
          expect(part.paidMinor).toBeLessThanOrEqual(part.totalMinor);
          expect(part.refundedMinor).toBeLessThanOrEqual(part.paidMinor);
        }
      }),
    );
  });

  test("takes what is short along with its lines", () => {
    const lines = ["1", "2", "3"].map((id) => lineOf({ id }));
    const short = [{ lineId: "3", requested: 1, available: 0 }];
    const attention: Order["attention"] = { code: "INSUFFICIENT_STOCK", message: "1 unit is short", lines: short };
    const parts = shares(orderOf({ lines, attention }), [lines.slice(0, 2), lines.slice(2)]);
    expect(parts.map((part) => part.attention?.lines)).toEqual([undefined, short]);
  });
});

describe("an amount", () => {
  test("of a line is exact, or refused where it is beyond what can be exact", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 1, max: 1_000_000 }), (price, quantity) => {
        const exact = BigInt(price) * BigInt(quantity);
        if (exact <= BigInt(Number.MAX_SAFE_INTEGER)) expect(BigInt(lineTotal(price, quantity))).toBe(exact);
        else expect(() => lineTotal(price, quantity)).toThrow("out of range");
      }),
    );
  });

  test("of an order is never less than nothing", () => {
    const amounts = { lines: [{ totalMinor: 5 }], shippingMinor: 2, taxMinor: 1, discountMinor: 8 };
    expect(orderTotal(amounts)).toBe(0);
    expect(() => orderTotal({ ...amounts, discountMinor: 9 })).toThrow("more than the order comes to");
  });
});
