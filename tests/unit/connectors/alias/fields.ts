import { type Fate, ignored, same } from "../../../support/every-field.ts";

const cents: Fate = (amount) => (amount === "0" ? undefined : String(amount));
const dollars: Fate = (amount) => `${(Number(amount) / 100).toFixed(2)} USD`;
const word =
  (prefix: string): Fate =>
  (value) =>
    String(value).replace(prefix, "");

export const ITEM_FIELDS: Record<string, Fate> = {
  catalog_id: same,
  name: same,
  sku: same,
  brand: same,
  gender: same,
  release_date: same,
  product_category_v2: same,
  product_type: same,
  size_unit: word("SIZE_UNIT_"),
  "allowed_sizes[].display_name": same,
  "allowed_sizes[].value": (size) => ({ within: `/${String(size)}` }),
  "allowed_sizes[].us_size_equivalent": same,
  minimum_listing_price_cents: dollars,
  maximum_listing_price_cents: dollars,
  main_picture_url: same,
  retail_price_cents: cents,
  colorway: same,
  nickname: same,
  requires_listing_pictures: (is) => (is === true ? "requires_listing_pictures=true" : undefined),
  resellable: (is) => (is === false ? "resellable=false" : undefined),
  "requested_pictures[].type": (type) => ({ within: String(type).replace("PICTURE_TYPE_", "") }),
  "requested_pictures[].quantity": (quantity) => ({ within: ` ${String(quantity)}` }),
};

export const AVAILABILITY_FIELDS: Record<string, Fate> = {
  size: same,
  product_condition: word("PRODUCT_CONDITION_"),
  packaging_condition: word("PACKAGING_CONDITION_"),
  consigned: same,
  "availability.*": cents,
};

const INSIGHT = ignored("not asked for: the highest offer and the last price are among the availabilities");

export const INSIGHT_FIELDS: Record<string, Fate> = {
  "offer_histogram.bins[].offer_price_cents": INSIGHT,
  "offer_histogram.bins[].count": INSIGHT,
  "recent_sales[].*": INSIGHT,
};
