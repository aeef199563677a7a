import * as z from "zod";

/** Numbers come as they are or, from the simpler shape, as text. */
const Amount = z.lazy(() => z.union([z.number(), z.string().regex(/^-?\d+(\.\d+)?$/)]));
const Text = z.lazy(() => z.string().nullish());
const Flag = z.lazy(() => z.boolean().nullish());

const PageInfoSchema = z.lazy(() =>
  z.object({ hasNextPage: z.boolean(), hasPreviousPage: Flag, endCursor: z.string().nullish() }),
);

/** One page of a list. What stands in it is read one by one: a bad item must not cost the others. */
export const PageSchema = z.lazy(() =>
  z.object({
    pageInfo: PageInfoSchema,
    edges: z.array(z.object({ cursor: z.string().nullish(), node: z.unknown() })),
  }),
);
export type WirePage = z.output<typeof PageSchema>;

/** The field that was asked for; null where the errors beside it say why. */
export const answerOf = <T extends z.ZodType>(field: string, schema: T) =>
  z.object({ data: z.object({ [field]: schema.nullable() }), errors: z.array(z.unknown()).optional() });

export const ErrorsSchema = z.lazy(() =>
  z.object({
    errors: z
      .array(
        z.object({
          message: z.string().optional(),
          extensions: z.object({ code: z.string().optional() }).nullish(),
        }),
      )
      .min(1),
    data: z.unknown().optional(),
  }),
);

export const TokenSchema = z.lazy(() =>
  z.union([
    z.string(),
    z.object({
      access_token: z.string().optional(),
      accessToken: z.string().optional(),
      token: z.string().optional(),
      expires_in: z.number().positive().optional(),
      expiresIn: z.number().positive().optional(),
    }),
  ]),
);

export type TokenAnswer = z.output<typeof TokenSchema>;

const OptionSchema = z.lazy(() =>
  z.object({
    key: Text,
    price: Amount.nullish(),
    quantity: z.number().int().nullish(),
    status: Text,
    optionAttributes: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
  }),
);
export type WireOption = z.output<typeof OptionSchema>;

/** An item as the document describes it. */
export const ItemSchema = z.lazy(() =>
  z.object({
    key: z.string().min(1),
    name: z.string(),
    model: Text,
    production: Text,
    origin: Text,
    price: Amount.nullish(),
    pricePolicy: Text,
    fixedPrice: Amount.nullish(),
    searchKeywords: z.union([z.string(), z.array(z.string())]).nullish(),
    category: z.object({ key: Text, name: Text, fullName: Text }).nullish(),
    content: Text,
    shippingFee: Amount.nullish(),
    shippingType: Text,
    images: z.array(z.string()).nullish(),
    status: Text,
    options: z.array(OptionSchema).nullish(),
    taxFree: Flag,
    adultOnly: Flag,
    returnable: Flag,
    noReturnReason: Text,
    guaranteedShippingPeriod: z.number().nullish(),
    openmarketSellable: Flag,
    boxQuantity: z.number().nullish(),
    attributes: z.array(z.string()).nullish(),
    metadata: z.unknown().optional(),
    isUsed: Flag,
    createdAt: z.number().nullish(),
    updatedAt: z.number().nullish(),
  }),
);
export type WireItem = z.output<typeof ItemSchema>;

/** The same in the simpler shape that this product was first planned for. */
export const SimpleItemSchema = z.lazy(() =>
  z.object({
    id: z.union([z.string().min(1), z.number()]),
    name: z.string(),
    sku: Text,
    price: Amount.nullish(),
    cost: Amount.nullish(),
    stock: z.number().int().nullish(),
    description: Text,
    category: Text,
    images: z.array(z.string()).nullish(),
    attributes: z.record(z.string(), z.unknown()).nullish(),
  }),
);
export type SimpleItem = z.output<typeof SimpleItemSchema>;

export const HistorySchema = z.lazy(() =>
  z.object({ itemKey: z.string().min(1), kind: Text, createdAt: z.number().nullish() }),
);

export const KeySchema = z.lazy(() => z.object({ key: z.string().min(1) }));

export const SimulationSchema = z.lazy(() =>
  z.array(
    z.object({
      itemAmounts: z.array(z.object({ amount: Amount, itemKey: z.string() })),
      shippingAmount: Amount,
      extraShippingFeeExists: Flag,
    }),
  ),
);

export const OrderSchema = z.lazy(() =>
  z.object({
    key: z.string().min(1),
    note: Text,
    status: z.string(),
    products: z.array(
      z.object({
        itemKey: z.string(),
        quantity: z.number().int(),
        price: Amount.nullish(),
        trackingNumber: Text,
        shippingCompanyCode: Text,
        shippingCompanyName: Text,
        shippedDate: z.union([z.number(), z.string()]).nullish(),
      }),
    ),
  }),
);
export type WireOrder = z.output<typeof OrderSchema>;

export const OrdersSchema = z.lazy(() => z.array(OrderSchema));
export const CancelledSchema = z.lazy(() => z.object({ key: z.string().nullish(), status: Text }));
