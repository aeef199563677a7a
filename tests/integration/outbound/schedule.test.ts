import { describe, expect, it } from "vitest";
import * as Outbound from "../../../core/outbound/index.ts";
import { cloudContext } from "../../support/cloud.ts";
import { type Answer, answer, loopback } from "../../support/loopback.ts";
import { allDeliveries, atHome, drain, eventOf, fan, keptQueue, sweep } from "../../support/outbound.ts";
import { recordingLog, stoppedClock } from "../../support/recording.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

async function failing(...answers: Answer[]) {
  const clock = stoppedClock();
  const log = recordingLog();
  const kept = keptQueue({ ...atHome(cloudContext({ now: clock.now })), log });
  const { ctx, due } = kept;
  const times: number[] = [];
  const receiver = await loopback((request, response) => {
    const number = times.push(clock.now());
    answers[Math.min(number, answers.length) - 1]?.(request, response);
  });
  const endpoint = await Outbound.createEndpoint(ctx, { url: receiver.url });
  /** Lets the time go by in steps of half a minute, with the queue worked and the sweep run as their clocks would. */
  const pass = async (ms: number, step = 30 * SECOND) => {
    for (let passed = 0; passed < ms; passed += step) {
      await sweep(ctx);
      await drain(ctx, due);
      clock.advance(step);
    }
    await sweep(ctx);
    await drain(ctx, due);
  };
  return { ...kept, clock, log, receiver, times, endpoint, pass };
}

const down = answer(503, {}, "down");

