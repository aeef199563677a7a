import type { Context } from "../../core/platform/context.ts";
import { cloudContext } from "./cloud.ts";
import { testActor } from "./context.ts";
import { stoppedClock } from "./recording.ts";
import { diesAt, Killed, storeFaults } from "./store-faults.ts";

/** How a process dies at a call: before the store has seen it, or after, with nobody left to hear the answer. */
export const DEATHS = ["before", "after"] as const;
export type Death = (typeof DEATHS)[number];

export interface Step<T> {
  /** What has to be there before, and what the step is told of it. */
  prepare: (ctx: Context) => Promise<T>;
  /** The step itself; what it returns may not depend on whether it died before. */
  run: (ctx: Context, prepared: T) => Promise<unknown>;
  /** Everything that must come out the same. */
  outcome: (ctx: Context, prepared: T) => Promise<unknown>;
}

/** A step whose process dies at its `fatal`-th call; another process then repeats it, so much later, with the same key or without one. */
export async function diesAndRepeats<T>(
  step: Step<T>,
  fatal: number,
  death: Death,
  { hasKey = true, laterMs = 1_000 } = {},
) {
  const actor = testActor();
  const { now, advance } = stoppedClock();
  const plain = cloudContext({ actor, now });
  const prepared = await step.prepare(plain);
  // Ids are in the order of time, and each process counts them for itself.
  advance(1_000);
  const named = { actor, now, ...(hasKey ? { idempotencyKey: "step" } : {}) };
  const { around, calls } = storeFaults(diesAt(fatal, death));
  await step.run(cloudContext({ ...named, around }), prepared).catch((error: unknown) => {
    if (!(error instanceof Killed)) throw error;
  });
  advance(laterMs);
  const answer = await step.run(cloudContext(named), prepared);
  return { answer, calls, outcome: await step.outcome(plain, prepared) };
}
