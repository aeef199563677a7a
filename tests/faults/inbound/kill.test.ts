import { describe, expect, it } from "vitest";
import * as Inbound from "../../../core/inbound/index.ts";
import type { AroundCall } from "../../../core/platform/calls.ts";
import type { Context } from "../../../core/platform/context.ts";
import { cloudContext } from "../../support/cloud.ts";
import { testActor } from "../../support/context.ts";
import { DEATHS, type Death } from "../../support/dying.ts";
import { stoppedClock } from "../../support/recording.ts";
import { diesAt, Killed, storeFaults } from "../../support/store-faults.ts";
import { only } from "../../support/sweeps.ts";
import {
  allEvents,
  appliedCounts,
  countingEffects,
  deliver,
  heldQueue,
  registered,
  stripeEvent,
  withStripe,
} from "../../support/webhooks.ts";

const EFFECTS = countingEffects();
const until = Number.POSITIVE_INFINITY;

type Event = ReturnType<typeof stripeEvent>;
type Held = ReturnType<typeof heldQueue>;

interface World {
  event: Event;
  held: Held;
  clock: ReturnType<typeof stoppedClock>;
  /** The same shop in a process whose calls go through this. */
  process: (around?: AroundCall) => Context;
}

async function world(event: Event): Promise<World> {
  const actor = testActor();
  const clock = stoppedClock();
  const held = heldQueue();
  const process = (around?: AroundCall): Context => {
    const ctx = withStripe(cloudContext({ actor, now: clock.now, ...(around ? { around } : {}) }));
    const seam: AroundCall = around ?? ((_call, next) => next());
    const queues: Context["queues"] = {
      ...held.queues,
      send: (queue, message) =>
        seam({ service: "sqs", operation: "SendMessage" }, () => held.queues.send(queue, message)),
      sendAll: (queue, messages) =>
        seam({ service: "sqs", operation: "SendMessageBatch" }, () => held.queues.sendAll(queue, messages)),
    };
    return { ...ctx, queues };
  };
  await registered(process());
  return { event, held, clock, process };
}

const workAll = async (ctx: Context, held: Held) => {
  for (const message of held.take()) await Inbound.workEvent(ctx, EFFECTS, message);
};

/** What happens by itself after a process died: the provider comes again, minutes pass, the sweep and the queue go on. */
async function recovers({ event, held, clock, process }: World) {
  const ctx = process();
  await deliver(ctx, event);
  for (let minute = 0; minute < 12; minute++) {
    clock.advance(60_000);
    await Inbound.wakeStuckEvents(only(ctx), { until });
    await workAll(ctx, held);
  }
  const events = await allEvents(ctx);
  return {
    events: events.map(({ externalEventId, status, replays = 0 }) => ({
      externalEventId,
      status,
      replays,
    })),
    counts: [...(await appliedCounts(ctx)).values()],
  };
}

interface Phase {
  prepare?: (world: World) => Promise<void>;
  run: (ctx: Context, world: World) => Promise<unknown>;
  counts: number[];
  replays?: number;
}

const large = { description: "x".repeat(110_000) };

const PHASES: Record<string, Phase & { object?: Record<string, unknown> }> = {
  "the taking of an event": { run: (ctx, { event }) => deliver(ctx, event), counts: [1] },
  "the taking of a large event": { run: (ctx, { event }) => deliver(ctx, event), object: large, counts: [1] },
  "the work": {
    prepare: async ({ process, event }) => void (await deliver(process(), event)),
    run: (ctx, { held }) => workAll(ctx, held),
    counts: [1],
  },
  "the work on a large event": {
    prepare: async ({ process, event }) => void (await deliver(process(), event)),
    run: (ctx, { held }) => workAll(ctx, held),
    object: large,
    counts: [1],
  },
  "an attempt that fails": {
    prepare: async ({ process, event }) => void (await deliver(process(), event)),
    run: async (ctx, { held }) => {
      const failing: Inbound.EffectHandler = () => Promise.reject(new Error("The handler failed"));
      const registry: Inbound.EffectRegistry = {
        stripe: () => Promise.resolve({ handlers: { "customer.updated": failing } }),
      };
      for (const message of held.take()) await Inbound.workEvent(ctx, registry, message);
    },
    counts: [1],
  },
  "the sweep": {
    prepare: async ({ process, event, held, clock }) => {
      await deliver(process(), event);
      held.take();
      clock.advance(61_000);
    },
    run: (ctx) => Inbound.wakeStuckEvents(only(ctx), { until }),
    counts: [1],
  },
};

async function dies(phase: Phase & { object?: Record<string, unknown> }, fatal: number, death: Death) {
  const here = await world(stripeEvent({}, phase.object));
  await phase.prepare?.(here);
  const { around, calls } = storeFaults(diesAt(fatal, death));
  await phase.run(here.process(around), here).catch((error: unknown) => {
    if (!(error instanceof Killed)) throw error;
  });
  return { calls: calls.length, outcome: await recovers(here), event: here.event };
}

describe.each(Object.entries(PHASES))("%s", (_name, phase) => {
  it.each(DEATHS)("comes out as if undisturbed, whichever call its process dies at: %s it is made", async (death) => {
    let number = 1;
    for (; ; number++) {
      const { calls, outcome, event } = await dies(phase, number, death);
      expect(outcome, `call ${number}`).toEqual({
        events: [{ externalEventId: event.id, status: "processed", replays: 0 }],
        counts: phase.counts,
      });
      if (calls < number) break;
    }
    expect(number).toBeGreaterThan(2);
  });
});

describe.each(DEATHS)("a replay that dies at any of its calls: %s it is made", (death) => {
  it.each(["one", "many"] as const)("applies the event once more when it is asked for again (%s)", async (which) => {
    for (let fatal = 1; ; fatal++) {
      const here = await world(stripeEvent({ type: "of.no.known.type" }));
      const plain = here.process();
      const { id } = await deliver(plain, here.event);
      await workAll(plain, here.held);
      const replay = (ctx: Context) =>
        which === "one"
          ? Inbound.replayEvent({ ...ctx, idempotencyKey: "replay" }, { id, input: {} })
          : Inbound.replayEvents(ctx, {
              from: new Date(ctx.now() - 60_000).toISOString(),
              to: new Date(ctx.now()).toISOString(),
              status: "ignored",
            });
      let isDead = false;
      const killed = new Killed(`at call ${fatal}`);
      const { around, calls } = storeFaults((_call, number) => {
        if (isDead) return { failWith: killed };
        if (number < fatal) return "pass";
        isDead = true;
        return death === "before" ? { failWith: killed } : { loseAnswerWith: killed };
      });
      await replay(here.process(around)).catch((error: unknown) => {
        if (!(error instanceof Killed)) throw error;
      });
      await replay(plain);
      const known = countingEffects(["of.no.known.type"]);
      for (let minute = 0; minute < 4; minute++) {
        here.clock.advance(60_000);
        await Inbound.wakeStuckEvents(only(plain), { until });
        for (const message of here.held.take()) await Inbound.workEvent(plain, known, message);
      }
      const counts = [...(await appliedCounts(plain)).values()];
      expect(counts, `call ${fatal}`).toEqual([1]);
      expect(await allEvents(plain)).toMatchObject([{ status: "processed", replays: 1 }]);
      if (calls.length < fatal) break;
    }
  });
});
