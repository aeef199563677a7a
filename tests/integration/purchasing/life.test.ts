import { describe, expect, it } from "vitest";
import * as Inventory from "../../../core/inventory/index.ts";
import * as Orders from "../../../core/orders/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import * as Purchasing from "../../../core/purchasing/index.ts";
import {
  address,
  type Bought,
  draftFor,
  placed,
  type PurchasingShop,
  shop,
  soldShort,
  work,
} from "../../support/purchasing.ts";

const MINUTE = 60_000;

describe("a purchase order for our own stock", () => {
  it("is quoted, placed once, expected, and received at what was charged, to the won", async () => {
    const made = await shop();
    const { ctx, fake, bought } = made;
    fake.prices.goods = 6_001;
    const order = await placed(made);
    expect(order).toMatchObject({ status: "placed", quote: { goodsMinor: 6_001, shippingMinor: 2_500, parts: 2 } });
    expect(order.parts.map(({ externalStatus }) => externalStatus)).toEqual(["접수", "접수"]);
    expect(order.lines.map(({ paidMinor }) => paidMinor)).toEqual([3_001, 3_000]);
    expect(fake.calls).toEqual(["quote", "place"]);
    const { items } = await Inventory.listDeliveries(ctx, {});
    expect(items.map(({ remaining, purchaseOrderId }) => [remaining, purchaseOrderId])).toEqual([
      [3, order.id],
      [3, order.id],
    ]);

    const first = { lineId: "1", quantity: 2 };
    const partly = await Purchasing.receivePurchaseOrder(ctx, { id: order.id, input: { lines: [first] } });
    expect(partly.status).toBe("partlyReceived");
    const rest = [
      { lineId: "1", quantity: 1 },
      { lineId: "2", quantity: 3, lotNumber: "L-1" },
    ];
    const all = await Purchasing.receivePurchaseOrder(ctx, { id: order.id, input: { lines: rest } });
    expect(all.status).toBe("received");
    const value = await Inventory.valuation(ctx);
    expect(value.values).toEqual([{ minor: 6_001, currency: "KRW" }]);
    const [productId = ""] = bought.productIds;
    expect((await Inventory.getStock(ctx, productId)).onHand).toBe(3);
    expect((await Inventory.listDeliveries(ctx, {})).items.map(({ status }) => status)).toEqual([
      "received",
      "received",
    ]);
  });

  it("is received by itself: its deliveries cannot be received or cancelled past it", async () => {
    const made = await shop(1);
    await placed(made);
    const [delivery] = (await Inventory.listDeliveries(made.ctx, {})).items;
    const id = delivery?.id ?? "";
    await expect(Inventory.receiveDelivery(made.ctx, { id, input: { quantity: 3 } })).rejects.toThrow("purchase order");
    await expect(Inventory.cancelDelivery(made.ctx, { id })).rejects.toThrow("purchase order");
  });

  it("is not ordered where the quote is beyond its tolerance, until somebody says up to what", async () => {
    const { ctx, fake, bought } = await shop();
    fake.prices = { goods: 6_301, shipping: 2_500 };
    const { id } = await draftFor(ctx, bought);
    await Purchasing.submitPurchaseOrder(ctx, { id });
    await work(ctx, fake, id);
    const refused = await Purchasing.getPurchaseOrder(ctx, id);
    expect(refused).toMatchObject({
      status: "failed",
      attention: { code: "QUOTE_TOO_HIGH" },
      quote: { goodsMinor: 6_301 },
    });
    expect(fake.ordersOf()).toEqual([]);
    await Purchasing.submitPurchaseOrder(ctx, { id, input: { upTo: { amount: "8801", currency: "KRW" } } });
    await work(ctx, fake, id);
    expect((await Purchasing.getPurchaseOrder(ctx, id)).status).toBe("placed");
  });

  it("holds shipping against the quote where somebody said what it should cost", async () => {
    const { ctx, fake, bought } = await shop();
    const { id } = await draftFor(ctx, bought, { shipping: { amount: "1000", currency: "KRW" }, tolerance: "0" });
    await Purchasing.submitPurchaseOrder(ctx, { id });
    await work(ctx, fake, id);
    expect((await Purchasing.getPurchaseOrder(ctx, id)).attention?.message).toContain("8500 KRW");
  });

  it("takes what the supplier's reorder rules suggest, which is not suggested any more once it is placed", async () => {
    const { ctx, bought } = await shop();
    const { supplierId, productIds } = bought;
    for (const productId of productIds)
      await Inventory.setReorderRule(ctx, {
        productId,
        input: { minimum: 8, leadTimeDays: 7, packSize: 3, supplierId },
      });
    const order = await Purchasing.buySuggested(ctx, { supplierId, accountId: null });
    const lines = order.lines.map(({ externalId, quantity, unitCostMinor }) => ({
      externalId,
      quantity,
      unitCostMinor,
    }));
    expect(lines.toSorted((a, b) => a.externalId.localeCompare(b.externalId))).toEqual([
      { externalId: "W-1", quantity: 9, unitCostMinor: 1_000 },
      { externalId: "W-2", quantity: 9, unitCostMinor: 1_000 },
    ]);
    await Purchasing.submitPurchaseOrder(ctx, { id: order.id, input: { supplierReference: "SO-2" } });
    await expect(Purchasing.buySuggested(ctx, { supplierId })).rejects.toMatchObject({ code: "STATE_CONFLICT" });
  });

  it("is only quoted where that is asked for", async () => {
    const { ctx, fake, bought } = await shop();
    const { id } = await draftFor(ctx, bought);
    await Purchasing.quotePurchaseOrder(ctx, { id });
    await work(ctx, fake, id);
    expect(await Purchasing.getPurchaseOrder(ctx, id)).toMatchObject({
      status: "quoted",
      quote: { goodsMinor: 6_000 },
    });
    expect(fake.calls).toEqual(["quote"]);
  });

  it("by hand is placed with the supplier's number, and shipped and received by hand", async () => {
    const { ctx, bought } = await shop();
    const { id } = await draftFor(ctx, bought, { accountId: null });
    await expect(Purchasing.submitPurchaseOrder(ctx, { id })).rejects.toThrow("order it by hand");
    const order = await Purchasing.submitPurchaseOrder(ctx, { id, input: { supplierReference: "SO-1" } });
    expect(order).toMatchObject({ status: "placed", parts: [{ externalId: "SO-1", lineIds: ["1", "2"] }] });
    await Purchasing.shipPurchaseOrder(ctx, { id, input: { carrier: "UPS", trackingNumber: "1Z" } });
    const input = {
      lines: [
        { lineId: "1", quantity: 3 },
        { lineId: "2", quantity: 1, isLast: true },
      ],
    };
    expect((await Purchasing.receivePurchaseOrder(ctx, { id, input })).status).toBe("received");
    expect((await Inventory.valuation(ctx)).values).toEqual([{ minor: 4_000, currency: "KRW" }]);
  });

  it("is cancelled at the supplier, and then nothing is expected of it", async () => {
    const made = await shop();
    const { ctx, fake } = made;
    const { id } = await placed(made);
    expect((await Purchasing.cancelPurchaseOrder(ctx, { id })).status).toBe("cancelling");
    await work(ctx, fake, id);
    expect(await Purchasing.getPurchaseOrder(ctx, id)).toMatchObject({ status: "cancelled" });
    expect(fake.ordersOf().every(({ status }) => status === "cancelled")).toBe(true);
    expect((await Inventory.listDeliveries(ctx, {})).items.map(({ status }) => status)).toEqual([
      "cancelled",
      "cancelled",
    ]);
  });

  it("that the supplier has sent already stays bought when it is to be cancelled", async () => {
    const made = await shop(1);
    const { ctx, fake } = made;
    const { id } = await placed(made);
    fake.now({ status: "shipped", externalStatus: "배송중" });
    await Purchasing.cancelPurchaseOrder(ctx, { id });
    await work(ctx, fake, id);
    const order = await Purchasing.getPurchaseOrder(ctx, id);
    expect(order).toMatchObject({ status: "shipped", attention: { code: "CANCEL_REFUSED" } });
  });

  it("keeps where it goes sealed, out of answers and messages", async () => {
    const made = await shop(1);
    const draft = await draftFor(made.ctx, made.bought);
    expect(Purchasing.viewPurchaseOrder(draft)).toMatchObject({ hasRecipient: true });
    const order = await placed(made);
    expect(order).not.toHaveProperty("sealed");
    const shown = JSON.stringify([draft, order, Purchasing.viewPurchaseOrder(order), made.sent]);
    expect(shown).not.toContain("Demo Street");
    expect(shown).not.toContain("Demo shop");
  });
});

