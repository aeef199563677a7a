import { describe, expect, it } from "vitest";
import * as Inventory from "../../../core/inventory/index.ts";
import * as Orders from "../../../core/orders/index.ts";
import { cloudContext } from "../../support/cloud.ts";
import { stoppedClock } from "../../support/recording.ts";
import { stocked, usd } from "../../support/stock.ts";
import { storeFaults } from "../../support/store-faults.ts";
import { sweepLots } from "../../support/sweeps.ts";

const DAY_MS = 24 * 3600 * 1000;

async function shop() {
  const clock = stoppedClock(Date.UTC(2026, 0, 5, 12));
  const { around, calls } = storeFaults();
  const ctx = cloudContext({ now: clock.now, around });
  const place = async (sku: string, quantity = 1) =>
    (await Orders.placeOrder(ctx, { channel: "shop", lines: [{ sku, quantity }] })).order;
  const stuck = async (query: Record<string, unknown> = {}) => {
    const page = await Orders.stuckOrders(ctx, query);
    return page.items.map(({ order, reasons }) => [order.id, ...reasons.map(({ code }) => code)]);
  };
  return { clock, ctx, calls, place, stuck, days: (n: number) => clock.advance(n * DAY_MS) };
}

type Shop = Awaited<ReturnType<typeof shop>>;

const record = ({ ctx, clock }: Shop, changes: Partial<Orders.OrderDraft>) =>
  Orders.recordOrder(
    ctx,
    {
      channel: "stockx",
      externalId: "1",
      status: "paid",
      isStatusKnown: true,
      placedAt: new Date(clock.now()).toISOString(),
      currency: "USD",
      lines: [{ sku: "A", quantity: 1, unitPrice: { minor: 100, currency: "USD" } }],
      warnings: [],
      ...changes,
    },
    { affectsStock: true },
  );

