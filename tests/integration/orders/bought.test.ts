import { describe, expect, it } from "vitest";
import * as Inventory from "../../../core/inventory/index.ts";
import * as Orders from "../../../core/orders/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import * as Purchasing from "../../../core/purchasing/index.ts";
import * as Suppliers from "../../../core/suppliers/index.ts";
import { cloudContext } from "../../support/cloud.ts";
import { stocked, usd } from "../../support/stock.ts";

/** A paid order of three units of A and two of B, all of them reserved. */
async function paidOrder(ctx: Context) {
  const [a, b] = [await stocked(ctx, "A", 5), await stocked(ctx, "B", 5)];
  const { order } = await Orders.placeOrder(ctx, {
    channel: "shop",
    lines: [
      { sku: "A", quantity: 3 },
      { sku: "B", quantity: 2 },
    ],
    shippingAddress: { name: "Demo buyer", street: "1 Demo Street" },
  });
  await Orders.payOrder(ctx, { id: order.id });
  return { a: a.id, b: b.id, orderId: order.id };
}

/** Line 2 is bought at a supplier by hand. */
async function halfBought(ctx: Context) {
  const made = await paidOrder(ctx);
  const { id: supplierId } = await Suppliers.createSupplier(ctx, { name: "Demo wholesaler" });
  const lines = [{ lineId: "2", unitCost: usd("4.00") }];
  const { id } = await Purchasing.buyForOrder(ctx, { supplierId, orderId: made.orderId, lines });
  return { ...made, purchaseId: id };
}

const available = async (ctx: Context, productId: string) => (await Inventory.getStock(ctx, productId)).available;

async function differences(ctx: Context): Promise<string[]> {
  const found: string[] = [];
  await Orders.verifyOrders(ctx, ({ code, name }) => void found.push(`${code} ${name}`));
  return found;
}

describe("a line that is bought at a supplier", () => {
  it("holds no unit of ours any more, and is not reserved again by whoever allocates", async () => {
    const ctx = cloudContext();
    const { a, b, orderId, purchaseId } = await halfBought(ctx);
    expect([await available(ctx, a), await available(ctx, b)]).toEqual([2, 5]);
    const order = await Orders.allocateOrder(ctx, { id: orderId });
    expect(order.lines.map(({ boughtBy, holds }) => [boughtBy, holds.length])).toEqual([
      [undefined, 1],
      [purchaseId, 0],
    ]);
    expect(await available(ctx, b)).toBe(5);
    expect(await differences(ctx)).toEqual([]);
  });

  it("is left to its supplier when the rest is sent, and ends the order when that has sent it", async () => {
    const ctx = cloudContext();
    const { b, orderId, purchaseId } = await halfBought(ctx);
    const partly = await Orders.fulfilOrder(ctx, { id: orderId });
    expect(partly).toMatchObject({ status: "partiallyFulfilled", lines: [{ fulfilled: 3 }, { fulfilled: 0 }] });
    const lines = [{ lineId: "2", quantity: 1 }];
    await expect(Orders.fulfilOrder(ctx, { id: orderId, input: { lines } })).rejects.toMatchObject({
      code: "STATE_CONFLICT",
      message: expect.stringContaining(`bought by purchase order ${purchaseId}`),
    });
    await Purchasing.submitPurchaseOrder(ctx, { id: purchaseId, input: { supplierReference: "SO-1" } });
    await Purchasing.shipPurchaseOrder(ctx, { id: purchaseId, input: { carrier: "UPS", trackingNumber: "1Z" } });
    const sent = await Orders.getOrder(ctx, orderId);
    expect(sent).toMatchObject({ status: "fulfilled", fulfilments: [{}, { trackingNumber: "1Z", carrier: "UPS" }] });
    expect((await Inventory.getStock(ctx, b)).onHand).toBe(5);
    expect(await differences(ctx)).toEqual([]);
    const returned = await Orders.returnOrder(ctx, { id: orderId, input: { lines: [{ lineId: "2", quantity: 2 }] } });
    expect(returned.status).toBe("partiallyReturned");
    // What never was in our lots does not come back into them.
    expect((await Inventory.getStock(ctx, b)).onHand).toBe(5);
  });

  it("is not split off, since its purchase names the order", async () => {
    const ctx = cloudContext();
    const { orderId } = await halfBought(ctx);
    await expect(Orders.splitOrder(ctx, { id: orderId, input: { by: "location" } })).rejects.toThrow("purchase orders");
  });

  it("waits for stock again when nothing will come of it, and can be allocated", async () => {
    const ctx = cloudContext();
    const { b, orderId, purchaseId } = await halfBought(ctx);
    await Purchasing.cancelPurchaseOrder(ctx, { id: purchaseId });
    expect(await Orders.getOrder(ctx, orderId)).toMatchObject({
      attention: { code: "INSUFFICIENT_STOCK", lines: [{ lineId: "2", requested: 2 }] },
    });
    const order = await Orders.allocateOrder(ctx, { id: orderId });
    expect(order.attention).toBeUndefined();
    expect(await available(ctx, b)).toBe(3);
    expect(await differences(ctx)).toEqual([]);
  });

  it("cannot be one of which some has left our stock, nor of an order that is not paid", async () => {
    const ctx = cloudContext();
    const { orderId } = await paidOrder(ctx);
    await Orders.fulfilOrder(ctx, { id: orderId, input: { lines: [{ lineId: "2", quantity: 1 }] } });
    const { id: supplierId } = await Suppliers.createSupplier(ctx, { name: "Demo wholesaler" });
    const buy = (id: string) =>
      Purchasing.buyForOrder(ctx, { supplierId, orderId: id, lines: [{ lineId: "2", unitCost: usd("4.00") }] });
    await expect(buy(orderId)).rejects.toThrow("some of line 2 has left our stock");
    const { order } = await Orders.placeOrder(ctx, {
      channel: "shop",
      lines: [
        { sku: "A", quantity: 1 },
        { sku: "B", quantity: 1 },
      ],
      shippingAddress: { name: "Demo buyer", street: "1 Demo Street" },
    });
    await expect(buy(order.id)).rejects.toThrow("it is pending");
  });
});
