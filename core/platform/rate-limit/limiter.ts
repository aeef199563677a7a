import { createAvailability } from "../cache/availability.ts";
import type { Log } from "../log.ts";
import type { Policy, Taken } from "./bucket.ts";
import { createLocalBuckets } from "./local-buckets.ts";
import type { RemoteBuckets } from "./remote-buckets.ts";

/** What became of a request, told of the policy that is nearest to its end. */
export interface Decision {
  isAllowed: boolean;
  policy: Policy;
  /** Tokens left. */
  remaining: number;
  /** Until the bucket is full again. */
  resetMs: number;
}

/**
 * Limits, for who asks (`bucket`: a key, an address). A request passes when every policy has a token for it, and takes
 * one of each; one that is refused takes none.
 *
 * - With Redis: exactly `limit` requests a window, however many processes there are.
 * - Without, or while it fails: each process counts for itself, so at most `limit` × processes a window; and at most
 *   `limit` more a process where Redis fails within one. Nobody is locked out by the failure.
 * - A process remembers the 10,000 buckets that were used last. One that is forgotten is full.
 */
export interface RateLimiter {
  /** Answers at once where this process decides by itself. Undefined without policies. Never rejects. */
  take: (bucket: string, policies: readonly Policy[]) => Decision | undefined | Promise<Decision | undefined>;
  /** Where requests are counted: `process` is what is left of `redis` while that fails. */
  status: () => { store: "redis" | "process"; isDegraded: boolean };
}

export interface RateLimiterOptions {
  remote?: RemoteBuckets | undefined;
  log: Log;
  /** Milliseconds. */
  now: () => number;
}

export function createRateLimiter({ remote, log, now }: RateLimiterOptions): RateLimiter {
  const local = createLocalBuckets(now);
  const availability = createAvailability({
    what: "The shared store of rate limits",
    log,
    now,
    beforeReturn: () => Promise.resolve(),
    onLoss() {},
  });

  async function takeRemotely(buckets: RemoteBuckets, bucket: string, policies: readonly Policy[]): Promise<Decision> {
    const answer = await availability.attempt(() => buckets.take(bucket, policies));
    return answer.ok ? tightest(policies, answer.value) : tightest(policies, local.take(bucket, policies));
  }

  return {
    take(bucket, policies) {
      if (policies.length === 0) return undefined;
      return remote ? takeRemotely(remote, bucket, policies) : tightest(policies, local.take(bucket, policies));
    },
    status: () => ({
      store: remote && availability.isAvailable ? "redis" : "process",
      isDegraded: remote !== undefined && !availability.isAvailable,
    }),
  };
}

/** The policy that a caller must mind: of those without a token the one that takes longest, else the one with the fewest. */
function tightest(policies: readonly Policy[], { isAllowed, used, leftMs }: Taken): Decision {
  let found: Decision | undefined;
  for (const [index, policy] of policies.entries()) {
    const remaining = Math.max(0, policy.limit - (used[index] ?? 0));
    const decision = { isAllowed, policy, remaining, resetMs: leftMs[index] ?? policy.windowMs };
    const isTighter =
      !found ||
      remaining < found.remaining ||
      (remaining === found.remaining && remaining === 0 && decision.resetMs > found.resetMs);
    if (isTighter) found = decision;
  }
  if (!found) throw new RangeError("There is no policy to decide by");
  return found;
}
