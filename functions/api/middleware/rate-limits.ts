import { isIPv6 } from "node:net";
import type { Config } from "../../../core/platform/config.ts";
import type { Actor, Resources } from "../../../core/platform/context.ts";
import { AppError } from "../../../core/platform/errors.ts";
import type { Policy } from "../../../core/platform/rate-limit/bucket.ts";
import type { Decision } from "../../../core/platform/rate-limit/limiter.ts";
import type { ApiContext } from "../api-env.ts";
import { clientAddress } from "../client-address.ts";
import { createPlanLimits } from "./plan-limits.ts";

/**
 * What counts a request of a public route: everything of its address; sign-ins and resets besides, by figures of their
 * own; of a webhook only what was refused, since a provider sends what it must in bursts; or nothing.
 */
export type RateClass = "address" | "signIn" | "reset" | "webhook" | "none";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

interface Limit {
  policies: readonly Policy[];
  /** RateLimit-Policy, as draft-ietf-httpapi-ratelimit-headers has it. */
  header: string;
}

export interface RateLimits {
  /** Throws RATE_LIMITED. A promise only where Redis is asked. */
  ofActor(c: ApiContext, actor: Actor): Promise<void> | undefined;
  ofAddress(c: ApiContext, rateClass: RateClass): Promise<void> | undefined;
  /** Counts what was refused of an address: wrong keys, forged webhooks. */
  ofFailure(c: ApiContext, what: "keys" | "webhooks"): Promise<void> | undefined;
  /** Resolves when no plan is being looked up any more. */
  settled(): Promise<void>;
}

export function createRateLimits(resources: Resources): RateLimits {
  const { config, limiter, metrics } = resources;
  const limits = limitsOf(config);
  const plans = createPlanLimits(resources, usualLimit);

  function settle(c: ApiContext, limit: Limit, decision: Decision | undefined): void {
    if (!decision) return;
    const { isAllowed, policy, remaining, resetMs } = decision;
    const headers = c.get("headers");
    headers["ratelimit-policy"] = limit.header;
    headers["ratelimit"] = `"${policy.name}";r=${remaining};t=${Math.ceil(resetMs / 1000)}`;
    if (isAllowed) return;
    metrics.count("rate_limited_total", { policy: policy.name });
    throw new AppError("RATE_LIMITED", `No more than ${policy.limit} requests in ${policy.windowMs / 1000} seconds`, {
      details: { policy: policy.name, limit: policy.limit, windowSeconds: policy.windowMs / 1000 },
      retryable: true,
      retryAfterSeconds: Math.max(1, resetMs / 1000),
    });
  }

  function take(c: ApiContext, bucket: string, limit: Limit): Promise<void> | undefined {
    const taken = limiter.take(bucket, limit.policies);
    if (taken instanceof Promise) return taken.then((decision) => settle(c, limit, decision));
    settle(c, limit, taken);
    return undefined;
  }

  /** Where no gateway says whose request it is, there is nobody to count it for. */
  function takeOfAddress(c: ApiContext, name: string, limit: Limit): Promise<void> | undefined {
    const address = clientAddress(c);
    return address === undefined ? undefined : take(c, `${name}:${networkOf(address)}`, limit);
  }

  return {
    ofActor(c, actor) {
      const bucket = `${actor.kind}:${actor.id}`;
      const own = limits.organizations.get(actor.organizationId);
      const planned = own ? undefined : plans.of(actor);
      if (planned instanceof Promise) return planned.then((limit) => take(c, bucket, limit ?? limits.usual));
      return take(c, bucket, own ?? planned ?? limits.usual);
    },
    ofAddress(c, rateClass) {
      if (rateClass === "none" || rateClass === "webhook") return undefined;
      const usual = takeOfAddress(c, "address", limits.usual);
      if (rateClass === "address") return usual;
      const own = () => takeOfAddress(c, rateClass, limits[rateClass]);
      return usual ? usual.then(own) : own();
    },
    ofFailure: (c, what) => takeOfAddress(c, `refused-${what}`, limits.failures),
    settled: () => plans.settled(),
  };
}

export function limitsOf({ rateLimit }: Pick<Config, "rateLimit">) {
  const { signInPerMinute, refusedPerMinute } = rateLimit;
  return {
    usual: usualLimit(rateLimit),
    organizations: new Map([...rateLimit.organizations].map(([id, figures]) => [id, usualLimit(figures)])),
    signIn: limitOf({ name: "sign-in", limit: signInPerMinute, windowMs: MINUTE_MS }),
    reset: limitOf({ name: "reset", limit: signInPerMinute, windowMs: HOUR_MS }),
    failures: limitOf({ name: "refused", limit: refusedPerMinute, windowMs: MINUTE_MS }),
  };
}

export function usualLimit({ perMinute, perHour }: { perMinute: number; perHour: number }): Limit {
  return limitOf(
    { name: "minute", limit: perMinute, windowMs: MINUTE_MS },
    { name: "hour", limit: perHour, windowMs: HOUR_MS },
  );
}

function limitOf(...policies: Policy[]): Limit {
  const header = policies.map(({ name, limit, windowMs }) => `"${name}";q=${limit};w=${windowMs / 1000}`).join(", ");
  return { policies, header };
}

/** One subscriber has a /64 of IPv6 addresses, and may come from each of them. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined || !isIPv6(address)) return mapped ?? address;
  const [head = "", tail] = address.split("::");
  const groups = head === "" ? [] : head.split(":");
  if (tail !== undefined) {
    const after = tail === "" ? [] : tail.split(":");
    groups.push(...Array.from({ length: Math.max(0, 8 - groups.length - after.length) }, () => "0"), ...after);
  }
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}
