import { describe, expect, it } from "vitest";
import * as Catalog from "../../../core/catalog/index.ts";
import { AppError } from "../../../core/platform/errors.ts";
import { cloudContext } from "../../support/cloud.ts";
import { testActor } from "../../support/context.ts";
import { stoppedClock } from "../../support/recording.ts";
import { storeFaults } from "../../support/store-faults.ts";

const usd = (amount: string) => ({ amount, currency: "USD" });
const draft = (sku: string, changes: Record<string, unknown> = {}) => ({
  sku,
  name: `Product ${sku}`,
  cost: usd("10.00"),
  price: usd("15.00"),
  ...changes,
});
const code = (error: unknown) => (error instanceof AppError ? error.code : error);
const refusal = (work: Promise<unknown>) => work.then(() => "taken", code);

describe("creating a product", () => {
  it("S0-64, S0-27: gives it an id, its fields and the status draft, in one DynamoDB call", async () => {
    const { around, calls } = storeFaults();
    const ctx = cloudContext({ around });
    const product = await Catalog.createProduct(ctx, draft("TEST-001"));
    expect(product).toMatchObject({
      sku: "TEST-001",
      status: "draft",
      version: 1,
      cost: { minor: 1000, currency: "USD" },
    });
    expect(product.createdBy).toBe(ctx.actor.id);
    expect(calls).toEqual(["TransactWriteItems"]);
    expect(await Catalog.getProduct(ctx, product.id)).toEqual(product);
    expect(calls).toEqual(["TransactWriteItems", "GetItem"]);
  });

  it("S0-65: refuses a SKU that exists, also with another case kept apart", async () => {
    const ctx = cloudContext();
    await Catalog.createProduct(ctx, draft("A-1"));
    await expect(Catalog.createProduct(ctx, draft("A-1"))).rejects.toMatchObject({
      code: "PRODUCT_SKU_EXISTS",
      status: 409,
      message: "Product with this SKU already exists",
    });
    expect(await refusal(Catalog.createProduct(ctx, draft("a-1")))).toBe("taken");
  });

  it("lets exactly one of fifty concurrent creates of one SKU in, and counts one", async () => {
    const ctx = cloudContext();
    const results = await Promise.all(
      Array.from({ length: 50 }, () => refusal(Catalog.createProduct(ctx, draft("RACE")))),
    );
    expect(results.filter((result) => result === "taken")).toHaveLength(1);
    expect(results.filter((result) => result === "PRODUCT_SKU_EXISTS")).toHaveLength(49);
    expect(await Catalog.listProducts(ctx, {})).toMatchObject({
      total: 1,
      totalRelation: "eq",
      items: [{ sku: "RACE" }],
    });
  });

  it("refuses a category or brand that this organisation does not have, and writes nothing then", async () => {
    const ctx = cloudContext();
    const other = cloudContext();
    const foreign = await Catalog.createCategory(other, { name: "Theirs" });
    expect(await refusal(Catalog.createProduct(ctx, draft("B", { categoryId: foreign.id })))).toBe("NOT_FOUND");
    expect(await refusal(Catalog.createProduct(ctx, draft("B", { brandId: "brd_none" })))).toBe("NOT_FOUND");
    expect(await refusal(Catalog.getProductBySku(ctx, "B"))).toBe("NOT_FOUND");
  });

  it("answers a repeat with the same Idempotency-Key by the same product, and makes one", async () => {
    const actor = testActor();
    const ctx = cloudContext({ actor, idempotencyKey: "key-1" });
    const [first, second] = [
      await Catalog.createProduct(ctx, draft("IDEM")),
      await Catalog.createProduct(ctx, draft("IDEM")),
    ];
    expect(second).toEqual(first);
    expect(await refusal(Catalog.createProduct(ctx, draft("OTHER")))).toBe("IDEMPOTENCY_MISMATCH");
    expect((await Catalog.listProducts(ctx, {})).total).toBe(1);
  });

  it("refuses a key without the permission", async () => {
    const ctx = cloudContext({ actor: testActor({ permissions: new Set(["catalog.read"]) }) });
    await expect(Catalog.createProduct(ctx, draft("X"))).rejects.toMatchObject({
      code: "FORBIDDEN",
      details: { permission: "catalog.write" },
    });
  });
});

