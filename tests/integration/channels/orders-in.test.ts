import { describe, expect, it } from "vitest";
import * as Channels from "../../../core/channels/index.ts";
import { NotAuthorizedError } from "../../../core/connectors/index.ts";
import * as Orders from "../../../core/orders/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import { TransientError } from "../../../core/platform/http/errors.ts";
import { ordersHere, readAccount, sweepChannels } from "../../support/channels.ts";
import { cloudContext } from "../../support/cloud.ts";
import { keepingQueues } from "../../support/listings.ts";
import { livingOrders } from "../../support/living-orders.ts";
import { stoppedClock } from "../../support/recording.ts";

const MINUTE = 60_000;
const remainingMs = () => 120_000;

async function reading(options: Parameters<typeof livingOrders>[0] = {}, input: object = {}) {
  const clock = stoppedClock();
  const { ctx, sent } = keepingQueues(cloudContext({ now: clock.now }));
  const channel = livingOrders(options);
  const begun = clock.now();
  const id = await readAccount(ctx, begun - 10 * MINUTE, input);
  const poll = () => Channels.pollOrders(ctx, { id, remainingMs }, channel.doors);
  return { ctx, sent, clock, channel, begun, id, poll, sync: () => Channels.getOrdersSync(ctx, id) };
}

const ids = async (ctx: Context) => (await ordersHere(ctx)).map((line) => line.split(" ", 1)[0]);