describe("a purchase for an order's buyer", () => {
  const buy = (ctx: Context, { supplierId, accountId }: Bought, orderId: string) =>
    Purchasing.buyForOrder(ctx, {
      supplierId,
      accountId,
      orderId,
      lines: ["1", "2"].map((lineId) => ({ lineId, unitCost: { amount: "1000", currency: "KRW" } })),
    });

  async function boughtFor(made: PurchasingShop) {
    const { ctx, fake, bought } = made;
    fake.prices.goods = 4_000;
    const orderId = await soldShort(ctx, bought.productIds);
    const { id } = await buy(ctx, bought, orderId);
    await Purchasing.submitPurchaseOrder(ctx, { id });
    await work(ctx, fake, id);
    return { id, orderId };
  }

  it("covers what the order is short of, once however many buy at the same time", async () => {
    const { ctx, bought } = await shop();
    const orderId = await soldShort(ctx, bought.productIds);
    expect((await Orders.getOrder(ctx, orderId)).attention?.code).toBe("INSUFFICIENT_STOCK");
    const attempts = await Promise.allSettled(Array.from({ length: 4 }, () => buy(ctx, bought, orderId)));
    expect(attempts.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const order = await Orders.getOrder(ctx, orderId);
    const { items } = await Purchasing.listPurchaseOrders(ctx, {});
    expect(order.lines.map(({ boughtBy }) => boughtBy)).toEqual([items[0]?.id, items[0]?.id]);
    expect(order.attention).toBeUndefined();
    expect((await Orders.verifyOrders(ctx, () => {})).differences).toBe(0);
  });

  it("goes to the buyer's address, and its tracking reaches the order once", async () => {
    const made = await shop();
    const { ctx, fake, clock } = made;
    const ordered: unknown[] = [];
    const plain = fake.target;
    fake.target = {
      ...plain,
      place: (connection, order) => {
        ordered.push(order.recipient);
        return plain.place(connection, order);
      },
    };
    const { id, orderId } = await boughtFor(made);
    expect(ordered).toEqual([expect.objectContaining({ name: address.name, line1: address.street })]);
    const shipments = [{ trackingNumber: "6001", carrier: "CJ", shippedAt: "2026-11-21T15:00:00.000Z" }];
    fake.now({ status: "shipped", externalStatus: "배송중", shipments });
    for (let round = 0; round < 3; round++) {
      clock.advance(20 * MINUTE);
      await work(ctx, fake, id, id);
    }
    const order = await Orders.getOrder(ctx, orderId);
    expect(order).toMatchObject({ status: "fulfilled", fulfilments: [{ trackingNumber: "6001", carrier: "CJ" }, {}] });
    expect(order.fulfilments).toHaveLength(2);
    const purchase = await Purchasing.getPurchaseOrder(ctx, id);
    expect(purchase.status).toBe("shipped");
    expect(purchase.parts.every(({ toldAt }) => toldAt !== undefined)).toBe(true);
    for (const productId of made.bought.productIds) expect((await Inventory.getStock(ctx, productId)).onHand).toBe(0);
  });

  it("that the supplier cancels leaves the order short again", async () => {
    const made = await shop();
    const { ctx, fake, clock } = made;
    const { id, orderId } = await boughtFor(made);
    fake.now({ status: "cancelled", externalStatus: "품절취소" });
    clock.advance(20 * MINUTE);
    await work(ctx, fake, id);
    expect(await Purchasing.getPurchaseOrder(ctx, id)).toMatchObject({
      status: "cancelled",
      attention: { code: "CANCELLED_BY_SUPPLIER" },
    });
    const order = await Orders.getOrder(ctx, orderId);
    expect(order.attention?.code).toBe("INSUFFICIENT_STOCK");
    expect(order.lines.every(({ boughtBy }) => boughtBy === undefined)).toBe(true);
  });

  it("is not ordered when the buyer has cancelled meanwhile", async () => {
    const { ctx, fake, bought } = await shop();
    fake.prices.goods = 4_000;
    const orderId = await soldShort(ctx, bought.productIds);
    const { id } = await buy(ctx, bought, orderId);
    await Orders.cancelOrder(ctx, { id: orderId });
    await Purchasing.submitPurchaseOrder(ctx, { id });
    await work(ctx, fake, id);
    expect(await Purchasing.getPurchaseOrder(ctx, id)).toMatchObject({
      status: "failed",
      attention: { code: "ORDER_CHANGED" },
    });
    expect(fake.ordersOf()).toEqual([]);
    expect((await Purchasing.cancelPurchaseOrder(ctx, { id })).status).toBe("cancelled");
  });

  it("tells of a fulfilment that the order refuses, and does not insist", async () => {
    const made = await shop();
    const { ctx, fake, clock } = made;
    const { id, orderId } = await boughtFor(made);
    await Orders.cancelOrder(ctx, { id: orderId });
    fake.now({ status: "shipped", externalStatus: "배송중" });
    clock.advance(20 * MINUTE);
    await work(ctx, fake, id);
    const purchase = await Purchasing.getPurchaseOrder(ctx, id);
    expect(purchase).toMatchObject({ status: "shipped", attention: { code: "ORDER_NOT_TOLD" } });
    expect((await Orders.getOrder(ctx, orderId)).fulfilments).toEqual([]);
  });
});
