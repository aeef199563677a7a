import { type Limit, type Take, unitsOf, type Urgency } from "../../connectors/index.ts";
import { type Counts, freeAt, goodUntil, mostOf, take, takenAround } from "./counts.ts";
import { isSlotted, type Slots, takeSlots } from "./slots.ts";

/** What is taken of an account's limits. Times are milliseconds since the epoch. */
export interface BudgetState {
  /** The provider asked for it. */
  pausedUntil?: number;
  /** Refusals in a row that did not say for how long. */
  refusals?: number;
  /** By limit: of those that are kept by spacing. */
  slots: Record<string, Slots>;
  /** By limit: of all others. */
  counts: Record<string, Counts>;
}

/** A limit with the units that one call takes of it. */
export interface Share {
  limit: Limit;
  units: number;
}

export type Decision =
  /** As the state is to be written, when the call may leave, and how many like it the write covers until when. */
  | { kind: "go"; state: BudgetState; at: number; calls: number; goodUntil: number }
  | { kind: "wait"; until: number; reason: string };

export const EMPTY: BudgetState = { slots: {}, counts: {} };

/** Calls that one write covers where calls are counted: what a process that dies loses of the budget at most. */
const MOST_LEASED = 50;
/** Near the end of the budget leases shrink: of what is left this part at most. */
const LEASED_PART = 64;

/** What the call takes of which limit. Throws RangeError for what no wait would make possible. */
export function sharesOf(limits: readonly Limit[], cost: Take["cost"]): Share[] {
  const shares = limits.map((limit) => ({ limit, units: unitsOf(limit, cost) })).filter(({ units }) => units > 0);
  const tooMuch = shares.find(({ limit, units }) => units > limit.limit);
  if (tooMuch) throw new RangeError(`A call takes ${tooMuch.units} of ${tooMuch.limit.limit} (${tooMuch.limit.name})`);
  return shares;
}

/** Whether calls like this one can be had several at a time: a slot is written anyway, and a lease would make it useless. */
export const isLeasable = (shares: readonly Share[]): boolean => shares.every(({ limit }) => !isSlotted(limit));

/** Whether a call may leave, and when. Pure: whoever writes the state does it on the condition that nobody else has. */
export function decide(
  state: BudgetState,
  shares: readonly Share[],
  { urgency, now, aheadMs }: { urgency: Urgency; now: number; aheadMs: number },
): Decision {
  const { pausedUntil = 0 } = state;
  if (pausedUntil - now > aheadMs)
    return { kind: "wait", until: pausedUntil, reason: "the provider asked for a pause" };
  const slotted = shares.filter(({ limit }) => isSlotted(limit));
  const found = takeSlots(state.slots, slotted, { urgency, now, from: Math.max(now, pausedUntil), aheadMs });
  if ("until" in found) return { kind: "wait", ...found };
  const { at, slots } = found;
  const counted = shares.filter(({ limit }) => !isSlotted(limit));
  let calls = slotted.length === 0 ? MOST_LEASED : 1;
  for (const { limit, units } of counted) {
    const counts = state.counts[limit.name];
    const most = mostOf(limit, urgency);
    const left = most - takenAround(limit, counts, at);
    if (left < units) {
      // Where it is the share of urgent calls that is left, others come no sooner either.
      const until = freeAt(limit, counts, most - units, at);
      return { kind: "wait", until, reason: `the limit ${limit.name} is used up` };
    }
    calls = Math.max(1, Math.min(calls, Math.floor(left / units / LEASED_PART)));
  }
  const ends = counted.map(({ limit }) => goodUntil(limit, at));
  const until = Math.min(Number.POSITIVE_INFINITY, ...ends);
  // So near the end of a span a lease would be over before it is used.
  if (until <= at) calls = 1;
  const counts = { ...state.counts };
  for (const { limit, units } of counted) counts[limit.name] = take(limit, counts[limit.name], units * calls, at, now);
  return { kind: "go", state: { ...state, slots, counts }, at, calls, goodUntil: until };
}

const FIRST_PAUSE_MS = 1_000;
const MOST_BLIND_PAUSE_MS = 60_000;
/** What a provider asks for is taken at its word up to a day: a mistake of its must not end an account. */
const MOST_PAUSE_MS = 86_400_000;
const FORGOTTEN_AFTER_MS = 300_000;

/** After a refusal for the number of calls: nobody calls until then. Without a time, each in a row doubles it. */
export function paused(state: BudgetState, retryAfterMs: number | undefined, now: number): BudgetState {
  const { pausedUntil = 0, refusals = 0 } = state;
  if (retryAfterMs !== undefined) {
    const until = now + Math.min(retryAfterMs, MOST_PAUSE_MS);
    return until > pausedUntil ? { ...state, pausedUntil: until } : state;
  }
  // Of calls that were under way together the first has said it for all.
  if (pausedUntil > now) return state;
  const inRow = now - pausedUntil > FORGOTTEN_AFTER_MS ? 0 : refusals;
  const pauseMs = Math.min(MOST_BLIND_PAUSE_MS, FIRST_PAUSE_MS * 2 ** inRow);
  return { ...state, pausedUntil: now + pauseMs, refusals: inRow + 1 };
}
