import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quotaOf } from "../../../core/accounts/budget/quota.ts";
import { type BudgetState, decide, EMPTY, paused, sharesOf } from "../../../core/accounts/budget/state.ts";
import type { Limit, Urgency } from "../../../core/connectors/index.ts";

const NOON = Date.UTC(2026, 10, 21, 12);
const DAY = 86_400_000;
const perSecond: Limit = { name: "second", limit: 1, windowMs: 1_000, window: "sliding" };
const perDay: Limit = { name: "day", limit: 25_000, windowMs: DAY, window: "fixed" };

interface Sent {
  at: number;
  units: number;
}

/** Who asks for what, how long after the one before, and by how much later it arrives, as a part of the margin. */
const asks = fc.array(
  fc.record({
    gap: fc.integer({ min: 0, max: 40 }),
    units: fc.integer({ min: 1, max: 3 }),
    urgency: fc.constantFrom<Urgency>("urgent", "bulk"),
    late: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  { minLength: 1, maxLength: 150 },
);

/** All asks in turn, each waiting as it is told; when each arrives at the provider. */
function run(
  limit: Limit,
  asked: readonly { gap: number; units: number; urgency: Urgency; late: number }[],
  marginMs: number,
) {
  let state: BudgetState = EMPTY;
  let now = NOON - 3 * limit.windowMs + 1;
  const sent: Sent[] = [];
  for (const { gap, units, urgency, late } of asked) {
    now += (gap * limit.windowMs) / 40;
    const shares = sharesOf([limit], { [limit.name]: units });
    for (let turn = 0; turn < 100; turn++) {
      const decision = decide(state, shares, { urgency, now, aheadMs: limit.windowMs });
      if (decision.kind === "wait") {
        expect(decision.until).toBeGreaterThan(now);
        now = decision.until;
        continue;
      }
      state = decision.state;
      // A lease may be used at its very end.
      const last = decision.calls > 1 ? decision.goodUntil - 1e-6 : decision.at;
      for (let call = 0; call < decision.calls; call++)
        sent.push({ at: (call === 0 ? decision.at : last) + late * marginMs, units });
      break;
    }
  }
  return sent.sort((one, other) => one.at - other.at);
}

const unitsWithin = (sent: readonly Sent[], from: number, to: number) =>
  sent.reduce((sum, { at, units }) => (at >= from && at < to ? sum + units : sum), 0);

describe("A budget", () => {
  it.each<[string, Limit, number]>([
    ["one a second", perSecond, 99],
    ["five a second", { ...perSecond, limit: 5 }, 99],
    ["three in ten seconds, a part kept", { ...perSecond, limit: 3, windowMs: 10_000, keptForUrgent: 0.4 }, 249],
    ["ten an hour", { ...perSecond, limit: 10, windowMs: 3_600_000 }, 1_999],
    ["a hundred in any day, a part kept", { ...perSecond, limit: 100, windowMs: DAY, keptForUrgent: 0.2 }, 1_999],
  ])("gives no window of a limit that slides more than it, wherever it begins: %s", (_name, limit, marginMs) => {
    const checked = sharesOf([limit], { [limit.name]: Math.min(limit.limit, 3) });
    expect(checked).toHaveLength(1);
    fc.assert(
      fc.property(asks, (asked) => {
        const fitting = asked.map((one) => ({ ...one, units: Math.min(one.units, limit.limit) }));
        const sent = run(limit, fitting, marginMs);
        for (const { at } of sent) expect(unitsWithin(sent, at, at + limit.windowMs)).toBeLessThanOrEqual(limit.limit);
      }),
      { numRuns: 60 },
    );
  });

  it.each([0, 1_999, -1_999])("gives no day more than its limit, by a clock that is %i ms off", (skewMs) => {
    const limit: Limit = { ...perDay, limit: 40 };
    fc.assert(
      fc.property(asks, (asked) => {
        const sent = run(limit, asked, 0);
        const days = Map.groupBy(sent, ({ at }) => Math.floor((at + skewMs) / DAY));
        for (const day of days.values()) expect(unitsWithin(day, 0, Infinity)).toBeLessThanOrEqual(limit.limit);
      }),
      { numRuns: 60 },
    );
  });

  it("takes of all limits or of none", () => {
    const limits = [perSecond, { ...perDay, limit: 1 }];
    const ask = { urgency: "urgent", now: NOON, aheadMs: 5_000 } as const;
    const first = decide(EMPTY, sharesOf(limits, {}), ask);
    if (first.kind !== "go") throw new Error("The first call was refused");
    const second = decide(first.state, sharesOf(limits, {}), ask);
    expect(second).toMatchObject({ kind: "wait", reason: "the limit day is used up" });
    const other = decide(first.state, sharesOf([perSecond], {}), ask);
    expect(other).toMatchObject({ kind: "go", at: NOON + 1_100 });
  });

  it("keeps its last share for urgent calls", () => {
    const limit = { ...perDay, limit: 10, keptForUrgent: 0.2 };
    const takeAll = (urgency: Urgency, from: BudgetState) => {
      let state = from;
      let taken = 0;
      for (;;) {
        const decision = decide(state, sharesOf([limit], {}), { urgency, now: NOON, aheadMs: 0 });
        if (decision.kind === "wait") return { state, taken, until: decision.until };
        state = decision.state;
        taken += decision.calls;
      }
    };
    const bulk = takeAll("bulk", EMPTY);
    expect(bulk).toMatchObject({ taken: 8, until: Date.UTC(2026, 10, 22) + 2_000 });
    expect(takeAll("urgent", bulk.state).taken).toBe(2);
  });

  it("lets an urgent call wait for one that is not at most, however many of those ask", () => {
    let state: BudgetState = EMPTY;
    for (let bulk = 0; bulk < 20; bulk++) {
      const decision = decide(state, sharesOf([perSecond], {}), { urgency: "bulk", now: NOON, aheadMs: 5_000 });
      if (decision.kind === "go") state = decision.state;
    }
    const urgent = decide(state, sharesOf([perSecond], {}), { urgency: "urgent", now: NOON, aheadMs: 15_000 });
    expect(urgent).toMatchObject({ kind: "go", at: NOON + 2_200 });
  });

  it("refuses what no wait would make possible", () => {
    expect(() => sharesOf([perSecond], { second: 2 })).toThrow(RangeError);
  });

  it("counts a call in the limits of its scopes, and in those that count all", () => {
    const scoped = { ...perDay, name: "batches", scope: "batch" };
    expect(sharesOf([perDay, scoped], {})).toEqual([{ limit: perDay, units: 1 }]);
    expect(sharesOf([perDay, scoped], { batch: 3 }).map(({ units }) => units)).toEqual([1, 3]);
  });
});

describe("A pause", () => {
  it("lasts as long as the provider asks for, a day at most", () => {
    expect(paused(EMPTY, 90_000, NOON).pausedUntil).toBe(NOON + 90_000);
    expect(paused(EMPTY, 1e12, NOON).pausedUntil).toBe(NOON + DAY);
    expect(paused({ ...EMPTY, pausedUntil: NOON + 5_000 }, 1_000, NOON).pausedUntil).toBe(NOON + 5_000);
  });

  it("doubles with each refusal in a row that names no time, once for calls that were under way together", () => {
    const first = paused(EMPTY, undefined, NOON);
    expect(first.pausedUntil).toBe(NOON + 1_000);
    expect(paused(first, undefined, NOON + 500)).toBe(first);
    const second = paused(first, undefined, NOON + 1_500);
    expect(second.pausedUntil).toBe(NOON + 3_500);
    expect(paused(second, undefined, NOON + 400_000).pausedUntil).toBe(NOON + 401_000);
  });

  it("holds back every call", () => {
    const state = paused(EMPTY, 60_000, NOON);
    const decision = decide(state, sharesOf([perDay], {}), { urgency: "urgent", now: NOON, aheadMs: 15_000 });
    expect(decision).toMatchObject({ kind: "wait", until: NOON + 60_000 });
  });
});

describe("A quota", () => {
  it("foretells by the use of late when the limit will be used up", () => {
    let state: BudgetState = EMPTY;
    const limit = { ...perDay, limit: 10_000 };
    for (let minute = 0; minute < 60; minute++) {
      const decision = decide(state, sharesOf([limit], {}), {
        urgency: "bulk",
        now: NOON + minute * 60_000,
        aheadMs: 0,
      });
      if (decision.kind !== "go") throw new Error("The budget was used up");
      state = decision.state;
    }
    const now = NOON + 3_600_000;
    const [use] = quotaOf(state, [limit], now).limits;
    expect(use).toMatchObject({ used: 3_000, left: 7_000, resetsAt: "2026-11-22T00:00:00.000Z" });
    // 50 a minute: the rest lasts 140 minutes; what is not an hour ago yet counts less.
    expect(Date.parse(use?.exhaustedAt ?? "") - now).toBeGreaterThan(140 * 60_000);
    expect(Date.parse(use?.exhaustedAt ?? "") - now).toBeLessThan(280 * 60_000);
  });

  it("foretells nothing where the use of late would not use it up", () => {
    const decision = decide(EMPTY, sharesOf([perDay], {}), { urgency: "bulk", now: NOON, aheadMs: 0 });
    if (decision.kind !== "go") throw new Error("The first call was refused");
    expect(quotaOf(decision.state, [perDay], NOON + DAY / 4).limits[0]).not.toHaveProperty("exhaustedAt");
    expect(quotaOf(EMPTY, [perDay, perSecond], NOON).limits).toEqual([
      expect.objectContaining({ used: 0, left: 25_000 }),
      expect.objectContaining({ used: 0, left: 1, window: "sliding" }),
    ]);
  });
});
