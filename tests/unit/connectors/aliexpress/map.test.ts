import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { IGNORED, productOf, share } from "../../../../core/connectors/aliexpress/map.ts";
import { ProductQueryAnswer, ProductWire } from "../../../../core/connectors/aliexpress/wire.ts";
import { DATA, unpackedFromTar } from "../../../e2e/real-file.ts";

const FULL = {
  product_id: 1_005_000_000_000_017,
  product_title: "Demo Desk Lamp Sand",
  product_detail_url: "https://www.aliexpress.com/item/1005000000000017.html",
  promotion_link: "https://s.click.aliexpress.com/e/_demo",
  product_main_image_url: "https://images.sandbox.invalid/kf/a.jpg",
  product_small_image_urls: { string: ["https://images.sandbox.invalid/kf/b.jpg"] },
  product_video_url: "https://images.sandbox.invalid/v.mp4",
  target_sale_price: "15.9",
  target_sale_price_currency: "USD",
  target_original_price: "31.80",
  target_original_price_currency: "USD",
  discount: "50%",
  evaluate_rate: "89.22%",
  commission_rate: "3.5%",
  lastest_volume: 28,
  first_level_category_name: "Lights",
  second_level_category_name: "Desk Lamps",
  shop_name: "Demo Store",
  shop_id: 9_000_001,
  shop_url: "https://www.aliexpress.com/store/9000001",
  ship_to_days: "10",
  tax_rate: "0.1",
};

test("a product is mapped exactly: money, shares of a hundred, pictures and categories", () => {
  expect(productOf(FULL, "EUR")).toEqual({
    externalId: "1005000000000017",
    name: "Demo Desk Lamp Sand",
    cost: { minor: 1590, currency: "USD" },
    price: { minor: 3180, currency: "USD" },
    isAvailable: true,
    categories: ["Lights", "Desk Lamps"],
    images: ["https://images.sandbox.invalid/kf/a.jpg", "https://images.sandbox.invalid/kf/b.jpg"],
    attributes: {
      discount: "50%",
      shopId: "9000001",
      shopUrl: "https://www.aliexpress.com/store/9000001",
      videoUrl: "https://images.sandbox.invalid/v.mp4",
      shipsWithin: "10",
      taxRate: "0.1",
    },
    options: [],
    restrictions: [],
    url: "https://www.aliexpress.com/item/1005000000000017.html",
    affiliateUrl: "https://s.click.aliexpress.com/e/_demo",
    vendor: "Demo Store",
    signals: { rating: 0.8922, sales: 28, commission: 0.035 },
  });
});

test("an amount without a currency is in the one that was asked for", () => {
  expect(productOf({ product_id: "1", target_sale_price: "1500" }, "KRW")).toMatchObject({
    cost: { minor: 1500, currency: "KRW" },
    url: "https://www.aliexpress.com/item/1.html",
  });
});

test.each([
  ["an amount that is none", { product_id: "7", target_sale_price: "3.00 - 5.00" }],
  ["an amount finer than its currency", { product_id: "7", target_sale_price: "3.005" }],
])("%s makes the product unreadable, with its id and the reason", (_, wire) => {
  expect(productOf(wire, "USD")).toMatchObject({ externalId: "7", reasons: [expect.stringContaining("3.00")] });
});

test("what is no product is unreadable and kept as it is", () => {
  expect(productOf({ product_title: 5 }, "USD")).toMatchObject({ original: { product_title: 5 } });
  expect(productOf("text", "USD")).toMatchObject({ original: "text" });
});

test.each([
  ["100.0%", 1],
  ["0.0%", 0],
  ["7.0%", 0.07],
  ["89.22%", 0.8922],
  ["101%", undefined],
  ["7", undefined],
  [undefined, undefined],
])("%s is the share %s", (text, expected) => {
  expect(share(text)).toBe(expected);
});

describe.skipIf(!existsSync(new URL("marketplace_apis", DATA)))(
  "what AliExpress really answered, in ../shared/data (skipped where that is not there)",
  () => {
    const archive = "marketplace_apis/aliexpress_samples.tar.gz";
    const sample = (name: string) => JSON.parse(unpackedFromTar(archive, name).toString()) as Record<string, unknown>;
    const answer = ProductQueryAnswer.parse(sample("affiliate_product_query_docs_sample_edited.json"));
    const products: Record<string, unknown>[] = [
      ...((answer.products?.product ?? []) as Record<string, unknown>[]),
      sample("affiliate_product_live_fields_2026-09.json"),
      sample("ds_recommend_feed_product_docs_sample.json"),
    ];

    test("every field is mapped, or ignored on purpose", () => {
      expect(products).toHaveLength(3);
      for (const product of products) {
        const mapped = JSON.stringify(productOf(product, "USD"));
        for (const [name, value] of Object.entries(product)) {
          const isKnown = name in ProductWire.unwrap().shape || name in IGNORED;
          expect(isKnown, name).toBe(true);
          if (name in IGNORED || value === "" || typeof value === "object") continue;
          // Leaving the field out changes what is made of the product, unless another says the same.
          const { [name]: _left, ...without } = product;
          const isSaidTwice = Object.entries(without).some(
            ([, other]) => JSON.stringify(other) === JSON.stringify(value),
          );
          const isDerived = name === "product_detail_url" || PREFERRED[name]?.some((better) => better in product);
          const changes = JSON.stringify(productOf(without, "USD")) !== mapped;
          expect(changes || isSaidTwice || isDerived, `${name} of ${String(product["product_id"])}`).toBe(true);
        }
      }
    });

    test("every one can be read, its money as it stands there", () => {
      expect(products.map((product) => productOf(product, "USD"))).toMatchObject([
        { cost: { minor: 1590 }, signals: { rating: 0.921, sales: 5, commission: 0.07 }, vendor: "Mock Shop" },
        { cost: { minor: 321 }, price: { minor: 321 }, signals: { rating: 1, sales: 17, commission: 0.07 } },
        { cost: { minor: 1 }, price: { minor: 1 }, images: [expect.any(String)], signals: { rating: 0, sales: 28 } },
      ]);
    });
  },
);

/** The same amount in the currency that was asked for goes before the seller's own. */
const PREFERRED: Record<string, string[]> = {
  sale_price: ["target_sale_price"],
  sale_price_currency: ["target_sale_price"],
  original_price: ["target_original_price"],
  original_price_currency: ["target_original_price"],
  target_sale_price_currency: ["target_sale_price"],
  target_original_price_currency: ["target_original_price"],
};
