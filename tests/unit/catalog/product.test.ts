import { describe, expect, it } from "vitest";
import {
  CreateProductSchema,
  checkProduct,
  nextStatus,
  type Product,
  UpdateProductSchema,
} from "../../../core/catalog/product.ts";
import { AppError } from "../../../core/platform/errors.ts";

const usd = (minor: number) => ({ minor, currency: "USD" });
const product: Product = {
  id: "prd_1",
  version: 1,
  createdAt: "2026-01-01T00:00:00.000Z",
  updatedAt: "2026-01-01T00:00:00.000Z",
  sku: "MOUSE-001",
  name: "Wireless Mouse",
  status: "draft",
  cost: usd(1500),
  price: usd(2999),
  images: [],
  attributes: {},
  createdBy: "key_test",
};
const wire = {
  sku: "A-1",
  name: "A",
  cost: { amount: "10.00", currency: "USD" },
  price: { amount: "15.00", currency: "USD" },
};

function refusal(run: () => unknown): AppError {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error("Nothing was refused");
}

describe("a product's life", () => {
  it("goes from draft to active to archived, and back to draft by restore only", () => {
    const go = (status: Product["status"], transition: "activate" | "archive" | "restore") =>
      nextStatus({ ...product, status }, transition, { allowBelowMinPrice: false });
    expect(go("draft", "activate")).toBe("active");
    expect(go("active", "archive")).toBe("archived");
    expect(go("draft", "archive")).toBe("archived");
    expect(go("archived", "restore")).toBe("draft");
    for (const [status, transition] of [
      ["active", "activate"],
      ["archived", "activate"],
      ["archived", "archive"],
      ["draft", "restore"],
    ] as const) {
      expect(refusal(() => go(status, transition))).toMatchObject({
        code: "STATE_CONFLICT",
        details: { status, transition },
      });
    }
  });

  it("says each reason why a draft cannot be sold yet", () => {
    const { cost: _cost, price: _price, ...unpriced } = product;
    const reasons = (draft: Product) =>
      (
        refusal(() => nextStatus(draft, "activate", { allowBelowMinPrice: false })).details as {
          reasons: { code: string }[];
        }
      ).reasons.map(({ code }) => code);
    expect(reasons(unpriced)).toEqual(["COST_UNKNOWN", "PRICE_UNKNOWN"]);
    expect(reasons({ ...product, price: usd(1600) })).toEqual(["BELOW_MIN_PRICE"]);
    expect(reasons({ ...product, price: usd(1400) })).toContain("INVALID_PRICING");
  });

  it("decision 1: sells under the minimum price only on purpose", () => {
    expect(nextStatus({ ...product, price: usd(1600) }, "activate", { allowBelowMinPrice: true })).toBe("active");
  });
});

describe("what a product may be", () => {
  it("S0-26: its price must be greater than its cost; equal is refused", () => {
    const error = refusal(() => checkProduct({ ...product, cost: usd(1000), price: usd(1000) }));
    expect(error).toMatchObject({
      code: "INVALID_PRICING",
      status: 400,
      message: "Product price must be greater than cost",
    });
  });

  it("all amounts are in one currency", () => {
    expect(
      refusal(() => checkProduct({ ...product, cost: usd(1000), price: { minor: 2000, currency: "EUR" } })),
    ).toMatchObject({
      code: "VALIDATION_ERROR",
      field: "price",
    });
  });

  it.each([
    ["an unknown field", { ...wire, stock: 100 }],
    ["a float for an amount", { ...wire, cost: { amount: 10, currency: "USD" } }],
    ["more decimals than the currency has", { ...wire, cost: { amount: "10.005", currency: "USD" } }],
    ["a negative amount", { ...wire, cost: { amount: "-1.00", currency: "USD" } }],
    ["an unknown currency", { ...wire, cost: { amount: "1.00", currency: "ZZZ" } }],
    ["an empty SKU", { ...wire, sku: "  " }],
    ["a line break in the SKU", { ...wire, sku: "A\n1" }],
    ["an image that is no web address", { ...wire, images: ["javascript:alert(1)"] }],
    ["a GTIN with a wrong check digit", { ...wire, gtin: "194817794557" }],
  ])("refuses %s", (_what, input) => {
    expect(CreateProductSchema.safeParse(input).success).toBe(false);
  });

  it("keeps a GTIN as 14 digits, and names the digit that was expected", () => {
    expect(CreateProductSchema.parse({ ...wire, gtin: "194817794556" }).gtin).toBe("00194817794556");
    expect(CreateProductSchema.safeParse({ ...wire, gtin: "194817794557" }).error?.issues[0]?.message).toContain(
      "expected 6",
    );
  });

  it("may lose what is optional, not what is required", () => {
    expect(UpdateProductSchema.safeParse({ gtin: null, description: null }).success).toBe(true);
    expect(UpdateProductSchema.safeParse({ name: null }).success).toBe(false);
  });
});
