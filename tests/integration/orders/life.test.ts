import { describe, expect, it } from "vitest";
import * as Finance from "../../../core/finance/index.ts";
import * as Inventory from "../../../core/inventory/index.ts";
import * as Orders from "../../../core/orders/index.ts";
import { cloudContext } from "../../support/cloud.ts";
import { stoppedClock } from "../../support/recording.ts";
import { stocked, usd } from "../../support/stock.ts";

type Ctx = ReturnType<typeof cloudContext>;

async function placed(ctx: Ctx, quantity = 3, changes: Record<string, unknown> = {}) {
  const { id: productId } = await stocked(ctx, "A", 10);
  const { order } = await Orders.placeOrder(ctx, {
    channel: "shop",
    lines: [{ sku: "A", quantity, unitPrice: usd("20.00") }],
    ...changes,
  });
  return { id: order.id, productId };
}

describe("the life of an order", () => {
  it("goes from pending to delivered, and its units leave by their lots at their cost", async () => {
    const ctx = cloudContext();
    const { id, productId } = await placed(ctx, 3, { shipping: usd("5.00") });
    expect(await Orders.payOrder(ctx, { id, input: { method: "card" } })).toMatchObject({
      status: "paid",
      paidMinor: 6500,
    });
    expect(await Orders.allocateOrder(ctx, { id })).toMatchObject({ status: "allocated" });
    const partly = await Orders.fulfilOrder(ctx, {
      id,
      input: { lines: [{ lineId: "1", quantity: 1 }], carrier: "Post", trackingNumber: "T-1" },
    });
    expect(partly).toMatchObject({ status: "partiallyFulfilled", fulfilments: [{ trackingNumber: "T-1" }] });
    const whole = await Orders.fulfilOrder(ctx, { id });
    expect(whole).toMatchObject({ status: "fulfilled", lines: [{ fulfilled: 3, holds: [] }] });
    expect(
      whole.fulfilments.flatMap(({ lines }) => lines[0]?.parts[0]?.lots.map(({ costMinor }) => costMinor)),
    ).toEqual([1000, 2000]);
    expect(await Orders.deliverOrder(ctx, { id })).toMatchObject({ status: "delivered" });
    expect(await Inventory.getStock(ctx, productId)).toMatchObject({ onHand: 7, reserved: 0, available: 7 });
    const { items } = await Orders.orderHistory(ctx, { id, page: {} });
    expect(items.map(({ action, from, to }) => [action, from, to])).toEqual([
      ["place", undefined, "pending"],
      ["pay", "pending", "paid"],
      ["allocate", "paid", "allocated"],
      ["fulfil", "allocated", "partiallyFulfilled"],
      ["fulfil", "partiallyFulfilled", "fulfilled"],
      ["deliver", "fulfilled", "delivered"],
    ]);
    const { items: books } = await Finance.listTransactions(ctx, { orderId: id });
    const amounts = books.map(({ type, amount }) => `${type} ${amount.amount}`);
    expect(amounts.toSorted()).toEqual(["costOfGoods -10.00", "costOfGoods -20.00", "sale 60.00", "shipping 5.00"]);
  });

  it("S0-17: gives exactly its units back when it is cancelled, once", async () => {
    const ctx = cloudContext();
    const { id, productId } = await placed(ctx);
    const results = await Promise.allSettled(
      Array.from({ length: 5 }, () => Orders.cancelOrder(ctx, { id, input: { reason: "changed mind" } })),
    );
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await Inventory.getStock(ctx, productId)).toMatchObject({ onHand: 10, reserved: 0, available: 10 });
    await expect(Orders.cancelOrder(ctx, { id })).rejects.toMatchObject({
      code: "STATE_CONFLICT",
      message: expect.stringMatching(/^Unable to cancel order/),
      details: { status: "cancelled", reasons: [expect.any(String)] },
    });
  });

  it("either cancels or sends, never both, when both come at once", async () => {
    const ctx = cloudContext();
    const { id, productId } = await placed(ctx);
    await Orders.payOrder(ctx, { id });
    const [cancelled, sent] = await Promise.allSettled([
      Orders.cancelOrder(ctx, { id }),
      Orders.fulfilOrder(ctx, { id }),
    ]);
    expect([cancelled.status, sent.status].toSorted()).toEqual(["fulfilled", "rejected"]);
    const { onHand, reserved } = await Inventory.getStock(ctx, productId);
    expect([onHand, reserved]).toEqual(sent.status === "fulfilled" ? [7, 0] : [10, 0]);
  });

  it("takes units back into the lots and at the cost that they left with, or writes them off", async () => {
    const ctx = cloudContext();
    const { id, productId } = await placed(ctx, 4);
    await Orders.payOrder(ctx, { id });
    await Orders.fulfilOrder(ctx, { id });
    const lotsBefore = (await Inventory.listLots(ctx, { productId, page: {} })).items;
    await Orders.returnOrder(ctx, { id, input: { lines: [{ lineId: "1", quantity: 1 }], reason: "wrong size" } });
    expect(await Inventory.getStock(ctx, productId)).toMatchObject({ onHand: 7, available: 7 });
    expect((await Inventory.listLots(ctx, { productId, page: {} })).items.map(({ lotId }) => lotId)).toEqual(
      lotsBefore.map(({ lotId }) => lotId),
    );
    const after = await Orders.returnOrder(ctx, {
      id,
      input: { lines: [{ lineId: "1", quantity: 3, disposition: "writeOff" }] },
    });
    expect(after).toMatchObject({ status: "returned" });
    expect(await Inventory.getStock(ctx, productId)).toMatchObject({ onHand: 7, available: 7 });
    expect((await Inventory.valuation(ctx)).values).toEqual([{ minor: 7000, currency: "USD" }]);
    await expect(Orders.returnOrder(ctx, { id })).rejects.toMatchObject({ code: "STATE_CONFLICT" });
  });

  it("never gives more back than was paid", async () => {
    const ctx = cloudContext();
    const { id } = await placed(ctx);
    await Orders.payOrder(ctx, { id });
    await expect(Orders.refundOrder(ctx, { id })).rejects.toMatchObject({ code: "STATE_CONFLICT" });
    expect(await Orders.refundOrder(ctx, { id, input: { amount: usd("10.00") } })).toMatchObject({
      status: "paid",
      refundedMinor: 1000,
    });
    await Orders.cancelOrder(ctx, { id });
    await expect(Orders.refundOrder(ctx, { id, input: { amount: usd("50.01") } })).rejects.toMatchObject({
      code: "STATE_CONFLICT",
    });
    expect(await Orders.refundOrder(ctx, { id })).toMatchObject({ status: "refunded", refundedMinor: 6000 });
  });

  it("conserves every total to the minor unit when it is split", async () => {
    const ctx = cloudContext();
    await stocked(ctx, "A", 5);
    await stocked(ctx, "B", 5);
    await stocked(ctx, "C", 5);
    const { order } = await Orders.placeOrder(ctx, {
      channel: "shop",
      lines: [
        { sku: "A", quantity: 1, unitPrice: usd("9.99"), shippingType: "letter" },
        { sku: "B", quantity: 1, unitPrice: usd("9.99"), shippingType: "parcel" },
        { sku: "C", quantity: 1, unitPrice: usd("9.99"), shippingType: "freight" },
      ],
      shipping: usd("10.00"),
      tax: usd("0.01"),
      discount: usd("2.00"),
    });
    const { items } = await Orders.splitOrder(ctx, { id: order.id, input: { by: "shippingType" } });
    expect(items).toHaveLength(3);
    for (const name of ["shippingMinor", "taxMinor", "discountMinor", "totalMinor"] as const)
      expect(items.reduce((sum, part) => sum + part[name], 0)).toBe(order[name]);
    expect(items.map(({ orderNumber }) => orderNumber)).toEqual([
      order.orderNumber,
      `${order.orderNumber}-2`,
      `${order.orderNumber}-3`,
    ]);
    await Promise.all(items.map(({ id }) => Orders.cancelOrder(ctx, { id })));
    expect((await Inventory.listStock(ctx, {})).items.map(({ reserved }) => reserved)).toEqual([0, 0, 0]);
  });

  it("is sent in several steps when it has more lines than one transaction takes", async () => {
    const ctx = cloudContext();
    const skus = Array.from({ length: 30 }, (_, index) => `S-${index}`);
    for (const sku of skus) await stocked(ctx, sku, 2);
    const { order } = await Orders.placeOrder(ctx, {
      channel: "shop",
      lines: skus.map((sku) => ({ sku, quantity: 1 })),
    });
    await Orders.payOrder(ctx, { id: order.id });
    expect(await Orders.fulfilOrder(ctx, { id: order.id })).toMatchObject({ status: "fulfilled" });
    expect((await Inventory.valuation(ctx)).units).toBe(30);
  });
});

