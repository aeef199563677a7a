export interface DemoItem {
  catalogId: string;
  name: string;
  sku: string;
  retailCents: number;
  sizes: number[];
}

const MODELS = ["Runner", "Court", "Trail", "Hiker"];
const COLOURS = ["Slate", "Chalk", "Moss"];
const SIZES = [7, 7.5, 8, 8.5, 9, 9.5, 10, 10.5, 11];

/** Shoes that nobody makes: those of the stand-in of StockX, their codes with a space, as Alias writes them. */
export function demoCatalogue(): DemoItem[] {
  return MODELS.flatMap((model, m) =>
    COLOURS.map((colour, c) => {
      const code = `DM${String(1000 + m * COLOURS.length + c + 1)}`;
      const name = `Demo ${model} '${colour}'`;
      return {
        catalogId: `demo-${model}-${colour}-${code}-${100 + c}`.toLowerCase(),
        name,
        sku: `${code} ${100 + c}`,
        retailCents: 9_000 + 1_000 * m,
        sizes: SIZES,
      };
    }),
  );
}

export const wireItem = ({ catalogId, name, sku, retailCents, sizes }: DemoItem): object => ({
  catalog_id: catalogId,
  name,
  sku,
  brand: "Demo Athletics",
  gender: "men",
  release_date: "2026-01-15",
  product_category_v2: "shoes",
  product_type: "sneakers",
  size_unit: "SIZE_UNIT_US",
  allowed_sizes: sizes.map((value) => ({ display_name: String(value), value, us_size_equivalent: value })),
  minimum_listing_price_cents: 2_500,
  maximum_listing_price_cents: 200_000,
  main_picture_url: `https://images.demo.invalid/${catalogId}.png`,
  retail_price_cents: retailCents,
  colorway: "Demo",
  nickname: name.replace(/^.*'(.*)'$/, "$1"),
  requires_listing_pictures: false,
  resellable: true,
  requested_pictures: [{ type: "PICTURE_TYPE_OUTER", quantity: 1 }],
});

/** Others offer the same shoes, some of them used; of the last size nobody does. */
export const wireAvailabilities = ({ retailCents, sizes }: DemoItem): object[] =>
  sizes.flatMap((size, place) =>
    ["NEW", "USED"].map((condition) => {
      const isOffered = place < sizes.length - 1;
      const cents = retailCents + 1_500 + 300 * place - (condition === "USED" ? 3_000 : 0);
      return {
        size,
        product_condition: `PRODUCT_CONDITION_${condition}`,
        packaging_condition: "PACKAGING_CONDITION_GOOD_CONDITION",
        availability: {
          lowest_listing_price_cents: isOffered ? String(cents) : "0",
          highest_offer_price_cents: isOffered ? String(cents - 2_000) : "0",
          last_sold_listing_price_cents: String(cents - 500),
          global_indicator_price_cents: "0",
        },
      };
    }),
  );
