import { describe, expect, it } from "vitest";
import * as Outbound from "../../core/outbound/index.ts";
import type { AroundCall } from "../../core/platform/calls.ts";
import type { Context } from "../../core/platform/context.ts";
import { cloudContext } from "../support/cloud.ts";
import { testActor } from "../support/context.ts";
import { DEATHS, type Death } from "../support/dying.ts";
import { answer, type Answer, loopback } from "../support/loopback.ts";
import { allDeliveries, atHome, drain, eventOf, fan, keptQueue, PLENTY, sweep } from "../support/outbound.ts";
import { stoppedClock } from "../support/recording.ts";
import { Killed } from "../support/store-faults.ts";

const MINUTE = 60_000;

/** The n-th call to a store, the queue or a receiver is the process's last: not made, or made with nobody left to hear of it. */
function dyingAt(fatal: number, death: Death) {
  let calls = 0;
  let isDead = false;
  const step = async <T>(next: () => Promise<T>): Promise<T> => {
    const killed = new Killed(`at call ${fatal}`);
    if (isDead) throw killed;
    const isLast = ++calls === fatal;
    if (isLast) isDead = true;
    if (isLast && death === "before") throw killed;
    const result = await next();
    if (isLast) throw killed;
    return result;
  };
  const around: AroundCall = (_call, next) => step(next);
  return { around, step, calls: () => calls };
}

async function shop(options: Record<string, unknown>, ...answers: Answer[]) {
  const [clock, actor] = [stoppedClock(), testActor()];
  const kept = keptQueue(atHome(cloudContext({ actor, now: clock.now })));
  const receiver = await loopback(...answers);
  const endpoint = await Outbound.createEndpoint(kept.ctx, { url: receiver.url, ...options });
  /** Another process, which dies at its n-th call. */
  const dying = (fatal: number, death: Death) => {
    const deathbed = dyingAt(fatal, death);
    const ctx = atHome(cloudContext({ actor, now: clock.now, around: deathbed.around }));
    const http: Context["http"] = { request: (request) => deathbed.step(() => ctx.http.request(request)) };
    return { ctx: kept.of({ ...ctx, http }, deathbed.around), calls: deathbed.calls };
  };
  /** Time goes by, with messages lost and the sweep at work, until all is settled. */
  const recover = async (minutes: number) => {
    for (let minute = 0; minute < minutes; minute++) {
      await sweep(kept.ctx);
      await drain(kept.ctx, kept.due);
      clock.advance(MINUTE);
    }
  };
  const heard = () => receiver.requests.map(({ headers }) => String(headers["webhook-id"]));
  return { ...kept, clock, receiver, endpoint, dying, recover, heard };
}

/** Runs it undisturbed, and then once for each call that it made, with that call as its last. */
async function everyCall(run: (fatal: number) => Promise<number>): Promise<number> {
  const undisturbed = await run(Number.POSITIVE_INFINITY);
  for (let fatal = 1; fatal <= undisturbed; fatal++) await run(fatal);
  return undisturbed;
}

const survived = (work: Promise<unknown>) =>
  work.catch((error: unknown) => {
    if (!(error instanceof Killed)) throw error;
  });

const KINDS = [
  ["an endpoint", {}],
  ["an ordered endpoint", { ordering: true }],
  ["a throttled endpoint", { throttlePerSecond: 1 }],
] as const;

