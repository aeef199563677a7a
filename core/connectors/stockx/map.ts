import { defined } from "../../platform/defined.ts";
import { faultsOf } from "../../platform/parse.ts";
import { type Money, readMoney } from "../../platform/money.ts";
import { normalizeStyleCode } from "../../platform/style-code.ts";
import type { SourceOption, SourceProduct, Unreadable } from "../capabilities.ts";
import { DEFAULT_CURRENCY } from "./constants.ts";
import { type Market, type Product, ProductSchema, type Variant } from "./wire.ts";

/** A product of the catalogue; without its variants nobody knows what it costs, and that it can be had is assumed. */
export function productOf(original: unknown): SourceProduct | Unreadable {
  const read = ProductSchema.safeParse(original);
  if (!read.success)
    return { reasons: faultsOf(read.error).map(({ path, message }) => `${path}: ${message}`), original };
  const { productId, title, brand, styleId, productType, urlKey, productAttributes } = read.data;
  return defined({
    externalId: productId,
    sku: styleId || undefined,
    name: title || urlKey || styleId || productId,
    price: retailPrice(productAttributes?.retailPrice),
    isAvailable: true,
    styleCode: styleId ? normalizeStyleCode(styleId) : undefined,
    brand: brand || undefined,
    categories: productType ? [productType] : [],
    images: [],
    attributes: attributesOf(read.data),
    options: [],
    restrictions: [],
    url: urlKey ? `https://stockx.com/${encodeURIComponent(urlKey)}` : undefined,
  });
}

/** With its sizes, and for how much each is offered: what the cheapest costs, and the others beyond that. */
export function withVariants(
  product: SourceProduct,
  variants: readonly Variant[],
  markets: readonly Market[],
): SourceProduct {
  const byVariant = new Map(markets.map((market) => [market.variantId, market]));
  const priced = variants.map((variant) => {
    const market = byVariant.get(variant.variantId);
    return { variant, prices: market ? pricesOf(market) : {} };
  });
  const asks = priced.flatMap(({ prices }) => lowestAsk(prices) ?? []);
  const cost = asks.toSorted((a, b) => a.minor - b.minor)[0];
  return {
    ...product,
    ...(cost ? { cost } : {}),
    isAvailable: cost !== undefined,
    options: priced.map(({ variant, prices }) => optionOf(variant, prices, cost)),
  };
}

function optionOf(variant: Variant, prices: Record<string, Money>, cost: Money | undefined): SourceOption {
  const { variantId, variantValue, sizeChart, gtins } = variant;
  const ask = lowestAsk(prices);
  const sizes = (sizeChart?.availableConversions ?? []).flatMap(({ type, size }) =>
    type && size ? [[type.toUpperCase(), withoutType(size, type)] as const] : [],
  );
  const own = sizeChart?.defaultConversion?.type?.toUpperCase();
  const value = variantValue || sizeChart?.defaultConversion?.size;
  return defined({
    externalId: variantId,
    values: {
      ...Object.fromEntries(sizes),
      ...(own && value ? { [own]: value } : {}),
      ...(value ? { size: value } : {}),
    },
    surcharge: ask && cost && ask.currency === cost.currency ? { ...ask, minor: ask.minor - cost.minor } : undefined,
    isAvailable: ask !== undefined,
    gtins: gtins?.length ? gtins.map(({ identifier }) => identifier) : undefined,
    market: Object.keys(prices).length > 0 ? prices : undefined,
  });
}

/** It writes `US M 3.5` for the size 3.5 of `us m`. */
const withoutType = (size: string, type: string) =>
  size.toUpperCase().startsWith(`${type.toUpperCase()} `) ? size.slice(type.length + 1) : size;

/** Every price that it states, by its own word for it. */
export function pricesOf(market: Market): Record<string, Money> {
  const { currencyCode, standardMarketData, flexMarketData, directMarketData } = market;
  const stated: Record<string, string | null | undefined> = {
    lowestAsk: market.lowestAskAmount,
    highestBid: market.highestBidAmount,
    sellFaster: market.sellFasterAmount,
    earnMore: market.earnMoreAmount,
    flexLowestAsk: market.flexLowestAskAmount,
  };
  const kinds = { standard: standardMarketData, flex: flexMarketData, direct: directMarketData };
  for (const [kind, data] of Object.entries(kinds))
    for (const [name, amount] of Object.entries(data ?? {})) stated[`${kind}.${name}`] = amount;
  return Object.fromEntries(
    Object.entries(stated).flatMap(([name, amount]) => {
      const money = amount ? readMoney(amount, currencyCode) : undefined;
      return typeof money === "object" && money.minor > 0 ? [[name, money] as const] : [];
    }),
  );
}

/** Of goods that a seller sends and of those that lie with StockX already. */
function lowestAsk({ lowestAsk: ask, flexLowestAsk: flex }: Record<string, Money>): Money | undefined {
  return ask && flex ? (ask.minor <= flex.minor ? ask : flex) : (ask ?? flex);
}

function retailPrice(amount: number | null | undefined): Money | undefined {
  const money = amount ? readMoney(String(amount), DEFAULT_CURRENCY) : undefined;
  return typeof money === "object" && money.minor > 0 ? money : undefined;
}

function attributesOf({ productAttributes, sizeChart, isFlexEligible, isDirectEligible }: Product) {
  const { retailPrice: _price, ...attributes } = productAttributes ?? {};
  const stated: Record<string, string | null | undefined> = {
    ...attributes,
    sizes: sizeChart?.availableConversions?.flatMap(({ name }) => name ?? []).join(", "),
    defaultSize: sizeChart?.defaultConversion?.name,
    isFlexEligible: isFlexEligible?.toString(),
    isDirectEligible: isDirectEligible?.toString(),
  };
  return Object.fromEntries(Object.entries(stated).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}
