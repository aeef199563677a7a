import { describe, expect, it } from "vitest";
import * as Channels from "../../../core/channels/index.ts";
import {
  BudgetSpentError,
  type ChannelFulfilment,
  type Connector,
  type Outcome,
} from "../../../core/connectors/index.ts";
import * as Orders from "../../../core/orders/index.ts";
import { type Actor, type Context, systemActor } from "../../../core/platform/context.ts";
import { NotFoundError } from "../../../core/platform/errors.ts";
import { TransientError } from "../../../core/platform/http/errors.ts";
import { orderKey } from "../../../core/orders/order.store.ts";
import { sweepChannels } from "../../support/channels.ts";
import { cloudContext } from "../../support/cloud.ts";
import { keepingQueues } from "../../support/listings.ts";
import { doorsTo } from "../../support/living-orders.ts";
import { stoppedClock } from "../../support/recording.ts";

/** A channel that is told what was sent, and answers as the test wants. */
function toldChannel() {
  const told: ChannelFulfilment[] = [];
  let answer: ((fulfilment: ChannelFulfilment) => Outcome) | undefined;
  const connector: Connector = {
    sign: (request) => request,
    fulfilments: {
      fulfil: (_connection, fulfilment) => {
        told.push(fulfilment);
        return Promise.resolve(answer ? answer(fulfilment) : { id: fulfilment.id, ok: true });
      },
    },
  };
  return { doors: doorsTo(connector), told, answerWith: (next: typeof answer) => void (answer = next) };
}

const LINES = [
  { externalLineId: "L1", title: "Shoe", quantity: 2 },
  { externalLineId: "L2", title: "Laces", quantity: 1 },
];

/** An order of eBay's that was read, paid and not of our stock. */
async function sold(
  ctx: Context,
  { externalId = "01-00001-00001", accountId }: { externalId?: string; accountId?: string | undefined } = {},
): Promise<string> {
  const price = { minor: 1_000, currency: "USD" };
  const { orderId } = await Orders.recordOrder(
    ctx,
    {
      channel: "ebay",
      externalId,
      status: "paid",
      isStatusKnown: true,
      placedAt: "2026-11-21T10:00:00.000Z",
      currency: "USD",
      lines: LINES.map((line) => ({ ...line, unitPrice: price })),
      warnings: [],
    },
    { affectsStock: false, accountId },
  );
  return orderId;
}

/** What the stream would bring after somebody sent goods of the order: of its last dispatch where not of another. */
async function sentEvent(
  ctx: Context,
  orderId: string,
  { actor = ctx.actor, place = -1 }: { actor?: Pick<Actor, "kind" | "id">; place?: number } = {},
) {
  const { fulfilments } = await Orders.getOrder(ctx, orderId);
  const event = {
    entity: "event",
    id: ctx.newId("event"),
    type: "order.fulfilled",
    organizationId: ctx.actor.organizationId,
    actor: { kind: actor.kind, id: actor.id },
    requestId: "req_test",
    data: { id: orderId, channel: "ebay", fulfilmentId: fulfilments.at(place)?.id },
  };
  return { new: event };
}

const heardBy = (ctx: Context) => systemActor(ctx.actor.organizationId, "USD", "queue:channelOrders");

const TRACKING = { carrier: "UPS", trackingNumber: "1Z999AA10123456784" };

async function shipped(input: object = TRACKING) {
  const clock = stoppedClock();
  const { ctx, sent } = keepingQueues(cloudContext({ now: clock.now }));
  const channel = toldChannel();
  const orderId = await sold(ctx);
  await Orders.fulfilOrder(ctx, { id: orderId, input });
  const note = async () => Channels.noteFulfilments(ctx, [await sentEvent(ctx, orderId)]);
  await note();
  const id = sent.at(-1) ?? "";
  return {
    ctx,
    sent,
    clock,
    channel,
    orderId,
    id,
    note,
    work: () => Channels.workTask(ctx, id, channel.doors),
    read: () => Channels.getTask(ctx, id),
  };
}

