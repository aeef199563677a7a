import { describe, expect, test } from "vitest";
import { productOf, withVariants } from "../../../../core/connectors/stockx/map.ts";
import { MarketSchema, VariantSchema } from "../../../../core/connectors/stockx/wire.ts";
import { lostFields } from "../../../support/every-field.ts";
import { marketFields, PRODUCT_FIELDS, VARIANT_FIELDS } from "./fields.ts";

const PRODUCT = {
  productId: "made-up-product",
  brand: "Made-up Brand",
  productType: "sneakers",
  styleId: "zz0001-100",
  urlKey: "made-up-runner",
  title: "Made-up Runner",
  productAttributes: {
    color: null,
    colorway: "White/Moss",
    gender: "women",
    releaseDate: "2026-02-01",
    retailPrice: 115.5,
    season: "SS26",
  },
  sizeChart: {
    defaultConversion: { name: "US W", type: "us w" },
    availableConversions: [
      { name: "US W", type: "us w" },
      { name: "EU", type: "eu" },
    ],
  },
  isFlexEligible: true,
  isDirectEligible: false,
};

const variant = (number: number, fields: Record<string, unknown> = {}) => ({
  productId: PRODUCT.productId,
  variantId: `made-up-variant-${number}`,
  variantName: `made-up-runner:${number}`,
  variantValue: `${7 + number}`,
  sizeChart: {
    defaultConversion: { size: `${7 + number}`, type: "us w" },
    availableConversions: [
      { size: `US W ${7 + number}`, type: "us w" },
      { size: `EU ${38 + number}.5`, type: "eu" },
    ],
  },
  gtins: [{ identifier: "194502875966", type: "UPC" }],
  isFlexEligible: true,
  isDirectEligible: true,
  ...fields,
});

const market = (number: number, lowestAskAmount: string | null, fields: Record<string, unknown> = {}) => ({
  productId: PRODUCT.productId,
  variantId: `made-up-variant-${number}`,
  currencyCode: "USD",
  lowestAskAmount,
  highestBidAmount: "90",
  standardMarketData: { lowestAsk: lowestAskAmount, highestBidAmount: "90", beatUS: null },
  ...fields,
});

function offered(variants: readonly object[], markets: readonly object[]) {
  const product = productOf(PRODUCT);
  if ("reasons" in product) throw new Error(product.reasons.join());
  return withVariants(
    product,
    variants.map((one) => VariantSchema.parse(one)),
    markets.map((one) => MarketSchema.parse(one)),
  );
}

describe("a product of StockX's catalogue", () => {
  test("keeps every field, its style code in the one form that is compared", () => {
    const product = productOf(PRODUCT);
    expect(lostFields(PRODUCT, product, PRODUCT_FIELDS)).toEqual([]);
    expect(product).toMatchObject({
      sku: "zz0001-100",
      styleCode: "ZZ0001100",
      price: { minor: 11_550, currency: "USD" },
      url: "https://stockx.com/made-up-runner",
    });
  });

  test("is kept with its reasons where it cannot be read", () => {
    const broken = { ...PRODUCT, productId: 7, productAttributes: { retailPrice: "115" } };
    expect(productOf(broken)).toMatchObject({
      original: broken,
      reasons: [expect.stringContaining("productId"), expect.stringContaining("productAttributes.retailPrice")],
    });
  });

  test("costs what its cheapest size does, and every other size the rest of its own price", () => {
    const product = offered(
      [variant(0), variant(1), variant(2)],
      [market(0, "130"), market(1, "117"), market(2, null)],
    );
    expect(product.cost).toEqual({ minor: 11_700, currency: "USD" });
    const asks = product.options.map(({ surcharge }) => surcharge && 11_700 + surcharge.minor);
    expect(asks).toEqual([13_000, 11_700, undefined]);
    expect(product.options.map(({ isAvailable }) => isAvailable)).toEqual([true, true, false]);
  });

  test("keeps every field of a size and every price of its market", () => {
    const [size, prices] = [variant(0), market(0, "130", { flexLowestAskAmount: "129", sellFasterAmount: "121.25" })];
    const [option] = offered([size], [prices]).options;
    expect(lostFields(size, option, VARIANT_FIELDS)).toEqual([]);
    expect(lostFields(prices, option, marketFields(2))).toEqual([]);
    expect(option?.values).toEqual({ size: "7", "US W": "7", EU: "38.5" });
  });

  test.each([[null], ["0"], ["0.00"]])("is not to be had where the lowest ask is %j", (none) => {
    const product = offered([variant(0)], [market(0, none)]);
    expect(product.isAvailable).toBe(false);
    expect(product).not.toHaveProperty("cost");
    expect(product.options[0]?.market).not.toHaveProperty("lowestAsk");
  });

  test("counts in the market's own currency: yen have no cents", () => {
    const product = offered([variant(0)], [market(0, "7900", { currencyCode: "JPY" })]);
    expect(product.cost).toEqual({ minor: 7_900, currency: "JPY" });
  });
});
