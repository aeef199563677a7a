import { defined } from "../../platform/defined.ts";
import { faultsOf } from "../../platform/parse.ts";
import { formatAmount, type Money } from "../../platform/money.ts";
import { normalizeStyleCode } from "../../platform/style-code.ts";
import type { SourceOption, SourceProduct, Unreadable } from "../capabilities.ts";
import { CONDITION_NEW, CURRENCY, PACKAGING_GOOD } from "./constants.ts";
import { type Availability, type CatalogItem, CatalogItemSchema } from "./wire.ts";

/** A product of the catalogue; what its sizes cost is another question, and that it can be had is assumed. */
export function productOf(original: unknown): SourceProduct | Unreadable {
  const read = CatalogItemSchema.safeParse(original);
  if (!read.success)
    return { reasons: faultsOf(read.error).map(({ path, message }) => `${path}: ${message}`), original };
  const { catalog_id, name, sku, brand, product_category_v2, product_type, main_picture_url } = read.data;
  const { allowed_sizes, resellable, requires_listing_pictures, retail_price_cents } = read.data;
  return defined({
    externalId: catalog_id,
    sku: sku || undefined,
    name: name || sku || catalog_id,
    price: centsOf(retail_price_cents),
    isAvailable: true,
    styleCode: sku ? normalizeStyleCode(sku) : undefined,
    brand: brand || undefined,
    categories: [product_category_v2, product_type].flatMap((category) => category || []),
    images: main_picture_url ? [main_picture_url] : [],
    attributes: attributesOf(read.data),
    options: (allowed_sizes ?? []).map(({ display_name, value, us_size_equivalent }) => ({
      externalId: skuOf(catalog_id, value),
      values: {
        size: display_name || String(value),
        ...(typeof us_size_equivalent === "number" ? { US: String(us_size_equivalent) } : {}),
      },
      isAvailable: true,
    })),
    restrictions: [
      ...(resellable === false ? ["resellable=false"] : []),
      ...(requires_listing_pictures ? ["requires_listing_pictures=true"] : []),
    ],
  });
}

/** What its sizes cost in each condition: the product costs what the cheapest new one in a good box does. */
export function withAvailabilities(product: SourceProduct, variants: readonly Availability[]): SourceProduct {
  const priced = variants.map((variant) => ({ variant, prices: pricesOf(variant) }));
  const offered = priced.flatMap(({ variant, prices: { lowestListing } }) =>
    lowestListing ? [{ isAsNew: isAsNew(variant), price: lowestListing }] : [],
  );
  const cheapest = offered.toSorted((a, b) => Number(b.isAsNew) - Number(a.isAsNew) || a.price.minor - b.price.minor)[0]
    ?.price;
  const options = new Map<string, SourceOption>(
    product.options.map((option) => [option.externalId, { ...option, isAvailable: false }]),
  );
  for (const { variant, prices } of priced) {
    const option = optionOf(product.externalId, variant, prices, cheapest);
    options.set(option.externalId, {
      ...option,
      values: { ...options.get(option.externalId)?.values, ...option.values },
    });
  }
  return {
    ...product,
    ...(cheapest ? { cost: cheapest } : {}),
    isAvailable: cheapest !== undefined,
    options: [...options.values()],
  };
}

function optionOf(
  catalogId: string,
  variant: Availability,
  prices: Record<string, Money>,
  cost: Money | undefined,
): SourceOption {
  const [condition, packaging] = [conditionOf(variant), packagingOf(variant)];
  const { consigned, size } = variant;
  const { lowestListing } = prices;
  const own = skuOf(catalogId, size);
  return defined({
    externalId: isAsNew(variant) ? own : `${own}/${condition}/${packaging}`,
    values: {
      size: String(size),
      condition,
      packaging,
      ...(typeof consigned === "boolean" ? { consigned: String(consigned) } : {}),
    },
    surcharge: lowestListing && cost ? { ...lowestListing, minor: lowestListing.minor - cost.minor } : undefined,
    isAvailable: lowestListing !== undefined,
    market: Object.keys(prices).length > 0 ? prices : undefined,
  });
}

/** A size of a product, new and in a good box, as listings are made of: `catalog-id/10.5`. */
export const skuOf = (catalogId: string, size: number): string => `${catalogId}/${size}`;

/** The two parts of it; undefined of another text. */
export function readSku(sku: string): { catalogId: string; size: number } | undefined {
  const [, catalogId, size] = /^([^/\s]+)\/(\d+(?:\.\d+)?)$/.exec(sku) ?? [];
  return catalogId === undefined ? undefined : { catalogId, size: Number(size) };
}

const conditionOf = ({ product_condition: word }: Availability) => word.replace(/^PRODUCT_CONDITION_/, "");
const packagingOf = ({ packaging_condition: word }: Availability) => word.replace(/^PACKAGING_CONDITION_/, "");
const isAsNew = (variant: Availability) =>
  conditionOf(variant) === CONDITION_NEW && packagingOf(variant) === PACKAGING_GOOD;

function pricesOf({ availability }: Availability): Record<string, Money> {
  const stated = {
    lowestListing: availability?.lowest_listing_price_cents,
    highestOffer: availability?.highest_offer_price_cents,
    lastSold: availability?.last_sold_listing_price_cents,
    globalIndicator: availability?.global_indicator_price_cents,
  };
  return Object.fromEntries(
    Object.entries(stated).flatMap(([name, cents]) => {
      const money = centsOf(cents);
      return money ? [[name, money] as const] : [];
    }),
  );
}

/** "0" is no price. */
function centsOf(cents: string | number | null | undefined): Money | undefined {
  const text = String(cents ?? "");
  const minor = /^\d{1,16}$/.test(text) ? Number(text) : 0;
  return minor > 0 && Number.isSafeInteger(minor) ? { minor, currency: CURRENCY } : undefined;
}

function attributesOf(item: CatalogItem): Record<string, string> {
  const [least, most] = [centsOf(item.minimum_listing_price_cents), centsOf(item.maximum_listing_price_cents)];
  const stated: Record<string, string | null | undefined> = {
    gender: item.gender,
    releaseDate: item.release_date,
    colorway: item.colorway,
    nickname: item.nickname,
    sizeUnit: item.size_unit?.replace(/^SIZE_UNIT_/, ""),
    minimumListingPrice: least && `${formatAmount(least)} ${CURRENCY}`,
    maximumListingPrice: most && `${formatAmount(most)} ${CURRENCY}`,
    requestedPictures: item.requested_pictures
      ?.map(({ type, quantity }) => `${type?.replace(/^PICTURE_TYPE_/, "") ?? ""} ${quantity ?? ""}`.trim())
      .join(", "),
  };
  return Object.fromEntries(Object.entries(stated).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}
