/** A cache namespace: its name labels the metrics; `invalidate` makes everything under it unreachable at once. */
export interface Cache {
  /** Undefined when absent, expired or failing: a cache never raises. */
  get<T>(namespace: string, key: string): Promise<T | undefined>;
  /** False when the value could not be stored anywhere. */
  set(namespace: string, key: string, value: unknown, ttlSeconds?: number): Promise<boolean>;
  delete(namespace: string, key: string): Promise<boolean>;
  /**
   * A hit is returned; a miss is computed once however many ask at the same time (stampede guard), stored and returned.
   * An undefined result is returned but not stored. Errors of `compute` reach the caller; errors of the cache never do.
   */
  getOrSet<T>(namespace: string, key: string, compute: () => Promise<T>, ttlSeconds?: number): Promise<T>;
  /** Raises the namespace's generation number, so that older entries are never read again. Returns the new generation, 0 on failure. */
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
