import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backoffMs } from "../../../core/platform/backoff.ts";

const fractions = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe("backoffMs", () => {
  it("lies between zero and the doubled base, never above the cap, at any attempt", () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 2_000 }),
        fc.integer({ min: 1, max: 60_000 }),
        fc.nat({ max: 60_000 }),
        fractions,
        (attempt, base, cap, fraction) => {
          const wait = backoffMs(attempt, base, cap, () => fraction);
          expect(Number.isInteger(wait)).toBe(true);
          expect(wait).toBeGreaterThanOrEqual(0);
          expect(wait).toBeLessThanOrEqual(Math.min(cap, base * 2 ** attempt));
        },
      ),
    );
  });

  it("doubles its bound each attempt and spreads over the whole of it", () => {
    const almostOne = () => 0.999999;
    expect([0, 1, 2, 3, 4].map((attempt) => backoffMs(attempt, 100, 1_000, almostOne))).toEqual([
      99, 199, 399, 799, 999,
    ]);
    expect(backoffMs(3, 100, 1_000, () => 0)).toBe(0);
  });
});