describe("orders that do not move by themselves", () => {
  it("are none in a shop where nothing waits, found out in a handful of reads", async () => {
    const { ctx, calls, place, stuck } = await shop();
    await stocked(ctx, "A", 5);
    const { id } = await place("A");
    await Orders.payOrder(ctx, { id });
    await place("A");
    calls.length = 0;
    expect(await stuck()).toEqual([]);
    expect(calls).toEqual(Array.from({ length: 6 }, () => "Query"));
  });

  it("are those that are unpaid, or paid and not sent, for longer than was asked", async () => {
    const { ctx, place, stuck, days } = await shop();
    await stocked(ctx, "A", 9);
    const [unpaid, unsent, sent] = [await place("A"), await place("A"), await place("A")];
    await Orders.payOrder(ctx, { id: sent.id });
    await Orders.fulfilOrder(ctx, { id: sent.id });
    days(2);
    await Orders.payOrder(ctx, { id: unsent.id });
    days(2);
    await place("A");
    expect(await stuck()).toEqual([[unpaid.id, "UNPAID"]]);
    expect(await stuck({ unpaidDays: 5 })).toEqual([]);
    expect(await stuck({ unpaidDays: 5, unsentDays: 2 })).toEqual([[unsent.id, "NOT_SENT"]]);
    const { items } = await Orders.stuckOrders(ctx, { unsentDays: 1 });
    expect(items.map(({ reasons }) => reasons[0])).toMatchObject([
      { message: "15.00 USD is due since 2026-01-05 (4 days)", advice: expect.stringContaining("gives 1 unit back") },
      {
        message: "1 unit still to leave, and paid since 2026-01-07 (2 days)",
        lines: [{ lineId: "1", sku: "A" }],
      },
    ]);
  });

  it("are a marketplace's sales past the day on which they should have left", async () => {
    const here = await shop();
    await stocked(here.ctx, "A", 5);
    const { orderId } = await record(here, { shipByDate: "2026-01-06T12:00:00.000Z" });
    expect(await here.stuck()).toEqual([]);
    here.days(2);
    expect(await here.stuck()).toEqual([[orderId, "NOT_SENT"]]);
  });

  it("are those that are short of stock or were not understood, before all others", async () => {
    const here = await shop();
    const { ctx, place, stuck, days } = here;
    await stocked(ctx, "A", 1);
    const late = await place("A");
    days(4);
    const short = await record(here, {});
    const unknown = await record(here, { externalId: "2", lines: [{ sku: "NOPE", quantity: 1 }] });
    const odd = await record(here, {
      externalId: "3",
      status: "pending",
      isStatusKnown: false,
      channelStatus: "LIMBO",
    });
    expect((await stuck()).map(([id, ...codes]) => [id, codes[0]])).toEqual([
      [short.orderId, "INSUFFICIENT_STOCK"],
      [unknown.orderId, "UNKNOWN_PRODUCT"],
      [odd.orderId, "UNKNOWN_STATUS"],
      [late.id, "UNPAID"],
    ]);
    const { items } = await Orders.stuckOrders(ctx, { limit: 1 });
    expect(items[0]?.reasons).toMatchObject([
      { code: "INSUFFICIENT_STOCK", lines: [{ lineId: "1", sku: "A", requested: 1, available: 0 }] },
    ]);
    await Orders.cancelOrder(ctx, { id: late.id });
    await Orders.allocateOrder(ctx, { id: short.orderId });
    expect((await stuck()).map(([id]) => id)).not.toContain(short.orderId);
  });

  it("are all that wait for units that have expired, until there are enough again", async () => {
    const { ctx, calls, place, stuck, days } = await shop();
    const expires = { unitCost: usd("1.00"), expirationDate: "2026-01-06" };
    const { id: productId } = await stocked(ctx, "A", 5, expires);
    const other = await stocked(ctx, "B", 5, expires);
    const [first, second] = [await place("A", 2), await place("A", 3)];
    await place("B");
    await Inventory.adjust(ctx, { productId: other.id, input: { changeType: "restock", quantity: 1 } });
    days(2);
    await sweepLots(ctx);
    expect(await stuck()).toEqual([
      [first.id, "UNITS_EXPIRED"],
      [second.id, "UNITS_EXPIRED"],
    ]);
    const { items } = await Orders.stuckOrders(ctx, {});
    expect(items[0]?.reasons[0]).toMatchObject({
      message: "5 of the 5 units of A that are promised at loc_main have expired",
      lines: [{ lineId: "1", productId, requested: 2, available: 0 }],
    });
    await Inventory.adjust(ctx, { productId, input: { changeType: "restock", quantity: 3 } });
    expect((await stuck()).map(([id]) => id)).toEqual([first.id, second.id]);
    await Orders.cancelOrder(ctx, { id: first.id });
    expect(await stuck()).toEqual([]);
    calls.length = 0;
    expect(await stuck()).toEqual([]);
    expect(calls, "what is over is forgotten").toEqual(Array.from({ length: 6 }, () => "Query"));
    await Orders.payOrder(ctx, { id: second.id });
    expect(await Orders.fulfilOrder(ctx, { id: second.id })).toMatchObject({ status: "fulfilled" });
  });

  it("are each told once, page by page, however the pages fall", async () => {
    const here = await shop();
    const { ctx, place, stuck, days } = here;
    await stocked(ctx, "A", 30);
    for (let n = 0; n < 4; n++) await place("A");
    for (let n = 0; n < 4; n++) await Orders.payOrder(ctx, { id: (await place("A")).id });
    for (let n = 0; n < 3; n++)
      await record(here, { externalId: `u-${n}`, lines: [{ sku: "NOPE", quantity: 1 }], status: "pending" });
    days(9);
    const all = await stuck();
    expect(all).toHaveLength(11);
    for (const limit of [1, 2, 3, 4, 10, 11]) {
      const found: unknown[] = [];
      let cursor: string | undefined;
      do {
        const page = await Orders.stuckOrders(ctx, { limit, ...(cursor === undefined ? {} : { cursor }) });
        found.push(...page.items.map(({ order, reasons }) => [order.id, ...reasons.map(({ code }) => code)]));
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      expect(found, `by ${limit}`).toEqual(all);
    }
    await expect(Orders.stuckOrders(ctx, { unpaidDays: 1, cursor: "x" })).rejects.toMatchObject({
      code: "INVALID_CURSOR",
    });
  });
});
