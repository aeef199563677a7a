import type { Limit, Urgency } from "../../connectors/index.ts";

/** Calls leave one after the other: when the next may, and when the next that is not urgent may. */
export interface Slots {
  next: number;
  bulkNext: number;
}

/** Limits of so short a time are kept by spacing calls; what may come in a heap is counted. */
const SHORT_MS = 10_000;
/** By so much clocks and the way to the provider may differ without two calls coming closer than allowed. */
const MARGIN = 0.1;
const MOST_MARGIN_MS = 250;
/** Calls that are not urgent look no further ahead, so that an urgent one waits for few of them. */
const BULK_AHEAD_MS = 250;

export const isSlotted = ({ window, windowMs }: Limit): boolean => window === "sliding" && windowMs <= SHORT_MS;

/** Milliseconds from one unit to the next. */
export const spacingMs = ({ limit, windowMs }: Limit): number =>
  Math.ceil((windowMs + Math.min(MOST_MARGIN_MS, windowMs * MARGIN)) / limit);

export interface Wanted {
  urgency: Urgency;
  now: number;
  /** Not before. */
  from: number;
  /** So far ahead a call waits for its slot. */
  aheadMs: number;
}

/**
 * A slot in all of the limits. Calls that weigh more than one unit stand further apart: between two of them lie the units
 * of both less one, which keeps any window at its limit wherever it begins.
 */
export function takeSlots(
  slots: Readonly<Record<string, Slots>>,
  shares: readonly { limit: Limit; units: number }[],
  { urgency, now, from, aheadMs }: Wanted,
): { at: number; slots: Record<string, Slots> } | { until: number; reason: string } {
  let at = from;
  for (const { limit, units } of shares) {
    const { next, bulkNext } = slots[limit.name] ?? { next: 0, bulkNext: 0 };
    at = Math.max(at, next + (units - 1) * spacingMs(limit));
    // A gap that is kept for urgent calls is not reserved past.
    if (urgency === "bulk" && bulkNext > Math.max(now, next))
      return { until: bulkNext, reason: `the rest of ${limit.name} is kept for urgent calls` };
  }
  const bulkAhead = shares.reduce((most, { limit }) => Math.max(most, spacingMs(limit)), BULK_AHEAD_MS);
  const ahead = urgency === "urgent" ? aheadMs : Math.min(aheadMs, bulkAhead);
  if (at - now > ahead)
    return { until: Math.max(now + 1, Math.ceil(at - ahead)), reason: "other calls of the account come first" };
  const taken = { ...slots };
  for (const { limit, units } of shares) {
    const spacing = units * spacingMs(limit);
    const share = Math.max(1 - (limit.keptForUrgent ?? 0), 0.01);
    const bulkNext = urgency === "bulk" ? Math.ceil(at + spacing / share) : (slots[limit.name]?.bulkNext ?? 0);
    taken[limit.name] = { next: at + spacing, bulkNext };
  }
  return { at, slots: taken };
}
