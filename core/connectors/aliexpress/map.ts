import { defined } from "../../platform/defined.ts";
import { describeMoneyFault, type Money, readMoney } from "../../platform/money.ts";
import type { SourceProduct, Unreadable } from "../capabilities.ts";
import { productUrl } from "./constants.ts";
import { ProductWire } from "./wire.ts";

/** What is not taken over, and why. */
export const IGNORED: Readonly<Record<string, string>> = {
  app_sale_price: "what the same costs in the shop's own app, which is not where one buys to resell",
  app_sale_price_currency: "of the price in the app",
  target_app_sale_price: "the price in the app, converted",
  target_app_sale_price_currency: "of the price in the app",
  first_level_category_id: "the category is kept by its name",
  second_level_category_id: "the category is kept by its name",
  hot_product_commission_rate: "a rate of campaigns, which a link made here does not take part in",
  relevant_market_commission_rate: "a rate of campaigns, which a link made here does not take part in",
};

/** The product, or why it cannot be read. `currency` is the one that was asked for: amounts do not always name theirs. */
export function productOf(original: unknown, currency: string): SourceProduct | Unreadable {
  const read = ProductWire.safeParse(original);
  if (!read.success) {
    const reasons = read.error.issues.map(({ path, message }) => `${path.map(String).join(".")}: ${message}`);
    return { reasons, original };
  }
  const wire = read.data;
  const reasons: string[] = [];
  const money = (...choices: [amount: string | undefined, currency: string | undefined][]): Money | undefined => {
    const [amount, of] = choices.find(([text]) => text !== undefined && text.trim() !== "") ?? [];
    if (amount === undefined || of === undefined) return undefined;
    const value = readMoney(amount.trim(), of);
    if (typeof value !== "string") return value;
    reasons.push(describeMoneyFault(value, amount, of));
    return undefined;
  };
  const cost = money(
    [wire.target_sale_price, wire.target_sale_price_currency ?? currency],
    [wire.sale_price, wire.sale_price_currency ?? currency],
  );
  const price = money(
    [wire.target_original_price, wire.target_original_price_currency ?? currency],
    // Without a currency of its own it may be in the seller's: an amount of an unknown one is none.
    [wire.original_price, wire.original_price_currency],
  );
  if (reasons.length > 0) return { externalId: wire.product_id, reasons, original };
  return defined({
    externalId: wire.product_id,
    name: wire.product_title ?? "",
    cost,
    price,
    isAvailable: true,
    categories: [wire.first_level_category_name, wire.second_level_category_name].filter(isText),
    images: [...new Set([wire.product_main_image_url, ...(wire.product_small_image_urls ?? [])].filter(isText))],
    attributes: attributesOf(wire),
    options: [],
    restrictions: [],
    url: isText(wire.product_detail_url) ? wire.product_detail_url : productUrl(wire.product_id),
    affiliateUrl: isText(wire.promotion_link) ? wire.promotion_link : undefined,
    vendor: wire.shop_name,
    signals: defined({
      rating: share(wire.evaluate_rate),
      sales: units(wire.lastest_volume),
      commission: share(wire.commission_rate),
    }),
  });
}

function attributesOf(wire: ProductWire): Record<string, string> {
  const told = {
    discount: wire.discount,
    shopId: wire.shop_id,
    shopUrl: wire.shop_url,
    sellerId: wire.seller_id,
    skuId: wire.sku_id,
    videoUrl: wire.product_video_url,
    shipsWithin: wire.ship_to_days,
    kindOfShop: wire.platform_product_type,
    taxRate: wire.tax_rate,
    // In another currency than the one asked for, where the other could not be told.
    listPrice:
      wire.target_original_price === undefined && wire.original_price_currency === undefined
        ? wire.original_price
        : undefined,
  };
  return Object.fromEntries(Object.entries(told).flatMap(([name, value]) => (isText(value) ? [[name, value]] : [])));
}

const isText = (value: unknown): value is string => typeof value === "string" && value.trim() !== "";

/** `"89.22%"` as 0.8922; undefined for what is no share of a hundred. */
export function share(text: string | undefined): number | undefined {
  const [, digits] = /^\s*(\d{1,3}(?:\.\d{1,6})?)\s*%\s*$/.exec(text ?? "") ?? [];
  const percent = Number(digits);
  return digits === undefined || percent > 100 ? undefined : Math.round(percent * 10_000) / 1_000_000;
}

function units(text: string | undefined): number | undefined {
  return /^\d{1,12}$/.test(text ?? "") ? Number(text) : undefined;
}
