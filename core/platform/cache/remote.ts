import type { Redis } from "@upstash/redis";

/** The layer that processes share. Every call may fail; the caller goes on without it. */
export interface RemoteCache {
  get(key: string): Promise<string | undefined>;
  set(key: string, text: string, ttlMs: number): Promise<void>;
  /** Was there such an entry? */
  delete(key: string): Promise<boolean>;
  /** The number under this key; 0 where there is none. */
  generation(key: string): Promise<number>;
  /** Raises each number and returns them in order. */
  raise(keys: string[]): Promise<number[]>;
  ping(): Promise<void>;
}

/** A cache that is slower than the database it spares is no help. */
export const REMOTE_TIMEOUT_MS = 250;

export interface UpstashOptions {
  url: string;
  token: string;
  timeoutMs?: number;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** Upstash Redis over its REST protocol. The client is loaded on the first call; each call is one round trip, not repeated. */
export function upstashRemote({ url, token, timeoutMs = REMOTE_TIMEOUT_MS, now }: UpstashOptions): RemoteCache {
  let client: Promise<Redis> | undefined;
  const redis = () =>
    (client ??= import("@upstash/redis").then(
      (upstash) =>
        new upstash.Redis({
          url,
          token,
          // Our codec reads and writes the values; the client's guess at JSON and base64 would change them.
          automaticDeserialization: false,
          responseEncoding: false,
          retry: { retries: 0 },
          enableTelemetry: false,
          enableAutoPipelining: false,
          signal: () => AbortSignal.timeout(timeoutMs),
        }),
    ));

  return {
    async get(key) {
      const text = await (await redis()).get<unknown>(key);
      return typeof text === "string" ? text : undefined;
    },
    async set(key, text, ttlMs) {
      await (await redis()).set(key, text, { px: ttlMs });
    },
    async delete(key) {
      return (await (await redis()).del(key)) > 0;
    },
    async generation(key) {
      return Number((await (await redis()).get<unknown>(key)) ?? 0);
    },
    async raise(keys) {
      const pipeline = (await redis()).pipeline();
      for (const key of keys) {
        // A number that Redis evicted must not start again where old entries still lie, so it starts at the time.
        pipeline.set(key, now(), { nx: true });
        pipeline.incr(key);
      }
      const answers = await pipeline.exec<unknown[]>();
      return keys.map((_, index) => Number(answers[2 * index + 1]));
    },
    async ping() {
      await (await redis()).ping();
    },
  };
}