describe("an order that is not paid in time", () => {
  it("gives its units back once, however many sweeps come, and one that was paid is left alone", async () => {
    const { now, advance } = stoppedClock(Date.UTC(2026, 0, 1));
    const ctx = cloudContext({ now });
    const { id: productId } = await stocked(ctx, "A", 10);
    const place = async () =>
      (
        await Orders.placeOrder(ctx, {
          channel: "shop",
          lines: [{ sku: "A", quantity: 2 }],
          reserveForSeconds: 600,
        })
      ).order;
    const [late, paid] = [await place(), await place()];
    await Orders.payOrder(ctx, { id: paid.id });
    advance(601_000);
    const due = {
      kind: Orders.ORDER_DUE,
      id: late.id,
      dueAt: late.reservedUntil ?? "",
      organizationId: ctx.actor.organizationId,
      currency: "USD",
    };
    const done = await Promise.all([Orders.expireOrder(ctx, due), Orders.expireOrder(ctx, due)]);
    expect(done.filter(Boolean)).toHaveLength(1);
    expect(await Orders.expireOrder(ctx, { ...due, id: paid.id, dueAt: paid.reservedUntil ?? "" })).toBe(false);
    expect(await Orders.getOrder(ctx, late.id)).toMatchObject({ status: "cancelled" });
    expect(await Orders.getOrder(ctx, paid.id)).toMatchObject({ status: "paid" });
    expect(await Inventory.getStock(ctx, productId)).toMatchObject({ reserved: 2, available: 8 });
  });
});

