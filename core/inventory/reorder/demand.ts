/** Units that left a stock item, by day in UTC: sold, or consumed by batches. */
export type Days = Record<string, number>;

/** The longest look back. */
export const MOST_DAYS = 90;
/** A day counts for at most so many times the median of the days on which anything left. */
export const SPIKE_FACTOR = 3;

export interface Demand {
  /** The first and the last whole day that is counted; none, when nothing is known yet. */
  from: string;
  to: string;
  days: number;
  /** Units that left, and what of them counts without the spikes. */
  units: number;
  counted: number;
  /** What one day counts for at most; absent when nothing left. */
  dayLimit?: number;
  spikes: { day: string; units: number }[];
}

/**
 * Units that left in the days up to and with `to`, less what stands out: one wholesale order, or one day in a newsletter,
 * says nothing of the next month. The median is over the days on which anything left, or whatever sells seldom would
 * never be reordered.
 */
export function demandOf(daily: Days, { to, days }: { to: string; days: number }): Demand {
  const names = Array.from({ length: days }, (_, index) => dayBefore(to, days - 1 - index));
  const moving = names.flatMap((day) => {
    const units = Math.max(0, daily[day] ?? 0);
    return units > 0 ? [{ day, units }] : [];
  });
  const span = { from: names[0] ?? to, to, days };
  if (moving.length === 0) return { ...span, units: 0, counted: 0, spikes: [] };
  const dayLimit = Math.ceil(median(moving.map(({ units }) => units)) * SPIKE_FACTOR);
  const sum = (of: (units: number) => number) => moving.reduce((total, { units }) => total + of(units), 0);
  return {
    ...span,
    units: sum((units) => units),
    counted: sum((units) => Math.min(units, dayLimit)),
    dayLimit,
    spikes: moving.filter(({ units }) => units > dayLimit),
  };
}

/** The middle one, or the mean of the two in the middle. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? upper) + upper) / 2;
}

const DAY_MS = 86_400_000;

export function dayBefore(day: string, count: number): string {
  return new Date(Date.parse(day) - count * DAY_MS).toISOString().slice(0, 10);
}
