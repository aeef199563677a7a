import { describe, expect, it } from "vitest";
import * as Channels from "../../core/channels/index.ts";
import * as Orders from "../../core/orders/index.ts";
import { ordersHere, readAccount } from "../support/channels.ts";
import { DEATHS, diesAndRepeats, type Step } from "../support/dying.ts";
import { livingOrders } from "../support/living-orders.ts";
import { productOnSale, restock } from "../support/listings.ts";

const MINUTE = 60_000;

type Channel = ReturnType<typeof livingOrders>;

/** Two pages of orders, one of which cannot be read and one of which is known here already and has been sent since. */
const READING: Step<{ id: string; channel: Channel }> = {
  prepare: async (ctx) => {
    const channel = livingOrders({ pageSize: 3 });
    const now = ctx.now();
    await restock(ctx, await productOnSale(ctx), 1);
    const id = await readAccount(ctx, now - 10 * MINUTE, { affectsStock: true });
    const known = { id: "A0", status: "ORDER_STATUS_CONFIRMED", price_cents: 1, sold_at: "2026-11-21T10:00:00Z" };
    const [order] = Orders.readOrders("alias", [known]);
    if (order && "draft" in order) await Orders.recordOrder(ctx, order.draft, { affectsStock: false });
    channel.sell("A0", now - 5 * MINUTE, { status: "ORDER_STATUS_CANCELED" });
    channel.sell("A1", now - 4 * MINUTE);
    channel.sell("BAD", now - 3 * MINUTE, { priceCents: "a lot" });
    channel.sell("A2", now - 2 * MINUTE);
    return { id, channel };
  },
  run: (ctx, { id, channel }) => Channels.pollOrders(ctx, { id, remainingMs: () => 120_000 }, channel.doors),
  outcome: async (ctx, { id, channel }) => {
    // Whoever died held it: the next slot finds it free.
    const later = { ...ctx, now: () => ctx.now() + 200_000 };
    await Channels.pollOrders(later, { id, remainingMs: () => 120_000 }, channel.doors);
    const { items } = await Channels.listTasks(ctx, {});
    const { watermark, lastError } = await Channels.getOrdersSync(ctx, id);
    return {
      orders: await ordersHere(ctx),
      tasks: items.map(({ externalOrderId, status }) => `${externalOrderId ?? "?"} ${status}`),
      isUpToDate: Date.parse(watermark) >= ctx.now() - MINUTE,
      lastError,
    };
  },
};

describe.each(DEATHS)("a reading of a channel's orders that dies %s a call", (death) => {
  it("is gone on with by the next: every order once, each as the channel says, and none dropped", async () => {
    const { outcome, calls } = await diesAndRepeats(READING, Number.POSITIVE_INFINITY, death, { hasKey: false });
    expect(outcome).toEqual({
      orders: ["A0 cancelled", "A1 paid", "A2 paid"],
      tasks: ["BAD failed"],
      isUpToDate: true,
      lastError: undefined,
    });
    expect(calls.length).toBeGreaterThan(10);
    for (let fatal = 1; fatal <= calls.length; fatal++) {
      const died = await diesAndRepeats(READING, fatal, death, { hasKey: false });
      expect(died.outcome, `call ${fatal} of ${calls.join()}`).toEqual(outcome);
    }
  });
});
