import type { RemoteCache } from "../../core/platform/cache/remote.ts";

/** A shared layer in memory that fails when it is told to, counts its calls, and may be held by a test. */
export interface FakeRemote extends RemoteCache {
  entries: Map<string, string>;
  generations: Map<string, number>;
  calls: string[];
  isDown: boolean;
  /** Awaited before each answer. */
  before: (operation: string) => Promise<void>;
}

export function fakeRemote(): FakeRemote {
  const entries = new Map<string, string>();
  const generations = new Map<string, number>();
  const remote: FakeRemote = {
    entries,
    generations,
    calls: [],
    isDown: false,
    before: () => Promise.resolve(),
    get: (key) => answer("get", () => entries.get(key)),
    set: (key, text) => answer("set", () => void entries.set(key, text)),
    delete: (key) => answer("delete", () => entries.delete(key)),
    generation: (key) => answer("generation", () => generations.get(key) ?? 0),
    raise: (keys) =>
      answer("raise", () =>
        keys.map((key) => {
          const raised = (generations.get(key) ?? 1_000) + 1;
          generations.set(key, raised);
          return raised;
        }),
      ),
    ping: () => answer("ping", () => {}),
  };

  async function answer<T>(operation: string, work: () => T): Promise<T> {
    remote.calls.push(operation);
    await remote.before(operation);
    if (remote.isDown) throw new Error("connection refused, command was: [set, key, a private value]");
    return work();
  }
  return remote;
}