describe("a channel's orders", () => {
  it("are read page by page, each recorded once, and the watermark moves to the end of what was read", async () => {
    const { ctx, channel, clock, begun, poll, sync } = await reading();
    for (let n = 0; n < 5; n++) channel.sell(`A${n}`, begun - 5 * MINUTE + n);
    expect(await poll()).toBe("done");
    expect(await ids(ctx)).toEqual(["A0", "A1", "A2", "A3", "A4"]);
    expect(await sync()).toMatchObject({
      watermark: new Date(begun).toISOString(),
      counts: { recorded: 5, changed: 0, unreadable: 0 },
    });
    clock.advance(5 * MINUTE);
    channel.sell("A5", clock.now() - 1);
    channel.sell("A1", clock.now() - 2, { status: "ORDER_STATUS_IN_TRANSIT" });
    await poll();
    expect(await ordersHere(ctx)).toContain("A1 fulfilled");
    expect(await ids(ctx)).toHaveLength(6);
    // It asked again for what lies before the last time: pages over living lists skip, and clocks differ.
    expect(channel.asked.at(-1)).toMatchObject({ from: begun - MINUTE, to: clock.now() });
  });

  it("say whose they are: the account that they were read by is told when they are sent", async () => {
    const { ctx, id, channel, begun, poll } = await reading();
    channel.sell("A0", begun - MINUTE);
    await poll();
    const { items } = await Orders.listOrders(ctx, { limit: 10 });
    expect(items).toMatchObject([{ externalId: "A0", accountId: id }]);
  });

  it("are read in times no longer than the channel tells of", async () => {
    const { ctx, channel, begun, poll, sync } = await reading({ maxWindowMs: 4 * MINUTE });
    channel.sell("A0", begun - 9 * MINUTE);
    channel.sell("A1", begun - MINUTE);
    await poll();
    expect(await ids(ctx)).toEqual(["A0", "A1"]);
    for (const { from, to } of channel.asked) expect(to - from).toBeLessThanOrEqual(4 * MINUTE);
    expect((await sync()).watermark).toBe(new Date(begun).toISOString());
  });

  it("that change while pages are read, and move others up, are all found", async () => {
    const { ctx, channel, clock, begun, poll } = await reading();
    for (let n = 0; n < 5; n++) channel.sell(`A${n}`, begun - 5 * MINUTE + n);
    channel.disturb((number) => {
      // Between the first page and the second the first order changes: the third would be on neither.
      if (number === 2) channel.sell("A0", clock.now() + 1, { status: "ORDER_STATUS_IN_TRANSIT" });
    });
    await poll();
    expect(await ids(ctx)).toEqual(["A0", "A1", "A2", "A3", "A4"]);
    clock.advance(MINUTE);
    await poll();
    expect(await ordersHere(ctx)).toContain("A0 fulfilled");
  });

  it("of two lists of one page each are read once; of a list of several pages until nothing is new", async () => {
    const short = await reading();
    short.channel.disturb((number) =>
      number === 1 ? { orders: [], nextCursor: "next", endsList: true } : { orders: [] },
    );
    await short.poll();
    expect(short.channel.asked).toHaveLength(2);
    const long = await reading();
    const pass = [{ nextCursor: "next", endsList: true }, { nextCursor: "further" }, {}] as const;
    long.channel.disturb((number) => ({ orders: [], ...pass[(number - 1) % pass.length] }));
    await long.poll();
    expect(long.channel.asked).toHaveLength(6);
    expect((await long.sync()).watermark).toBe(new Date(long.begun).toISOString());
  });

  it("are read as work that can wait: what is sold out is told before", async () => {
    const { ctx, id, channel } = await reading();
    const asked: string[] = [];
    await Channels.pollOrders(
      ctx,
      { id, remainingMs },
      {
        ...channel.doors,
        openAccount: (one, accountId, options) => {
          asked.push(options.urgency);
          return channel.doors.openAccount(one, accountId, options);
        },
      },
    );
    expect(asked).toEqual(["bulk"]);
  });

  it("come once from pages that come twice, and a page that is left out is found by the second pass", async () => {
    const { ctx, channel, begun, poll } = await reading();
    for (let n = 0; n < 6; n++) channel.sell(`A${n}`, begun - 5 * MINUTE + n);
    channel.disturb((number) => (number === 2 ? { orders: [], nextCursor: "4" } : undefined));
    await poll();
    expect(await ids(ctx)).toEqual(["A0", "A1", "A2", "A3", "A4", "A5"]);
    const twice = await reading();
    for (let n = 0; n < 4; n++) twice.channel.sell(`B${n}`, twice.begun - 5 * MINUTE + n);
    twice.channel.disturb((number) => {
      const order = {
        id: "B0",
        status: "ORDER_STATUS_CONFIRMED",
        price_cents: 22_000,
        sold_at: "2026-11-21T10:00:00Z",
      };
      return number === 1 ? { orders: [order, order], nextCursor: "0" } : undefined;
    });
    await twice.poll();
    expect(await ids(twice.ctx)).toEqual(["B0", "B1", "B2", "B3"]);
  });

  it("that change faster than they are read keep the watermark where it was, and are recorded all the same", async () => {
    const { ctx, channel, begun, poll, sync } = await reading();
    for (let n = 0; n < 4; n++) channel.sell(`A${n}`, begun - 5 * MINUTE + n);
    let more = 4;
    channel.disturb(() => {
      if (channel.asked.at(-1)?.cursor === undefined) channel.sell(`A${more++}`, begun - 4 * MINUTE + more);
    });
    await poll();
    expect((await sync()).watermark).toBe(new Date(begun - 10 * MINUTE).toISOString());
    channel.disturb(undefined);
    await poll();
    expect(await ids(ctx)).toHaveLength(more);
    expect((await sync()).watermark).toBe(new Date(begun).toISOString());
  });

  it("that cannot be read are kept with their reasons, listed, and stop nobody", async () => {
    const { ctx, channel, clock, begun, poll, sync } = await reading();
    channel.sell("A0", begun - 5 * MINUTE);
    channel.sell("BAD", begun - 5 * MINUTE, { priceCents: "a lot" });
    channel.sell("A1", begun - 4 * MINUTE);
    await poll();
    expect(await ids(ctx)).toEqual(["A0", "A1"]);
    const { items } = await Channels.listTasks(ctx, {});
    expect(items).toMatchObject([
      {
        kind: "order",
        status: "failed",
        externalOrderId: "BAD",
        faults: [{ path: "price_cents", code: "NOT_A_NUMBER" }],
      },
    ]);
    const id = items[0]?.id ?? "";
    expect(await Channels.getTask(ctx, id)).toMatchObject({ original: { id: "BAD", price_cents: "a lot" } });
    clock.advance(1_000);
    await poll();
    expect((await Channels.listTasks(ctx, {})).items).toHaveLength(1);
    expect((await sync()).counts.unreadable).toBe(1);
    // Tried again, it says the same, and stays.
    await Channels.retryTask(ctx, { id, options: {} });
    await Channels.workTask(ctx, id);
    expect((await Channels.listTasks(ctx, {})).items).toMatchObject([{ id, reason: { code: "UNREADABLE" } }]);
  });

  it("stop at what the channel refuses, say why, and go on there", async () => {
    const { ctx, channel, begun, poll, sync } = await reading();
    for (let n = 0; n < 4; n++) channel.sell(`A${n}`, begun - 5 * MINUTE + n);
    channel.disturb((number) => {
      if (number === 2) throw new TransientError("alias", "answered 503");
    });
    await poll();
    expect(await sync()).toMatchObject({
      watermark: new Date(begun - 10 * MINUTE).toISOString(),
      lastError: { code: "DEPENDENCY_UNAVAILABLE", message: "alias: answered 503" },
    });
    await poll();
    expect((await sync()).lastError).toBeUndefined();
    expect(await ids(ctx)).toHaveLength(4);
    // The page that was kept was not asked for again in that pass.
    expect(channel.asked.slice(0, 3).map(({ cursor }) => cursor)).toEqual([undefined, "2", "2"]);
    channel.disturb(() => {
      throw new NotAuthorizedError("alias");
    });
    await poll();
    expect((await sync()).lastError?.message).toContain("authorization");
  });

  it("are read by one worker at a time, and in several turns where one is too short", async () => {
    const { ctx, channel, begun, id, poll } = await reading();
    for (let n = 0; n < 6; n++) channel.sell(`A${n}`, begun - 5 * MINUTE + n);
    let turns = 0;
    let left = 0;
    const short = () => (left-- > 0 ? 60_000 : 1_000);
    let result = "continue";
    for (; result === "continue"; turns++) {
      left = 2;
      result = await Channels.pollOrders(ctx, { id, remainingMs: short }, channel.doors);
    }
    expect(turns).toBeGreaterThan(2);
    expect(await ids(ctx)).toHaveLength(6);
    const asked = channel.asked.length;
    channel.disturb(() => void poll());
    await Promise.all([poll(), poll(), poll()]);
    expect(channel.asked.length).toBe(asked + 1);
  });
});

