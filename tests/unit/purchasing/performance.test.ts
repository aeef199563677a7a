import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ENOUGH, performanceOf, quantile } from "../../../core/purchasing/performance.ts";
import { MOST_STEPS, statsOfChange, stepOf } from "../../../core/purchasing/stats.ts";
import { lineOf, NOW, partOf, purchaseOf } from "./purchases.ts";

const HOUR = 3_600_000;
const placedAt = new Date(NOW - 30 * HOUR).toISOString();

const count = fc.integer({ min: 0, max: 10_000 });
const money = fc.integer({ min: 1, max: 1_000_000_000 });
const sums = fc
  .record({
    orders: count,
    units: count,
    filled: count,
    missed: count,
    cancelledUnits: count,
    cancelledShare: fc.double({ min: 0, max: 1, noNaN: true }),
    pricedLines: count,
    "expected:KRW": money,
    "paid:KRW": money,
    steps: fc.array(fc.tuple(fc.integer({ min: 1, max: MOST_STEPS }), count), { maxLength: 10 }),
  })
  .map(({ steps, cancelledShare, ...rest }): Record<string, number> => {
    const all: Record<string, number> = { ...rest, cancelledOrders: Math.floor(rest.orders * cancelledShare) };
    for (const [step, times] of steps) all[`received:${step}`] = (all[`received:${step}`] ?? 0) + times;
    return all;
  });

const scoreOf = (given: Record<string, number>, name: string) =>
  performanceOf(given).parts.find((part) => part.name === name)?.score;

describe("a supplier's score", () => {
  test("is between 0 and 100, and so is each part that has one; a part without enough has none and says so", () => {
    fc.assert(
      fc.property(sums, (given) => {
        const { score, parts } = performanceOf(given);
        for (const part of parts) {
          if (part.observations < part.needed) {
            expect(part.score).toBeUndefined();
            expect(part.because).toBe(`Not enough data: ${part.observations} of ${part.needed}`);
          } else {
            expect(part.score).toBeGreaterThanOrEqual(0);
            expect(part.score).toBeLessThanOrEqual(100);
          }
        }
        const known = parts.flatMap((part) => part.score ?? []);
        if (known.length === 0) return expect(score).toBeUndefined();
        expect(score).toBeGreaterThanOrEqual(Math.min(...known));
        expect(score).toBeLessThanOrEqual(Math.max(...known));
      }),
    );
  });

  test("never rises when more is missed, cancelled, late or dearer", () => {
    fc.assert(
      fc.property(sums, count, (given, more) => {
        const worse = (change: Record<string, number>, name: string) => {
          const after = Object.fromEntries(
            [...new Set([...Object.keys(given), ...Object.keys(change)])].map((key) => [
              key,
              (given[key] ?? 0) + (change[key] ?? 0),
            ]),
          );
          const [before, now] = [scoreOf(given, name), scoreOf(after, name)];
          if (before !== undefined && now !== undefined) expect(now).toBeLessThanOrEqual(before);
        };
        worse({ missed: more }, "fillRate");
        worse({ cancelledOrders: more }, "cancellations");
        worse({ "paid:KRW": more }, "priceDrift");
        worse({ [`received:${MOST_STEPS}`]: more }, "leadTime");
      }),
    );
  });

  test("is the best for one who sends all of it at once, at the price", () => {
    const good = {
      orders: 10,
      units: 30,
      filled: 30,
      pricedLines: 10,
      "expected:KRW": 9_000,
      "paid:KRW": 9_000,
      "received:2": 10,
    };
    expect(performanceOf(good).score).toBe(100);
    expect(performanceOf({}).score).toBeUndefined();
    expect(
      performanceOf({})
        .parts.map(({ weight }) => weight)
        .reduce((sum, weight) => sum + weight, 0),
    ).toBe(100);
  });

  test("shows what each part was made of", () => {
    const given = { pricedLines: ENOUGH.priceDrift, "expected:KRW": 10_000, "paid:KRW": 10_500 };
    const drift = performanceOf(given).parts.find(({ name }) => name === "priceDrift");
    expect(drift).toMatchObject({
      score: 50,
      inputs: { expectedKRW: { amount: "10000", currency: "KRW" }, paidKRW: { amount: "10500", currency: "KRW" } },
    });
    expect(drift?.because).toContain("10500 KRW was paid for what should have cost 10000");
  });

  test("takes times by steps of six hours, of which the share that is asked for has passed", () => {
    expect(stepOf(0)).toBe(1);
    expect(stepOf(6 * HOUR)).toBe(1);
    expect(stepOf(6 * HOUR + 1)).toBe(2);
    expect(stepOf(10_000 * HOUR)).toBe(MOST_STEPS);
    const steps = Array.from({ length: MOST_STEPS }, (_, index) => (index === 0 ? 9 : index === 9 ? 1 : 0));
    expect(quantile({ count: 10, steps }, 0.5)).toBe(6);
    expect(quantile({ count: 10, steps }, 0.95)).toBe(60);
  });
});

describe("what a purchase adds to its supplier's figures", () => {
  const before = purchaseOf({ placedAt, parts: [partOf("F-1", ["1"]), partOf("F-2", ["2"])] });

  test("is an order and its units once, and each line's price when it is known", () => {
    const draft = purchaseOf({ status: "submitting" });
    const lines = [lineOf("1", { paidMinor: 3_300 }), lineOf("2")];
    expect(statsOfChange(draft, { ...before, lines, placedAt: new Date(NOW).toISOString() }, NOW)).toEqual({
      orders: 1,
      units: 6,
      pricedLines: 1,
      "expected:KRW": 3_000,
      "paid:KRW": 3_300,
    });
    expect(statsOfChange({ ...before, lines }, { ...before, lines }, NOW)).toEqual({});
  });

  test("is what came, how long that took, and what was given up", () => {
    const after = { ...before, lines: [lineOf("1", { received: 4 }), lineOf("2", { received: 1, isClosed: true })] };
    expect(statsOfChange(before, after, NOW)).toEqual({ filled: 4, missed: 2, "received:5": 1 });
  });

  test("is what the supplier cancelled, unless we had asked for it", () => {
    const parts = [partOf("F-1", ["1"], { status: "cancelled" }), partOf("F-2", ["2"])];
    const after = { ...before, parts, lines: [lineOf("1", { isClosed: true }), lineOf("2")] };
    expect(statsOfChange(before, after, NOW)).toEqual({ missed: 3, cancelledUnits: 3, cancelledOrders: 1 });
    expect(statsOfChange(before, { ...after, cancelAskedAt: placedAt }, NOW)).toEqual({});
  });

  test("counts what was sent to a buyer as filled when it was sent", () => {
    const sale = { ...before, destination: "customer" as const, orderId: "ord_1" };
    const shippedAt = new Date(NOW).toISOString();
    const parts = [partOf("F-1", ["1"], { status: "shipped", shippedAt }), partOf("F-2", ["2"])];
    expect(statsOfChange(sale, { ...sale, parts }, NOW)).toEqual({ filled: 3, "shipped:5": 1 });
  });
});
