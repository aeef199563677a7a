import { describe, expect, it } from "vitest";
import { createCache } from "../../../../core/platform/cache/layered-cache.ts";
import { type FakeRemote, fakeRemote } from "../../../support/fake-remote.ts";
import { recordingLog, recordingMetrics, stoppedClock } from "../../../support/recording.ts";

/** Processes that share one remote layer and one clock. */
function setUp() {
  const clock = stoppedClock();
  const remote = fakeRemote();
  const log = recordingLog();
  const process = (given: FakeRemote = remote) =>
    createCache({ metrics: recordingMetrics(), log, now: clock.now, remote: given });
  return { clock, remote, log, process };
}

const value =
  <T>(result: T) =>
  () =>
    Promise.resolve(result);

describe("two processes with Redis", () => {
  it("share what one of them computed", async () => {
    const { process } = setUp();
    const [a, b] = [process(), process()];
    await a.getOrSet("n", "k", value({ at: new Date(5) }));
    expect(await b.getOrSet<unknown>("n", "k", value("computed again"))).toEqual({ at: new Date(5) });
  });

  it("see an invalidate of the other within two seconds, and their own at once", async () => {
    const { process, clock } = setUp();
    const [a, b] = [process(), process()];
    await a.set("n", "k", "old");
    expect(await b.get("n", "k")).toBe("old");
    await a.invalidate("n");
    expect(await a.get("n", "k")).toBeUndefined();
    clock.advance(1_999);
    expect(await b.get("n", "k")).toBe("old");
    clock.advance(1);
    expect(await b.get("n", "k")).toBeUndefined();
  });

  it("see a delete or a replaced value of the other within two seconds", async () => {
    const { process, clock } = setUp();
    const [a, b] = [process(), process()];
    await a.set("n", "deleted", "old");
    await a.set("n", "replaced", "old");
    expect([await b.get("n", "deleted"), await b.get("n", "replaced")]).toEqual(["old", "old"]);
    expect(await a.delete("n", "deleted")).toBe(true);
    await a.set("n", "replaced", "new");
    clock.advance(2_000);
    expect([await b.get("n", "deleted"), await b.get("n", "replaced")]).toEqual([undefined, "new"]);
  });

  it("do not find an old value that one stored after the other's invalidate", async () => {
    const { process } = setUp();
    const [a, b] = [process(), process()];
    const [started, old] = [Promise.withResolvers<void>(), Promise.withResolvers<string>()];
    const slow = a.getOrSet("n", "k", () => {
      started.resolve();
      return old.promise;
    });
    await started.promise;
    await b.invalidate("n");
    old.resolve("old");
    await slow;
    expect(await b.getOrSet("n", "k", value("new"))).toBe("new");
  });

  it("do not believe a generation that was read before their own invalidate and arrived after it", async () => {
    const { process, remote, clock } = setUp();
    const cache = process();
    await cache.set("n", "k", "old");
    clock.advance(2_000);
    const gate = Promise.withResolvers<void>();
    const generation = remote.generation.bind(remote);
    remote.generation = async (key) => {
      const read = await generation(key);
      await gate.promise;
      return read;
    };
    const reading = cache.get("n", "k");
    await cache.invalidate("n");
    gate.resolve();
    await reading;
    expect(await cache.get("n", "k")).toBeUndefined();
  });

  it("read a hot entry from their own memory: one call for the generation and one for the value", async () => {
    const { process, remote } = setUp();
    await process().set("n", "k", 1);
    const reader = process();
    remote.calls.length = 0;
    for (let time = 0; time < 20; time++) expect(await reader.get("n", "k")).toBe(1);
    expect(remote.calls).toEqual(["generation", "get"]);
  });

  it("compute anew over an entry that nobody can read", async () => {
    const { process, remote, log } = setUp();
    await process().set("n", "k", 1);
    for (const key of remote.entries.keys()) remote.entries.set(key, '{"__proto__":{"admin":true}}');
    expect(await process().getOrSet("n", "k", value(2))).toBe(2);
    expect(log.lines).toMatchObject([{ level: "error", message: "A cache entry cannot be read and is ignored" }]);
  });
});