describe("the times at which orders are read", () => {
  it("come every so many minutes, once, until it is switched off", async () => {
    const { ctx, sent, clock, id, sync } = await reading({}, { everyMinutes: 10 });
    await sweepChannels(ctx);
    expect(sent).toEqual([id]);
    expect(await sweepChannels(ctx)).toBe(0);
    expect((await sync()).dueAt).toBe(new Date(clock.now() + 10 * MINUTE).toISOString());
    clock.advance(10 * MINUTE);
    await Promise.allSettled([sweepChannels(ctx), sweepChannels(ctx)]);
    expect(new Set(sent)).toEqual(new Set([id]));
    await Channels.putOrdersSync(ctx, { accountId: id, input: { isOn: false } });
    clock.advance(60 * MINUTE);
    sent.length = 0;
    expect(await sweepChannels(ctx)).toBe(0);
    expect(sent).toEqual([]);
    await expect(Channels.pollNow(ctx, { accountId: id, options: {} })).rejects.toMatchObject({
      code: "STATE_CONFLICT",
    });
  });

  it("can be asked for besides, and set back to read anew without an order coming twice", async () => {
    const { ctx, sent, channel, begun, id, poll, sync } = await reading();
    channel.sell("A0", begun - 20 * MINUTE);
    await poll();
    expect(await ids(ctx)).toEqual([]);
    const from = new Date(begun - 30 * MINUTE).toISOString();
    await Channels.putOrdersSync(ctx, { accountId: id, input: { affectsStock: false, from } });
    sent.length = 0;
    await Channels.pollNow(ctx, { accountId: id, options: {} });
    expect(sent).toEqual([id]);
    await poll();
    await poll();
    expect(await ids(ctx)).toEqual(["A0"]);
    expect((await sync()).counts.recorded).toBe(1);
  });

  it("are only for accounts whose provider tells of orders", async () => {
    const { ctx } = await reading();
    await expect(Channels.putOrdersSync(ctx, { accountId: "acc_none", input: {} })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    await expect(Channels.getOrdersSync(ctx, "acc_none")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
