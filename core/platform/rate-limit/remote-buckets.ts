import type { Redis } from "@upstash/redis";
import { REMOTE_TIMEOUT_MS } from "../cache/remote.ts";
import type { Policy, Taken } from "./bucket.ts";

/** Counts that processes share. Every call may fail; the caller goes on without it. */
export interface RemoteBuckets {
  take(bucket: string, policies: readonly Policy[]): Promise<Taken>;
}

export interface UpstashBucketsOptions {
  url: string;
  token: string;
  /** Tells stages apart that share one Redis. */
  prefix: string;
  timeoutMs?: number;
}

/**
 * All or none, in one step: Redis runs a script alone, so that of 50 requests at once exactly as many pass as there are
 * tokens. A window's end is the key's own expiry: it needs no clock that processes agree on. Answers whether it passed,
 * then of each policy how many were used and for how many milliseconds the window goes on.
 */
const TAKE = `
local answer = {1}
for i, key in ipairs(KEYS) do
  if tonumber(redis.call('GET', key) or '0') >= tonumber(ARGV[i]) then answer[1] = 0 end
end
for i, key in ipairs(KEYS) do
  local used
  if answer[1] == 1 then used = redis.call('INCR', key) else used = tonumber(redis.call('GET', key) or '0') end
  local left = redis.call('PTTL', key)
  if left < 0 and used > 0 then
    left = tonumber(ARGV[#KEYS + i])
    redis.call('PEXPIRE', key, left)
  end
  answer[#answer + 1] = used
  answer[#answer + 1] = left
end
return answer`;

/** Upstash Redis over its REST protocol: one round trip a request, not repeated. The client is loaded on the first call. */
export function upstashBuckets({
  url,
  token,
  prefix,
  timeoutMs = REMOTE_TIMEOUT_MS,
}: UpstashBucketsOptions): RemoteBuckets {
  let client: Promise<Redis> | undefined;
  const redis = () =>
    (client ??= import("@upstash/redis").then(
      (upstash) =>
        new upstash.Redis({
          url,
          token,
          responseEncoding: false,
          retry: { retries: 0 },
          enableTelemetry: false,
          enableAutoPipelining: false,
          signal: () => AbortSignal.timeout(timeoutMs),
        }),
    ));

  return {
    async take(bucket, policies) {
      // In braces: a cluster keeps the keys of one bucket together, as one script needs them.
      const keys = policies.map(({ name }) => `${prefix}|rate_limit:{${bucket}}:${name}`);
      const numbers = [...policies.map(({ limit }) => limit), ...policies.map(({ windowMs }) => windowMs)];
      const [passed, ...facts] = await (await redis()).eval<number[], number[]>(TAKE, keys, numbers);
      return {
        isAllowed: passed === 1,
        used: policies.map((_, index) => facts[2 * index] ?? 0),
        leftMs: policies.map(({ windowMs }, index) => {
          const left = facts[2 * index + 1] ?? 0;
          return left < 0 ? windowMs : left;
        }),
      };
    },
  };
}
