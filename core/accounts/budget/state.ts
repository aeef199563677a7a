import { type Limit, type Take, unitsOf, type Urgency } from "../../connectors/index.ts";

/** What is taken of an account's limits. Times are milliseconds since the epoch. */
export interface BudgetState {
  /** The provider asked for it. */
  pausedUntil?: number;
  /** Refusals in a row that did not say for how long. */
  refusals?: number;
  sliding: Record<string, Slots>;
  fixed: Record<string, Windows>;
}

/** Calls leave one after the other: when the next may, and when the next that is not urgent may. */
export interface Slots {
  next: number;
  bulkNext: number;
}

/** Units taken, leases included, by window; the last two. */
export interface Windows {
  taken: { start: number; units: number }[];
  /** Units a millisecond of late, as it was at `rateAt`. */
  rate: number;
  rateAt: number;
}

/** A limit with the units that one call takes of it. */
export interface Share {
  limit: Limit;
  units: number;
}

export type Decision =
  /** As the state is to be written, when the call may leave, and how many like it the write covers. */
  | { kind: "go"; state: BudgetState; at: number; calls: number; goodUntil: number }
  | { kind: "wait"; until: number; reason: string };

export const EMPTY: BudgetState = { sliding: {}, fixed: {} };

/** By so much clocks and the way to the provider may differ without two calls coming closer than allowed. */
const SLIDING_MARGIN = 0.1;
const MOST_SLIDING_MARGIN_MS = 250;
/** So near the end of a window a call is taken of both: by the provider's clock it may be in either. */
const FIXED_MARGIN = 0.05;
const MOST_FIXED_MARGIN_MS = 2_000;
/** Calls that one write covers where a limit is per day: what a process that dies loses of it at most. */
const MOST_LEASED = 50;
/** Near the end of the budget leases shrink: of what is left this part at most. */
const LEASED_PART = 64;
/** Calls that are not urgent look no further ahead, so that an urgent one waits for few of them. */
const BULK_AHEAD_MS = 250;

/** What the call takes of which limit. Throws RangeError for what no wait would make possible. */
export function sharesOf(limits: readonly Limit[], cost: Take["cost"]): Share[] {
  const shares = limits.map((limit) => ({ limit, units: unitsOf(limit, cost) })).filter(({ units }) => units > 0);
  const tooMuch = shares.find(({ limit, units }) => units > limit.limit);
  if (tooMuch) throw new RangeError(`A call takes ${tooMuch.units} of ${tooMuch.limit.limit} (${tooMuch.limit.name})`);
  return shares;
}

/** Milliseconds from one unit to the next. */
export const spacingMs = ({ limit, windowMs }: Limit): number =>
  (windowMs + Math.min(MOST_SLIDING_MARGIN_MS, windowMs * SLIDING_MARGIN)) / limit;

/** Whether a call may leave, and when. Pure: whoever writes the state does it on the condition that nobody else has. */
export function decide(
  state: BudgetState,
  shares: readonly Share[],
  { urgency, now, aheadMs }: { urgency: Urgency; now: number; aheadMs: number },
): Decision {
  const { pausedUntil = 0 } = state;
  if (pausedUntil - now > aheadMs)
    return { kind: "wait", until: pausedUntil, reason: "the provider asked for a pause" };
  const slotted = takeSlots(state, shares, { urgency, now, from: Math.max(now, pausedUntil), aheadMs });
  if ("until" in slotted) return slotted;
  const { at, sliding } = slotted;
  const counted = shares.filter(({ limit }) => limit.window === "fixed");
  // What takes a slot is written anyway, and exactly; a lease would only make the slots useless.
  const isLease = counted.length === shares.length;
  const spans = counted.map(({ limit }) => windowsAt(limit, at));
  const isNearEnd = spans.some((starts) => starts.length > 1);
  let calls = isLease && !isNearEnd ? MOST_LEASED : 1;
  for (const [index, { limit, units }] of counted.entries()) {
    for (const start of spans[index] ?? []) {
      const left = Math.floor(mostOf(limit, urgency)) - takenIn(state.fixed[limit.name], start);
      if (left < units) {
        const until = start + limit.windowMs + marginOf(limit);
        return { kind: "wait", until, reason: `the limit ${limit.name} is used up` };
      }
      calls = Math.max(1, Math.min(calls, Math.floor(left / units / LEASED_PART)));
    }
  }
  const fixed = { ...state.fixed };
  let goodUntil = Number.POSITIVE_INFINITY;
  for (const [index, { limit, units }] of counted.entries()) {
    const starts = spans[index] ?? [];
    fixed[limit.name] = take(limit, fixed[limit.name], starts, units * calls, now);
    goodUntil = Math.min(goodUntil, (starts[0] ?? 0) + limit.windowMs - marginOf(limit));
  }
  return { kind: "go", state: { ...state, sliding, fixed }, at, calls, goodUntil };
}

