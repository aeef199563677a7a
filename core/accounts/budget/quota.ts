import type { Limit } from "../../connectors/index.ts";
import { mostOf, rateAt, spanMs, spanStart, takenAround } from "./counts.ts";
import { isSlotted, spacingMs } from "./slots.ts";
import type { BudgetState } from "./state.ts";

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
      ...(isSlotted(limit) ? slottedUse(state, limit, now) : countedUse(state, limit, now)),
    })),
  };
}

function slottedUse(state: BudgetState, limit: Limit, now: number) {
  const ahead = Math.max(0, (state.slots[limit.name]?.next ?? 0) - now);
  return parts(limit, Math.min(limit.limit, Math.ceil(ahead / spacingMs(limit))));
}

function countedUse(state: BudgetState, limit: Limit, now: number) {
  const counts = state.counts[limit.name];
  const use = parts(limit, takenAround(limit, counts, now));
  const resetsAt = limit.window === "fixed" ? spanStart(limit, now) + spanMs(limit) : undefined;
  const rate = rateAt(limit, counts, now);
  const exhaustedAt = use.left === 0 ? now : rate > 0 ? now + use.left / rate : Number.POSITIVE_INFINITY;
  // Of a window that slides as much comes back as is used, while that stays below the limit.
  const isComing =
    resetsAt === undefined ? rate * limit.windowMs > limit.limit || use.left === 0 : exhaustedAt < resetsAt;
  return {
    ...use,
    ...(resetsAt === undefined ? {} : { resetsAt: new Date(resetsAt).toISOString() }),
    ...(isComing ? { exhaustedAt: new Date(exhaustedAt).toISOString() } : {}),
  };
}

function parts(limit: Limit, used: number) {
  const left = Math.max(0, limit.limit - used);
  return { used, left, leftForBulk: Math.max(0, mostOf(limit, "bulk") - used) };
}
