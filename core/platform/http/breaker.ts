import type * as Cockatiel from "cockatiel";
import { Lru } from "../lru.ts";
import { CircuitOpenError, PermanentError, TransientError } from "./errors.ts";

const FAILURES_TO_OPEN = 5;
const HALF_OPEN_AFTER_MS = 30_000;
/** Feeds have as many hosts as tenants care to name; the least used are forgotten, which closes their breakers. */
const MAX_BREAKERS = 1_000;

/**
 * Closed → open at the fifth TransientError in a row → after 30 s one call is let through (half-open): its success
 * closes the breaker, its failure opens it again. A PermanentError is an answer, so it counts as a success; a
 * RateLimitError neither fails a call nor ends a row of failures.
 */
export interface Breaker {
  /** Throws CircuitOpenError without calling `work` while open, and while another call is the one let through. */
  execute<T>(dependency: string, work: () => Promise<T>): Promise<T>;
}

/** Breakers by name, in this process. `now` is in milliseconds. */
export function createBreakers(now: () => number): (name: string) => Promise<Breaker> {
  const breakers = new Lru<Breaker>({ max: MAX_BREAKERS });
  return async (name) => {
    const known = breakers.get(name);
    if (known) return known;
    // Loaded on the first call to the outside: most invocations make none.
    const cockatiel = await import("cockatiel");
    const made = breakers.get(name) ?? createBreaker(cockatiel, now);
    breakers.set(name, made);
    return made;
  };
}

function createBreaker(cockatiel: typeof Cockatiel, now: () => number): Breaker {
  const { CircuitState } = cockatiel;
  let openedAt = 0;
  const leftMs = () => Math.max(0, openedAt + HALF_OPEN_AFTER_MS - now());
  // cockatiel reads the wall clock itself; a wait of "for ever" or "over" lets the given clock decide.
  const opened = (): Cockatiel.IBackoff<unknown> => {
    openedAt = now();
    return {
      get duration() {
        return leftMs() > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
      },
      next: opened,
    };
  };
  const breaker = new cockatiel.ConsecutiveBreaker(FAILURES_TO_OPEN);
  const policy = cockatiel.circuitBreaker(cockatiel.handleType(TransientError), {
    breaker,
    halfOpenAfter: { next: opened },
  });

  return {
    async execute<T>(dependency: string, work: () => Promise<T>): Promise<T> {
      // cockatiel would let callers wait for the one that is let through; they are to be told at once.
      if (policy.state === CircuitState.HalfOpen) throw new CircuitOpenError(dependency, 1_000);
      try {
        const outcome = await policy.execute(() => answered(work));
        if ("value" in outcome) return outcome.value;
        throw outcome.refusal;
      } catch (error) {
        throw error instanceof cockatiel.BrokenCircuitError ? new CircuitOpenError(dependency, leftMs()) : error;
      }
    },
  };
}

async function answered<T>(work: () => Promise<T>): Promise<{ value: T } | { refusal: PermanentError }> {
  try {
    return { value: await work() };
  } catch (error) {
    if (error instanceof PermanentError) return { refusal: error };
    throw error;
  }
}
