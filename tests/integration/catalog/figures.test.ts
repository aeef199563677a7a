import { describe, expect, it } from "vitest";
import * as Catalog from "../../../core/catalog/index.ts";
import * as Suppliers from "../../../core/suppliers/index.ts";
import { cloudContext } from "../../support/cloud.ts";
import { apiHarness, expectError } from "../../support/harness.ts";
import { recordingMetrics } from "../../support/recording.ts";
import { storeFaults } from "../../support/store-faults.ts";
import { finishSync, uploadFile } from "../../support/work.ts";

const usd = (amount: string) => ({ amount, currency: "USD" });
const product = (sku: string, name: string, cost: string, price: string) => ({
  sku,
  name,
  cost: usd(cost),
  price: usd(price),
});

describe("the catalogue over HTTP", () => {
  it("S0-29, S0-31: answers 201 with every field of the sample, 400 and 409 with the promised codes", async () => {
    const api = await apiHarness();
    const mouse = {
      ...product("MOUSE-001", "Wireless Mouse", "15.00", "29.99"),
      images: ["https://example.com/mouse1.jpg"],
      attributes: { color: "Black", connectivity: "Bluetooth 5.0", battery: "AA x 2" },
    };
    const made = await api.request("POST", "/v1/products", { body: mouse, expected: 201 });
    expect(made.body).toMatchObject({ ...mouse, id: expect.stringMatching(/^prd_/), status: "draft", version: 1 });
    expectError(await api.request("POST", "/v1/products", { body: mouse }), 409, "PRODUCT_SKU_EXISTS");
    const dear = { ...mouse, sku: "MOUSE-002", cost: usd("29.99") };
    expectError(await api.request("POST", "/v1/products", { body: dear }), 400, "INVALID_PRICING");
    expectError(await api.request("POST", "/v1/products", { body: { ...mouse, cost: 15 } }), 400, "VALIDATION_ERROR");
  });

  it("S0-67: finds the two red ones of three, asked for ten", async () => {
    const api = await apiHarness();
    for (const body of [
      product("SHIRT-001", "Red Shirt", "10.00", "20.00"),
      product("PANTS-001", "Blue Pants", "15.00", "30.00"),
      product("HAT-001", "Red Hat", "5.00", "10.00"),
    ])
      await api.request("POST", "/v1/products", { body, expected: 201 });
    const found = await api.request<{ items: { name: string }[]; total: number }>(
      "GET",
      "/v1/products?query=Red&limit=10",
      { expected: 200 },
    );
    expect(found.body.total).toBe(2);
    expect(found.body.items.map(({ name }) => name)).toEqual(["Red Hat", "Red Shirt"]);
  });
});

describe("a read by SKU", () => {
  it("S0-32: is not cached where nothing was found", async () => {
    const { around, calls } = storeFaults();
    const ctx = cloudContext({ around });
    await expect(Catalog.getProductBySku(ctx, "NONE")).rejects.toThrow("not found");
    await expect(Catalog.getProductBySku(ctx, "NONE")).rejects.toThrow("not found");
    expect(calls).toEqual(["GetItem", "GetItem"]);
  });

  it("S0-33: is asked of the table again once another product was created", async () => {
    const { around, calls } = storeFaults();
    const ctx = cloudContext({ around });
    await Catalog.createProduct(ctx, product("A", "A", "1.00", "2.00"));
    await Catalog.getProductBySku(ctx, "A");
    await Catalog.createProduct(ctx, product("B", "B", "1.00", "2.00"));
    calls.length = 0;
    await Catalog.getProductBySku(ctx, "A");
    expect(calls).toEqual(["GetItem", "GetItem"]);
  });
});

it("S0-52, S0-71: what a feed brings is counted by its source, and unchanged rows are not", async () => {
  const metrics = recordingMetrics();
  const ctx = cloudContext({ metrics });
  const feed = { format: "csv", mapping: { sku: "sku", name: "name", cost: "cost" } };
  const { id } = await Suppliers.createSupplier(ctx, { name: "Demo Wholesale", feed });
  const sync = async (content: string) => {
    const uploadId = await uploadFile(ctx, content);
    await finishSync(ctx, (await Suppliers.startSync(ctx, { supplierId: id, input: { uploadId } })).id);
    return metrics.counts.get(`products_collected_total{source=${id}}`);
  };
  expect(await sync("sku,name,cost\nA,Apple,1.00\nB,Bread,2.00\n")).toBe(2);
  expect(await sync("sku,name,cost\nA,Apple,1.00\nB,Bread,3.00\n")).toBe(3);
});
