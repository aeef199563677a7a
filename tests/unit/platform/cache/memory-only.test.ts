import { describe, expect, it } from "vitest";
import { cached } from "../../../../core/platform/cache/cached.ts";
import { createCache } from "../../../../core/platform/cache/layered-cache.ts";
import { recordingLog, recordingMetrics, stoppedClock } from "../../../support/recording.ts";

function setUp() {
  const clock = stoppedClock();
  const metrics = recordingMetrics();
  const log = recordingLog();
  return { clock, metrics, log, cache: createCache({ metrics, log, now: clock.now }) };
}

/** A computation that waits for the test; `started` once it runs. */
function held<T>() {
  const start = Promise.withResolvers<void>();
  const result = Promise.withResolvers<T>();
  const compute = () => {
    start.resolve();
    return result.promise;
  };
  return { started: start.promise, compute, resolve: result.resolve };
}

describe("a cache without Redis", () => {
  it("keeps a value until its TTL, 300 seconds unless told otherwise", async () => {
    const { cache, clock } = setUp();
    expect(await cache.set("product", "a", { at: new Date(0), price: { minor: 1300, currency: "USD" } })).toBe(true);
    await cache.set("product", "b", 1, 10);
    clock.advance(10_000);
    expect(await cache.get("product", "b")).toBeUndefined();
    clock.advance(289_999);
    expect(await cache.get("product", "a")).toEqual({ at: new Date(0), price: { minor: 1300, currency: "USD" } });
    clock.advance(1);
    expect(await cache.get("product", "a")).toBeUndefined();
  });

  it("holds 1,000 entries, and gives up the one that was not used for longest", async () => {
    const { cache, metrics } = setUp();
    for (let number = 0; number < 1_000; number++) await cache.set("n", String(number), number);
    expect(await cache.get("n", "0")).toBe(0);
    await cache.set("n", "one more", true);
    expect(cache.status().entries).toBe(1_000);
    expect(metrics.gauges.get("cache_entries{}")).toBe(1_000);
    expect(await cache.get("n", "0")).toBe(0);
    expect(await cache.get("n", "1")).toBeUndefined();
    expect(await cache.get("n", "2")).toBe(2);
  });

  it("hands out copies, so that no caller changes another's value", async () => {
    const { cache } = setUp();
    const mine = { list: [1] };
    await cache.set("n", "k", mine);
    mine.list.push(2);
    (await cache.get<{ list: number[] }>("n", "k"))?.list.push(3);
    expect(await cache.get("n", "k")).toEqual({ list: [1] });
  });

  it("computes a miss once for fifty that ask at the same time, and gives each its own copy", async () => {
    const { cache, metrics } = setUp();
    const answer = held<{ list: number[] }>();
    let computed = 0;
    const compute = () => {
      computed++;
      return answer.compute();
    };
    const asked = Array.from({ length: 50 }, () => cache.getOrSet("product:org_1", "k", compute));
    answer.resolve({ list: [1] });
    const values = await Promise.all(asked);
    values[0]?.list.push(2);
    values[1]?.list.push(3);
    expect(values[49]).toEqual({ list: [1] });
    expect(computed).toBe(1);
    expect(await cache.getOrSet("product:org_1", "k", compute)).toEqual({ list: [1] });
    expect(metrics.counts.get("cache_misses_total{cache_key_prefix=product}")).toBe(50);
    expect(metrics.counts.get("cache_hits_total{cache_key_prefix=product}")).toBe(1);
  });

  it("passes an error of the computation to all who asked, and computes again for the next", async () => {
    const { cache } = setUp();
    const failing = () => Promise.reject(new Error("database down"));
    const asked = [cache.getOrSet("n", "k", failing), cache.getOrSet("n", "k", failing)];
    for (const result of await Promise.allSettled(asked)) expect(result.status).toBe("rejected");
    expect(await cache.getOrSet("n", "k", () => Promise.resolve(1))).toBe(1);
  });

  it("returns but does not keep an absent value, and keeps null", async () => {
    const { cache } = setUp();
    expect(await cache.getOrSet("n", "absent", () => Promise.resolve(undefined))).toBeUndefined();
    expect(await cache.getOrSet("n", "absent", () => Promise.resolve(1))).toBe(1);
    expect(await cache.getOrSet("n", "null", () => Promise.resolve(null))).toBeNull();
    expect(await cache.getOrSet<unknown>("n", "null", () => Promise.resolve(2))).toBeNull();
  });

  it("returns a value that cannot be cached, and says so in the log with its key", async () => {
    const { cache, log } = setUp();
    const value = { run: () => 1 };
    expect(await cache.getOrSet("n", "k", () => Promise.resolve(value))).toBe(value);
    expect(await cache.set("n", "k", value)).toBe(false);
    expect(log.lines).toHaveLength(2);
    expect(log.lines[1]).toMatchObject({ level: "error", fields: { key: "k" } });
  });

  it("refuses what is larger than a megabyte of text, or lives no time", async () => {
    const { cache } = setUp();
    expect(await cache.set("n", "large", "x".repeat(1024 * 1024))).toBe(false);
    expect(await cache.set("n", "gone", 1, 0)).toBe(false);
    expect(await cache.set("n", "never", 1, Number.NaN)).toBe(false);
    expect(cache.status().entries).toBe(0);
  });

  it("keeps namespaces and keys apart, whatever characters they have", async () => {
    const { cache } = setUp();
    await cache.set("a|b", "c", 1);
    await cache.set("a", "b|c", 2);
    await cache.set("a%7Cb", "c", 3);
    expect([await cache.get("a|b", "c"), await cache.get("a", "b|c"), await cache.get("a%7Cb", "c")]).toEqual([
      1, 2, 3,
    ]);
  });
});