describe.each(DEATHS)("a process that dies %s a call", (death) => {
  describe.each(KINDS)("for %s", (_name, options) => {
    it("while events become deliveries loses none: the stream's repetition makes up for it", async () => {
      const calls = await everyCall(async (fatal) => {
        const { ctx, clock, dying, recover, heard } = await shop(options, answer(200));
        const events = [1, 2, 3].map(() => {
          clock.advance(1);
          return eventOf(ctx);
        });
        const process = dying(fatal, death);
        await survived(fan(process.ctx, ...events));
        if (Number.isFinite(fatal)) await fan(ctx, ...events);
        clock.advance(2_000);
        await recover(4);
        const ids = events.map((event) => String(event.new["id"]));
        expect(heard().toSorted(), `call ${fatal}`).toEqual(ids.toSorted());
        if ("ordering" in options) expect(heard(), `call ${fatal}`).toEqual(ids);
        expect((await allDeliveries(ctx)).map(({ status }) => status)).toEqual(Array(3).fill("delivered"));
        return process.calls();
      });
      expect(calls).toBeGreaterThanOrEqual(5);
    });

    it("while it delivers loses nothing, and the log says what is known", async () => {
      await everyCall(async (fatal) => {
        const { ctx, clock, due, dying, recover, heard } = await shop(options, answer(200));
        const events = [1, 2].map(() => {
          clock.advance(1);
          return eventOf(ctx);
        });
        await fan(ctx, ...events);
        clock.advance(2_000);
        const process = dying(fatal, death);
        await survived(Outbound.deliver(process.ctx, { ids: due() }, PLENTY));
        // The messages are lost with the worker: the agenda alone brings it back.
        due();
        await recover(6);
        const ids = events.map((event) => String(event.new["id"]));
        expect([...new Set(heard())].toSorted(), `call ${fatal}`).toEqual(ids.toSorted());
        expect(heard().length, `call ${fatal}`).toBeLessThanOrEqual(4);
        for (const { id, status, attempts } of await allDeliveries(ctx)) {
          expect(status, `call ${fatal}`).toBe("delivered");
          const { attemptLog } = await Outbound.getDelivery(ctx, id);
          expect(attemptLog).toHaveLength(attempts);
          expect(attemptLog.at(-1)).toMatchObject({ response: { status: 200 } });
          for (const attempt of attemptLog.slice(0, -1))
            expect(attempt).toMatchObject({ error: { code: "INTERRUPTED" } });
        }
        return process.calls();
      });
    });

    it("while a receiver fails comes back to it by the schedule", async () => {
      await everyCall(async (fatal) => {
        const { ctx, clock, due, dying, recover, heard } = await shop(options, answer(500), answer(200));
        await fan(ctx, eventOf(ctx));
        clock.advance(2_000);
        const process = dying(fatal, death);
        await survived(Outbound.deliver(process.ctx, { ids: due() }, PLENTY));
        due();
        await recover(12);
        expect(heard().length, `call ${fatal}`).toBeGreaterThanOrEqual(2);
        expect(await allDeliveries(ctx), `call ${fatal}`).toMatchObject([{ status: "delivered" }]);
        return process.calls();
      });
    });
  });

  it("while a receiver says that it is gone leaves it disabled, with one notice", async () => {
    await everyCall(async (fatal) => {
      const { ctx, due, dying, recover, endpoint } = await shop({}, answer(410));
      await fan(ctx, eventOf(ctx));
      const process = dying(fatal, death);
      await survived(Outbound.deliver(process.ctx, { ids: due() }, PLENTY));
      due();
      await recover(6);
      expect(await Outbound.getEndpoint(ctx, endpoint.id)).toMatchObject({
        status: "disabled",
        disabledReason: "gone",
      });
      expect(await allDeliveries(ctx)).toMatchObject([{ status: "failed" }]);
      return process.calls();
    });
  });

  it("while the sweep is at work leaves what was due to the next one", async () => {
    await everyCall(async (fatal) => {
      const { ctx, clock, due, dying, recover } = await shop({}, answer(200));
      await fan(ctx, eventOf(ctx), eventOf(ctx));
      due();
      clock.advance(61_000);
      const process = dying(fatal, death);
      // On an agenda that others stand on as well it is not counted, only survived.
      await survived(sweep(process.ctx));
      due();
      await recover(4);
      expect((await allDeliveries(ctx)).map(({ status }) => status)).toEqual(["delivered", "delivered"]);
      return Math.min(process.calls(), 12);
    });
  });

  it("while it replays since a time sends again all that failed", async () => {
    await everyCall(async (fatal) => {
      const { ctx, clock, due, dying, recover, endpoint, heard } = await shop({}, answer(410), answer(200));
      const since = new Date(clock.now()).toISOString();
      await fan(ctx, eventOf(ctx));
      await drain(ctx, due);
      await fan(ctx, eventOf(ctx), eventOf(ctx));
      await Outbound.updateEndpoint(ctx, { id: endpoint.id, changes: { status: "enabled" } });
      clock.advance(1);
      await Outbound.replaySince(ctx, { id: endpoint.id, input: { since } });
      const process = dying(fatal, death);
      await survived(Outbound.deliver(process.ctx, { ids: due() }, PLENTY));
      due();
      await recover(6);
      expect(new Set(heard()).size, `call ${fatal}`).toBe(3);
      expect((await allDeliveries(ctx)).map(({ status }) => status)).toEqual(Array(3).fill("delivered"));
      return process.calls();
    });
  });

  it("while an endpoint is made, changed or removed leaves all of it or nothing, and the repetition answers the same", async () => {
    await everyCall(async (fatal) => {
      const { ctx, dying } = await shop({}, answer(200));
      const process = dying(fatal, death);
      const input = { url: "http://127.0.0.1:9/" };
      const once = (context: Context) => ({ ...context, idempotencyKey: "once" });
      await survived(Outbound.createEndpoint(once(process.ctx), input));
      const made = await Outbound.createEndpoint(once(ctx), input);
      expect((await Outbound.listEndpoints(ctx, {})).items.map(({ id }) => id)).toContain(made.id);
      expect((await Outbound.listEndpoints(ctx, {})).items).toHaveLength(2);
      const rest = dying(Math.max(1, fatal - process.calls()), death);
      await survived(Outbound.deleteEndpoint(rest.ctx, { id: made.id }));
      await Outbound.deleteEndpoint(ctx, { id: made.id }).catch((error: unknown) => {
        expect(error).toMatchObject({ code: "NOT_FOUND" });
      });
      expect((await Outbound.listEndpoints(ctx, {})).items).toHaveLength(1);
      return process.calls() + rest.calls();
    });
  });
});
