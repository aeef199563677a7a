import { describe, expect, test } from "vitest";
import type { Policy } from "../../../../core/platform/rate-limit/bucket.ts";
import { createRateLimiter } from "../../../../core/platform/rate-limit/limiter.ts";
import type { RemoteBuckets } from "../../../../core/platform/rate-limit/remote-buckets.ts";
import { recordingLog, stoppedClock } from "../../../support/recording.ts";

const minute: Policy = { name: "minute", limit: 3, windowMs: 60_000 };
const hour: Policy = { name: "hour", limit: 5, windowMs: 3_600_000 };

function limiter(remote?: RemoteBuckets) {
  const clock = stoppedClock();
  const log = recordingLog();
  return { clock, log, ...createRateLimiter({ log, now: clock.now, remote }) };
}

describe("a limiter in one process", () => {
  test("lets exactly the limit through in a window, and as many again in the next", () => {
    const { take, clock } = limiter();
    const passed = () => Array.from({ length: 50 }, () => take("a", [minute])).filter(isAllowed);
    expect(passed()).toHaveLength(3);
    clock.advance(59_999);
    expect(passed()).toHaveLength(0);
    clock.advance(1);
    expect(passed()).toHaveLength(3);
  });

  test("keeps who asks apart", () => {
    const { take } = limiter();
    for (const bucket of ["a", "b", "c"])
      for (let asked = 0; asked < 3; asked++) expect(isAllowed(take(bucket, [minute]))).toBe(true);
  });

  test("holds every policy, and takes nothing of one where another refuses", () => {
    const { take, clock } = limiter();
    const ask = (times: number) => Array.from({ length: times }, () => take("a", [minute, hour]));
    expect(ask(10).filter(isAllowed)).toHaveLength(3);
    clock.advance(60_000);
    expect(ask(10).filter(isAllowed)).toHaveLength(2);
    clock.advance(3_540_000);
    expect(ask(10).filter(isAllowed)).toHaveLength(3);
  });

  test("says what is left of the policy that ends first, and when it begins anew", () => {
    const { take, clock } = limiter();
    expect(take("a", [minute, hour])).toEqual({ isAllowed: true, policy: minute, remaining: 2, resetMs: 60_000 });
    clock.advance(20_000);
    void take("a", [minute, hour]);
    void take("a", [minute, hour]);
    expect(take("a", [minute, hour])).toEqual({ isAllowed: false, policy: minute, remaining: 0, resetMs: 40_000 });
    clock.advance(40_000);
    void take("a", [minute, hour]);
    void take("a", [minute, hour]);
    expect(take("a", [minute, hour])).toMatchObject({ isAllowed: false, policy: hour, resetMs: 3_540_000 });
  });

  test("remembers 10,000 who asked last, and holds nobody to what it forgot", () => {
    const { take } = limiter();
    for (let asked = 0; asked < 3; asked++) void take("first", [minute]);
    for (let other = 0; other < 9_999; other++) void take(`other ${other}`, [minute]);
    expect(isAllowed(take("first", [minute]))).toBe(false);
    for (let other = 0; other < 10_000; other++) void take(`more ${other}`, [minute]);
    expect(isAllowed(take("first", [minute]))).toBe(true);
  });

  test("decides nothing where there are no policies", () => {
    expect(limiter().take("a", [])).toBeUndefined();
  });
});

describe("a limiter whose shared store fails", () => {
  const failing: RemoteBuckets = { take: () => Promise.reject(new Error("connection refused")) };

  test("counts by itself meanwhile: nobody is locked out, and the limit still holds a process", async () => {
    const { take, status, log } = limiter(failing);
    const decisions = await Promise.all(Array.from({ length: 50 }, async () => take("a", [minute])));
    expect(decisions.filter(isAllowed)).toHaveLength(3);
    expect(status()).toEqual({ store: "process", isDegraded: true });
    expect(log.lines.map(({ message }) => message)).toEqual([
      "The shared store of rate limits is unavailable: this process goes on with its own memory",
    ]);
  });

  test("goes back to it once it answers", async () => {
    let isDown = true;
    const { take, status, clock } = limiter({
      take: () =>
        isDown ? Promise.reject(new Error("down")) : Promise.resolve({ isAllowed: true, used: [1], leftMs: [5] }),
    });
    await take("a", [minute]);
    isDown = false;
    clock.advance(3_000);
    expect(await take("a", [minute])).toEqual({ isAllowed: true, policy: minute, remaining: 2, resetMs: 5 });
    expect(status()).toEqual({ store: "redis", isDegraded: false });
  });
});

function isAllowed(decision: unknown): boolean {
  return (decision as { isAllowed: boolean }).isAllowed;
}