describe("forgetting, without Redis", () => {
  it("makes every entry of a namespace unreachable and leaves the others", async () => {
    const { cache } = setUp();
    await cache.set("product:org_1", "a", 1);
    await cache.set("product:org_1", "b", 1);
    await cache.set("product:org_2", "a", 1);
    const first = await cache.invalidate("product:org_1");
    expect(await cache.invalidate("product:org_1")).toBeGreaterThan(first);
    expect(await cache.get("product:org_1", "a")).toBeUndefined();
    expect(await cache.get("product:org_1", "b")).toBeUndefined();
    expect(await cache.get("product:org_2", "a")).toBe(1);
  });

  it("does not keep what was being computed when its namespace was invalidated", async () => {
    const { cache } = setUp();
    const old = held<string>();
    const asked = cache.getOrSet("n", "k", old.compute);
    await old.started;
    await cache.invalidate("n");
    const after = await cache.getOrSet("n", "k", () => Promise.resolve("new"));
    old.resolve("old");
    expect([await asked, after, await cache.get("n", "k")]).toEqual(["old", "new", "new"]);
  });

  it("does not keep what was being computed when its key was deleted", async () => {
    const { cache } = setUp();
    const old = held<string>();
    const asked = cache.getOrSet("n", "k", old.compute);
    await old.started;
    await cache.delete("n", "k");
    old.resolve("old");
    expect(await asked).toBe("old");
    expect(await cache.get("n", "k")).toBeUndefined();
  });

  it("says whether there was something to delete", async () => {
    const { cache } = setUp();
    await cache.set("n", "k", 1);
    expect([await cache.delete("n", "k"), await cache.delete("n", "k")]).toEqual([true, false]);
  });
});

describe("status and ping, without Redis", () => {
  it("says that no remote layer is configured, which is no fault", async () => {
    const { cache } = setUp();
    expect(cache.status()).toEqual({ remoteConfigured: false, remoteAvailable: false, entries: 0 });
    expect(await cache.ping()).toEqual({ status: "absent", responseTimeMs: 0 });
  });
});

describe("cached", () => {
  it("answers a repeated call from the cache, and another call by itself", async () => {
    const { cache } = setUp();
    const calls: string[] = [];
    const load = cached(
      cache,
      "product",
      (sku: string, limit: number) => {
        calls.push(sku);
        return Promise.resolve(`${sku}/${limit}`);
      },
      { name: "load", ttlSeconds: 60 },
    );
    expect([await load("a", 1), await load("a", 1), await load("a", 2), await load("b", 1)]).toEqual([
      "a/1",
      "a/1",
      "a/2",
      "b/1",
    ]);
    expect(calls).toEqual(["a", "a", "b"]);
  });

  it("takes a key of the caller's own", async () => {
    const { cache } = setUp();
    let calls = 0;
    const load = cached(cache, "product", (sku: string) => Promise.resolve(`${sku}${++calls}`), {
      name: "load",
      key: (sku) => sku.toLowerCase(),
    });
    expect([await load("A"), await load("a")]).toEqual(["A1", "A1"]);
  });
});
