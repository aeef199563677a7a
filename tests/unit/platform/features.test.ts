import { describe, expect, test } from "vitest";
import { isOnFor } from "../../../core/platform/features.ts";

const subjects = Array.from({ length: 10_000 }, (_, index) => `org_${index}`);
const on = (percentage: number, feature = "a") => subjects.filter((subject) => isOnFor(feature, percentage, subject));

describe("a feature that is on for a share", () => {
  test("is on for about that share, for nobody at 0 and everybody at 100", () => {
    expect(on(0)).toHaveLength(0);
    expect(on(100)).toHaveLength(10_000);
    for (const percentage of [1, 10, 50, 90]) {
      const share = on(percentage).length / 100;
      expect(Math.abs(share - percentage)).toBeLessThan(2);
    }
  });

  test("stays on for whoever had it, while the share rises", () => {
    for (const [less, more] of [
      [1, 10],
      [10, 50],
      [50, 100],
    ] as const) {
      const later = new Set(on(more));
      expect(on(less).every((subject) => later.has(subject))).toBe(true);
    }
  });

  test("does not pick the same ones first for every feature", () => {
    const first = new Set(on(10, "a"));
    const both = on(10, "b").filter((subject) => first.has(subject));
    expect(both.length).toBeLessThan(200);
  });
});