/**
 * A slot in all limits that slide. Calls that weigh more than one unit stand further apart: between two of them lie the
 * units of both less one, which keeps any window at its limit wherever it begins.
 */
function takeSlots(
  state: BudgetState,
  shares: readonly Share[],
  { urgency, now, from, aheadMs }: { urgency: Urgency; now: number; from: number; aheadMs: number },
): { at: number; sliding: BudgetState["sliding"] } | Extract<Decision, { kind: "wait" }> {
  const sliding = { ...state.sliding };
  const slotted = shares.filter(({ limit }) => limit.window === "sliding");
  let at = from;
  for (const { limit, units } of slotted) {
    const { next, bulkNext } = sliding[limit.name] ?? { next: 0, bulkNext: 0 };
    const heavy = (units - 1) * spacingMs(limit);
    at = Math.max(at, next + heavy);
    // A gap that is kept for urgent calls is not reserved past.
    if (urgency === "bulk" && bulkNext > Math.max(now, next))
      return { kind: "wait", until: bulkNext, reason: `the rest of ${limit.name} is kept for urgent calls` };
  }
  const farthest = slotted.reduce((most, { limit }) => Math.max(most, spacingMs(limit)), BULK_AHEAD_MS);
  const ahead = urgency === "urgent" ? aheadMs : Math.min(aheadMs, farthest);
  if (at - now > ahead) return { kind: "wait", until: at - ahead, reason: "other calls of the account come first" };
  for (const { limit, units } of slotted) {
    const spacing = spacingMs(limit);
    const next = at + units * spacing;
    const before = sliding[limit.name]?.bulkNext ?? 0;
    const kept = limit.keptForUrgent ?? 0;
    const bulkNext = urgency === "bulk" ? at + (units * spacing) / Math.max(1 - kept, 0.01) : before;
    sliding[limit.name] = { next, bulkNext };
  }
  return { at, sliding };
}

/** Units of a window that calls of this urgency may bring it to. */
export function mostOf({ limit, keptForUrgent = 0 }: Limit, urgency: Urgency): number {
  return urgency === "urgent" ? limit : limit * (1 - keptForUrgent);
}

export const takenIn = (windows: Windows | undefined, start: number): number =>
  windows?.taken.find((one) => one.start === start)?.units ?? 0;

export const windowStart = ({ windowMs }: Limit, at: number): number => Math.floor(at / windowMs) * windowMs;

const marginOf = ({ windowMs }: Limit): number => Math.min(MOST_FIXED_MARGIN_MS, windowMs * FIXED_MARGIN);

/** The window of a moment; near its end the one beside it as well. */
function windowsAt(limit: Limit, at: number): number[] {
  const margin = marginOf(limit);
  return [...new Set([windowStart(limit, at - margin), windowStart(limit, at + margin)])];
}

function take(limit: Limit, windows: Windows | undefined, starts: number[], units: number, now: number): Windows {
  const taken = [...(windows?.taken ?? [])];
  for (const start of starts) {
    const index = taken.findIndex((one) => one.start === start);
    if (index < 0) taken.push({ start, units });
    else taken[index] = { start, units: (taken[index]?.units ?? 0) + units };
  }
  taken.sort((one, other) => one.start - other.start);
  const memory = memoryMs(limit);
  return { taken: taken.slice(-2), rate: rateAt(limit, windows, now) + units / memory, rateAt: now };
}

/** Of the rate: use that is so long past counts little more than a third. */
const memoryMs = ({ windowMs }: Limit): number => windowMs / 24;

/** Units a millisecond of late. */
export function rateAt(limit: Limit, windows: Windows | undefined, now: number): number {
  if (!windows) return 0;
  return windows.rate * Math.exp(-Math.max(0, now - windows.rateAt) / memoryMs(limit));
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
    return { ...state, pausedUntil: Math.max(pausedUntil, until) };
  }
  // Of calls that were under way together the first has said it for all.
  if (pausedUntil > now) return state;
  const inRow = now - pausedUntil > FORGOTTEN_AFTER_MS ? 0 : refusals;
  const pauseMs = Math.min(MOST_BLIND_PAUSE_MS, FIRST_PAUSE_MS * 2 ** inRow);
  return { ...state, pausedUntil: now + pauseMs, refusals: inRow + 1 };
}
