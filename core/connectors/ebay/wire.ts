import * as z from "zod";

/** An error of eBay's, at the top of an answer or within one of its parts. */
const ErrorSchema = z.lazy(() =>
  z.object({ errorId: z.number(), message: z.string().optional(), longMessage: z.string().optional() }),
);

export const ErrorsSchema = z.lazy(() => z.object({ errors: z.array(ErrorSchema).min(1) }));
export type EbayErrors = z.output<typeof ErrorsSchema>["errors"];

export const TokenSchema = z.lazy(() =>
  z.object({
    access_token: z.string().min(1),
    /** Seconds. */
    expires_in: z.number().positive(),
    refresh_token: z.string().min(1).optional(),
  }),
);

/** Orders stay as they came: core/orders reads them. */
export const OrdersSchema = z.lazy(() =>
  z.object({
    total: z.number().int().min(0),
    offset: z.number().int().min(0),
    orders: z.array(z.unknown()),
  }),
);

/** What is looked at of an order here; the rest is not touched. */
export const OrderGlanceSchema = z.lazy(() =>
  z.object({ orderId: z.string(), cancelStatus: z.object({ cancelState: z.string().optional() }).nullish() }),
);

export const OffersSchema = z.lazy(() =>
  z.object({
    offers: z.array(
      z.object({
        offerId: z.string().min(1),
        marketplaceId: z.string().optional(),
        status: z.string(),
        availableQuantity: z.number().int().nullish(),
        pricingSummary: z.object({ price: z.object({ currency: z.string() }).nullish() }).nullish(),
      }),
    ),
  }),
);
export type Offer = z.output<typeof OffersSchema>["offers"][number];

export const BulkAnswerSchema = z.lazy(() =>
  z.object({
    responses: z.array(
      z.object({
        offerId: z.string().nullish(),
        sku: z.string().nullish(),
        statusCode: z.number().int(),
        errors: z.array(ErrorSchema).nullish(),
      }),
    ),
  }),
);
export type BulkPart = z.output<typeof BulkAnswerSchema>["responses"][number];

export const FulfillmentsSchema = z.lazy(() =>
  z.object({
    fulfillments: z.array(
      z.object({
        fulfillmentId: z.string(),
        shipmentTrackingNumber: z.string().nullish(),
        lineItems: z.array(z.object({ lineItemId: z.string(), quantity: z.number().int().nullish() })),
      }),
    ),
  }),
);
export type Fulfillments = z.output<typeof FulfillmentsSchema>["fulfillments"];
