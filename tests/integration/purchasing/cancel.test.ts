import { describe, expect, it } from "vitest";
import * as Inventory from "../../../core/inventory/index.ts";
import * as Orders from "../../../core/orders/index.ts";
import * as Purchasing from "../../../core/purchasing/index.ts";
import { readPurchaseOrder, replaceWrite } from "../../../core/purchasing/purchase-order.store.ts";
import { revise } from "../../../core/platform/resources.ts";
import { placed, type PurchasingShop, shop, soldShort, work } from "../../support/purchasing.ts";
import { dueIds } from "../../support/purchasing-deaths.ts";

const MINUTE = 60_000;
const unitCost = { amount: "1000", currency: "KRW" };
const isCancelledThere = { isCancelledThere: true };

async function wait({ ctx, fake, clock }: PurchasingShop, minutes: number): Promise<void> {
  clock.advance(minutes * MINUTE);
  for (const id of await dueIds(ctx)) await work(ctx, fake, id);
}

/** Of the supplier's orders of this purchase the first has been sent. */
function firstSent({ fake }: PurchasingShop, id: string): void {
  const [first, ...rest] = fake.made.get(id) ?? [];
  if (!first) throw new Error("The supplier has no order");
  fake.made.set(id, [{ ...first, status: "shipped", externalStatus: "배송중" }, ...rest]);
}

describe("a purchase for a buyer that was given up, and that the supplier sends after all", () => {
  it("is for a person to see, and is not told to an order that does not wait for it any more", async () => {
    const made = await shop(1);
    const { ctx, fake, bought } = made;
    fake.prices.goods = 2_000;
    const orderId = await soldShort(ctx, bought.productIds);
    const { supplierId, accountId } = bought;
    const lines = [{ lineId: "1", unitCost }];
    const { id } = await Purchasing.buyForOrder(ctx, { supplierId, accountId, orderId, lines });
    await Purchasing.submitPurchaseOrder(ctx, { id });
    await work(ctx, fake, id);
    const [order] = fake.made.get(id) ?? [];
    if (!order) throw new Error("The supplier has no order");
    // It answers that it has cancelled the one, and goes on with another.
    await Purchasing.cancelPurchaseOrder(ctx, { id });
    await work(ctx, fake, id);
    expect((await Purchasing.getPurchaseOrder(ctx, id)).status).toBe("cancelled");
    fake.made.set(id, [...(fake.made.get(id) ?? []), { ...order, externalId: "F-late", status: "shipped" }]);
    await wait(made, 20);
    expect(await Purchasing.getPurchaseOrder(ctx, id)).toMatchObject({
      status: "shipped",
      attention: { code: "ORDER_NOT_TOLD" },
      parts: [{ status: "cancelled" }, { externalId: "F-late", notTold: expect.stringContaining("F-late") }],
    });
    const sale = await Orders.getOrder(ctx, orderId);
    expect([sale.fulfilments, sale.lines[0]?.boughtBy]).toEqual([[], undefined]);
  });
});

describe("a purchase that somebody says is cancelled there", () => {
  it("stays what has been sent of it: that is still expected, and received", async () => {
    const made = await shop();
    const { ctx } = made;
    const { id } = await placed(made);
    firstSent(made, id);
    await wait(made, 20);
    const order = await Purchasing.cancelPurchaseOrder(ctx, { id, input: isCancelledThere });
    expect(order).toMatchObject({ status: "shipped", parts: [{ status: "shipped" }, { status: "cancelled" }] });
    expect(order.lines.map(({ isClosed }) => isClosed)).toEqual([undefined, true]);
    const { items } = await Inventory.listDeliveries(ctx, {});
    expect(items.map(({ status }) => status).toSorted()).toEqual(["cancelled", "open"]);
    const lines = [{ lineId: "1", quantity: 3 }];
    expect((await Purchasing.receivePurchaseOrder(ctx, { id, input: { lines } })).status).toBe("received");
  });

  it("still tells the buyer's order of what has been sent, and leaves it short of the rest only", async () => {
    const made = await shop();
    const { ctx, fake, bought } = made;
    fake.prices.goods = 4_000;
    const orderId = await soldShort(ctx, bought.productIds);
    const lines = ["1", "2"].map((lineId) => ({ lineId, unitCost }));
    const { supplierId, accountId } = bought;
    const { id } = await Purchasing.buyForOrder(ctx, { supplierId, accountId, orderId, lines });
    await Purchasing.submitPurchaseOrder(ctx, { id });
    await work(ctx, fake, id);
    firstSent(made, id);
    // As a worker leaves it that dies between taking the supplier's news and telling the order.
    const kept = await readPurchaseOrder(ctx, id);
    const shippedAt = new Date(ctx.now()).toISOString();
    const parts = kept.parts.map((part, index) =>
      index === 0 ? { ...part, status: "shipped" as const, shippedAt } : part,
    );
    const left = revise(ctx, "Purchase order", kept, { status: "partlyShipped", parts });
    await ctx.table.transact([replaceWrite(ctx, left)]);
    await Purchasing.cancelPurchaseOrder(ctx, { id, input: isCancelledThere });
    await wait(made, 60);
    const order = await Orders.getOrder(ctx, orderId);
    expect(order.lines.map(({ fulfilled, boughtBy }) => [fulfilled, boughtBy])).toEqual([
      [2, id],
      [0, undefined],
    ]);
    const after = await Purchasing.getPurchaseOrder(ctx, id);
    expect(after).toMatchObject({
      status: "shipped",
      parts: [{ toldAt: expect.any(String) }, { status: "cancelled" }],
    });
  });
});
