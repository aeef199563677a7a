import { describe, expect, it } from "vitest";
import * as Inventory from "../../../core/inventory/index.ts";
import * as Orders from "../../../core/orders/index.ts";
import { cloudContext } from "../../support/cloud.ts";
import { stocked } from "../../support/stock.ts";

const sale = (status: Orders.OrderStatus, changes: Partial<Orders.OrderDraft> = {}): Orders.OrderDraft => ({
  channel: "stockx",
  externalId: "323-1",
  status,
  channelStatus: status.toUpperCase(),
  isStatusKnown: true,
  placedAt: "2026-01-02T03:04:05.000Z",
  currency: "USD",
  lines: [{ sku: "A", quantity: 1, unitPrice: { minor: 9900, currency: "USD" } }],
  warnings: [],
  ...changes,
});

async function recorded(status: Orders.OrderStatus, affectsStock = true) {
  const ctx = cloudContext();
  const { id: productId } = await stocked(ctx, "A", 3);
  const { orderId } = await Orders.recordOrder(ctx, sale(status), { affectsStock });
  return { ctx, productId, orderId };
}

describe("hearing of an order again from its channel", () => {
  it("takes every step from sale to delivery that was missed, with the stock", async () => {
    const { ctx, productId, orderId } = await recorded("pending");
    const { order } = await Orders.refreshOrder(ctx, orderId, sale("delivered"));
    expect(order).toMatchObject({ status: "delivered", channelStatus: "DELIVERED", paidMinor: 9900 });
    expect(await Inventory.getStock(ctx, productId)).toMatchObject({ onHand: 2, reserved: 0 });
  });

  it("changes nothing when the news is old, or comes twice, or at once", async () => {
    const { ctx, orderId } = await recorded("paid");
    await Promise.all([1, 2, 3].map(() => Orders.refreshOrder(ctx, orderId, sale("fulfilled"))));
    const sent = await Orders.getOrder(ctx, orderId);
    expect(sent).toMatchObject({ status: "fulfilled", fulfilments: [{ lines: [{ quantity: 1 }] }] });
    expect(sent.attention).toBeUndefined();
    expect(await Orders.refreshOrder(ctx, orderId, sale("fulfilled"))).toMatchObject({ changed: false });
    expect((await Orders.refreshOrder(ctx, orderId, sale("paid"))).order.status).toBe("fulfilled");
  });

  it("releases what the channel cancels, and asks for goods that have left already", async () => {
    const { ctx, productId, orderId } = await recorded("paid");
    await Orders.refreshOrder(ctx, orderId, sale("cancelled"));
    expect(await Orders.getOrder(ctx, orderId)).toMatchObject({ status: "cancelled" });
    expect(await Inventory.getStock(ctx, productId)).toMatchObject({ onHand: 3, reserved: 0 });
    const sent = await recorded("fulfilled");
    const { order } = await Orders.refreshOrder(sent.ctx, sent.orderId, sale("cancelled"));
    expect(order).toMatchObject({ status: "fulfilled", attention: { code: "DIFFERS_FROM_CHANNEL" } });
  });

  it("keeps a status that nobody knows, and moves nothing by it", async () => {
    const { ctx, orderId } = await recorded("paid");
    const news = sale("pending", { channelStatus: "TELEPORTED", isStatusKnown: false });
    const { order } = await Orders.refreshOrder(ctx, orderId, news);
    expect(order).toMatchObject({ status: "paid", channelStatus: "TELEPORTED", attention: { code: "UNKNOWN_STATUS" } });
  });

  it("follows history that moves no stock to its refund", async () => {
    const { ctx, orderId } = await recorded("delivered", false);
    const { order } = await Orders.refreshOrder(ctx, orderId, sale("refunded"));
    expect(order).toMatchObject({ status: "refunded", refundedMinor: 9900 });
  });
});
