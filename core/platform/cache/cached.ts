import type { Cache } from "./cache.ts";
import { cacheKey } from "./key.ts";

export interface CachedOptions<A extends unknown[]> {
  /** Part of every key; a bundler may rename the function itself. */
  name: string;
  /** The cache's own default (300 s) unless given. */
  ttlSeconds?: number;
  /** Another key than the arguments as they are; without the namespace. */
  key?: (...args: A) => string;
}

/** The function, answered from the cache while an entry lives. Its errors are never cached; its arguments must tell one call from another. */
export function cached<A extends unknown[], T>(
  cache: Cache,
  namespace: string,
  fn: (...args: A) => Promise<T>,
  options: CachedOptions<A>,
): (...args: A) => Promise<T> {
  const keyOf = options.key ?? ((...args: A) => cacheKey(namespace, options.name, args));
  return (...args) => cache.getOrSet(namespace, keyOf(...args), () => fn(...args), options.ttlSeconds);
}
