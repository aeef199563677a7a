/** What a provider does wrong on demand. */
export const FAULT_KINDS = [
  "rateLimited",
  "serverError",
  "timeout",
  "disconnect",
  "halfAnswer",
  "malformedJson",
  "wrongTypes",
  "expiredToken",
  "slowDrip",
  "duplicatedPage",
  "missingPage",
  "permanent",
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
  kind: FaultKind;
  /** How many calls it meets; until it is taken away where absent. */
  times?: number;
  /** Only calls whose method and path hold this text: `POST /v2/selling`. */
  match?: string;
  /** Calls that pass before it begins. */
  after?: number;
  /** Of `rateLimited`: the header; none where absent. */
  retryAfterSeconds?: number;
}

/** Which fault meets the next calls. */
export interface Faults {
  set(faults: readonly Fault[]): void;
  /** The fault of this call, counted; undefined where all is well. */
  next(call: string): Fault | undefined;
}

export function createFaults(): Faults {
  let pending: { fault: Fault; left: number; skip: number }[] = [];
  return {
    set: (faults) => {
      pending = faults.map((fault) => ({
        fault,
        left: fault.times ?? Number.POSITIVE_INFINITY,
        skip: fault.after ?? 0,
      }));
    },
    next: (call) => {
      for (const entry of pending) {
        if (entry.fault.match !== undefined && !call.includes(entry.fault.match)) continue;
        if (entry.skip > 0) {
          entry.skip--;
          continue;
        }
        if (entry.left <= 0) continue;
        entry.left--;
        return entry.fault;
      }
      return undefined;
    },
  };
}

/** The same answer with other types: numbers as texts, texts as numbers, lists as objects. */
export function withWrongTypes(value: unknown): unknown {
  if (Array.isArray(value)) return { 0: value.map(withWrongTypes) };
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withWrongTypes(inner)]));
  if (typeof value === "string") return value.length;
  return typeof value === "number" ? { value } : [value];
}
