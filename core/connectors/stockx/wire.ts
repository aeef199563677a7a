import * as z from "zod";

/** An amount in major units as text, null where there is none; "0" says the same. */
const amount = () => z.string().nullish();
const text = () => z.string().nullish();

export const TokenSchema = z.lazy(() =>
  z.object({
    access_token: z.string().min(1),
    /** Another one each time where tokens rotate. */
    refresh_token: z.string().min(1).nullish(),
    /** Seconds. */
    expires_in: z.number().positive(),
  }),
);

/** What it says of a page, and the items as they come. */
const page = {
  count: z.number().nullish(),
  pageNumber: z.number().nullish(),
  hasNextPage: z.boolean(),
};

export const SearchSchema = z.lazy(() => z.object({ ...page, products: z.array(z.unknown()) }));
export const OrdersSchema = z.lazy(() => z.object({ ...page, orders: z.array(z.unknown()) }));
export const ListingsSchema = z.lazy(() => z.object({ ...page, listings: z.array(ListingSchema) }));

export const ProductSchema = z.lazy(() =>
  z.object({
    productId: z.string().min(1),
    title: text(),
    brand: text(),
    styleId: text(),
    productType: text(),
    urlKey: text(),
    productAttributes: z
      .object({
        gender: text(),
        season: text(),
        releaseDate: text(),
        retailPrice: z.number().nullish(),
        colorway: text(),
        color: text(),
      })
      .nullish(),
    sizeChart: z
      .object({
        defaultConversion: z.object({ name: text() }).nullish(),
        availableConversions: z.array(z.object({ name: text() })).nullish(),
      })
      .nullish(),
    isFlexEligible: z.boolean().nullish(),
    isDirectEligible: z.boolean().nullish(),
  }),
);

const SizeSchema = z.lazy(() => z.object({ size: text(), type: text() }));

export const VariantSchema = z.lazy(() =>
  z.object({
    variantId: z.string().min(1),
    variantValue: text(),
    sizeChart: z
      .object({ defaultConversion: SizeSchema.nullish(), availableConversions: z.array(SizeSchema).nullish() })
      .nullish(),
    gtins: z.array(z.object({ identifier: z.string(), type: text() })).nullish(),
  }),
);

const MarketOfKindSchema = z.lazy(() =>
  z.object({
    lowestAsk: amount(),
    highestBidAmount: amount(),
    sellFaster: amount(),
    earnMore: amount(),
    beatUS: amount(),
  }),
);

export const MarketSchema = z.lazy(() =>
  z.object({
    variantId: z.string().min(1),
    currencyCode: z.string().length(3),
    lowestAskAmount: amount(),
    highestBidAmount: amount(),
    sellFasterAmount: amount(),
    earnMoreAmount: amount(),
    flexLowestAskAmount: amount(),
    standardMarketData: MarketOfKindSchema.nullish(),
    flexMarketData: MarketOfKindSchema.nullish(),
    directMarketData: MarketOfKindSchema.nullish(),
  }),
);

export const VariantsSchema = z.lazy(() => z.array(VariantSchema));
export const MarketsSchema = z.lazy(() => z.array(MarketSchema));

export const ListingSchema = z.lazy(() =>
  z.object({
    listingId: z.string().min(1),
    /** INACTIVE, ACTIVE, DELETED, CANCELED, MATCHED or COMPLETED. */
    status: z.string(),
    amount: amount(),
    currencyCode: text(),
    createdAt: text(),
    updatedAt: text(),
    variant: z.object({ variantId: z.string().min(1) }),
  }),
);

export const BatchSchema = z.lazy(() => z.object({ batchId: z.string().min(1) }));

export const BatchItemsSchema = z.lazy(() =>
  z.object({
    items: z.array(
      z.object({
        /** QUEUED, then COMPLETED or FAILED; words in between are documented as open. */
        status: z.string(),
        listingInput: z.object({ listingId: z.string().min(1) }),
        error: text(),
      }),
    ),
  }),
);

/** When an order changed, of which `core/orders/channels` reads the rest. */
export const OrderTimesSchema = z.lazy(() => z.object({ createdAt: text(), updatedAt: text() }));

export type Product = z.output<typeof ProductSchema>;
export type Variant = z.output<typeof VariantSchema>;
export type Market = z.output<typeof MarketSchema>;
export type Listing = z.output<typeof ListingSchema>;
