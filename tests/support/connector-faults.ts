import { describe, expect, test } from "vitest";
import type { Connection } from "../../core/connectors/wire.ts";
import {
  CircuitOpenError,
  OutboundError,
  PermanentError,
  RateLimitError,
  TransientError,
} from "../../core/platform/http/errors.ts";
import { type Fault, FAULT_KINDS, type FaultKind } from "../../local/sandbox/provider/faults.ts";
import type { Provider } from "../../local/sandbox/provider/server.ts";
import type { SandboxOptions } from "./connectors.ts";
import { stoppedClock } from "./recording.ts";

/** A stand-in with one piece of work to do on it: `start` begins anew each time. */
export interface FaultyJob {
  name: string;
  /** Calls that meet the faults, as of `Fault.match`. */
  match: string;
  /** Whether a call of it may be sent again after a fault; true where absent. */
  repeatable?: boolean;
  start(clock: { now: () => number }): Promise<FaultyWork>;
}

export interface FaultyWork {
  provider: Pick<Provider, "faults" | "calls" | "stop">;
  /** By `sandboxConnection`, with these options among its own. */
  connect(options: SandboxOptions): Promise<Connection & { isLost: () => boolean }>;
  /**
   * The work from its beginning to its end, as a worker does it when its message comes, and comes again. Returns the ids
   * of what it brought.
   */
  run(connection: Connection): Promise<readonly string[]>;
  /** The ids of all there is to bring. */
  expected: readonly string[];
  /** Holds what became of it over there to account: nothing twice, nothing missing. */
  check?(): void;
}

const TIMEOUT_MS = 250;
/** As the breaker's wait: docs/architecture.md, "Calls to the outside". */
const BREAKER_MS = 30_000;
const FAILURES_TO_OPEN = 5;
const MAX_ROUNDS = 12;

/** What a fault that does not go away is told as. */
const LASTING: Record<
  Exclude<FaultKind, "duplicatedPage" | "missingPage" | "expiredToken">,
  new (
    ...args: never[]
  ) => OutboundError
> = {
  rateLimited: RateLimitError,
  serverError: TransientError,
  timeout: TransientError,
  disconnect: TransientError,
  halfAnswer: TransientError,
  slowDrip: TransientError,
  malformedJson: PermanentError,
  wrongTypes: PermanentError,
  permanent: PermanentError,
};

/**
 * Holds a connector against every fault that its stand-in can be told to have: the work ends, brings everything once,
 * names the fault rightly, and leaves a provider alone that is down.
 */
export function connectorFaults(connector: string, jobs: readonly FaultyJob[]): void {
  describe.each(jobs)(`${connector}: $name`, (job) => {
    for (const kind of FAULT_KINDS) {
      if (kind === "permanent" || kind === "expiredToken") continue;
      test(`ends with everything, once, after ${kind}`, () => passing(job, { kind, times: 2 }));
    }

    test("ends with everything, once, after a refusal that says when to come again", () =>
      passing(job, { kind: "rateLimited", times: 2, retryAfterSeconds: 2 }));

    for (const [kind, error] of Object.entries(LASTING))
      test(`tells ${kind} that lasts as ${error.name}`, () => lasting(job, kind as FaultKind, error));

    test("stops at once at what is refused for good", () =>
      within(job, async ({ work, connection }) => {
        work.provider.faults.set([{ kind: "permanent", match: job.match }]);
        const error = await failure(work.run(connection));
        expect(error).toBeInstanceOf(PermanentError);
        expect(asked(work, job)).toBe(1);
      }));

    test("replaces a token that is not taken any more, or says that it cannot", () =>
      within(job, async ({ work, connection }) => {
        work.provider.faults.set([{ kind: "expiredToken", match: job.match, times: 1 }]);
        const result = await settled(work.run(connection));
        if (Array.isArray(result)) {
          expectAll(work, result);
          expect(connection.isLost()).toBe(false);
          return;
        }
        // Credentials that last for ever have no successor: a person has to give others.
        expect(result).toBeInstanceOf(PermanentError);
        expect(connection.isLost()).toBe(true);
        expect(asked(work, job)).toBe(1);
      }));

    test("leaves a provider alone that is down, and goes on when it is back", () =>
      within(job, async ({ work, connection, clock }) => {
        // Every call fails, since one that does not ends the row.
        work.provider.faults.set([{ kind: "serverError" }]);
        const { calls } = work.provider;
        let opened: OutboundError | undefined;
        for (let round = 0; round < MAX_ROUNDS && !opened; round++) {
          const error = await failure(work.run(connection));
          if (error instanceof CircuitOpenError) opened = error;
        }
        expect(opened?.retryAfterMs).toBe(BREAKER_MS);
        expect(calls.length).toBe(FAILURES_TO_OPEN);
        expect(await failure(work.run(connection))).toBeInstanceOf(CircuitOpenError);
        expect(calls.length).toBe(FAILURES_TO_OPEN);
        clock.advance(BREAKER_MS);
        await failure(work.run(connection));
        expect(calls.length, "one call goes to see").toBe(FAILURES_TO_OPEN + 1);
        expect(await failure(work.run(connection))).toBeInstanceOf(CircuitOpenError);
        clock.advance(BREAKER_MS);
        work.provider.faults.set([]);
        expectAll(work, await work.run(connection));
      }));
  });
}

