import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { afterPass, MOST_PASSES, nextWindow, type Window } from "../../../core/channels/orders-sync.ts";

const HOUR_MS = 3_600_000;
const NOW = Date.UTC(2026, 10, 21, 12);
const iso = (ms: number) => new Date(ms).toISOString();

describe("the time to be read next", () => {
  it("begins before what was read last, ends by now, and is no longer than the channel tells of", () => {
    const lengths = fc.integer({ min: 1, max: 48 * HOUR_MS });
    fc.assert(
      fc.property(fc.integer({ min: -HOUR_MS, max: 96 * HOUR_MS }), lengths, lengths, (age, overlapMs, more) => {
        const maxWindowMs = overlapMs + more;
        const window = nextWindow(iso(NOW - age), { overlapMs, maxWindowMs, now: NOW });
        const [from, to] = [Date.parse(window.from), Date.parse(window.to)];
        expect(from).toBe(Math.min(NOW - age, NOW) - overlapMs);
        expect(to).toBeLessThanOrEqual(NOW);
        expect(to - from).toBeLessThanOrEqual(maxWindowMs);
        // It comes further each time, or it would never be up to date.
        expect(to).toBeGreaterThan(Math.min(NOW - age, NOW - 1));
      }),
    );
  });
});

describe("what comes after a pass", () => {
  const pass = (changes: Partial<Window>): Window => ({
    from: iso(NOW - HOUR_MS),
    to: iso(NOW),
    pass: 1,
    pages: 3,
    isLong: true,
    isNews: true,
    ...changes,
  });

  it("is nothing where one page held all of each list, or a further pass brought nothing new", () => {
    expect(afterPass(pass({ isLong: false }))).toBe("done");
    expect(afterPass(pass({ pass: 2, isNews: false }))).toBe("done");
  });

  it("is another one where pages may have moved, a bounded number of times", () => {
    expect(afterPass(pass({ isNews: false }))).toBe("again");
    expect(afterPass(pass({ pass: 2 }))).toBe("again");
    expect(afterPass(pass({ pass: MOST_PASSES }))).toBe("later");
  });
});
