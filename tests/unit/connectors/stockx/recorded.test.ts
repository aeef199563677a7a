import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { pricesOf, productOf, withVariants } from "../../../../core/connectors/stockx/map.ts";
import { ListingSchema, MarketSchema, SearchSchema, VariantsSchema } from "../../../../core/connectors/stockx/wire.ts";
import { DATA, unpackedFromTar } from "../../../e2e/real-file.ts";
import { lostFields } from "../../../support/every-field.ts";
import { draftOf } from "../../orders/channels/payloads.ts";
import { LISTING_FIELDS, marketFields, PAGE_FIELDS, PRODUCT_FIELDS, VARIANT_FIELDS } from "./fields.ts";

const present = existsSync(new URL("marketplace_apis", DATA));
const read = (archive: string, name: string) =>
  JSON.parse(unpackedFromTar(`marketplace_apis/${archive}.tar.gz`, name).toString("utf8")) as unknown;
/** Those of the catalogue were kept together with what was asked. */
const answered = (name: string) => (read("stockx_v2_catalog_responses", name) as { response: unknown }).response;

const product = () => {
  const found = productOf(answered("02_product_details.json"));
  if ("reasons" in found) throw new Error(found.reasons.join());
  return found;
};

describe.skipIf(!present)("what StockX really answered (skipped where that is not there)", () => {
  test("a search keeps every field of every product", () => {
    const body = answered("01_catalog_search.json");
    const { products, ...page } = SearchSchema.parse(body);
    expect(lostFields(page, {}, PAGE_FIELDS)).toEqual([]);
    expect(products.length).toBeGreaterThan(5);
    for (const one of products) expect(lostFields(one, productOf(one), PRODUCT_FIELDS)).toEqual([]);
    expect(productOf(products[0])).toMatchObject({ styleCode: "DD1391100", price: { minor: 11_500, currency: "USD" } });
  });

  test("a product keeps every field, its sizes among them", () => {
    expect(lostFields(answered("02_product_details.json"), product(), PRODUCT_FIELDS)).toEqual([]);
  });

  test("every size keeps every field, with all its codes", () => {
    const body = answered("03_product_variants.json") as unknown[];
    const { options } = withVariants(product(), VariantsSchema.parse(body), []);
    expect(options).toHaveLength(body.length);
    for (const [place, one] of body.entries()) expect(lostFields(one, options[place], VARIANT_FIELDS)).toEqual([]);
    expect(options[0]?.values).toEqual({
      size: "3.5",
      "US M": "3.5",
      "US W": "5",
      UK: "3",
      CM: "22.5",
      KR: "225",
      EU: "35.5",
    });
  });

  test.each([
    ["stockx_v2_catalog_responses", "05_market_data.json", 2],
    ["stockx_v2_selling", "market_data_jpy.json", 0],
  ])("every price of %s/%s is exact", (archive, name, decimals) => {
    const whole = read(archive, name) as { response?: unknown };
    const market = MarketSchema.parse(whole.response ?? whole);
    const made = { ...pricesOf(market), variantId: market.variantId };
    expect(lostFields(whole.response ?? whole, made, marketFields(decimals))).toEqual([]);
  });

  test("a listing keeps what its ask is told by, and its payout adds up to the cent", () => {
    const body = read("stockx_v2_selling", "listing_active.json") as Record<string, unknown>;
    expect(lostFields(body, ListingSchema.parse(body), LISTING_FIELDS)).toEqual([]);
    const { amount, currencyCode, createdAt, payout } = body;
    const draft = draftOf("stockx", { orderNumber: "1-1", status: "CREATED", amount, currencyCode, createdAt, payout });
    expect(draft.warnings).toEqual([]);
    const fees = (draft.fees ?? []).reduce((sum, { amount: fee }) => sum + fee.minor, 0);
    expect([draft.total?.minor, fees, draft.payout?.minor]).toEqual([7_600, 1_655, 5_945]);
  });
});
