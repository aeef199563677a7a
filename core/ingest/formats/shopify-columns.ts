import { Columns, missingColumns } from "./columns.ts";

/** Each column by the names that Shopify has given it: the header of exports until 2024, and the one since. */
const NAMES = {
  handle: ["Handle", "URL handle"],
  title: ["Title"],
  body: ["Body (HTML)", "Description"],
  vendor: ["Vendor"],
  productCategory: ["Product Category"],
  type: ["Type"],
  tags: ["Tags"],
  published: ["Published", "Published on online store"],
  status: ["Status"],
  sku: ["Variant SKU", "SKU"],
  barcode: ["Variant Barcode", "Barcode"],
  price: ["Variant Price", "Price"],
  compareAtPrice: ["Variant Compare At Price", "Compare-at price"],
  cost: ["Cost per item"],
  stock: ["Variant Inventory Qty", "Inventory quantity"],
  weightGrams: ["Variant Grams", "Weight value (grams)"],
  image: ["Image Src", "Product image URL"],
  imagePosition: ["Image Position"],
  variantImage: ["Variant Image", "Variant image URL"],
  mpn: ["Google Shopping / MPN", "Google Shopping / Manufacturer part number (MPN)"],
  gender: ["Google Shopping / Gender"],
  ageGroup: ["Google Shopping / Age Group"],
  option1Name: ["Option1 Name"],
  option1Value: ["Option1 Value"],
  option2Name: ["Option2 Name"],
  option2Value: ["Option2 Value"],
  option3Name: ["Option3 Name"],
  option3Value: ["Option3 Value"],
} as const satisfies Record<string, readonly string[]>;

export type ShopifyColumn = keyof typeof NAMES;

/** `Color (product.metafields.shopify.color-pattern)` becomes the attribute `shopify.color-pattern`. */
const METAFIELD = /\((?:product|variant)\.metafields\.([^()]+)\)\s*$/i;

/** `Price / International`: prices and availability in a market, kept under the column's own name. */
const MARKET = /^(?:price|compare[- ]at price|included) \/ .+/i;

export interface ExtraColumn {
  index: number;
  attribute: string;
  /** Of the product, so that it stands in its first row only. */
  shared: boolean;
}

export interface ShopifyColumns {
  places: Partial<Record<ShopifyColumn, number>>;
  extras: ExtraColumn[];
}

/**
 * Finds the columns by either name. Left out on purpose: what is about selling at Shopify and not about the product
 * (inventory tracker and policy, fulfilment, taxes, shipping, gift card, SEO, image alt text, Google labels, unit prices).
 * Throws HEADER_MISSING without a handle or a title.
 */
export function findColumns(header: readonly string[]): ShopifyColumns {
  const columns = new Columns(header);
  const places: ShopifyColumns["places"] = {};
  for (const [key, names] of Object.entries(NAMES) as [ShopifyColumn, readonly string[]][]) {
    for (const name of names) {
      const index = columns.find(name);
      if (index === undefined) continue;
      places[key] = index;
      break;
    }
  }
  const missing = (["handle", "title"] as const)
    .filter((key) => places[key] === undefined)
    .map((key) => NAMES[key].join(" or "));
  if (missing.length > 0) throw missingColumns(missing, header);
  const extras = header.flatMap((name, index): ExtraColumn[] => {
    const metafield = METAFIELD.exec(name)?.[1];
    if (metafield !== undefined) return [{ index, attribute: metafield, shared: true }];
    return MARKET.test(name) ? [{ index, attribute: name, shared: false }] : [];
  });
  return { places, extras };
}
