import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Cache } from "./cache.ts";
import { deserializeValue, serializeValue } from "./codec.ts";
import { createGenerations, GENERATION_MEMO_MS } from "./generations.ts";
import { createMemory, MAX_ENTRY_TEXT } from "./memory.ts";
import type { RemoteCache } from "./remote.ts";

const TTL_SECONDS = 300;

export interface CacheOptions {
  metrics: Metrics;
  log: Log;
  /** Shared between processes; without it there is this process's memory alone. */
  remote?: RemoteCache | undefined;
  /** Tells stages apart that share one Redis. */
  prefix?: string;
  ttlSeconds?: number;
  /** Milliseconds. */
  now: () => number;
}

/** Where an entry of the namespace's current generation lies. */
interface Place {
  id: string;
  isShared: boolean;
}

interface Landing {
  value: unknown;
  text: string | undefined;
  isHit: boolean;
}

/** One miss being computed, for all who ask meanwhile. */
interface Flight {
  landed: Promise<Landing>;
  /** The entry was deleted meanwhile: what is being computed may be old and is not stored. */
  cancel(): void;
}

export function createCache(options: CacheOptions): Cache {
  const { metrics, log, remote, prefix = "stockwright", ttlSeconds: defaultTtl = TTL_SECONDS, now } = options;
  const memory = createMemory(now);
  const generations = createGenerations({ remote, prefix, log, now });
  const flights = new Map<string, Flight>();

  async function locate(namespace: string, key: string): Promise<Place> {
    const { isShared, number } = await generations.current(namespace);
    const generation = `${isShared ? "shared" : "own"}${number}`;
    return { id: [prefix, namespace.replaceAll(/[%|]/g, encodeURIComponent), generation, key].join("|"), isShared };
  }

  async function read(place: Place): Promise<{ value: unknown; text: string } | undefined> {
    let text = memory.get(place.id);
    if (text === undefined && place.isShared) {
      const found = await generations.remotely((there) => there.get(place.id));
      if (found?.ok) text = found.value;
      if (text !== undefined) memory.set(place.id, text, GENERATION_MEMO_MS);
    }
    if (text === undefined) return undefined;
    try {
      return { value: deserializeValue(text), text };
    } catch (error) {
      log.error("A cache entry cannot be read and is ignored", { key: place.id, error });
      return undefined;
    }
  }

  async function store(place: Place, text: string, ttlSeconds: number): Promise<boolean> {
    const ttlMs = Math.round(ttlSeconds * 1000);
    if (!(ttlMs > 0) || text.length > MAX_ENTRY_TEXT) return false;
    const before = memory.size;
    let isStored: boolean;
    if (place.isShared) {
      isStored = (await generations.remotely((there) => there.set(place.id, text, ttlMs)))?.ok ?? false;
      // Others may replace or delete the shared entry: this process's copy of it is a short-lived one.
      if (isStored) memory.set(place.id, text, Math.min(ttlMs, GENERATION_MEMO_MS));
    } else {
      isStored = memory.set(place.id, text, ttlMs);
    }
    if (memory.size !== before) metrics.gauge("cache_entries", {}, memory.size);
    return isStored;
  }

  function serialize(key: string, value: unknown): string | undefined {
    try {
      return serializeValue(value);
    } catch (error) {
      log.error("A value cannot be cached", { key, error });
      return undefined;
    }
  }

  function count(namespace: string, isHit: boolean): void {
    // Up to the first colon, since a namespace may go on with an organisation and labels must stay few.
    const [label = ""] = namespace.split(":", 1);
    metrics.count(isHit ? "cache_hits_total" : "cache_misses_total", { cache_key_prefix: label });
  }

  async function fly(
    place: Place,
    compute: () => Promise<unknown>,
    ttlSeconds: number,
    isCancelled: () => boolean,
  ): Promise<Landing> {
    const found = await read(place);
    if (found) return { ...found, isHit: true };
    const value = await compute();
    const text = value === undefined ? undefined : serialize(place.id, value);
    if (text !== undefined && !isCancelled()) await store(place, text, ttlSeconds);
    return { value, text, isHit: false };
  }

  function takeOff(place: Place, compute: () => Promise<unknown>, ttlSeconds: number): Flight {
    let isCancelled = false;
    const landed = fly(place, compute, ttlSeconds, () => isCancelled);
    return { landed, cancel: () => void (isCancelled = true) };
  }

  return {
    async get<T>(namespace: string, key: string) {
      const found = await read(await locate(namespace, key));
      count(namespace, found !== undefined);
      return found?.value as T | undefined;
    },

    async set(namespace, key, value, ttlSeconds = defaultTtl) {
      const text = value === undefined ? undefined : serialize(key, value);
      if (text === undefined) return false;
      const place = await locate(namespace, key);
      if (!place.isShared) generations.distrust(namespace);
      if (await store(place, text, ttlSeconds)) return true;
      if (!place.isShared || generations.isRemoteAvailable) return false;
      // The remote layer failed of this very value: it goes to this process's own memory instead.
      generations.distrust(namespace);
      return store(await locate(namespace, key), text, ttlSeconds);
    },

    async delete(namespace, key) {
      const { id, isShared } = await locate(namespace, key);
      flights.get(id)?.cancel();
      flights.delete(id);
      const wasHere = memory.delete(id);
      const deleted = isShared ? await generations.remotely((there) => there.delete(id)) : undefined;
      if (deleted?.ok) return deleted.value || wasHere;
      generations.distrust(namespace);
      return !isShared && wasHere;
    },

    async getOrSet<T>(namespace: string, key: string, compute: () => Promise<T>, ttlSeconds = defaultTtl) {
      const place = await locate(namespace, key);
      const running = flights.get(place.id);
      if (running) {
        const { value, text, isHit } = await running.landed;
        count(namespace, isHit);
        // A copy of its own, as from the cache: no two callers hold one object.
        return (text === undefined ? value : deserializeValue(text)) as T;
      }
      const flight = takeOff(place, compute, ttlSeconds);
      flights.set(place.id, flight);
      try {
        const { value, isHit } = await flight.landed;
        count(namespace, isHit);
        return value as T;
      } finally {
        if (flights.get(place.id) === flight) flights.delete(place.id);
      }
    },

    invalidate: (namespace) => generations.raise(namespace),

    status: () => ({
      remoteConfigured: remote !== undefined,
      remoteAvailable: generations.isRemoteAvailable,
      entries: memory.size,
    }),

    async ping() {
      const start = performance.now();
      const answer = await generations.remotely((there) => there.ping(), { evenWhileDown: true });
      const responseTimeMs = performance.now() - start;
      if (!answer) return { status: "absent", responseTimeMs: 0 };
      if (answer.ok) return { status: "up", responseTimeMs };
      return { status: "down", responseTimeMs, error: answer.reason };
    },
  };
}
