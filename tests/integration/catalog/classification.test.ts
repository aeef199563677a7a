import { describe, expect, it } from "vitest";
import * as Catalog from "../../../core/catalog/index.ts";
import { AppError } from "../../../core/platform/errors.ts";
import { cloudContext } from "../../support/cloud.ts";

const usd = (amount: string) => ({ amount, currency: "USD" });
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => "taken",
    (error: unknown) => (error instanceof AppError ? error.code : error),
  );

describe("categories", () => {
  it("hand their margin floor down, and the price names where it came from", async () => {
    const ctx = cloudContext();
    const shoes = await Catalog.createCategory(ctx, { name: "Shoes", minMargin: "0.5" });
    const sneakers = await Catalog.createCategory(ctx, { name: "Sneakers", parentId: shoes.id });
    const price = await Catalog.previewPrice(ctx, { cost: usd("10.00"), categoryId: sneakers.id });
    expect(price).toMatchObject({ basePrice: usd("15.00"), minMarginFrom: shoes.id });
    await Catalog.updateCategory(ctx, { id: sneakers.id, changes: { minMargin: "0.1" } });
    expect(await Catalog.previewPrice(ctx, { cost: usd("10.00"), categoryId: sneakers.id })).toMatchObject({
      basePrice: usd("13.00"),
      minMarginFrom: sneakers.id,
    });
  });

  it("have names unique among siblings, in any case, also after a move", async () => {
    const ctx = cloudContext();
    const a = await Catalog.createCategory(ctx, { name: "Shoes" });
    const b = await Catalog.createCategory(ctx, { name: "Bags" });
    expect(await refusal(Catalog.createCategory(ctx, { name: "SHOES" }))).toBe("NAME_EXISTS");
    expect(await refusal(Catalog.createCategory(ctx, { name: "Shoes", parentId: b.id }))).toBe("taken");
    expect(await refusal(Catalog.updateCategory(ctx, { id: a.id, changes: { parentId: b.id } }))).toBe("NAME_EXISTS");
    expect((await Catalog.updateCategory(ctx, { id: a.id, changes: { name: "shoes" } })).name).toBe("shoes");
    await Catalog.updateCategory(ctx, { id: a.id, changes: { name: "Boots" } });
    expect(await refusal(Catalog.createCategory(ctx, { name: "Shoes" }))).toBe("taken");
  });

  it("cannot be below themselves, nor nest without end", async () => {
    const ctx = cloudContext();
    const top = await Catalog.createCategory(ctx, { name: "0" });
    let parentId = top.id;
    for (let depth = 1; depth < 12; depth++)
      parentId = (await Catalog.createCategory(ctx, { name: `${depth}`, parentId })).id;
    expect(await refusal(Catalog.createCategory(ctx, { name: "too deep", parentId }))).toBe("STATE_CONFLICT");
    expect(await refusal(Catalog.updateCategory(ctx, { id: top.id, changes: { parentId } }))).toBe("STATE_CONFLICT");
    expect(await refusal(Catalog.createCategory(ctx, { name: "x", parentId: "cat_none" }))).toBe("NOT_FOUND");
  });
});

describe("brands", () => {
  it("S1-18: have a unique name and a unique slug of at most 100 characters", async () => {
    const ctx = cloudContext();
    expect((await Catalog.createBrand(ctx, { name: "Nike, Inc." })).slug).toBe("nike-inc");
    expect(await refusal(Catalog.createBrand(ctx, { name: "NIKE, INC." }))).toBe("NAME_EXISTS");
    await expect(Catalog.createBrand(ctx, { name: "Nike Inc" })).rejects.toMatchObject({
      code: "NAME_EXISTS",
      field: "slug",
    });
    expect(await refusal(Catalog.createBrand(ctx, { name: "x".repeat(101) }))).toBe("VALIDATION_ERROR");
  });

  it("are found by patterns in their order; a test call says which and how surely", async () => {
    const ctx = cloudContext();
    const nike = await Catalog.createBrand(ctx, { name: "Nike" });
    const jordan = await Catalog.createBrand(ctx, { name: "Jordan" });
    await Catalog.createBrandPattern(ctx, { brandId: nike.id, kind: "words", pattern: "nike", position: 20 });
    const first = await Catalog.createBrandPattern(ctx, {
      brandId: jordan.id,
      kind: "words",
      pattern: "air jordan",
      position: 10,
    });
    expect((await Catalog.testBrandPatterns(ctx, { text: "Nike Air Jordan 1" })).match).toMatchObject({
      brandId: jordan.id,
      patternId: first.id,
      brand: { name: "Jordan" },
    });
    await Catalog.deleteBrandPattern(ctx, first.id);
    expect((await Catalog.testBrandPatterns(ctx, { text: "Nike Air Jordan 1" })).match).toMatchObject({
      brandId: nike.id,
    });
    expect(await Catalog.testBrandPatterns(ctx, { text: "Adidas" })).toEqual({ match: null, tried: 1 });
    expect(await refusal(Catalog.createBrandPattern(ctx, { brandId: "brd_none", kind: "words", pattern: "x y" }))).toBe(
      "NOT_FOUND",
    );
  });

  it("that two importers make at once end up as one", async () => {
    const ctx = cloudContext();
    const ids = await Promise.all(Array.from({ length: 10 }, () => Catalog.brandByName(ctx, "New Balance", true)));
    expect(new Set(ids).size).toBe(1);
    expect((await Catalog.listBrands(ctx, {})).items).toHaveLength(1);
    const categories = await Promise.all(Array.from({ length: 10 }, () => Catalog.categoryByName(ctx, "Shoes", true)));
    expect(new Set(categories).size).toBe(1);
  });
});

describe("sizes", () => {
  it("are read as feeds write them, and found in the table", async () => {
    const ctx = cloudContext();
    const size = await Catalog.createSize(ctx, {
      audience: "men",
      equivalents: { US: "10", UK: "9", EU: "44", KR: "280" },
    });
    expect(await Catalog.normalizeSize(ctx, { text: "280mm (품절)" })).toMatchObject({
      value: "280",
      soldOut: true,
      size: { id: size.id },
    });
    expect((await Catalog.normalizeSize(ctx, { text: "US 15" })).size).toBeNull();
    expect((await Catalog.listSizes(ctx, {})).items).toHaveLength(1);
  });
});