describe("what was sent", () => {
  it("is told to the order's channel, by its own names of order and lines, once", async () => {
    const { channel, note, work, read, sent, orderId } = await shipped();
    await note();
    expect(sent).toHaveLength(1);
    await work();
    await work();
    expect(channel.told).toMatchObject([
      {
        externalOrderId: "01-00001-00001",
        lines: [
          { externalLineId: "L1", quantity: 2 },
          { externalLineId: "L2", quantity: 1 },
        ],
        ...TRACKING,
      },
    ]);
    expect(await read()).toMatchObject({ kind: "fulfilment", status: "done", orderId });
  });

  it("in parts is told part by part", async () => {
    const { ctx, sent, channel, orderId, note, work } = await shipped({
      ...TRACKING,
      lines: [{ lineId: "1", quantity: 1 }],
    });
    await work();
    await Orders.fulfilOrder(ctx, { id: orderId, input: { trackingNumber: "1Z999AA10123456785" } });
    await note();
    expect(sent).toHaveLength(2);
    await Channels.workTask(ctx, sent.at(-1) ?? "", channel.doors);
    expect(channel.told.map(({ lines, trackingNumber }) => [lines, trackingNumber])).toEqual([
      [[{ externalLineId: "L1", quantity: 1 }], "1Z999AA10123456784"],
      [
        [
          { externalLineId: "L1", quantity: 1 },
          { externalLineId: "L2", quantity: 1 },
        ],
        "1Z999AA10123456785",
      ],
    ]);
  });

  it("is not told back to the channel that has told it, nor of orders of our own", async () => {
    const { ctx, sent } = keepingQueues(cloudContext());
    const orderId = await sold(ctx);
    await Orders.fulfilOrder(ctx, { id: orderId });
    await Channels.noteFulfilments(ctx, [await sentEvent(ctx, orderId, { actor: heardBy(ctx) })]);
    await Channels.noteFulfilments(ctx, [await sentEvent(ctx, orderId)]);
    const own = await sentEvent(ctx, orderId);
    await Channels.noteFulfilments(ctx, [{ new: { ...own.new, data: { id: "ord_none", channel: "shop" } } }]);
    expect(sent).toEqual([]);
    expect((await Channels.listTasks(ctx, { status: "done" })).items).toHaveLength(1);
  });

  it("is told by what happened to itself, not to another dispatch of its order", async () => {
    const { ctx, sent } = keepingQueues(cloudContext());
    const orderId = await sold(ctx);
    await Orders.fulfilOrder(ctx, { id: orderId, input: { ...TRACKING, lines: [{ lineId: "1", quantity: 1 }] } });
    await Orders.fulfilOrder(ctx, { id: orderId });
    // The channel's own news comes first.
    await Channels.noteFulfilments(ctx, [await sentEvent(ctx, orderId, { actor: heardBy(ctx), place: 1 })]);
    await Channels.noteFulfilments(ctx, [await sentEvent(ctx, orderId, { place: 0 })]);
    expect(sent).toHaveLength(1);
    const listed = await Promise.all(
      (["done", "queued"] as const).map((status) => Channels.listTasks(ctx, { status })),
    );
    const { fulfilments } = await Orders.getOrder(ctx, orderId);
    expect(listed.map(({ items }) => items.map(({ fulfilmentId }) => fulfilmentId))).toEqual([
      [fulfilments[1]?.id],
      [fulfilments[0]?.id],
    ]);
  });

  it("by one number in several dispatches of the same goods is told one after the other, each with what was told", async () => {
    const one = { ...TRACKING, lines: [{ lineId: "1", quantity: 1 }] };
    const { ctx, sent, channel, clock, orderId, note, work } = await shipped(one);
    await Orders.fulfilOrder(ctx, { id: orderId, input: one });
    await note();
    const second = sent.at(-1) ?? "";
    await Channels.workTask(ctx, second, channel.doors);
    expect(channel.told).toEqual([]);
    expect(await Channels.getTask(ctx, second)).toMatchObject({ status: "queued", reason: { code: "AFTER_ANOTHER" } });
    await work();
    clock.advance(61_000);
    await Channels.workTask(ctx, second, channel.doors);
    const units = [{ externalLineId: "L1", quantity: 1 }];
    expect(channel.told).toMatchObject([
      { lines: units, toldBefore: [] },
      { lines: units, toldBefore: units },
    ]);
    expect(await Channels.getTask(ctx, second)).toMatchObject({ status: "done" });
  });

  it("is told to the account that its order came with, and to the default one where that is gone", async () => {
    const { ctx, sent } = keepingQueues(cloudContext());
    const opened: string[] = [];
    const { doors } = toldChannel();
    const two: Channels.Doors = {
      accountFor: async (_ctx, provider) => ({ id: "acc_default", provider }),
      openAccount: async (_ctx, id, options) => {
        opened.push(id);
        if (id === "acc_gone") throw new NotFoundError("Account", id);
        return doors.openAccount(_ctx, id, options);
      },
    };
    for (const accountId of ["acc_second", "acc_gone", undefined]) {
      const orderId = await sold(ctx, { externalId: `of ${accountId}`, accountId });
      await Orders.fulfilOrder(ctx, { id: orderId, input: TRACKING });
      await Channels.noteFulfilments(ctx, [await sentEvent(ctx, orderId)]);
      await Channels.workTask(ctx, sent.at(-1) ?? "", two);
    }
    expect(opened).toEqual(["acc_second", "acc_gone", "acc_default", "acc_default"]);
    expect((await Channels.listTasks(ctx, { status: "done" })).items).toHaveLength(3);
  });

  it("is told by the worker that has begun, also when somebody asks for it again meanwhile", async () => {
    const { ctx, sent, channel, work, read, id } = await shipped();
    sent.length = 0;
    let retried: unknown;
    const { doors } = channel;
    const slow: Channels.Doors = {
      ...doors,
      openAccount: async (...args) => {
        retried = await Channels.retryTask(ctx, { id, options: {} });
        return doors.openAccount(...args);
      },
    };
    await Channels.workTask(ctx, id, slow);
    expect(retried).toMatchObject({ id, status: "queued", attempts: 1 });
    expect(await read()).toMatchObject({ status: "done", attempts: 1 });
    await work();
    expect(channel.told).toHaveLength(1);
    expect(sent).toEqual([]);
  });

  it("that cannot be read any more has failed with its reason, and is not looked at for ever", async () => {
    const { ctx, clock, orderId, work, read } = await shipped();
    await ctx.table.transact([{ remove: orderKey(ctx, orderId) }]);
    await work();
    expect(await read()).toMatchObject({ status: "failed", reason: { code: "NOT_FOUND" } });
    clock.advance(3_600_000);
    expect(await sweepChannels(ctx)).toBe(0);
  });

  it("is told later and later while the channel is down, and then somebody has to look and can try again", async () => {
    const { ctx, channel, clock, work, read, sent, id } = await shipped();
    channel.answerWith(() => {
      throw new TransientError("ebay", "answered 503");
    });
    for (let n = 0; n < 12; n++) {
      sent.length = 0;
      await work();
      clock.advance(31 * 60_000);
      if (n < 11) expect(await read()).toMatchObject({ status: "queued", attempts: n + 1 });
    }
    expect((await Channels.listTasks(ctx, {})).items).toMatchObject([
      { id, status: "failed", reason: { code: "DEPENDENCY_UNAVAILABLE", message: "ebay: answered 503" } },
    ]);
    channel.answerWith(undefined);
    await Channels.retryTask(ctx, { id, options: {} });
    await work();
    expect(await read()).toMatchObject({ status: "done" });
    await expect(Channels.retryTask(ctx, { id, options: {} })).rejects.toMatchObject({ code: "STATE_CONFLICT" });
  });

  it("that the channel refuses says why at once", async () => {
    const { channel, work, read } = await shipped();
    channel.answerWith(({ id }) => ({ id, ok: false, transient: false, code: "32100", message: "Invalid order ID" }));
    await work();
    expect(await read()).toMatchObject({ status: "failed", attempts: 1, reason: { code: "32100" } });
  });

  it("waits for an account, and for a budget, without an end", async () => {
    const { ctx, channel, clock, work, read, id } = await shipped();
    for (let n = 0; n < 20; n++) {
      await Channels.workTask(ctx, id, doorsTo(undefined));
      expect(await read()).toMatchObject({ status: "waiting", reason: { code: "NO_ACCOUNT" } });
      clock.advance(6 * 60_000);
      expect(await sweepChannels(ctx)).toBe(1);
    }
    channel.answerWith(() => {
      throw new BudgetSpentError("ebay", "none left today", 3_600_000);
    });
    for (let n = 0; n < 20; n++) {
      await work();
      clock.advance(3_601_000);
    }
    expect(await read()).toMatchObject({ status: "queued", attempts: 0 });
    channel.answerWith(undefined);
    await work();
    expect(await read()).toMatchObject({ status: "done" });
  });

  it("whose message was lost, or whose worker died, is found by the sweep", async () => {
    const { ctx, sent, clock, id, work, read } = await shipped();
    sent.length = 0;
    clock.advance(61_000);
    await sweepChannels(ctx);
    expect(sent).toEqual([id]);
    await work();
    expect(await read()).toMatchObject({ status: "done" });
    sent.length = 0;
    clock.advance(3_600_000);
    await sweepChannels(ctx);
    expect(sent).toEqual([]);
  });
});