describe("changing a product", () => {
  it("refuses a change based on an older version, and the loser of two at once", async () => {
    const ctx = cloudContext();
    const { id } = await Catalog.createProduct(ctx, draft("V"));
    const changed = await Catalog.updateProduct(ctx, { id, expectedVersion: 1, changes: { name: "Second" } });
    expect(changed).toMatchObject({ name: "Second", version: 2 });
    expect(await refusal(Catalog.updateProduct(ctx, { id, expectedVersion: 1, changes: { name: "Third" } }))).toBe(
      "VERSION_CONFLICT",
    );
    const both = await Promise.all(
      ["x", "y"].map((name) => refusal(Catalog.updateProduct(ctx, { id, expectedVersion: 2, changes: { name } }))),
    );
    expect(both.toSorted((a, b) => String(a).localeCompare(String(b)))).toEqual(["taken", "VERSION_CONFLICT"]);
  });

  it("moves the SKU's guard with the SKU: the old one is free, the new one taken", async () => {
    const ctx = cloudContext();
    const { id } = await Catalog.createProduct(ctx, draft("OLD"));
    await Catalog.createProduct(ctx, draft("TAKEN"));
    expect(await refusal(Catalog.updateProduct(ctx, { id, changes: { sku: "TAKEN" } }))).toBe("PRODUCT_SKU_EXISTS");
    await Catalog.updateProduct(ctx, { id, changes: { sku: "NEW" } });
    expect((await Catalog.getProductBySku(ctx, "NEW")).id).toBe(id);
    expect(await refusal(Catalog.createProduct(ctx, draft("NEW")))).toBe("PRODUCT_SKU_EXISTS");
    expect(await refusal(Catalog.createProduct(ctx, draft("OLD")))).toBe("taken");
  });

  it("checks price and cost together, whichever of them changes", async () => {
    const ctx = cloudContext();
    const { id } = await Catalog.createProduct(ctx, draft("P"));
    expect(await refusal(Catalog.updateProduct(ctx, { id, changes: { cost: usd("15.00") } }))).toBe("INVALID_PRICING");
    expect(
      await refusal(Catalog.updateProduct(ctx, { id, changes: { price: { amount: "20.00", currency: "EUR" } } })),
    ).toBe("VALIDATION_ERROR");
  });

  it("moves it through its life, and keeps the counters with it", async () => {
    const ctx = cloudContext();
    const products = [];
    for (const sku of ["1", "2", "3"]) products.push(await Catalog.createProduct(ctx, draft(sku)));
    const [first, second] = products;
    await Catalog.changeStatus(ctx, { id: first?.id ?? "", transition: "activate" });
    await Catalog.changeStatus(ctx, { id: second?.id ?? "", transition: "activate" });
    await Catalog.changeStatus(ctx, { id: second?.id ?? "", transition: "archive" });
    for (const [status, total] of [
      ["draft", 1],
      ["active", 1],
      ["archived", 1],
    ] as const) {
      expect(await Catalog.listProducts(ctx, { status })).toMatchObject({ total, items: [{ status }] });
    }
    expect((await Catalog.listProducts(ctx, {})).total).toBe(3);
  });
});

describe("reading by SKU", () => {
  it("S0-32, S0-33: answers from the cache until something is written", async () => {
    const { around, calls } = storeFaults();
    const ctx = cloudContext({ around });
    const { id } = await Catalog.createProduct(ctx, draft("C"));
    await Catalog.getProductBySku(ctx, "C");
    const before = calls.length;
    await Catalog.getProductBySku(ctx, "C");
    expect(calls).toHaveLength(before);
    await Catalog.updateProduct(ctx, { id, changes: { name: "New name" } });
    expect((await Catalog.getProductBySku(ctx, "C")).name).toBe("New name");
  });

  it("S0-32: asks again after five minutes", async () => {
    const clock = stoppedClock();
    const { around, calls } = storeFaults();
    const ctx = cloudContext({ around, now: clock.now });
    await Catalog.createProduct(ctx, draft("T"));
    await Catalog.getProductBySku(ctx, "T");
    const before = calls.length;
    clock.advance(301_000);
    await Catalog.getProductBySku(ctx, "T");
    expect(calls.length).toBeGreaterThan(before);
  });
});

