import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NO_LOG } from "../../../../core/platform/log.ts";
import type { Policy } from "../../../../core/platform/rate-limit/bucket.ts";
import { createRateLimiter, type RateLimiter } from "../../../../core/platform/rate-limit/limiter.ts";
import { upstashBuckets } from "../../../../core/platform/rate-limit/remote-buckets.ts";
import { NO_REDIS, redisBinary, type RestRedis, startRedis } from "../../../support/redis.ts";

const policies: Policy[] = [
  { name: "minute", limit: 37, windowMs: 60_000 },
  { name: "hour", limit: 1_000, windowMs: 3_600_000 },
];

describe.skipIf(!redisBinary())(
  `limits that processes share (${redisBinary() ? "with a real Redis" : NO_REDIS})`,
  () => {
    let redis: RestRedis;
    beforeAll(async () => {
      redis = await startRedis();
    });
    afterAll(() => redis.stop());

    /** As a process of its own would have it. */
    const process = (prefix = "shared"): RateLimiter =>
      createRateLimiter({
        log: NO_LOG,
        now: Date.now,
        remote: upstashBuckets({ url: redis.url, token: redis.token, prefix, timeoutMs: 20_000 }),
      });

    const ask = async (limiters: RateLimiter[], bucket: string, times: number) =>
      Promise.all(
        Array.from({ length: times }, async (_, index) => limiters[index % limiters.length]?.take(bucket, policies)),
      );

    test("exactly as many pass as there are tokens, of 50 clients at once over five processes", async () => {
      const limiters = Array.from({ length: 5 }, () => process());
      for (let round = 0; round < 4; round++) {
        const decisions = await ask(limiters, `round ${round}`, 50);
        expect(decisions.filter((decision) => decision?.isAllowed)).toHaveLength(37);
        const refused = decisions.filter((decision) => !decision?.isAllowed);
        expect(refused).toHaveLength(13);
        for (const decision of refused) expect(decision).toMatchObject({ remaining: 0, policy: { name: "minute" } });
      }
    });

    test("a refused request takes nothing, and what is left is told", async () => {
      const limiter = process("told");
      expect(await limiter.take("a", policies)).toMatchObject({ isAllowed: true, remaining: 36 });
      await ask([limiter], "a", 60);
      const hour = [{ name: "hour", limit: 1_000, windowMs: 3_600_000 }];
      expect(await limiter.take("a", hour)).toMatchObject({ isAllowed: true, remaining: 1_000 - 38 });
    });

    test("stages that share a Redis do not share their counts", async () => {
      await ask([process("one")], "a", 50);
      expect(await process("two").take("a", policies)).toMatchObject({ isAllowed: true, remaining: 36 });
    });

    test("while Redis is gone each process lets at most its own limit through, and none is locked out", async () => {
      const limiters = [process("gone"), process("gone")];
      await ask(limiters, "a", 50);
      await redis.kill();
      try {
        const decisions = await ask(limiters, "a", 200);
        expect(decisions.filter((decision) => decision?.isAllowed)).toHaveLength(2 * 37);
        for (const limiter of limiters) expect(limiter.status()).toEqual({ store: "process", isDegraded: true });
      } finally {
        await redis.start();
      }
    });
  },
);
