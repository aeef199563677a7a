import { describe, expect, it } from "vitest";
import * as Inventory from "../../../core/inventory/index.ts";
import * as Listings from "../../../core/listings/index.ts";
import * as Orders from "../../../core/orders/index.ts";
import { cloudContext } from "../../support/cloud.ts";
import { stocked } from "../../support/stock.ts";

const usd = (minor: number) => ({ minor, currency: "USD" });

function draft(changes: Partial<Orders.OrderDraft> = {}): Orders.OrderDraft {
  return {
    channel: "ebay",
    externalId: "E-1",
    status: "paid",
    isStatusKnown: true,
    placedAt: "2026-01-02T03:04:05.000Z",
    currency: "USD",
    lines: [{ sku: "A", quantity: 2, unitPrice: usd(1500) }],
    warnings: [],
    ...changes,
  };
}

describe("recording an order that came about elsewhere", () => {
  it("keeps history as it was told, and leaves stock alone", async () => {
    const ctx = cloudContext();
    const { id } = await stocked(ctx, "A", 1);
    const { orderId } = await Orders.recordOrder(ctx, draft({ status: "delivered" }), { affectsStock: false });
    expect(await Orders.getOrder(ctx, orderId)).toMatchObject({
      status: "delivered",
      affectsStock: false,
      totalMinor: 3000,
      paidMinor: 3000,
      placedAt: "2026-01-02T03:04:05.000Z",
      lines: [{ productId: id, fulfilled: 2 }],
    });
    expect(await Inventory.getStock(ctx, id)).toMatchObject({ onHand: 1, reserved: 0 });
  });

  it("reserves for a sale that is to be sent, and sends for one that was", async () => {
    const ctx = cloudContext();
    const { id } = await stocked(ctx, "A", 10);
    const paid = await Orders.recordOrder(ctx, draft(), { affectsStock: true });
    expect(await Inventory.getStock(ctx, id)).toMatchObject({ onHand: 10, reserved: 2 });
    expect(await Orders.getOrder(ctx, paid.orderId)).toMatchObject({ status: "paid" });
    const sent = await Orders.recordOrder(ctx, draft({ externalId: "E-2", status: "delivered" }), {
      affectsStock: true,
    });
    expect(await Orders.getOrder(ctx, sent.orderId)).toMatchObject({ status: "delivered", lines: [{ fulfilled: 2 }] });
    expect(await Inventory.getStock(ctx, id)).toMatchObject({ onHand: 8, reserved: 2 });
  });

  it("takes the product that is listed under the channel's own name of the goods, whatever else has that SKU", async () => {
    const ctx = cloudContext();
    const { id: listed } = await stocked(ctx, "MINE", 5);
    const { id: namesake } = await stocked(ctx, "variant-1", 5);
    await Listings.createListing(ctx, { productId: listed, platformType: "stockx", platformSku: "variant-1" });
    const lines = [{ sku: "variant-1", platformSku: "variant-1", quantity: 1, unitPrice: usd(1500) }];
    const one = await Orders.recordOrder(ctx, draft({ channel: "stockx", lines }), { affectsStock: true });
    const two = draft({ channel: "stockx", externalId: "E-2", lines });
    const elsewhere = draft({ channel: "ebay", externalId: "E-3", lines });
    const [, other] = await Orders.recordOrders(ctx, [{ draft: two }, { draft: elsewhere }], { affectsStock: true });
    expect(await Orders.getOrder(ctx, one.orderId)).toMatchObject({ lines: [{ productId: listed }] });
    expect(await Inventory.getStock(ctx, listed)).toMatchObject({ reserved: 2 });
    // Not listed on that channel: its SKU says what it is of.
    expect(other).toMatchObject({ duplicate: false });
    expect(await Inventory.getStock(ctx, namesake)).toMatchObject({ reserved: 1 });
  });

  it("does not turn a marketplace's sale down for want of stock: it waits, and says why, until there is enough", async () => {
    const ctx = cloudContext();
    const { id } = await stocked(ctx, "A", 1);
    const { orderId } = await Orders.recordOrder(ctx, draft(), { affectsStock: true });
    expect(await Orders.getOrder(ctx, orderId)).toMatchObject({
      status: "paid",
      attention: { code: "INSUFFICIENT_STOCK", lines: [{ lineId: "1", requested: 2, available: 1 }] },
      // Said once, in whatever order the store gives back what was written.
      version: 2,
    });
    expect(await Inventory.getStock(ctx, id)).toMatchObject({ onHand: 1, reserved: 0 });
    await expect(Orders.allocateOrder(ctx, { id: orderId })).rejects.toMatchObject({ code: "INSUFFICIENT_STOCK" });
    await Inventory.adjust(ctx, { productId: id, input: { changeType: "restock", quantity: 1 } });
    const allocated = await Orders.allocateOrder(ctx, { id: orderId });
    expect(allocated.status).toBe("allocated");
    expect(allocated.attention).toBeUndefined();
  });

  it("reserves an order of more lines than a transaction takes, in parts", async () => {
    const ctx = cloudContext();
    const skus = Array.from({ length: 50 }, (_, index) => `S-${index}`);
    for (const sku of skus) await stocked(ctx, sku, 1);
    const lines = skus.map((sku) => ({ sku, quantity: 1, unitPrice: usd(100) }));
    const { orderId } = await Orders.recordOrder(ctx, draft({ lines, status: "fulfilled" }), { affectsStock: true });
    expect(await Orders.getOrder(ctx, orderId)).toMatchObject({ status: "fulfilled" });
    expect((await Inventory.valuation(ctx)).units).toBe(0);
  });

  it("is one order however often and at once it is told", async () => {
    const ctx = cloudContext();
    const { id } = await stocked(ctx, "A", 10);
    const told = await Promise.all(
      Array.from({ length: 6 }, () => Orders.recordOrder(ctx, draft(), { affectsStock: true })),
    );
    expect(new Set(told.map(({ orderId }) => orderId)).size).toBe(1);
    expect(told.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    expect(await Inventory.getStock(ctx, id)).toMatchObject({ reserved: 2 });
  });

  it("shows what is not in the catalogue, and a status that nobody knows", async () => {
    const ctx = cloudContext();
    const unknown = await Orders.recordOrder(
      ctx,
      draft({ lines: [{ sku: "NONE", title: "A thing", quantity: 1, unitPrice: usd(1) }] }),
      {
        affectsStock: true,
      },
    );
    expect(await Orders.getOrder(ctx, unknown.orderId)).toMatchObject({ attention: { code: "UNKNOWN_PRODUCT" } });
    const odd = await Orders.recordOrder(
      ctx,
      draft({ externalId: "E-9", channelStatus: "TELEPORTED", isStatusKnown: false, status: "pending" }),
      { affectsStock: false },
    );
    expect(await Orders.getOrder(ctx, odd.orderId)).toMatchObject({
      channelStatus: "TELEPORTED",
      attention: { code: "UNKNOWN_STATUS" },
    });
  });

  it("knows what was not in the catalogue once it is listed there, or has that SKU, and allocates it then", async () => {
    const ctx = cloudContext();
    const lines = [
      { platformSku: "variant-9", quantity: 1, unitPrice: usd(1500) },
      { sku: "LATE", quantity: 2, unitPrice: usd(700) },
    ];
    const { orderId } = await Orders.recordOrder(ctx, draft({ channel: "stockx", lines }), { affectsStock: true });
    const allocate = () => Orders.allocateOrder(ctx, { id: orderId, input: {} });
    await expect(allocate()).rejects.toMatchObject({ code: "STATE_CONFLICT" });
    const { id: listed } = await stocked(ctx, "MINE", 5);
    await Listings.createListing(ctx, { productId: listed, platformType: "stockx", platformSku: "variant-9" });
    await expect(allocate()).rejects.toMatchObject({ code: "STATE_CONFLICT" });
    const { id: late } = await stocked(ctx, "LATE", 5);
    const allocated = await allocate();
    expect(allocated).toMatchObject({ status: "allocated", lines: [{ productId: listed }, { productId: late }] });
    expect(allocated.attention).toBeUndefined();
    expect(await Inventory.getStock(ctx, listed)).toMatchObject({ reserved: 1 });
    expect(await Inventory.getStock(ctx, late)).toMatchObject({ reserved: 2 });
  });

  it("takes units back once for each return, into the lots that they left from", async () => {
    const ctx = cloudContext();
    const { id } = await stocked(ctx, "A", 5);
    const { orderId } = await Orders.recordOrder(ctx, draft({ status: "fulfilled" }), { affectsStock: true });
    const taken = {
      orderId,
      returnId: "ret_1",
      at: "2026-01-05T00:00:00.000Z",
      reason: "C-1",
      lines: [{ sku: "A", quantity: 1, totalMinor: 1500 }],
    };
    await Orders.takeBack(ctx, taken);
    await Orders.takeBack(ctx, taken);
    expect(await Orders.getOrder(ctx, orderId)).toMatchObject({ status: "partiallyReturned", refundedMinor: 1500 });
    expect(await Inventory.getStock(ctx, id)).toMatchObject({ onHand: 4 });
    const history = await Orders.recordOrder(ctx, draft({ externalId: "E-3", status: "fulfilled" }), {
      affectsStock: false,
    });
    await Orders.takeBack(ctx, {
      ...taken,
      orderId: history.orderId,
      returnId: "ret_2",
      lines: [{ sku: "A", quantity: 2, totalMinor: 3000 }],
    });
    expect(await Orders.getOrder(ctx, history.orderId)).toMatchObject({ status: "returned", lines: [{ returned: 2 }] });
  });
});
