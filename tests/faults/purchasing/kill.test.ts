import { describe, expect, it } from "vitest";
import * as Finance from "../../../core/finance/index.ts";
import * as Inventory from "../../../core/inventory/index.ts";
import * as Orders from "../../../core/orders/index.ts";
import * as Purchasing from "../../../core/purchasing/index.ts";
import { DEATHS } from "../../support/dying.ts";
import { draftFor, soldShort } from "../../support/purchasing.ts";
import { diesAndRecovers, type Ended, type Story } from "../../support/purchasing-deaths.ts";

const submitted: Story<{ id: string }> = {
  prepare: async (ctx, _fake, bought) => ({ id: (await draftFor(ctx, bought)).id }),
  ask: (ctx, { id }) => Purchasing.submitPurchaseOrder(ctx, { id }),
  idOf: ({ id }) => id,
};

interface Sale {
  id: string;
  orderId: string;
}

const shipped: Story<Sale> = {
  async prepare(ctx, fake, bought, advance) {
    const orderId = await soldShort(ctx, bought.productIds);
    const unitCost = { amount: "1000", currency: "KRW" };
    const lines = ["1", "2"].map((lineId) => ({ lineId, unitCost }));
    const { supplierId, accountId } = bought;
    fake.prices.goods = 4_001;
    const { id } = await Purchasing.buyForOrder(ctx, { supplierId, accountId, orderId, lines });
    await Purchasing.submitPurchaseOrder(ctx, { id });
    await Purchasing.workPurchaseOrders(ctx, { ids: [id], openAccount: fake.openAccount });
    const shipments = [{ trackingNumber: "6001", carrier: "CJ" }];
    fake.now({ status: "shipped", externalStatus: "배송중", shipments });
    advance(60_000);
    return { id, orderId };
  },
  ask: () => Promise.resolve(),
  idOf: ({ id }) => id,
};

const cancelled: Story<{ id: string }> = {
  async prepare(ctx, fake, bought) {
    const { id } = await draftFor(ctx, bought);
    await Purchasing.submitPurchaseOrder(ctx, { id });
    await Purchasing.workPurchaseOrders(ctx, { ids: [id], openAccount: fake.openAccount });
    return { id };
  },
  ask: (ctx, { id }) => Purchasing.cancelPurchaseOrder(ctx, { id }),
  idOf: ({ id }) => id,
};

/** At every call before which, or after which, the process could die. Returns how many there were. */
async function atEveryCall<T>(story: Story<T>, check: (ended: Ended<T>, where: string) => Promise<void>) {
  for (const death of DEATHS) {
    for (let fatal = 1; ; fatal++) {
      const ended = await diesAndRecovers(story, fatal, death);
      await check(ended, `died ${death} call ${fatal}`);
      if (ended.calls < fatal) break;
    }
  }
}

describe("a process that dies at any call, of store or supplier", () => {
  it("leaves exactly one set of orders at the supplier, and expects exactly what they bring", async () => {
    await atEveryCall(submitted, async ({ ctx, fake, order }, where) => {
      expect(fake.ordersOf(), where).toHaveLength(2);
      expect(order, where).toMatchObject({
        status: "placed",
        parts: fake.ordersOf().map(({ externalId }) => ({ externalId })),
      });
      const { items } = await Inventory.listDeliveries(ctx, {});
      expect(
        items.map(({ remaining }) => remaining),
        where,
      ).toEqual([3, 3]);
      const { parts } = await Purchasing.supplierPerformance(ctx, order.supplierId);
      expect(parts.find(({ name }) => name === "cancellations")?.inputs, where).toMatchObject({ purchases: 1 });
    });
  }, 300_000);

  it("tells the order of each parcel once, with its cost", async () => {
    await atEveryCall(shipped, async ({ ctx, order, prepared: { orderId } }, where) => {
      expect(order.status, where).toBe("shipped");
      const sale = await Orders.getOrder(ctx, orderId);
      expect(sale.status, where).toBe("fulfilled");
      expect(
        sale.fulfilments.map(({ trackingNumber }) => trackingNumber),
        where,
      ).toEqual(["6001", "6001"]);
      const { items } = await Finance.orderTransactions(ctx, orderId, {});
      const costs = items.filter(({ type }) => type === "costOfGoods").map(({ amount }) => Number(amount.amount));
      expect(
        costs.reduce((sum, cost) => sum + cost, 0),
        where,
      ).toBe(-4_001);
    });
  }, 300_000);

  it("cancels all of it, and expects nothing of it any more", async () => {
    await atEveryCall(cancelled, async ({ ctx, fake, order }, where) => {
      expect(order.status, where).toBe("cancelled");
      expect(
        fake.ordersOf().map(({ status }) => status),
        where,
      ).toEqual(["cancelled", "cancelled"]);
      const { items } = await Inventory.listDeliveries(ctx, {});
      expect(
        items.map(({ status }) => status),
        where,
      ).toEqual(["cancelled", "cancelled"]);
      const { parts } = await Purchasing.supplierPerformance(ctx, order.supplierId);
      expect(parts.find(({ name }) => name === "cancellations")?.inputs, where).toMatchObject({ cancelledOrders: 0 });
    });
  }, 300_000);
});
