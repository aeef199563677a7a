import { ALIAS_DEMO, startAliasSandbox } from "../../../local/sandbox/alias/server.ts";
import { putOffer } from "../../../local/sandbox/ebay/demo.ts";
import { DEMO_REFRESH_TOKEN, startEbaySandbox } from "../../../local/sandbox/ebay/server.ts";
import { putProduct, putVariant } from "../../../local/sandbox/shopify/demo.ts";
import { DEMO_ACCESS_TOKEN, startShopifySandbox } from "../../../local/sandbox/shopify/server.ts";
import { startStockxSandbox, STOCKX_DEMO } from "../../../local/sandbox/stockx/server.ts";

/** A product, and by which name each channel knows it. */
export interface Goods {
  sku: string;
  skus: Record<string, string>;
}

/** The four channels with these goods, one unit of each, and what it takes to reach them. */
export async function startChannels(count: number) {
  const numbers = Array.from({ length: count }, (_, number) => number + 1);
  const catalogId = "bench-item";
  const item = { catalogId, name: "Bench item", sku: "BENCH", retailCents: 10_000, sizes: numbers };
  const variants = numbers.map((number) => ({
    variantId: `00000002-0000-4000-8000-${String(number).padStart(12, "0")}`,
    size: String(number),
    askPrice: 100,
  }));
  const product = {
    productId: "00000001-0000-4000-8000-000000000001",
    title: "Bench item",
    styleId: "BENCH",
    urlKey: "bench-item",
    colorway: "Black",
    retailPrice: 100,
    variants,
  };
  const ebay = await startEbaySandbox({ items: 0 });
  const shopify = await startShopifySandbox({ variants: 0 });
  const stockx = await startStockxSandbox({ catalogue: [product], isEmpty: true });
  const alias = await startAliasSandbox({ catalogue: [item], isEmpty: true });
  const goods = numbers.map((number): Goods => {
    const sku = `BENCH-${number}`;
    putOffer(ebay.state, { sku, quantity: 1 });
    const productId = putProduct(shopify.state, { title: sku, now: Date.now() });
    putVariant(shopify.state, { productId, sku, quantity: 1, now: Date.now() });
    const variantId = variants[number - 1]?.variantId ?? "";
    stockx.offer(variantId, "100");
    alias.offer(item, { size: number, cents: 10_000 });
    return { sku, skus: { ebay: sku, shopify: sku, stockx: variantId, alias: `${catalogId}/${number}` } };
  });
  const all = { ebay, shopify, stockx, alias };
  return {
    goods,
    environment: Object.fromEntries(
      Object.entries(all).flatMap(([name, { url }]) => [
        [`${name.toUpperCase()}_API_BASE`, url],
        [`${name.toUpperCase()}_AUTH_BASE`, url],
      ]),
    ),
    accounts: [
      {
        provider: "ebay",
        name: "Bench",
        credentials: { clientId: "demo-client", clientSecret: "demo-client-secret", refreshToken: DEMO_REFRESH_TOKEN },
        settings: { marketplaceId: "EBAY_US" },
      },
      {
        provider: "shopify",
        name: "Bench",
        credentials: { accessToken: DEMO_ACCESS_TOKEN },
        settings: { shop: "bench" },
      },
      { provider: "stockx", name: "Bench", ...STOCKX_DEMO },
      { provider: "alias", name: "Bench", ...ALIAS_DEMO },
    ],
    stop: async () => {
      await Promise.all(Object.values(all).map((one) => one.stop()));
    },
  };
}
