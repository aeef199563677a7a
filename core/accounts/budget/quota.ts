import type { Limit } from "../../connectors/index.ts";
import { type BudgetState, mostOf, rateAt, spacingMs, takenIn, windowStart } from "./state.ts";

/** How an account stands to one of its limits. */
export interface LimitUse {
  name: string;
  scope?: string;
  limit: number;
  windowSeconds: number;
  window: Limit["window"];
  /** Units taken of the window now, with those that processes hold and have not used yet. */
  used: number;
  left: number;
  /** What calls that are not urgent may still take. */
  leftForBulk: number;
  /** Of a fixed window. */
  resetsAt?: string;
  /** When it would be used up if use went on as of late; absent where that is not before it is reset. */
  exhaustedAt?: string;
}

export interface Quota {
  /** Until when the provider asked us to stay away. */
  pausedUntil?: string;
  limits: LimitUse[];
}

export function quotaOf(state: BudgetState, limits: readonly Limit[], now: number): Quota {
  const { pausedUntil = 0 } = state;
  return {
    ...(pausedUntil > now ? { pausedUntil: new Date(pausedUntil).toISOString() } : {}),
    limits: limits.map((limit) => ({
      name: limit.name,
      ...(limit.scope === undefined ? {} : { scope: limit.scope }),
      limit: limit.limit,
      windowSeconds: limit.windowMs / 1_000,
      window: limit.window,
      ...(limit.window === "fixed" ? fixedUse(state, limit, now) : slidingUse(state, limit, now)),
    })),
  };
}

function slidingUse(state: BudgetState, limit: Limit, now: number) {
  const ahead = Math.max(0, (state.sliding[limit.name]?.next ?? 0) - now);
  return parts(limit, Math.min(limit.limit, Math.ceil(ahead / spacingMs(limit))));
}

function fixedUse(state: BudgetState, limit: Limit, now: number) {
  const windows = state.fixed[limit.name];
  const start = windowStart(limit, now);
  const use = parts(limit, takenIn(windows, start));
  const resetsAt = start + limit.windowMs;
  const rate = rateAt(limit, windows, now);
  const exhaustedAt = use.left === 0 ? now : rate > 0 ? now + use.left / rate : Number.POSITIVE_INFINITY;
  return {
    ...use,
    resetsAt: new Date(resetsAt).toISOString(),
    ...(exhaustedAt < resetsAt ? { exhaustedAt: new Date(exhaustedAt).toISOString() } : {}),
  };
}

function parts(limit: Limit, used: number) {
  const left = Math.max(0, limit.limit - used);
  return { used, left, leftForBulk: Math.max(0, Math.floor(mostOf(limit, "bulk")) - used) };
}