describe("listing products", () => {
  it("is newest first, whole over its pages, one call a page, and carries its total", async () => {
    const { around, calls } = storeFaults();
    const ctx = cloudContext({ around });
    for (let number = 0; number < 25; number++) await Catalog.createProduct(ctx, draft(`L-${number}`));
    calls.length = 0;
    const skus: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await Catalog.listProducts(ctx, { limit: 10, ...(cursor ? { cursor } : {}) });
      expect(page.total).toBe(25);
      skus.push(...page.items.map(({ sku }) => sku));
      cursor = page.nextCursor;
    } while (cursor);
    expect(skus).toEqual(Array.from({ length: 25 }, (_, index) => `L-${24 - index}`));
    expect(calls).toEqual(["Query", "Query", "Query"]);
  });

  it("filters by status, category and price, alone and together, with totals", async () => {
    const ctx = cloudContext();
    const { id: categoryId } = await Catalog.createCategory(ctx, { name: "Shoes" });
    for (let price = 20; price < 32; price++) {
      const product = await Catalog.createProduct(
        ctx,
        draft(`F-${price}`, { price: usd(`${price}.00`), ...(price % 2 ? { categoryId } : {}) }),
      );
      if (price % 3 === 0) await Catalog.changeStatus(ctx, { id: product.id, transition: "activate" });
    }
    await Catalog.createProduct(ctx, {
      sku: "EUR",
      name: "Euro",
      cost: { amount: "1.00", currency: "EUR" },
      price: { amount: "25.00", currency: "EUR" },
    });
    const list = async (filters: Record<string, unknown>) => {
      const { items, total } = await Catalog.listProducts(ctx, { limit: 100, ...filters });
      return { skus: items.map(({ sku }) => sku), total };
    };
    expect(await list({ minPrice: "29.00" })).toEqual({ skus: ["F-31", "F-30", "F-29"], total: 3 });
    expect(await list({ minPrice: "22.00", maxPrice: "24.00" })).toEqual({ skus: ["F-24", "F-23", "F-22"], total: 3 });
    expect(await list({ categoryId })).toEqual({ skus: ["F-31", "F-29", "F-27", "F-25", "F-23", "F-21"], total: 6 });
    expect(await list({ categoryId, status: "active" })).toEqual({ skus: ["F-27", "F-21"], total: 2 });
    expect(await list({ status: "active", maxPrice: "26.99" })).toEqual({ skus: ["F-24", "F-21"], total: 2 });
    expect(await list({ minPrice: "25.00", currency: "EUR" })).toEqual({ skus: ["EUR"], total: 1 });
    expect(await refusal(list({ minPrice: "1.005" }))).toBe("VALIDATION_ERROR");
    expect(await refusal(list({ colour: "red" }))).toBe("VALIDATION_ERROR");
  });

  it("finds everything a filter allows over its pages, also when matches are rare", async () => {
    const ctx = cloudContext();
    for (let number = 0; number < 30; number++)
      await Catalog.createProduct(ctx, draft(`R-${number}`, { price: usd(number % 7 === 0 ? "99.00" : "15.00") }));
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await Catalog.listProducts(ctx, { limit: 2, minPrice: "99.00", ...(cursor ? { cursor } : {}) });
      found.push(...page.items.map(({ sku }) => sku));
      cursor = page.nextCursor;
    } while (cursor);
    expect(found).toEqual(["R-28", "R-21", "R-14", "R-7", "R-0"]);
  });

  it("refuses a cursor of another organisation, another query, or that was altered", async () => {
    const ctx = cloudContext();
    for (const sku of ["1", "2", "3"]) await Catalog.createProduct(ctx, draft(sku));
    const { nextCursor = "" } = await Catalog.listProducts(ctx, { limit: 1 });
    expect(await refusal(Catalog.listProducts(cloudContext(), { limit: 1, cursor: nextCursor }))).toBe(
      "INVALID_CURSOR",
    );
    expect(await refusal(Catalog.listProducts(ctx, { limit: 1, status: "draft", cursor: nextCursor }))).toBe(
      "INVALID_CURSOR",
    );
    expect(await refusal(Catalog.listProducts(ctx, { limit: 1, cursor: `${nextCursor}x` }))).toBe("INVALID_CURSOR");
  });

  it("shows nothing of another organisation", async () => {
    const theirs = cloudContext();
    const { id } = await Catalog.createProduct(theirs, draft("SECRET"));
    const ctx = cloudContext();
    expect(await Catalog.listProducts(ctx, {})).toMatchObject({ items: [], total: 0 });
    expect(await refusal(Catalog.getProduct(ctx, id))).toBe("NOT_FOUND");
    expect(await refusal(Catalog.getProductBySku(ctx, "SECRET"))).toBe("NOT_FOUND");
    expect(await refusal(Catalog.updateProduct(ctx, { id, changes: { name: "x" } }))).toBe("NOT_FOUND");
    expect(await refusal(Catalog.changeStatus(ctx, { id, transition: "archive" }))).toBe("NOT_FOUND");
  });

  it("takes a counter's key for no product", async () => {
    const ctx = cloudContext();
    await Catalog.createProduct(ctx, draft("ONE"));
    for (let shard = 0; shard < 8; shard++)
      expect(await refusal(Catalog.getProduct(ctx, `~COUNT#${shard}`))).toBe("NOT_FOUND");
  });
});

describe("a description", () => {
  it("S3-16: loses what could do harm where it is shown, and keeps the rest", async () => {
    const ctx = cloudContext();
    const description = 'Tom & Jerry <b>bold</b><script>alert(1)</script><a href="javascript:x">go</a> 3 < 4';
    const { id } = await Catalog.createProduct(ctx, draft("HTML", { description }));
    const { description: kept = "" } = await Catalog.getProduct(ctx, id);
    expect(kept).toContain("<b>bold</b>");
    expect(kept).not.toMatch(/script|javascript/);
    await Catalog.updateProduct(ctx, { id, changes: { description: "Tom & Jerry, 3 < 4" } });
    expect((await Catalog.getProduct(ctx, id)).description).toBe("Tom & Jerry, 3 < 4");
  });
});
