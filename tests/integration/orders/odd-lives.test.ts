import { describe, expect, it } from "vitest";
import * as Finance from "../../../core/finance/index.ts";
import * as Inventory from "../../../core/inventory/index.ts";
import * as Orders from "../../../core/orders/index.ts";
import { cloudContext } from "../../support/cloud.ts";
import { stocked, usd } from "../../support/stock.ts";

type Ctx = ReturnType<typeof cloudContext>;

const one = [{ lineId: "1", quantity: 1 }];

/** A marketplace's sale that is paid and to be sent, of these SKUs and quantities. */
async function sold(ctx: Ctx, lines: [sku: string, quantity: number][]): Promise<string> {
  const draft: Orders.OrderDraft = {
    channel: "ebay",
    externalId: "1",
    status: "paid",
    isStatusKnown: true,
    placedAt: new Date(ctx.now()).toISOString(),
    currency: "USD",
    lines: lines.map(([sku, quantity]) => ({ sku, quantity, unitPrice: { minor: 1_500, currency: "USD" } })),
    warnings: [],
  };
  return (await Orders.recordOrder(ctx, draft, { affectsStock: true })).orderId;
}

describe("an order that does not go the straight way", () => {
  it("sends the rest after what had left came back, and is cancelled or returned by what became of it", async () => {
    const ctx = cloudContext();
    const { id: productId } = await stocked(ctx, "A", 10);
    const place = async () => {
      const { id } = (await Orders.placeOrder(ctx, { channel: "shop", lines: [{ sku: "A", quantity: 3 }] })).order;
      await Orders.payOrder(ctx, { id });
      await Orders.fulfilOrder(ctx, { id, input: { lines: one } });
      expect(await Orders.returnOrder(ctx, { id, input: { lines: one } })).toMatchObject({
        status: "partiallyFulfilled",
        lines: [{ fulfilled: 1, returned: 1 }],
      });
      return id;
    };
    expect(await Orders.fulfilOrder(ctx, { id: await place() })).toMatchObject({ status: "partiallyReturned" });
    expect(await Orders.cancelOrder(ctx, { id: await place() })).toMatchObject({ status: "returned" });
    expect(await Inventory.getStock(ctx, productId)).toMatchObject({ onHand: 8, reserved: 0 });
  });

  it("gets the units of lines that were short after the others have left", async () => {
    const ctx = cloudContext();
    await stocked(ctx, "A", 1);
    const { id: productId } = await stocked(ctx, "B", 0);
    const id = await sold(ctx, [
      ["A", 1],
      ["B", 1],
    ]);
    await Orders.fulfilOrder(ctx, { id, input: { lines: one } });
    await expect(Orders.allocateOrder(ctx, { id })).rejects.toMatchObject({ code: "INSUFFICIENT_STOCK" });
    await Inventory.adjust(ctx, { productId, input: { changeType: "restock", quantity: 1 } });
    const allocated = await Orders.allocateOrder(ctx, { id });
    expect(allocated).toMatchObject({
      status: "partiallyFulfilled",
      lines: [{ holds: [] }, { holds: [{ productId }] }],
    });
    expect(allocated.attention).toBeUndefined();
    expect(await Orders.fulfilOrder(ctx, { id })).toMatchObject({ status: "fulfilled" });
  });

  it("gives all its units back when it holds more stock items than a transaction takes, also when it is repeated", async () => {
    const ctx = cloudContext();
    const skus = Array.from({ length: 60 }, (_, at) => `S-${at}`);
    await Promise.all(skus.map((sku) => stocked(ctx, sku, 2)));
    const id = await sold(
      ctx,
      skus.map((sku) => [sku, 2]),
    );
    const reserved = async () => {
      const { items } = await Inventory.listStock(ctx, { limit: 100 });
      return items.reduce((sum, item) => sum + item.reserved, 0);
    };
    expect(await reserved()).toBe(120);
    const once = { ...ctx, idempotencyKey: "cancel it" };
    const cancelled = await Orders.cancelOrder(once, { id });
    expect(cancelled).toMatchObject({ status: "cancelled" });
    expect(await reserved()).toBe(0);
    expect(await Orders.cancelOrder(once, { id })).toEqual(cancelled);
  });

  it("of which a part was paid goes back without a trace in the books, where its sale never was", async () => {
    const ctx = cloudContext();
    await stocked(ctx, "A", 3);
    const { id } = (await Orders.placeOrder(ctx, { channel: "shop", lines: [{ sku: "A", quantity: 1 }] })).order;
    await Orders.payOrder(ctx, { id, input: { amount: usd("5.00") } });
    await Orders.cancelOrder(ctx, { id });
    expect(await Orders.refundOrder(ctx, { id })).toMatchObject({ status: "refunded", refundedMinor: 500 });
    expect((await Finance.listTransactions(ctx, { orderId: id })).items).toEqual([]);
  });

  it("is split with what was given back and what is short, each part going its own way", async () => {
    const ctx = cloudContext();
    await stocked(ctx, "A", 1);
    await stocked(ctx, "B", 0);
    const id = await sold(ctx, [
      ["A", 1],
      ["B", 1],
    ]);
    await Orders.refundOrder(ctx, { id, input: { amount: usd("5.01") } });
    const { items } = await Orders.splitOrder(ctx, { id, input: { by: "location" } });
    expect(items).toMatchObject([
      { paidMinor: 1_500, refundedMinor: 251 },
      { paidMinor: 1_500, refundedMinor: 250, attention: { code: "INSUFFICIENT_STOCK", lines: [{ lineId: "2" }] } },
    ]);
    expect(items[0]?.attention).toBeUndefined();
    const stuck = await Orders.stuckOrders(ctx, {});
    expect(stuck.items.map(({ order }) => order.id)).toEqual([items[1]?.id]);
    expect(await Orders.fulfilOrder(ctx, { id })).toMatchObject({ status: "fulfilled" });
  });
});
