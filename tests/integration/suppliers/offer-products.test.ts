import { describe, expect, it } from "vitest";
import * as Catalog from "../../../core/catalog/index.ts";
import * as Suppliers from "../../../core/suppliers/index.ts";
import { cloudContext } from "../../support/cloud.ts";
import { finishSync, uploadFile } from "../../support/work.ts";

type Ctx = ReturnType<typeof cloudContext>;
const mapping = { sku: "sku", externalId: "id", name: "name", cost: "cost" };

const supplier = (ctx: Ctx, policy: Record<string, unknown> = {}) =>
  Suppliers.createSupplier(ctx, { name: "Demo Wholesale", feed: { format: "csv", mapping }, policy });

async function sync(ctx: Ctx, supplierId: string, ...rows: string[]) {
  const uploadId = await uploadFile(ctx, ["id,sku,name,cost", ...rows, ""].join("\n"));
  const { id } = await Suppliers.startSync(ctx, { supplierId, input: { uploadId } });
  return finishSync(ctx, id);
}

const offers = async (ctx: Ctx, id: string) =>
  (await Suppliers.listSupplierOffers(ctx, { id, page: { limit: 100 } })).items;

describe("a supplier that names one SKU under two ids", () => {
  it("has both as offers of one product, which follows the last of them and says so", async () => {
    const ctx = cloudContext();
    const { id } = await supplier(ctx);
    const done = await sync(ctx, id, "a,S,One,1.00", "b,S,Two,2.00", "c,T,Three,3.00");
    expect(done).toMatchObject({ status: "succeeded", accepted: 3, created: 3 });
    const product = await Catalog.getProductBySku(ctx, "S");
    expect(product).toMatchObject({ name: "Two", cost: { minor: 200 }, version: 1 });
    expect((await Catalog.listProducts(ctx, {})).total).toBe(2);
    const [a, b] = await offers(ctx, id);
    expect([a?.productId, b?.productId]).toEqual([product.id, product.id]);
    const { items } = await Suppliers.listSyncRecords(ctx, { id: done.id, page: {} });
    expect(items[0]?.warnings).toEqual([expect.objectContaining({ path: "sku", code: "SKU_REPEATED" })]);
    expect(items[1]?.warnings).toBeUndefined();
    expect(await sync(ctx, id, "a,S,One,1.00", "b,S,Two,2.00", "c,T,Three,3.00")).toMatchObject({ unchanged: 3 });
  });
});

describe("an offer's product", () => {
  it("is known also where the policy leaves products as they are", async () => {
    const ctx = cloudContext();
    const money = (amount: string) => ({ amount, currency: "USD" });
    const mine = await Catalog.createProduct(ctx, {
      sku: "S",
      name: "Mine",
      cost: money("1.00"),
      price: money("9.00"),
    });
    const { id } = await supplier(ctx, { updateProducts: false });
    await sync(ctx, id, "a,S,Theirs,2.00");
    expect((await offers(ctx, id))[0]).toMatchObject({ productId: mine.id });
    expect((await Catalog.getProduct(ctx, mine.id)).name).toBe("Mine");
  });

  it("is another one, or none, after the supplier gave the id to another SKU", async () => {
    const ctx = cloudContext();
    const { id } = await supplier(ctx);
    await sync(ctx, id, "a,S,One,1.00");
    const { policy } = await Suppliers.getSupplier(ctx, id);
    await Suppliers.updateSupplier(ctx, { id, changes: { policy: { ...policy, createProducts: false } } });
    await sync(ctx, id, "a,U,Another,1.00");
    expect((await offers(ctx, id))[0]?.productId).toBeUndefined();
  });

  it("is made of an unchanged row too, once the policy wants products made", async () => {
    const ctx = cloudContext();
    const { id } = await supplier(ctx, { createProducts: false });
    await sync(ctx, id, "a,S,One,1.00");
    const { policy } = await Suppliers.getSupplier(ctx, id);
    await Suppliers.updateSupplier(ctx, { id, changes: { policy: { ...policy, createProducts: true } } });
    expect(await sync(ctx, id, "a,S,One,1.00")).toMatchObject({ accepted: 1 });
    const product = await Catalog.getProductBySku(ctx, "S");
    expect((await offers(ctx, id))[0]).toMatchObject({ productId: product.id });
    expect(await sync(ctx, id, "a,S,One,1.00")).toMatchObject({ unchanged: 1 });
  });
});
