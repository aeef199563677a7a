/**
 * Values that may be old, for work worth sparing. Nothing correct may depend on it: whoever decides by a cached value
 * checks it again in the write's condition. How old a value may be:
 *
 * - This process, after its own invalidate, delete or set: not at all.
 * - Another process, Redis present: 2 seconds (a generation number is believed that long).
 * - Another process, Redis absent or down: until the entry's TTL (default 300 s), since nothing tells it. What was
 *   invalidated during an outage is invalidated again when Redis is back, unless the process that did it has ended.
 *
 * `compute` must read what it caches consistently: an old value read after an invalidate lives for a whole TTL.
 *
 * A namespace is `name` or `name:organisation`; the part before the colon labels the metrics. Values are what codec.ts
 * takes; a hit is a copy, so that callers may change it.
 */
export interface Cache {
  /** Undefined when absent, expired or failing: a cache never raises. */
  get<T>(namespace: string, key: string): Promise<T | undefined>;
  /** False when the value could not be stored anywhere: not serialisable, over 1 MiB of text, or undefined. */
  set(namespace: string, key: string, value: unknown, ttlSeconds?: number): Promise<boolean>;
  /** True when an entry was removed. A value of this key that is being computed is not stored. */
  delete(namespace: string, key: string): Promise<boolean>;
  /**
   * A hit is returned; a miss is computed once however many ask at the same time (stampede guard), stored and returned.
   * An undefined result is returned but not stored. Errors of `compute` reach all who asked; errors of the cache never do.
   */
  getOrSet<T>(namespace: string, key: string, compute: () => Promise<T>, ttlSeconds?: number): Promise<T>;
  /**
   * Raises the namespace's generation number, so that no older entry, and none being computed now, is read again.
   * Returns the new generation; 0 when Redis could not be told, which is made up for when it is back.
   */
  invalidate(namespace: string): Promise<number>;
  status(): CacheStatus;
  /** Asks the remote layer, measured. Never raises. */
  ping(): Promise<{ status: "up" | "down" | "absent"; responseTimeMs: number; error?: string }>;
}

export interface CacheStatus {
  /** Is a remote layer configured, and did its last call succeed? */
  remoteConfigured: boolean;
  remoteAvailable: boolean;
  /** Entries in this process's memory (at most 1,000). */
  entries: number;
}
