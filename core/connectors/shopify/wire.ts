import * as z from "zod";

/** Of Shopify's own numbers, as the last part of a gid. */
const GidSchema = z.lazy(() => z.string().regex(/^gid:\/\/shopify\/\w+\/\d+/));

/** Of the REST API, whose numbers are numbers. */
const IdSchema = z.lazy(() => z.union([z.number().int(), z.string().regex(/^\d+$/)]).transform(String));

export const TokenSchema = z.lazy(() =>
  z.object({
    access_token: z.string().min(1),
    /** Seconds. */
    expires_in: z.number().positive(),
  }),
);

/** What a GraphQL answer says besides its data; behind a status of 200, too. */
export const FaultsSchema = z.lazy(() =>
  z.object({
    errors: z
      .array(
        z.object({ message: z.string().optional(), extensions: z.object({ code: z.string().optional() }).nullish() }),
      )
      .min(1),
    extensions: z
      .object({
        cost: z
          .object({
            requestedQueryCost: z.number(),
            throttleStatus: z.object({ currentlyAvailable: z.number(), restoreRate: z.number().positive() }),
          })
          .nullish(),
      })
      .nullish(),
  }),
);

const UserErrorSchema = z.lazy(() =>
  z.object({ code: z.string().nullish(), field: z.array(z.string()).nullish(), message: z.string() }),
);
export type UserError = z.output<typeof UserErrorSchema>;

const dataOf = <T extends z.ZodRawShape>(shape: T) => z.object({ data: z.object(shape) });

/** Variants as they came: one that cannot be read is no reason to lose its page. */
export const VariantsSchema = z.lazy(() =>
  dataOf({
    shop: z.object({ currencyCode: z.string() }),
    productVariantsCount: z.object({ count: z.number().int() }).nullish(),
    productVariants: z.object({
      nodes: z.array(z.unknown()),
      pageInfo: z.object({ hasNextPage: z.boolean() }),
    }),
  }),
);

/** What shows where a variant is in its list. */
export const PlaceSchema = z.lazy(() => z.object({ id: GidSchema }));

const text = () =>
  z
    .string()
    .nullish()
    .transform((value) => (value?.trim() ? value : undefined));

export const VariantSchema = z.lazy(() =>
  z.object({
    id: GidSchema,
    title: text(),
    sku: text(),
    barcode: text(),
    price: z.string(),
    compareAtPrice: text(),
    inventoryQuantity: z.number().int().nullish(),
    inventoryPolicy: text(),
    availableForSale: z.boolean(),
    updatedAt: text(),
    selectedOptions: z.array(z.object({ name: z.string(), value: z.string() })),
    inventoryItem: z.object({
      tracked: z.boolean(),
      unitCost: z.object({ amount: z.string(), currencyCode: z.string() }).nullish(),
    }),
    product: z.object({
      id: GidSchema,
      title: z.string().min(1),
      handle: text(),
      descriptionHtml: text(),
      vendor: text(),
      productType: text(),
      status: z.string(),
      tags: z.array(z.string()),
      updatedAt: text(),
      onlineStoreUrl: text(),
      category: z.object({ fullName: z.string() }).nullish(),
      featuredMedia: z
        .object({ preview: z.object({ image: z.object({ url: z.string() }).nullish() }).nullish() })
        .nullish(),
    }),
  }),
);
export type Variant = z.output<typeof VariantSchema>;

export const VariantsByIdSchema = z.lazy(() =>
  dataOf({ shop: z.object({ currencyCode: z.string() }), nodes: z.array(z.unknown()) }),
);

const idsPage = z.lazy(() =>
  z.object({ nodes: z.array(z.object({ id: GidSchema })), pageInfo: z.object({ hasNextPage: z.boolean() }) }),
);
export const ChangedSchema = z.lazy(() => dataOf({ products: idsPage }));
export const VariantIdsSchema = z.lazy(() => dataOf({ productVariants: idsPage }));

/** Orders stay as they came: core/orders reads them. */
export const OrdersSchema = z.lazy(() => z.object({ orders: z.array(z.unknown()) }));

export const OrderPlaceSchema = z.lazy(() => z.object({ id: IdSchema }));

export const LocationSchema = z.lazy(() => dataOf({ location: z.object({ id: GidSchema }) }));

const skuPageInfo = z.lazy(() => z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() }));

export const LevelsSchema = z.lazy(() =>
  dataOf({
    productVariants: z.object({
      nodes: z.array(
        z.object({
          sku: z.string().nullish(),
          inventoryItem: z.object({
            id: GidSchema,
            tracked: z.boolean(),
            inventoryLevel: z
              .object({
                quantities: z.array(z.object({ quantity: z.number().int(), updatedAt: z.string().nullish() })),
              })
              .nullish(),
          }),
        }),
      ),
      pageInfo: skuPageInfo,
    }),
  }),
);
export type LevelNode = z.output<typeof LevelsSchema>["data"]["productVariants"]["nodes"][number];

export const SetQuantitiesSchema = z.lazy(() =>
  dataOf({
    inventorySetQuantities: z.object({
      inventoryAdjustmentGroup: z.object({ id: z.string() }).nullish(),
      userErrors: z.array(UserErrorSchema),
    }),
  }),
);

export const PricedVariantsSchema = z.lazy(() =>
  dataOf({
    shop: z.object({ currencyCode: z.string() }),
    productVariants: z.object({
      nodes: z.array(z.object({ id: GidSchema, sku: z.string().nullish(), product: z.object({ id: GidSchema }) })),
      pageInfo: skuPageInfo,
    }),
  }),
);

export type PricedVariant = z.output<typeof PricedVariantsSchema>["data"]["productVariants"]["nodes"][number];

export const UpdateVariantsSchema = z.lazy(() =>
  dataOf({ productVariantsBulkUpdate: z.object({ userErrors: z.array(UserErrorSchema) }) }),
);

export const FulfillmentsSchema = z.lazy(() =>
  z.object({
    fulfillments: z.array(
      z.object({
        status: z.string().nullish(),
        tracking_number: z.string().nullish(),
        tracking_numbers: z.array(z.string()).nullish(),
        line_items: z.array(z.object({ id: IdSchema, quantity: z.number().int() })),
      }),
    ),
  }),
);
export type Fulfillment = z.output<typeof FulfillmentsSchema>["fulfillments"][number];

export const FulfillmentOrdersSchema = z.lazy(() =>
  z.object({
    fulfillment_orders: z.array(
      z.object({
        id: IdSchema,
        status: z.string(),
        line_items: z.array(z.object({ id: IdSchema, line_item_id: IdSchema, fulfillable_quantity: z.number().int() })),
      }),
    ),
  }),
);
export type FulfillmentOrder = z.output<typeof FulfillmentOrdersSchema>["fulfillment_orders"][number];

export const FulfilledSchema = z.lazy(() =>
  dataOf({ fulfillmentCreate: z.object({ userErrors: z.array(UserErrorSchema) }) }),
);