describe("a bundle in an order", () => {
  it("reserves, sends and takes back its parts, summed with lines of the same product", async () => {
    const ctx = cloudContext();
    const part = await stocked(ctx, "PART", 10);
    const set = await stocked(ctx, "SET", 0);
    await Inventory.setBundle(ctx, { productId: set.id, input: { components: [{ productId: part.id, quantity: 3 }] } });
    const lines = (sets: number, parts: number) => [
      { sku: "SET", quantity: sets },
      { sku: "PART", quantity: parts },
    ];
    await expect(Orders.placeOrder(ctx, { channel: "shop", lines: lines(3, 2) })).rejects.toMatchObject({
      code: "INSUFFICIENT_STOCK",
    });
    const { order } = await Orders.placeOrder(ctx, { channel: "shop", lines: lines(3, 1) });
    expect(await Inventory.getStock(ctx, part.id)).toMatchObject({ reserved: 10, available: 0 });
    await Orders.payOrder(ctx, { id: order.id });
    await Orders.fulfilOrder(ctx, { id: order.id, input: { lines: [{ lineId: "1", quantity: 2 }] } });
    expect(await Inventory.getStock(ctx, part.id)).toMatchObject({ onHand: 4, reserved: 4 });
    await Orders.cancelOrder(ctx, { id: order.id });
    expect(await Inventory.getStock(ctx, part.id)).toMatchObject({ onHand: 4, reserved: 0 });
    await Orders.returnOrder(ctx, { id: order.id, input: { lines: [{ lineId: "1", quantity: 1 }] } });
    expect(await Inventory.getStock(ctx, part.id)).toMatchObject({ onHand: 7, available: 7 });
  });
});