describe("when Redis fails", () => {
  it("goes on with memory, raises nothing, and warns once without the value", async () => {
    const { process, remote, log } = setUp();
    const cache = process();
    remote.isDown = true;
    expect(await cache.get("n", "k")).toBeUndefined();
    expect(await cache.set("n", "k", "v")).toBe(true);
    expect(await cache.get("n", "k")).toBe("v");
    expect(await cache.getOrSet("n", "k", value("other"))).toBe("v");
    expect(await cache.invalidate("n")).toBe(0);
    expect(await cache.get("n", "k")).toBeUndefined();
    expect(await cache.delete("n", "k")).toBe(false);
    expect(cache.status()).toMatchObject({ remoteConfigured: true, remoteAvailable: false });
    expect(log.lines).toHaveLength(1);
    expect(log.lines[0]?.level).toBe("warn");
    expect(JSON.stringify(log.lines)).not.toContain("a private value");
  });

  it("asks it again only every three seconds, and one caller at a time", async () => {
    const { process, remote, clock } = setUp();
    const cache = process();
    remote.isDown = true;
    await cache.get("n", "k");
    const afterLoss = remote.calls.length;
    for (let time = 0; time < 10; time++) await cache.get("n", "k");
    expect(remote.calls).toHaveLength(afterLoss);
    clock.advance(3_000);
    await Promise.all(Array.from({ length: 10 }, () => cache.get("n", "k")));
    expect(remote.calls).toHaveLength(afterLoss + 1);
  });

  it("takes it up again when it is back, and says so once", async () => {
    const { process, remote, clock, log } = setUp();
    const cache = process();
    remote.isDown = true;
    await cache.set("n", "k", "during");
    remote.isDown = false;
    clock.advance(3_000);
    await cache.set("n", "k", "after");
    expect(cache.status().remoteAvailable).toBe(true);
    expect(await process().get("n", "k")).toBe("after");
    expect(log.lines.map((line) => line.level)).toEqual(["warn", "info"]);
  });

  it("stores a value in memory when it fails of this very value", async () => {
    const { process, remote } = setUp();
    const cache = process();
    await cache.get("n", "k");
    remote.before = (operation) => (operation === "set" ? Promise.reject(new Error("broken")) : Promise.resolve());
    expect(await cache.set("n", "k", "v")).toBe(true);
    expect(await cache.get("n", "k")).toBe("v");
  });

  it.each([
    ["invalidated", (cache: ReturnType<typeof createCache>) => cache.invalidate("n")],
    ["deleted", (cache: ReturnType<typeof createCache>) => cache.delete("n", "k")],
    ["replaced", (cache: ReturnType<typeof createCache>) => cache.set("n", "k", "new")],
  ])("does not find the old value afterwards that was %s meanwhile", async (_how, change) => {
    const { process, remote, clock } = setUp();
    const [a, b] = [process(), process()];
    await a.set("n", "k", "old");
    remote.isDown = true;
    await change(a);
    remote.isDown = false;
    clock.advance(3_000);
    await a.get("another", "k");
    expect(await a.get("n", "k")).toBeUndefined();
    expect(await b.get("n", "k")).toBeUndefined();
  });

  it("stays away while what it missed cannot be told", async () => {
    const { process, remote, clock } = setUp();
    const cache = process();
    await cache.set("n", "k", "old");
    remote.isDown = true;
    await cache.invalidate("n");
    remote.isDown = false;
    remote.before = (operation) => (operation === "raise" ? Promise.reject(new Error("read only")) : Promise.resolve());
    clock.advance(3_000);
    expect(await cache.get("n", "k")).toBeUndefined();
    expect(cache.status().remoteAvailable).toBe(false);
  });

  it("does not find in a second outage what its memory held in the first", async () => {
    const { process, remote, clock } = setUp();
    const cache = process();
    remote.isDown = true;
    await cache.set("n", "k", "first outage");
    remote.isDown = false;
    clock.advance(3_000);
    await cache.invalidate("n");
    remote.isDown = true;
    clock.advance(2_000);
    expect(await cache.get("n", "k")).toBeUndefined();
  });

  it("still lets the computation's own errors through", async () => {
    const { process, remote } = setUp();
    remote.isDown = true;
    await expect(process().getOrSet("n", "k", () => Promise.reject(new Error("the database")))).rejects.toThrow(
      "the database",
    );
  });
});

describe("ping", () => {
  it("asks even while the layer is thought down, and brings it back", async () => {
    const { process, remote } = setUp();
    const cache = process();
    remote.isDown = true;
    expect(await cache.ping()).toMatchObject({ status: "down", error: "Error: connection refused" });
    remote.isDown = false;
    expect(await cache.ping()).toMatchObject({ status: "up" });
    expect(cache.status().remoteAvailable).toBe(true);
  });
});
