import { describe, expect, it } from "vitest";
import * as Catalog from "../../../core/catalog/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import { cloudContext } from "../../support/cloud.ts";
import { importContent, importRecords } from "../../support/work.ts";

const usd = (amount: string) => ({ amount, currency: "USD" });
const csv = { format: "csv", mapping: { sku: "sku", name: "name", cost: "cost", price: "price" } };

async function onSale(ctx: Context, price: string, options = {}): Promise<Catalog.Product> {
  const { id } = await Catalog.createProduct(ctx, { sku: "A", name: "a", cost: usd("10.00"), price: usd(price) });
  return Catalog.changeStatus(ctx, { id, transition: "activate", options });
}

describe("a product on sale never falls under its minimum price unsaid", () => {
  it("by a change of its price or cost", async () => {
    const ctx = cloudContext();
    const { id } = await onSale(ctx, "15.00");
    for (const changes of [{ price: usd("10.99") }, { cost: usd("14.00") }]) {
      await expect(Catalog.updateProduct(ctx, { id, changes })).rejects.toMatchObject({
        code: "STATE_CONFLICT",
        details: [{ path: "price", code: "BELOW_MIN_PRICE" }],
      });
    }
    expect(await Catalog.updateProduct(ctx, { id, changes: { price: usd("11.00") } })).toMatchObject({ version: 3 });
  });

  it("by a file", async () => {
    const ctx = cloudContext();
    await onSale(ctx, "15.00");
    const done = await importContent(ctx, "sku,name,cost,price\nA,a,10.00,10.50\nB,b,10.00,10.50\n", csv);
    expect(done).toMatchObject({ accepted: 1, rejected: 1 });
    const [refused] = await importRecords(ctx, done.id, "rejected");
    expect(refused?.faults).toMatchObject([{ path: "price", code: "BELOW_MIN_PRICE" }]);
  });

  it("but does by the word of whoever put it on sale, until it is taken off", async () => {
    const ctx = cloudContext();
    const { id } = await onSale(ctx, "10.50", { allowBelowMinPrice: true });
    await Catalog.updateProduct(ctx, { id, changes: { price: usd("10.40") } });
    expect(Catalog.viewProduct(await Catalog.getProduct(ctx, id)).allowBelowMinPrice).toBe(true);
    await Catalog.changeStatus(ctx, { id, transition: "archive" });
    const again = await Catalog.changeStatus(ctx, { id, transition: "restore" });
    expect(again.allowBelowMinPrice).toBeUndefined();
    await expect(Catalog.changeStatus(ctx, { id, transition: "activate" })).rejects.toMatchObject({
      code: "STATE_CONFLICT",
    });
  });
});
