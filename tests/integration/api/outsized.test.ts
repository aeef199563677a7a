import { describe, it } from "vitest";
import { apiHarness, expectError } from "../../support/harness.ts";

const usd = (amount: string) => ({ amount, currency: "USD" });
const product = { sku: "A", name: "a", cost: usd("1.00"), price: usd("2.00") };

describe("what the store cannot hold is refused as what it is, never answered as a fault of ours", () => {
  it.each([
    ["an empty category", "/v1/products", { ...product, categoryId: "" }],
    ["an empty brand", "/v1/products", { ...product, brandId: "" }],
    ["an empty parent", "/v1/categories", { name: "x", parentId: "" }],
    ["a pattern without brand", "/v1/brand-patterns", { brandId: "", kind: "contains", pattern: "xx" }],
    ["an import of no upload", "/v1/imports", { kind: "products", uploadId: "", format: "shopify" }],
    [
      "a product of more than 350,000 bytes",
      "/v1/products",
      {
        ...product,
        attributes: Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`a${n}`, "가".repeat(2_000)])),
      },
    ],
    [
      "a feed with a mapping of more than 64 KB",
      "/v1/suppliers",
      {
        name: "x",
        feed: {
          format: "csv",
          mapping: {
            sku: "sku",
            name: "name",
            attributes: Object.fromEntries(Array.from({ length: 3_000 }, (_, n) => [`attribute ${n}`, `column ${n}`])),
          },
        },
      },
    ],
    ["a negative margin", "/v1/pricing/preview", { cost: usd("10.00"), margin: "-5" }],
  ])("%s", async (_what, path, body) => {
    const shop = await apiHarness();
    expectError(await shop.request("POST", path, { body }), 400, "VALIDATION_ERROR");
  });

  it("a price beyond what an amount can be", async () => {
    const shop = await apiHarness();
    const body = { cost: usd("90071992547409.91") };
    expectError(await shop.request("POST", "/v1/pricing/preview", { body }), 400, "INVALID_PRICING");
  });

  it("and a name that folds into more than a key may have is taken, once", async () => {
    const shop = await apiHarness();
    const body = { name: "\uFDFA".repeat(200) };
    await shop.request("POST", "/v1/categories", { body, expected: 201 });
    expectError(await shop.request("POST", "/v1/categories", { body }), 409, "NAME_EXISTS");
  });
});
