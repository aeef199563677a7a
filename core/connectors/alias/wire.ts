import * as z from "zod";

const text = () => z.string().nullish();
const flag = () => z.boolean().nullish();
/** Of 64 bits: text where it is written by the rules of protocol buffers, which the examples are not everywhere. */
const whole = () => z.union([z.string(), z.number()]).nullish();

/** The guide writes pages in camelCase, the reference in snake_case, and each list has a way of its own. */
const page = {
  next_pagination_token: text(),
  nextPaginationToken: text(),
  pagination_token: text(),
  paginationToken: text(),
  has_more: flag(),
  hasMore: flag(),
};

const PaginationSchema = z.lazy(() =>
  z.object({ ...page, next_page_token: text(), nextPageToken: text(), total_count: whole(), totalCount: whole() }),
);

export const PageSchema = z.lazy(() => z.object({ ...page, pagination: PaginationSchema.nullish() }));

const SizeSchema = z.lazy(() =>
  z.object({ display_name: text(), value: z.number(), us_size_equivalent: z.number().nullish() }),
);

export const CatalogItemSchema = z.lazy(() =>
  z.object({
    catalog_id: z.string().min(1),
    name: text(),
    sku: text(),
    brand: text(),
    gender: text(),
    release_date: text(),
    product_category_v2: text(),
    product_type: text(),
    size_unit: text(),
    allowed_sizes: z.array(SizeSchema).nullish(),
    minimum_listing_price_cents: whole(),
    maximum_listing_price_cents: whole(),
    main_picture_url: text(),
    retail_price_cents: whole(),
    colorway: text(),
    nickname: text(),
    requires_listing_pictures: flag(),
    resellable: flag(),
    requested_pictures: z.array(z.object({ type: text(), quantity: whole() })).nullish(),
  }),
);

/** Of the call that only shows whether the token is good. */
export const TestSchema = z.lazy(() => z.object({ ok: z.literal(true) }));

export const CatalogSchema = z.lazy(() => PageSchema.unwrap().extend({ catalog_items: z.array(z.unknown()) }));

/** Prices of one size in one condition; "0" where there is none. */
export const AvailabilitySchema = z.lazy(() =>
  z.object({
    size: z.number(),
    product_condition: z.string(),
    packaging_condition: z.string(),
    consigned: flag(),
    availability: z
      .object({
        lowest_listing_price_cents: whole(),
        highest_offer_price_cents: whole(),
        last_sold_listing_price_cents: whole(),
        global_indicator_price_cents: whole(),
      })
      .nullish(),
  }),
);

export const AvailabilitiesSchema = z.lazy(() => z.object({ variants: z.array(AvailabilitySchema) }));

export const ListingSchema = z.lazy(() =>
  z.object({
    id: z.string().min(1),
    catalog_id: z.string(),
    size: z.number(),
    condition: text(),
    packaging_condition: text(),
    consigned: flag(),
    created_at: text(),
    updated_at: text(),
    /** LISTING_STATUS_ACTIVE and so on: the list is open. */
    status: z.string(),
    price_cents: whole(),
  }),
);

export const ListingsSchema = z.lazy(() => PageSchema.unwrap().extend({ listings: z.array(ListingSchema) }));
export const OneListingSchema = z.lazy(() => z.object({ listing: ListingSchema }));

export const TakenBatchSchema = z.lazy(() => z.object({ batch_id: z.string().min(1) }));
export const BatchSchema = z.lazy(() => z.object({ status: z.string() }));

const AboutSchema = z.lazy(() => z.object({ id: text() }).nullish());

export const BatchOperationsSchema = z.lazy(() =>
  PageSchema.unwrap().extend({
    operations: z.array(
      z.object({
        /** BATCH_OPERATION_STATUS_PENDING, IN_PROGRESS, COMPLETED or FAILED. */
        status: z.string(),
        success: flag(),
        errors: z.array(z.string()).nullish(),
        update_listing_request: AboutSchema,
        activate_listing_request: AboutSchema,
        deactivate_listing_request: AboutSchema,
      }),
    ),
  }),
);

export const OrdersSchema = z.lazy(() => PageSchema.unwrap().extend({ results: z.array(z.unknown()) }));

/** What is needed of an order beside what `core/orders/channels` reads. */
export const OrderStateSchema = z.lazy(() =>
  z.object({ status: z.string(), fulfillment_status: text(), sold_at: text(), updated_at: text() }),
);
export const OneOrderSchema = z.lazy(() => z.object({ order: OrderStateSchema }));

/** gRPC's error in JSON: the code decides, the message may be in any language. */
export const ErrorSchema = z.lazy(() => z.object({ code: z.number().int(), message: text() }));

export type CatalogItem = z.output<typeof CatalogItemSchema>;
export type Availability = z.output<typeof AvailabilitySchema>;
export type Listing = z.output<typeof ListingSchema>;
type Page = z.output<typeof PageSchema>;

/** Undefined on the last page. */
export function nextToken(page: Page): string | undefined {
  const inner = page.pagination;
  const hasMore = page.has_more ?? page.hasMore ?? inner?.has_more ?? inner?.hasMore;
  if (hasMore === false) return undefined;
  const tokens = [inner?.next_page_token, inner?.nextPageToken].concat(
    [page, inner].flatMap((part) => [
      part?.next_pagination_token,
      part?.nextPaginationToken,
      part?.pagination_token,
      part?.paginationToken,
    ]),
  );
  return tokens.find(Boolean) ?? undefined;
}

/** Of all pages, where it says so. */
export function totalOf({ pagination }: Page): number | undefined {
  const total = pagination?.total_count ?? pagination?.totalCount;
  return total === null || total === undefined || total === "" ? undefined : Number(total);
}
