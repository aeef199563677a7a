import { describe, expect, it } from "vitest";
import * as Outbound from "../../../core/outbound/index.ts";
import { cloudContext } from "../../support/cloud.ts";
import { type Answer, answer, loopback } from "../../support/loopback.ts";
import { allDeliveries, atHome, drain, eventOf, fan, keptQueue, PLENTY, sweep } from "../../support/outbound.ts";
import { stoppedClock } from "../../support/recording.ts";

const SETTLED = 2_000;

async function ordered(...answers: Answer[]) {
  const clock = stoppedClock();
  const kept = keptQueue(atHome(cloudContext({ now: clock.now })));
  const receiver = await loopback(...answers);
  const endpoint = await Outbound.createEndpoint(kept.ctx, { url: receiver.url, ordering: true });
  const events = (count: number) =>
    Array.from({ length: count }, (_, index) => {
      clock.advance(1);
      return eventOf(kept.ctx, "order.updated", { n: index });
    });
  const heard = () => receiver.requests.map(({ body }) => (JSON.parse(body) as { data: { n: number } }).data.n);
  return { ...kept, clock, receiver, endpoint, events, heard };
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe("an ordered endpoint", () => {
  it("gets events in the order in which they happened, though the stream's shards bring them out of it", async () => {
    const { ctx, due, clock, events, heard } = await ordered(answer(200));
    const all = events(30);
    const shards = [0, 1, 2].map((shard) => all.filter((_, index) => index % 3 === shard).toReversed());
    for (const shard of shards) await fan(ctx, ...shard);
    clock.advance(SETTLED);
    await drain(ctx, due);
    expect(heard()).toEqual(upTo(30));
    expect((await allDeliveries(ctx)).every(({ status }) => status === "delivered")).toBe(true);
  });

  it("gets each once and in order, however many workers are at it", async () => {
    const { ctx, due, clock, events, heard, endpoint } = await ordered((_request, response) => {
      setImmediate(() => response.writeHead(200).end());
    });
    const all = events(20);
    await Promise.all(all.map((event) => fan(ctx, event)));
    clock.advance(SETTLED);
    const ids = [...due(), ...upTo(16).map(() => endpoint.id)];
    await Promise.all(ids.map((id) => Outbound.deliver(ctx, { ids: [id] }, PLENTY)));
    await drain(ctx, due);
    expect(heard()).toEqual(upTo(20));
  });

  it("has all that follow wait behind the one that does not arrive", async () => {
    const { ctx, due, clock, events, heard } = await ordered(answer(500), answer(500), answer(200));
    await fan(ctx, ...events(3));
    clock.advance(SETTLED);
    await drain(ctx, due);
    expect(heard()).toEqual([0]);
    clock.advance(4_999);
    await drain(ctx, due);
    expect(heard()).toEqual([0]);
    clock.advance(1);
    await drain(ctx, due);
    expect(heard()).toEqual([0, 0]);
    clock.advance(5 * 60_000);
    await drain(ctx, due);
    expect(heard()).toEqual([0, 0, 0, 1, 2]);
  });

  it("goes on with the next after one was given up", async () => {
    const { ctx, due, clock, events, heard } = await ordered(
      ...Array.from({ length: 8 }, () => answer(500)),
      answer(200),
    );
    await fan(ctx, ...events(2));
    clock.advance(SETTLED);
    for (const seconds of [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 36_000]) {
      clock.advance(seconds * 1_000);
      await sweep(ctx);
      await drain(ctx, due);
    }
    expect(heard()).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1]);
    expect(await allDeliveries(ctx)).toMatchObject([
      { status: "delivered", attempts: 1 },
      { status: "failed", attempts: 8 },
    ]);
  });

  it("loses nothing when its message is lost, or its worker", async () => {
    const { ctx, due, clock, events, heard, endpoint } = await ordered(answer(200));
    await fan(ctx, ...events(3));
    due();
    clock.advance(SETTLED);
    const dead = { ...ctx, http: { request: () => Promise.reject(new Error("the worker dies")) } };
    const failed = await Outbound.deliver(dead, { ids: [endpoint.id] }, PLENTY);
    expect([...failed.keys()]).toEqual([endpoint.id]);
    expect(heard()).toEqual([]);
    for (let minute = 0; minute < 6; minute++) {
      clock.advance(60_000);
      await sweep(ctx);
      await drain(ctx, due);
    }
    expect(heard()).toEqual([0, 1, 2]);
    const [oldest] = (await allDeliveries(ctx)).toReversed();
    expect((await Outbound.getDelivery(ctx, oldest?.id ?? "")).attemptLog).toMatchObject([
      { number: 1, error: { code: "INTERRUPTED" } },
      { number: 2, response: { status: 200 } },
    ]);
  });

  it("takes a replayed event before the newer ones that wait", async () => {
    const { ctx, due, clock, events, heard } = await ordered(answer(200), answer(500), answer(200));
    await fan(ctx, ...events(3));
    clock.advance(SETTLED);
    await drain(ctx, due);
    expect(heard()).toEqual([0, 1]);
    const [oldest] = (await allDeliveries(ctx)).toReversed();
    await Outbound.replayDelivery(ctx, { id: oldest?.id ?? "" });
    clock.advance(5_000);
    await drain(ctx, due);
    expect(heard()).toEqual([0, 1, 0, 1, 2]);
  });

  it("lets go in time, and another invocation goes on", async () => {
    const { ctx, due, clock, events, heard } = await ordered(answer(200));
    await fan(ctx, ...events(4));
    clock.advance(SETTLED);
    await Outbound.deliver(ctx, { ids: due() }, { ...PLENTY, remainingMs: () => 1_000 });
    expect(heard()).toEqual([0]);
    await drain(ctx, due);
    expect(heard()).toEqual(upTo(4));
  });

  it("that is disabled has what waits discarded, and nothing is sent", async () => {
    const { ctx, due, clock, events, heard, endpoint } = await ordered(answer(200));
    await fan(ctx, ...events(3));
    await Outbound.updateEndpoint(ctx, { id: endpoint.id, changes: { status: "disabled" } });
    clock.advance(SETTLED);
    await drain(ctx, due);
    expect(heard()).toEqual([]);
    const codes = (await allDeliveries(ctx)).map(({ status, failure }) => `${status} ${failure?.code}`);
    expect(new Set(codes)).toEqual(new Set(["failed ENDPOINT_DISABLED"]));
  });
});

