import { describe, expect, it } from "vitest";
import { type BrandPattern, matchBrand, slugOf } from "../../../core/catalog/brand.ts";
import { type Category, inheritedMinMargin } from "../../../core/catalog/category.ts";
import { findSize, readSize, type Size } from "../../../core/catalog/size.ts";

const at = { version: 1, createdAt: "2026-01-01T00:00:00.000Z", updatedAt: "2026-01-01T00:00:00.000Z" };

describe("categories", () => {
  it("inherit the nearest margin floor above them", () => {
    const path: Category[] = [
      { ...at, id: "c", name: "Sneakers" },
      { ...at, id: "b", name: "Shoes", minMargin: "0.25" },
      { ...at, id: "a", name: "All", minMargin: "0.1" },
    ];
    expect(inheritedMinMargin(path)).toMatchObject({ margin: { digits: 25n, scale: 2 }, from: { id: "b" } });
    expect(inheritedMinMargin(path.slice(0, 1))).toBeUndefined();
  });
});

describe("brand patterns", () => {
  const pattern = (id: string, position: number, kind: BrandPattern["kind"], text: string): BrandPattern => ({
    ...at,
    id,
    position,
    kind,
    pattern: text,
    brandId: `brand-${id}`,
  });

  it("are tried in their order, and the first that fits wins", () => {
    const patterns = [pattern("2", 20, "contains", "air"), pattern("1", 10, "words", "air jordan")];
    expect(matchBrand(patterns, "Nike AIR JORDAN 1")).toMatchObject({ brandId: "brand-1", matched: "air jordan" });
    expect(matchBrand(patterns, "Airmax")).toMatchObject({ brandId: "brand-2" });
  });

  it("match whole words only where that is asked, in every script", () => {
    const words = [pattern("1", 1, "words", "푸마")];
    expect(matchBrand(words, "푸마 스니커즈")).toBeDefined();
    expect(matchBrand(words, "푸마코리아")).toBeUndefined();
  });

  it("are surer of words at the start than of letters in the middle", () => {
    const sure = matchBrand([pattern("1", 1, "words", "nike")], "Nike Dunk")?.confidence ?? 0;
    const unsure = matchBrand([pattern("1", 1, "contains", "ike")], "Nike Dunk")?.confidence ?? 1;
    expect(sure).toBeGreaterThan(unsure);
  });

  it("give a slug of letters and digits of every script", () => {
    expect(slugOf("Nike, Inc.")).toBe("nike-inc");
    expect(slugOf("마종 미네드")).toBe("마종-미네드");
    expect(slugOf("!!!")).toBe("brand");
  });
});

describe("sizes", () => {
  it.each([
    ["US 9.5", { system: "US", value: "9.5", soldOut: false }],
    ["9½ US", { system: "US", value: "9.5", soldOut: false }],
    ["EU42", { system: "EU", value: "42", soldOut: false }],
    ["270mm", { value: "270", soldOut: false }],
    ["09.50", { value: "9.5", soldOut: false }],
    ["블랙 (품절)", { value: "블랙", soldOut: true }],
    ["xl (sold out)", { value: "XL", soldOut: true }],
    ["FREE", { value: "FREE", soldOut: false }],
  ])("%s is read", (text, read) => {
    expect(readSize(text)).toEqual(read);
  });

  it("are found in the brand's own table before the general one", () => {
    const general: Size = { ...at, id: "g", audience: "unisex", equivalents: { US: "10", EU: "44" } };
    const own: Size = { ...at, id: "o", audience: "men", brandId: "nike", equivalents: { US: "10", EU: "44.5" } };
    const read = readSize("US 10");
    expect(findSize([general, own], read, "nike", "men")?.id).toBe("o");
    expect(findSize([general, own], read)?.id).toBe("g");
    expect(findSize([general, own], read, "nike", "kids")?.id).toBe("g");
  });
});
