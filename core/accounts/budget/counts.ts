import type { Limit, Urgency } from "../../connectors/index.ts";

/** Units taken, leases included, by the span of time in which they were; spans without any are left out. */
export interface Counts {
  taken: { start: number; units: number }[];
  /** Units a millisecond of late, as it was at `rateAt`. */
  rate: number;
  rateAt: number;
}

/** A long window that slides is counted in so many spans: a whole one is waited for, and no window gets too much. */
const SPANS = 24;
/** By so much the provider's clock and ours may differ. */
const MARGIN = 0.05;
const MOST_MARGIN_MS = 2_000;
/** Of the rate: what is so long past counts little more than a third. */
const MEMORY = 1 / 24;

/** Milliseconds of one count: the whole window where it is fixed. */
export const spanMs = ({ windowMs, window }: Limit): number => (window === "fixed" ? windowMs : windowMs / SPANS);

export const marginMs = (limit: Limit): number => Math.min(MOST_MARGIN_MS, spanMs(limit) * MARGIN);

export const spanStart = (limit: Limit, at: number): number => Math.floor(at / spanMs(limit)) * spanMs(limit);

/** Units of a window that calls of this urgency may bring it to. */
export const mostOf = ({ limit, keptForUrgent = 0 }: Limit, urgency: Urgency): number =>
  Math.floor(urgency === "urgent" ? limit : limit * (1 - keptForUrgent));

/** Units in all windows that a call at this moment may be in, by whichever clock: the most of any of them. */
export function takenAround(limit: Limit, counts: Counts | undefined, at: number): number {
  const taken = counts?.taken ?? [];
  const margin = marginMs(limit);
  if (limit.window === "fixed")
    return Math.max(...[at - margin, at + margin].map((moment) => unitsIn(taken, spanStart(limit, moment))));
  const from = at - margin - limit.windowMs;
  return taken.reduce((sum, { start, units }) => (start + spanMs(limit) > from ? sum + units : sum), 0);
}

/** The first moment at which so many units can be had, if nobody takes any meanwhile. */
export function freeAt(limit: Limit, counts: Counts | undefined, room: number, at: number): number {
  const ends = [...(counts?.taken ?? []), { start: spanStart(limit, at) }]
    .map(({ start }) => start + spanMs(limit) + marginMs(limit) + (limit.window === "fixed" ? 0 : limit.windowMs))
    .sort((one, other) => one - other);
  return ends.find((end) => end > at && takenAround(limit, counts, end) <= room) ?? at + limit.windowMs;
}

/** When what is taken now has to be used: past it, it would count elsewhere. */
export function goodUntil(limit: Limit, at: number): number {
  const counted = limit.window === "fixed" ? at + marginMs(limit) : at;
  return spanStart(limit, counted) + spanMs(limit) - marginMs(limit);
}

/** The counts with so many units more at this moment; near the end of a fixed window in the next one, too. */
export function take(limit: Limit, counts: Counts | undefined, units: number, at: number, now: number): Counts {
  const margin = marginMs(limit);
  const moments = limit.window === "fixed" ? [at - margin, at + margin] : [at];
  const taken = [...(counts?.taken ?? [])];
  for (const start of new Set(moments.map((moment) => spanStart(limit, moment)))) {
    const index = taken.findIndex((one) => one.start === start);
    taken.splice(Math.max(0, index), index < 0 ? 0 : 1, { start, units: unitsIn(taken, start) + units });
  }
  const oldest = Math.min(now, at) - 2 * limit.windowMs;
  return {
    taken: taken.filter(({ start }) => start >= oldest),
    rate: rateAt(limit, counts, now) + units / (limit.windowMs * MEMORY),
    rateAt: now,
  };
}

/** Units a millisecond of late. */
export function rateAt({ windowMs }: Limit, counts: Counts | undefined, now: number): number {
  if (!counts) return 0;
  return counts.rate * Math.exp(-Math.max(0, now - counts.rateAt) / (windowMs * MEMORY));
}

const unitsIn = (taken: Counts["taken"], start: number): number => taken.find((one) => one.start === start)?.units ?? 0;
