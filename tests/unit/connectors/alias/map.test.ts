import { describe, expect, test } from "vitest";
import { productOf, readSku, skuOf, withAvailabilities } from "../../../../core/connectors/alias/map.ts";
import { AvailabilitySchema } from "../../../../core/connectors/alias/wire.ts";
import { lostFields } from "../../../support/every-field.ts";
import { AVAILABILITY_FIELDS, ITEM_FIELDS } from "./fields.ts";

const ITEM = {
  catalog_id: "made-up-runner-zz0001-100",
  name: "Made-up Runner 'Moss'",
  sku: "ZZ0001 100",
  brand: "Made-up Brand",
  gender: "women",
  release_date: "2026-02-01",
  product_category_v2: "shoes",
  product_type: "sneakers",
  size_unit: "SIZE_UNIT_US",
  allowed_sizes: [
    { display_name: "7", value: 7, us_size_equivalent: 5.5 },
    { display_name: "7.5", value: 7.5, us_size_equivalent: 6 },
  ],
  minimum_listing_price_cents: 2_500,
  maximum_listing_price_cents: 200_000,
  main_picture_url: "https://images.demo.invalid/1.png",
  retail_price_cents: 11_550,
  colorway: "White/Moss",
  nickname: "Moss",
  requires_listing_pictures: true,
  resellable: false,
  requested_pictures: [
    { type: "PICTURE_TYPE_OUTER", quantity: 1 },
    { type: "PICTURE_TYPE_EXTRA", quantity: 3 },
  ],
};

const variant = (size: number, lowest: string, fields: Record<string, unknown> = {}) => ({
  size,
  product_condition: "PRODUCT_CONDITION_NEW",
  packaging_condition: "PACKAGING_CONDITION_GOOD_CONDITION",
  consigned: false,
  availability: {
    lowest_listing_price_cents: lowest,
    highest_offer_price_cents: "9000",
    last_sold_listing_price_cents: "0",
    global_indicator_price_cents: "9900",
  },
  ...fields,
});

const item = () => {
  const product = productOf(ITEM);
  if ("reasons" in product) throw new Error(product.reasons.join());
  return product;
};

const offered = (...variants: object[]) =>
  withAvailabilities(
    item(),
    variants.map((one) => AvailabilitySchema.parse(one)),
  );

describe("an item of Alias's catalogue", () => {
  test("keeps every field, its style code as StockX would have it", () => {
    expect(lostFields(ITEM, item(), ITEM_FIELDS)).toEqual([]);
    expect(item()).toMatchObject({ styleCode: "ZZ0001100", price: { minor: 11_550, currency: "USD" } });
    expect(item().options.map(({ values }) => values)).toEqual([
      { size: "7", US: "5.5" },
      { size: "7.5", US: "6" },
    ]);
  });

  test("is kept with its reasons where it cannot be read", () => {
    const broken = { ...ITEM, catalog_id: "" };
    expect(productOf(broken)).toMatchObject({ original: broken, reasons: [expect.stringContaining("catalog_id")] });
  });

  test("costs what the cheapest new one in a good box does, whatever used ones cost", () => {
    const used = { product_condition: "PRODUCT_CONDITION_USED" };
    const product = offered(variant(7, "13000"), variant(7.5, "12000"), variant(7, "6000", used));
    expect(product.cost).toEqual({ minor: 12_000, currency: "USD" });
    expect(product.options.map(({ externalId, surcharge }) => [externalId, surcharge?.minor])).toEqual([
      ["made-up-runner-zz0001-100/7", 1_000],
      ["made-up-runner-zz0001-100/7.5", 0],
      ["made-up-runner-zz0001-100/7/USED/GOOD_CONDITION", -6_000],
    ]);
  });

  test('keeps every field of a size; "0" is no price', () => {
    const wire = variant(7, "0", { consigned: true });
    const option = offered(wire).options.find(({ externalId }) => externalId.endsWith("/7"));
    expect(lostFields(wire, option, AVAILABILITY_FIELDS)).toEqual([]);
    expect(option).toMatchObject({ isAvailable: false, market: { highestOffer: { minor: 9_000, currency: "USD" } } });
    expect(Object.keys(option?.market ?? {})).toEqual(["highestOffer", "globalIndicator"]);
  });

  test("has sizes that nobody offers as ones that are not to be had", () => {
    expect(offered(variant(7, "13000")).options.map(({ isAvailable }) => isAvailable)).toEqual([true, false]);
    expect(offered(variant(7, "0"))).toMatchObject({ isAvailable: false });
  });

  test("names a size of itself by a text that can be read again", () => {
    expect(readSku(skuOf("made-up-runner", 10.5))).toEqual({ catalogId: "made-up-runner", size: 10.5 });
    for (const other of ["made-up-runner", "made-up-runner/", "made-up-runner/ten", "a/b/7", "/7"])
      expect(readSku(other)).toBeUndefined();
  });
});