describe("a receiver that fails", () => {
  it("is tried at once, after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h, by the clock alone, and then no more", async () => {
    const { ctx, times, clock, due, waiting } = await failing(down);
    await fan(ctx, eventOf(ctx));
    const beganAt = clock.now();
    const expected = [0, 5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 10 * HOUR];
    let at = beganAt;
    for (const [index, delay] of expected.entries()) {
      if (delay > 0) {
        clock.advance(delay - 1);
        await sweep(ctx);
        await drain(ctx, due);
        expect(times, `before attempt ${index + 1}`).toHaveLength(index);
        clock.advance(1);
      }
      await sweep(ctx);
      await drain(ctx, due);
      at += delay;
      expect(times.at(-1), `attempt ${index + 1}`).toBe(at);
      expect(times).toHaveLength(index + 1);
    }
    clock.advance(2 * DAY);
    await sweep(ctx);
    expect(waiting()).toBe(0);
    const [delivery] = await allDeliveries(ctx);
    expect(delivery).toMatchObject({ status: "failed", attempts: 8, failure: { code: "BAD_STATUS" } });
    const { attemptLog } = await Outbound.getDelivery(ctx, delivery?.id ?? "");
    expect(attemptLog).toHaveLength(8);
    expect(attemptLog.at(-1)).toMatchObject({ number: 8, response: { status: 503, body: "down" } });
  });

  it("shows when it is tried next, and why", async () => {
    const { ctx, due, clock } = await failing(down);
    await fan(ctx, eventOf(ctx));
    await drain(ctx, due);
    expect(await allDeliveries(ctx, { status: "pending" })).toMatchObject([
      {
        attempts: 1,
        nextAttemptAt: new Date(clock.now() + 5 * SECOND).toISOString(),
        failure: { code: "BAD_STATUS", message: "The receiver answered 503" },
      },
    ]);
  });

  it("and comes back gets what it missed, once, with the same webhook-id", async () => {
    const { ctx, pass, receiver } = await failing(down, answer(500), answer(200));
    await fan(ctx, eventOf(ctx));
    await pass(10 * MINUTE);
    expect(receiver.requests).toHaveLength(3);
    expect(new Set(receiver.requests.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    const timestamps = new Set(receiver.requests.map(({ headers }) => headers["webhook-timestamp"]));
    expect(timestamps.size).toBe(3);
    expect(await allDeliveries(ctx)).toMatchObject([{ status: "delivered", attempts: 3 }]);
  });

  it("and asks for time is given it", async () => {
    const { ctx, clock, due, times } = await failing(answer(429, { "retry-after": "120" }), answer(200));
    await fan(ctx, eventOf(ctx));
    await drain(ctx, due);
    clock.advance(119 * SECOND);
    await drain(ctx, due);
    expect(times).toHaveLength(1);
    clock.advance(SECOND);
    await drain(ctx, due);
    expect(times).toHaveLength(2);
  });

  it("is found by the sweep when its message is lost", async () => {
    const { ctx, clock, due, times } = await failing(down, answer(200));
    await fan(ctx, eventOf(ctx));
    due();
    clock.advance(61 * SECOND);
    expect(await sweep(ctx)).toBe(1);
    // Not again a minute later: the queue may only be slow.
    clock.advance(30 * SECOND);
    expect(await sweep(ctx)).toBe(0);
    await drain(ctx, due);
    expect(times).toHaveLength(1);
    clock.advance(5 * SECOND);
    due();
    clock.advance(2 * MINUTE);
    expect(await sweep(ctx)).toBe(1);
    await drain(ctx, due);
    expect(await allDeliveries(ctx)).toMatchObject([{ status: "delivered" }]);
  });
});

describe("an endpoint", () => {
  it("that answers 410 is disabled at once, says so, and gets nothing any more", async () => {
    const { ctx, due, receiver, endpoint, log } = await failing(answer(410));
    await fan(ctx, eventOf(ctx), eventOf(ctx));
    await drain(ctx, due);
    expect(await Outbound.getEndpoint(ctx, endpoint.id)).toMatchObject({
      status: "disabled",
      disabledReason: "gone",
      disabledAt: expect.any(String),
    });
    const heard = receiver.requests.length;
    await fan(ctx, eventOf(ctx));
    await drain(ctx, due);
    expect(receiver.requests).toHaveLength(heard);
    const failures = (await allDeliveries(ctx, { status: "failed" })).map(({ failure }) => failure?.code);
    expect(failures).toHaveLength(3);
    expect(failures).toContain("ENDPOINT_DISABLED");
    expect(log.lines.filter(({ message }) => message === "A webhook endpoint was disabled")).toHaveLength(1);
  });

  it("to which for five days nothing arrived is disabled, and the organisation is told by an event", async () => {
    const { ctx, pass, endpoint, log, clock } = await failing(down);
    const writes: unknown[] = [];
    const transact: typeof ctx.table.transact = (all) => {
      writes.push(...all.flatMap((write) => ("put" in write && write.put["entity"] === "event" ? [write.put] : [])));
      return ctx.table.transact(all);
    };
    const watched = { ...ctx, table: { ...ctx.table, transact } };
    const status = async () => (await Outbound.getEndpoint(ctx, endpoint.id)).status;
    await fan(ctx, eventOf(ctx));
    await pass(28 * HOUR, 30 * MINUTE);
    clock.advance(5 * DAY - 29 * HOUR);
    await fan(ctx, eventOf(ctx));
    await pass(0);
    expect(await status()).toBe("enabled");
    clock.advance(2 * HOUR);
    const event = eventOf(ctx);
    await fan(ctx, event);
    const [newest] = await allDeliveries(ctx, { endpointId: endpoint.id });
    await Outbound.deliver(watched, { ids: [newest?.id ?? ""] }, { remainingMs: () => 60_000 });
    expect(await status()).toBe("disabled");
    expect(await Outbound.getEndpoint(ctx, endpoint.id)).toMatchObject({ disabledReason: "failing" });
    expect(writes).toMatchObject([
      { type: "webhookEndpoint.disabled", data: { endpointId: endpoint.id, reason: "failing" } },
    ]);
    expect(log.lines.some(({ message }) => message === "A webhook endpoint was disabled")).toBe(true);
  });

  it("to which one arrived in between is not", async () => {
    const { ctx, pass, endpoint, clock } = await failing(down, answer(200), down);
    await fan(ctx, eventOf(ctx));
    await pass(30 * SECOND, 5 * SECOND);
    clock.advance(5 * DAY);
    await fan(ctx, eventOf(ctx));
    await pass(0);
    expect(await Outbound.getEndpoint(ctx, endpoint.id)).toMatchObject({ status: "enabled" });
  });

  it("that is enabled again forgets its failures, and what it missed can be replayed", async () => {
    const { ctx, pass, endpoint, receiver } = await failing(answer(410), answer(200));
    const since = new Date(ctx.now() - SECOND).toISOString();
    await fan(ctx, eventOf(ctx));
    await pass(0);
    await fan(ctx, eventOf(ctx), eventOf(ctx));
    await pass(0);
    expect(receiver.requests).toHaveLength(1);
    await expect(Outbound.replaySince(ctx, { id: endpoint.id, input: { since } })).rejects.toMatchObject({
      code: "STATE_CONFLICT",
    });
    await Outbound.updateEndpoint(ctx, { id: endpoint.id, changes: { status: "enabled" } });
    await Outbound.replaySince(ctx, { id: endpoint.id, input: { since } });
    await pass(0);
    expect(receiver.requests).toHaveLength(4);
    expect((await allDeliveries(ctx)).map(({ status }) => status)).toEqual(["delivered", "delivered", "delivered"]);
  });
});
