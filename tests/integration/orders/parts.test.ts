import { describe, expect, it } from "vitest";
import * as Inventory from "../../../core/inventory/index.ts";
import * as Orders from "../../../core/orders/index.ts";
import { AppError } from "../../../core/platform/errors.ts";
import { transactionCanceled, storeFaults } from "../../support/store-faults.ts";
import { cloudContext } from "../../support/cloud.ts";
import { stocked, usd } from "../../support/stock.ts";
import { expectClean } from "../../support/verify.ts";

type Ctx = ReturnType<typeof cloudContext>;

async function partlySent(ctx: Ctx) {
  const { id: productId } = await stocked(ctx, "A", 10);
  const { order } = await Orders.placeOrder(ctx, { channel: "shop", lines: [{ sku: "A", quantity: 3 }] });
  const { id } = await Orders.payOrder(ctx, { id: order.id });
  const one = { lines: [{ lineId: "1", quantity: 1 }] };
  await Orders.fulfilOrder(ctx, { id, input: one });
  return { id, productId, back: await Orders.returnOrder(ctx, { id, input: one }) };
}

describe("an order of which some has left and come back", () => {
  it("still sends the rest", async () => {
    const ctx = cloudContext();
    const { id, productId, back } = await partlySent(ctx);
    expect(back).toMatchObject({ status: "partiallyFulfilled", lines: [{ returned: 1, fulfilled: 1 }] });
    expect(await Orders.fulfilOrder(ctx, { id })).toMatchObject({ status: "partiallyReturned" });
    expect(await Inventory.getStock(ctx, productId)).toMatchObject({ onHand: 8, reserved: 0 });
    expect(await Orders.returnOrder(ctx, { id })).toMatchObject({ status: "returned" });
    expect(await Inventory.getStock(ctx, productId)).toMatchObject({ onHand: 10, reserved: 0 });
    await expectClean(ctx);
  });

  it("gives the rest back to stock when it is cancelled, and can then be refunded whole", async () => {
    const ctx = cloudContext();
    const { id, productId } = await partlySent(ctx);
    expect(await Orders.cancelOrder(ctx, { id })).toMatchObject({ status: "returned", lines: [{ holds: [] }] });
    expect(await Inventory.getStock(ctx, productId)).toMatchObject({ onHand: 10, reserved: 0, available: 10 });
    expect(await Orders.refundOrder(ctx, { id })).toMatchObject({ status: "refunded" });
    await expectClean(ctx);
  });
});

describe("splitting", () => {
  const line = (sku: string, supplierId: string, shippingType: string) => ({
    sku,
    quantity: 1,
    unitPrice: usd("9.99"),
    supplierId,
    shippingType,
  });
  const mixed = async (ctx: Ctx) => {
    for (const sku of ["A", "B", "C"]) await stocked(ctx, sku, 5);
    const lines = [line("A", "sup_1", "letter"), line("B", "sup_1", "parcel"), line("C", "sup_2", "parcel")];
    return (await Orders.placeOrder(ctx, { channel: "shop", lines, shipping: usd("1.00") })).order;
  };

  it("divides what was given back already: the parts' refunds sum to the whole", async () => {
    const ctx = cloudContext();
    const { id, totalMinor } = await mixed(ctx);
    await Orders.payOrder(ctx, { id });
    await Orders.refundOrder(ctx, { id, input: { amount: usd("10.00") } });
    const { items } = await Orders.splitOrder(ctx, { id, input: { by: "supplier" } });
    const sum = (name: "paidMinor" | "refundedMinor") => items.reduce((total, part) => total + part[name], 0);
    expect([sum("paidMinor"), sum("refundedMinor")]).toEqual([totalMinor, 1000]);
    for (const part of items) expect(part.refundedMinor).toBeLessThanOrEqual(part.paidMinor);
    expect(items.flatMap(({ refunds }) => refunds)).toHaveLength(1);
  });

  it("can be done again with a part", async () => {
    const ctx = cloudContext();
    const { id, totalMinor, orderNumber } = await mixed(ctx);
    await Orders.splitOrder(ctx, { id, input: { by: "supplier" } });
    const { items } = await Orders.splitOrder(ctx, { id, input: { by: "shippingType" } });
    expect(items.map((part) => part.orderNumber).toSorted()).toEqual(
      [orderNumber, `${orderNumber}-2`, `${orderNumber}-3`].toSorted(),
    );
    expect(items.reduce((sum, part) => sum + part.totalMinor, 0)).toBe(totalMinor);
    await expectClean(ctx);
  });
});

describe("a repeated external id", () => {
  it("is not told that stock is short while the first order of it is being committed", async () => {
    const sale = (ctx: Ctx) =>
      Orders.placeOrder(ctx, { channel: "ebay", externalId: "1", lines: [{ sku: "A", quantity: 1 }] });
    const plain = cloudContext();
    await stocked(plain, "A", 1);
    const { order: first } = await sale(plain);
    // What DynamoDB answers when the guard is under another transaction and the stock is not: no reason is the guard's.
    const around = storeFaults(({ operation }) =>
      operation === "TransactWriteItems"
        ? { failWith: transactionCanceled("None", "None", "TransactionConflict", "ConditionalCheckFailed", "None") }
        : "pass",
    ).around;
    const ctx = cloudContext({ actor: plain.actor, around });
    const answer = await sale(ctx).catch((error: unknown) => (error instanceof AppError ? error.code : error));
    expect(answer).toMatchObject({ isDuplicate: true, order: { id: first.id } });
  });
});
