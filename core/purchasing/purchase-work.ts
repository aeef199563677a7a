/** What is to be done at a supplier for a purchase order. */
export interface PurchaseWork {
  /** The purchase order's. */
  id: string;
  kind: "quote" | "submit" | "cancel" | "follow";
  /** Not before: RFC 3339 UTC. It stands there among what is due. */
  dueAt: string;
  /** Times in a row that it failed and may succeed later. */
  attempts: number;
  /** Who is at it, and how long nobody else may be: RFC 3339 UTC. */
  owner?: string;
  leaseUntil?: string;
}

/**
 * How long a worker has a purchase order for itself. Longer than its function may run, and than a call may take: whoever
 * comes after it finds at the supplier whatever it made.
 */
export const LEASE_MS = 150_000;

/** A worker begins to order only while so much of its lease is left: the call ends within it. */
export const ORDERING_MS = 90_000;

/** An order whose answer was lost is looked for after so long: until then the supplier may still be making it. */
export const DOUBT_MS = 120_000;

/** Times in a row after which a person has to look. */
export const MOST_ATTEMPTS = 12;
/** Times that one purchase is begun at the supplier by itself. */
export const MOST_PLACINGS = 5;

const MINUTE_MS = 60_000;

/** When a failed piece of work is tried again, in milliseconds: later and later, up to half an hour, or as asked. */
export function retryAfterMs(attempts: number, askedSeconds: number | undefined): number {
  return Math.max((askedSeconds ?? 0) * 1000, Math.min(30 * MINUTE_MS, MINUTE_MS * 2 ** (attempts - 1)));
}

const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How often the supplier is asked about a purchase of this age: often at first. Undefined once nobody asks any more. */
export function followAfterMs(ageMs: number): number | undefined {
  if (ageMs < DAY_MS) return 15 * MINUTE_MS;
  if (ageMs < 7 * DAY_MS) return HOUR_MS;
  return ageMs < 60 * DAY_MS ? 6 * HOUR_MS : undefined;
}
