import { describe, expect, it } from "vitest";
import * as Catalog from "../../../core/catalog/index.ts";
import * as Inventory from "../../../core/inventory/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import { cloudContext } from "../../support/cloud.ts";
import { allOrders } from "../../support/orders.ts";
import { importContent, importRecords } from "../../support/work.ts";

const mapping = {
  groupBy: "no",
  sku: "sku",
  title: "why",
  quantity: "qty",
  unitPrice: "price",
  placedAt: "at",
  status: "status",
  customer: { externalId: "customer" },
  cancellation: { prefix: "C" },
};
const csv = { kind: "orders", format: "csv", mapping, affectsStock: true };
const file = (...rows: string[]) => ["no,sku,why,qty,price,at,status,customer", ...rows, ""].join("\n");

async function stocked(ctx: Context, units: number): Promise<string> {
  const product = await Catalog.createProduct(ctx, {
    sku: "LAMP",
    name: "Lamp",
    cost: { amount: "1.00", currency: "USD" },
    price: { amount: "2.00", currency: "USD" },
  });
  await Inventory.adjust(ctx, { productId: product.id, input: { changeType: "restock", quantity: units } });
  return product.id;
}

async function stockOf(ctx: Context, productId: string) {
  const [item] = await Inventory.stockOfProduct(ctx, productId);
  return { onHand: item?.onHand, reserved: item?.reserved };
}

describe("an import of orders that affects stock", () => {
  it("reserves what is to be sent, sends what was, and takes write-offs and returns to the lots, once", async () => {
    const ctx = cloudContext();
    const productId = await stocked(ctx, 20);
    const content = file(
      "1,LAMP,,3,2.00,2024-05-01,paid,7",
      "2,LAMP,,4,2.00,2024-05-01,fulfilled,7",
      "3,LAMP,dropped,-2,0,2024-05-02,fulfilled,",
      "C4,LAMP,,-1,2.00,2024-05-03,fulfilled,7",
    );
    const done = await importContent(ctx, content, csv);
    expect(done).toMatchObject({ status: "succeeded", accepted: 4, created: 4 });
    const after = await stockOf(ctx, productId);
    const orders = await allOrders(ctx);
    const returned = orders.reduce((sum, { lines }) => sum + (lines[0]?.returned ?? 0), 0);
    const reserved = orders
      .flatMap(({ lines }) => lines.flatMap(({ holds }) => holds))
      .reduce((a, b) => a + b.quantity, 0);
    expect(after).toEqual({ onHand: 20 - 4 - 2 + returned, reserved });
    expect(await importContent(ctx, content, csv)).toMatchObject({ unchanged: 4, accepted: 0 });
    expect(await stockOf(ctx, productId)).toEqual(after);
  });

  it("leaves what is short waiting, and says of a write-off that nothing left", async () => {
    const ctx = cloudContext();
    const productId = await stocked(ctx, 1);
    const content = file(
      "1,LAMP,,3,2.00,2024-05-01,paid,7",
      "2,LAMP,lost,-5,0,2024-05-02,paid,",
      "3,GHOST,lost,-1,0,2024-05-02,paid,",
    );
    const done = await importContent(ctx, content, csv);
    expect(done).toMatchObject({ status: "succeeded", accepted: 3 });
    expect(await allOrders(ctx)).toMatchObject([{ attention: { code: "INSUFFICIENT_STOCK" } }]);
    const [, short, unknown] = await importRecords(ctx, done.id);
    expect([short, unknown]).toMatchObject([
      { warnings: [{ code: "STILL_IN_STOCK" }] },
      { warnings: [{ code: "STILL_IN_STOCK" }] },
    ]);
    expect((await stockOf(ctx, productId)).onHand).toBe(1);
  });
});
