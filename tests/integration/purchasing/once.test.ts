import { describe, expect, it } from "vitest";
import * as Orders from "../../../core/orders/index.ts";
import { orderToBuyFor, coverWrites } from "../../../core/orders/bought.ts";
import type { Context } from "../../../core/platform/context.ts";
import { revise } from "../../../core/platform/resources.ts";
import * as Purchasing from "../../../core/purchasing/index.ts";
import { readPurchaseOrder, replaceWrite } from "../../../core/purchasing/purchase-order.store.ts";
import { type Bought, shop, soldShort, work } from "../../support/purchasing.ts";

const unitCost = { amount: "1000", currency: "KRW" };

const buy = (ctx: Context, { supplierId, accountId }: Bought, orderId: string, lines: object[]) =>
  Purchasing.buyForOrder(ctx, { supplierId, accountId, orderId, lines });

describe("a line of an order", () => {
  it("that is named twice is bought not even once", async () => {
    const { ctx, bought } = await shop();
    const orderId = await soldShort(ctx, bought.productIds);
    const line = { lineId: "1", unitCost };
    for (const again of [line, { ...line, externalId: "W-other" }])
      await expect(buy(ctx, bought, orderId, [line, again])).rejects.toMatchObject({
        code: "VALIDATION_ERROR",
        details: [{ path: "lines.1.lineId", code: "REPEATED_LINE" }],
      });
    expect((await Purchasing.listPurchaseOrders(ctx, {})).items).toEqual([]);
    expect((await Orders.getOrder(ctx, orderId)).lines.map(({ boughtBy }) => boughtBy)).toEqual([undefined, undefined]);
    const order = await orderToBuyFor(ctx, orderId);
    expect(() => coverWrites(ctx, order, { purchaseOrderId: "por_1", lineIds: ["1", "1"] })).toThrow("named twice");
  });

  it("is not ordered where two lines of a purchase together are more of it than is open", async () => {
    const { ctx, fake, bought } = await shop(1);
    const orderId = await soldShort(ctx, bought.productIds);
    const { id } = await buy(ctx, bought, orderId, [{ lineId: "1", unitCost }]);
    const kept = await readPurchaseOrder(ctx, id);
    const [line] = kept.lines;
    if (!line) throw new Error("It has no line");
    const lines = [line, { ...line, id: "2", externalId: "W-other" }];
    await ctx.table.transact([replaceWrite(ctx, revise(ctx, "Purchase order", kept, { lines }))]);
    await Purchasing.submitPurchaseOrder(ctx, { id });
    await work(ctx, fake, id);
    expect(await Purchasing.getPurchaseOrder(ctx, id)).toMatchObject({
      status: "failed",
      attention: { code: "ORDER_CHANGED" },
    });
    expect(fake.ordersOf()).toEqual([]);
  });
});