interface Within {
  work: FaultyWork;
  connection: Connection & { isLost: () => boolean };
  clock: ReturnType<typeof stoppedClock>;
}

async function within(job: FaultyJob, use: (within: Within) => Promise<void>): Promise<void> {
  const clock = stoppedClock();
  const work = await job.start(clock);
  try {
    const connection = await work.connect({ now: clock.now, timeoutMs: TIMEOUT_MS });
    await use({ work, connection, clock });
  } finally {
    await work.provider.stop();
  }
}

/** A fault that goes away: what a call does not mend by being repeated, the message that comes again does. */
const passing = (job: FaultyJob, fault: Fault) =>
  within(job, async ({ work, connection, clock }) => {
    work.provider.faults.set([{ ...fault, match: job.match }]);
    const brought = new Set<string>();
    let rounds = 0;
    for (let ended = false; !ended && rounds < MAX_ROUNDS; rounds++) {
      const result = await settled(work.run(connection));
      if (Array.isArray(result)) for (const id of result) brought.add(id);
      // Pages over a living list may skip: the next time reads what the last time read once more.
      ended = Array.isArray(result) && work.expected.every((id) => brought.has(id));
      if (result instanceof OutboundError) clock.advance(result.retryAfterMs ?? BREAKER_MS);
    }
    expect(rounds).toBeLessThanOrEqual(3);
    expectAll(work, [...brought]);
  });

const lasting = (job: FaultyJob, kind: FaultKind, error: new (...args: never[]) => OutboundError) =>
  within(job, async ({ work, connection }) => {
    work.provider.faults.set([{ kind, match: job.match }]);
    const seen = await failure(work.run(connection));
    expect(seen).toBeInstanceOf(error);
    expect(seen.retryable).toBe(error !== PermanentError);
    expect(seen.message).not.toMatch(/https?:|127\.0\.0\.1/);
    const isOnce = kind === "permanent" || job.repeatable === false;
    expect(asked(work, job)).toBe(isOnce ? 1 : 3);
  });

function expectAll(work: FaultyWork, brought: readonly string[]): void {
  expect([...brought].sort()).toEqual([...work.expected].sort());
  work.check?.();
}

/** How often the provider met a call of the job. */
function asked(work: FaultyWork, job: FaultyJob): number {
  return work.provider.calls.filter(({ method, path }) => `${method} ${path}`.includes(job.match)).length;
}

async function settled<T>(work: Promise<T>): Promise<T | OutboundError> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof OutboundError) return error;
    throw error;
  }
}

async function failure(work: Promise<unknown>): Promise<OutboundError> {
  const result = await settled(work);
  if (result instanceof OutboundError) return result;
  throw new Error(`It was to fail, and brought ${JSON.stringify(result)}`);
}
