import type { Cache } from "../core/platform/cache/cache.ts";
import type { HttpClient } from "../core/platform/http/client.ts";

/** Stands where the cache will: nothing is kept, so every read is a miss. */
export const NO_CACHE: Cache = {
  get: async () => undefined,
  set: async () => false,
  delete: async () => false,
  getOrSet: (_namespace, _key, compute) => compute(),
  invalidate: async () => 0,
  status: () => ({ remoteConfigured: false, remoteAvailable: false, entries: 0 }),
  ping: async () => ({ status: "absent", responseTimeMs: 0 }),
};

/** Makes the client of outbound calls when the first one is made. */
export function lateHttp(make: () => Promise<HttpClient>): HttpClient {
  let made: Promise<HttpClient> | undefined;
  return {
    async request(request) {
      made ??= make();
      return (await made).request(request);
    },
  };
}