describe("a throttled endpoint", () => {
  it("gets no more in a second than it can take, and all in the end", async () => {
    const clock = stoppedClock();
    const { ctx, due } = keptQueue(atHome(cloudContext({ now: clock.now })));
    const times: number[] = [];
    const receiver = await loopback((_request, response) => {
      times.push(Math.floor(clock.now() / 1_000));
      response.writeHead(200).end();
    });
    await Outbound.createEndpoint(ctx, { url: receiver.url, throttlePerSecond: 3 });
    await fan(ctx, ...upTo(20).map(() => eventOf(ctx)));
    for (let second = 0; second < 12 && times.length < 20; second++) {
      const ids = due();
      await Promise.all(ids.map((id) => Outbound.deliver(ctx, { ids: [id] }, PLENTY)));
      clock.advance(1_000);
    }
    expect(times).toHaveLength(20);
    for (const count of Map.groupBy(times, (second) => second).values()) expect(count.length).toBeLessThanOrEqual(3);
    // No attempt is lost to waiting.
    expect((await allDeliveries(ctx)).every(({ attempts }) => attempts === 1)).toBe(true);
  });

  it("is not flooded by what waited while no worker was there", async () => {
    const clock = stoppedClock();
    const { ctx, due } = keptQueue(atHome(cloudContext({ now: clock.now })));
    const receiver = await loopback(answer(200));
    await Outbound.createEndpoint(ctx, { url: receiver.url, throttlePerSecond: 2, ordering: true });
    await fan(ctx, ...upTo(6).map(() => eventOf(ctx)));
    clock.advance(3_600_000);
    await sweep(ctx);
    await drain(ctx, due);
    expect(receiver.requests).toHaveLength(2);
    clock.advance(1_000);
    await drain(ctx, due);
    expect(receiver.requests).toHaveLength(4);
  });
});
