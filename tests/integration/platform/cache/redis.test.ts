import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Cache } from "../../../../core/platform/cache/cache.ts";
import { createCache } from "../../../../core/platform/cache/layered-cache.ts";
import { upstashRemote } from "../../../../core/platform/cache/remote.ts";
import { freshOrganization } from "../../../support/context.ts";
import { recordingLog, recordingMetrics, stoppedClock } from "../../../support/recording.ts";
import { NO_REDIS, redisBinary, type RestRedis, startRedis } from "../../../support/redis.ts";

const RETRY_MS = 3_000;
const UNSEEN_MS = 2_000;
/** A busy machine is no outage; where Redis hangs on purpose, this is what each call waits. */
const PATIENT_MS = 20_000;
const SHORT_MS = 1_500;

describe.skipIf(!redisBinary())(`the cache on a real Redis${redisBinary() ? "" : ` (${NO_REDIS})`}`, () => {
  let redis: RestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  /** Processes with one clock, apart from every other test's by their prefix. */
  function setUp() {
    const clock = stoppedClock();
    const log = recordingLog();
    const prefix = freshOrganization();
    const process = ({ url = redis.url, timeoutMs = PATIENT_MS } = {}) =>
      createCache({
        metrics: recordingMetrics(),
        log,
        prefix,
        now: clock.now,
        remote: upstashRemote({ url, token: redis.token, timeoutMs, now: clock.now }),
      });
    return { clock, log, process };
  }

  /** Until the bridge has found Redis again, which is its own affair. */
  async function untilUp(cache: Cache) {
    await vi.waitFor(async () => expect(await cache.ping()).toMatchObject({ status: "up" }), { timeout: 20_000 });
  }

  it("shares values of every kind between processes, to the last digit", async () => {
    const { process } = setUp();
    const value = {
      at: new Date("2026-11-21T12:00:00.123Z"),
      price: { minor: 130_000, currency: "KRW" },
      digits: 123_456_789_012_345_678_901n,
      text: "OK",
      base64: "aGVsbG8=",
      numeric: "00123",
      unicode: "한국어 🩳 \u0000",
      sizes: new Map([["270", [1, null]]]),
    };
    expect(await process().set("n", "k", value)).toBe(true);
    expect(await process().get("n", "k")).toEqual(value);
    for (const plain of ["OK", "123", "true", "aGVsbG8=", "", 0, 1.5, null, false, []]) {
      await process().set("n", "plain", plain);
      expect(await process().get("n", "plain")).toEqual(plain);
    }
  });

  it("forgets a value when its time is over", async () => {
    const { process } = setUp();
    await process().set("n", "k", 1, 0.05);
    await vi.waitFor(async () => expect(await process().get("n", "k")).toBeUndefined());
  });

  it("makes a namespace unreachable for every process within two seconds, also when several do so at once", async () => {
    const { process, clock } = setUp();
    const [a, b, c] = [process(), process(), process()];
    await a.set("n", "k", "old");
    expect([await b.get("n", "k"), await c.get("n", "k")]).toEqual(["old", "old"]);
    const raised = await Promise.all([a.invalidate("n"), b.invalidate("n"), a.invalidate("n")]);
    expect(new Set(raised).size).toBe(3);
    clock.advance(UNSEEN_MS);
    for (const cache of [a, b, c]) expect(await cache.get("n", "k")).toBeUndefined();
  });

  it("says whether an entry was there to delete", async () => {
    const { process } = setUp();
    await process().set("n", "k", 1);
    expect([await process().delete("n", "k"), await process().delete("n", "k")]).toEqual([true, false]);
  });

  it("is down for a wrong token and for an address where nobody listens, and goes on", async () => {
    const { process, log } = setUp();
    const nobody = process({ url: "http://127.0.0.1:1" });
    expect(await nobody.ping()).toMatchObject({ status: "down" });
    expect(await nobody.getOrSet("n", "k", () => Promise.resolve(1))).toBe(1);
    const stranger = createCache({
      metrics: recordingMetrics(),
      log,
      now: () => 0,
      remote: upstashRemote({ url: redis.url, token: "wrong", timeoutMs: PATIENT_MS, now: () => 0 }),
    });
    expect(await stranger.ping()).toMatchObject({ status: "down" });
    expect(stranger.status()).toMatchObject({ remoteConfigured: true, remoteAvailable: false });
  });

  const nothing = () => Promise.resolve();
  const fates: { how: string; isConfigured: boolean; at100: () => Promise<void>; at200: () => Promise<void> }[] = [
    { how: "absent", isConfigured: false, at100: nothing, at200: nothing },
    { how: "present", isConfigured: true, at100: nothing, at200: nothing },
    {
      how: "killed and started again in the middle",
      isConfigured: true,
      at100: () => redis.kill(),
      at200: () => redis.start(),
    },
    {
      how: "hanging for a while",
      isConfigured: true,
      at100: () => Promise.resolve(redis.pause()),
      at200: () => Promise.resolve(redis.resume()),
    },
  ];

  describe.each(fates)("with Redis $how", ({ isConfigured, at100, at200 }) => {
    it("a process that invalidates what it changes reads nothing but the truth", async () => {
      const { process, clock } = setUp();
      const cache = isConfigured
        ? process({ timeoutMs: SHORT_MS })
        : createCache({ metrics: recordingMetrics(), log: recordingLog(), now: clock.now });
      const truth = new Map<string, number>();
      let computed = 0;
      for (let step = 0; step < 300; step++) {
        if (step === 100) await at100();
        if (step === 200) {
          await at200();
          if (isConfigured) await untilUp(cache);
        }
        const key = String(step % 7);
        if (step % 5 === 0) {
          truth.set(key, step);
          await cache.invalidate("n");
        }
        const read = () => cache.getOrSet("n", key, () => Promise.resolve((computed++, truth.get(key) ?? -1)));
        expect(await read()).toBe(truth.get(key) ?? -1);
        expect(await read()).toBe(truth.get(key) ?? -1);
        clock.advance(50);
      }
      expect(computed).toBeLessThan(600);
      expect(cache.status().remoteAvailable).toBe(isConfigured);
    });
  });

  it("does not bring back after an outage what was invalidated during it", async () => {
    const { process, clock, log } = setUp();
    const [writer, reader] = [process({ timeoutMs: SHORT_MS }), process()];
    await writer.set("n", "k", "old");
    redis.pause();
    expect(await writer.invalidate("n")).toBe(0);
    expect(writer.status().remoteAvailable).toBe(false);
    redis.resume();
    clock.advance(RETRY_MS);
    await untilUp(writer);
    expect(await writer.get("n", "k")).toBeUndefined();
    expect(await reader.get("n", "k")).toBeUndefined();
    expect(log.lines.map((line) => line.level)).toEqual(["warn", "info"]);
  });
});
