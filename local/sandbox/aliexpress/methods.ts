import type { Asked } from "../provider/server.ts";
import { type DemoProduct, findIn } from "./catalogue.ts";

/** A dollar in units of other currencies, for demonstration. */
const RATES: Record<string, { units: number; digits: number }> = {
  USD: { units: 1, digits: 2 },
  EUR: { units: 0.9, digits: 2 },
  GBP: { units: 0.8, digits: 2 },
  KRW: { units: 1_400, digits: 0 },
  JPY: { units: 150, digits: 0 },
};

const amountIn = (cents: number, currency: string): string => {
  const { units, digits } = RATES[currency] ?? { units: 1, digits: 2 };
  return ((cents / 100) * units).toFixed(digits);
};

export function productQuery(
  products: readonly DemoProduct[],
  parameters: URLSearchParams,
  pageFault: Asked["pageFault"],
): unknown {
  const asked = Math.max(1, Number(parameters.get("page_no") ?? 1));
  const size = Math.min(50, Math.max(1, Number(parameters.get("page_size") ?? 10)));
  const turned = { duplicatedPage: asked - 1, missingPage: asked + 1 };
  const page = pageFault ? Math.max(1, turned[pageFault]) : asked;
  const found = findIn(products, parameters.get("keywords") ?? "");
  const shown = found.slice((page - 1) * size, page * size);
  const currency = parameters.get("target_currency") ?? "USD";
  if (shown.length === 0) return respResult("product.query", 405, "The result is empty");
  return respResult("product.query", 200, "Call succeeds", {
    current_page_no: asked,
    current_record_count: shown.length,
    total_record_count: found.length,
    total_page_no: Math.ceil(found.length / size),
    products: { product: shown.map((product) => wireOf(product, currency, parameters.get("tracking_id"))) },
  });
}

function wireOf(product: DemoProduct, currency: string, trackingId: string | null): unknown {
  const { id, title, cents, listCents, images, ratePercent, sold, commissionPercent, categories, shop } = product;
  const [main, ...small] = images;
  // With the tracking id it gives some links at once; the others are for link.generate.
  const link = trackingId !== null && product.hasLink && shop % 2 === 0 ? { promotion_link: linkTo(id) } : {};
  return {
    product_id: Number(id),
    ...(title === undefined ? {} : { product_title: title }),
    product_detail_url: `https://www.aliexpress.com/item/${id}.html`,
    ...link,
    product_main_image_url: main,
    product_small_image_urls: { string: small },
    target_sale_price: amountIn(cents, currency),
    target_sale_price_currency: currency,
    target_original_price: amountIn(listCents, currency),
    target_original_price_currency: currency,
    sale_price: amountIn(cents, "USD"),
    sale_price_currency: "USD",
    original_price: amountIn(listCents, "USD"),
    original_price_currency: "USD",
    discount: `${Math.max(0, Math.round(100 - (cents * 100) / listCents))}%`,
    evaluate_rate: `${ratePercent}.0%`,
    commission_rate: `${commissionPercent}.0%`,
    lastest_volume: sold,
    first_level_category_name: categories[0],
    second_level_category_name: categories[1],
    shop_id: 9_000_000 + shop,
    shop_name: `Demo Store ${shop}`,
    shop_url: `https://www.aliexpress.com/store/${9_000_000 + shop}`,
    platform_product_type: "ALL",
  };
}

const linkTo = (id: string) => `https://s.click.aliexpress.com/e/_demo${id}`;

export function linkGenerate(
  products: readonly DemoProduct[],
  parameters: URLSearchParams,
  trackingId: string,
): unknown {
  if (parameters.get("tracking_id") !== trackingId)
    return respResult("link.generate", 401, "This publisher is not registered");
  const urls = (parameters.get("source_values") ?? "").split(",").filter(Boolean);
  if (urls.length === 0 || urls.length > 50) return respResult("link.generate", 402, "Wrong number of source values");
  const byId = new Map(products.map((product) => [product.id, product]));
  const links = urls.map((url) => {
    const [, id = ""] = /\/item\/(\d+)\.html/.exec(url) ?? [];
    const link = byId.get(id)?.hasLink ? { promotion_link: linkTo(id) } : {};
    return { source_value: url, ...link };
  });
  const result = {
    total_result_count: links.length,
    tracking_id: trackingId,
    promotion_links: { promotion_link: links },
  };
  return respResult("link.generate", 200, "Call succeeds", result);
}

function respResult(method: string, code: number, message: string, result?: unknown): unknown {
  const name = `aliexpress_affiliate_${method.replace(".", "_")}_response`;
  return { [name]: { resp_result: { resp_code: code, resp_msg: message, ...(result ? { result } : {}) } } };
}
