import * as z from "zod";
import * as Inventory from "../inventory/index.ts";
import { formatDecimal } from "../platform/decimal.ts";
import { CurrencySchema, MoneySchema, RatioSchema } from "../platform/money.ts";
import { IdSchema, PageSchema } from "../platform/resources.ts";
import { PURCHASE_ORDER_STATUSES } from "./status.ts";

const text = (most: number) => z.string().trim().min(1).max(most);

/** Of goods that come to us each line has a delivery, and all of them are written in one transaction. */
export const MAX_LINES = 25;

const AddressSchema = z.lazy(() =>
  z.strictObject({
    name: text(200),
    phone: text(50).optional(),
    email: z.email().max(320).optional(),
    line1: text(300),
    line2: text(300).optional(),
    city: text(200).optional(),
    region: text(200).optional(),
    postalCode: text(50).optional(),
    country: text(100).optional(),
  }),
);

const ToleranceSchema = z.lazy(() => RatioSchema.transform(formatDecimal));

const common = () => ({
  supplierId: IdSchema,
  accountId: IdSchema.nullable()
    .optional()
    .describe("By which it is ordered: the supplier's own where absent; null orders by hand"),
  currency: CurrencySchema.optional().describe("The lines' own, or the organisation's, where absent"),
  shipping: MoneySchema.optional().describe("What shipping should cost; held against the quote where it is given"),
  tolerance: ToleranceSchema.default("0.05").describe("By what share the quote may exceed what is expected: 0.05"),
  customsCode: text(50).optional().describe("For goods from abroad, where the supplier asks for it"),
  notes: text(2_000).optional(),
});

const LineSchema = z.lazy(() =>
  z.strictObject({
    productId: IdSchema.optional().describe("What it is in the catalogue; what the offer says where absent"),
    externalId: text(200).describe("The supplier's own id of the goods"),
    optionId: text(200).optional(),
    quantity: z.int().min(1).max(Inventory.MAX_UNITS),
    unitCost: MoneySchema.optional().describe("What a unit should cost; what the offer says where absent"),
  }),
);

export const CreatePurchaseOrderSchema = z.lazy(() =>
  z.strictObject({
    ...common(),
    locationId: IdSchema.optional().describe("Where it will come: the main location where absent"),
    recipient: AddressSchema.optional().describe("Where that is, for a supplier that is sent orders"),
    lines: z.array(LineSchema).min(1).max(MAX_LINES),
  }),
);

export const FromOrderSchema = z.lazy(() =>
  z.strictObject({
    ...common(),
    orderId: IdSchema,
    lines: z
      .array(
        z.strictObject({
          lineId: text(20),
          externalId: text(200).optional().describe("The supplier's own id of the goods; the line's SKU where absent"),
          optionId: text(200).optional(),
          unitCost: MoneySchema.optional(),
        }),
      )
      .min(1)
      .max(MAX_LINES)
      .optional()
      .describe("Which of its lines are bought; all that are open and name this supplier, or no other, where absent"),
  }),
);

export const FromSuggestionsSchema = z.lazy(() =>
  z.strictObject({
    ...common(),
    locationId: IdSchema.optional().describe("Where it is short: the main location where absent"),
    recipient: AddressSchema.optional().describe("Where that is, for a supplier that is sent orders"),
    days: z.int().min(1).max(90).default(28).describe("Whole days whose demand is looked at"),
  }),
);

export const ListPurchaseOrdersSchema = z.lazy(() =>
  PageSchema.unwrap()
    .extend({ status: z.enum(PURCHASE_ORDER_STATUSES).optional(), supplierId: IdSchema.optional() })
    .strict(),
);

export const SupplierPurchasesSchema = z.lazy(() =>
  PageSchema.unwrap().extend({ accountId: IdSchema.optional() }).strict(),
);

export const BareStepSchema = z.lazy(() => z.strictObject({}).prefault({}));

export const SubmitPurchaseOrderSchema = z.lazy(() =>
  z
    .strictObject({
      supplierReference: text(200)
        .optional()
        .describe("It was ordered by hand, and this is the supplier's number of it"),
      upTo: MoneySchema.optional().describe("Order although it costs more than expected: up to this, with shipping"),
    })
    .prefault({}),
);

export const ShipPurchaseOrderSchema = z.lazy(() =>
  z
    .strictObject({
      carrier: text(100).optional(),
      trackingNumber: text(200).optional(),
      shippedAt: z.iso.datetime({ offset: true }).optional(),
    })
    .prefault({}),
);

export const CancelPurchaseOrderSchema = z.lazy(() =>
  z
    .strictObject({
      reason: text(500).optional(),
      isCancelledThere: z
        .boolean()
        .default(false)
        .describe("Somebody has made sure that the supplier sends nothing: it is not asked"),
    })
    .prefault({}),
);

export const CloseLinesSchema = z.lazy(() =>
  z.strictObject({
    lineIds: z
      .array(text(20))
      .min(1)
      .max(MAX_LINES)
      .describe("Lines of which somebody has made sure that they will not come"),
  }),
);

export const ReceivePurchaseOrderSchema = z.lazy(() =>
  z.strictObject({
    lines: z
      .array(
        z.strictObject({
          lineId: text(20),
          quantity: z
            .int()
            .min(0)
            .max(Inventory.MAX_UNITS)
            .describe("Units that came; there may be more than were ordered"),
          lotNumber: text(100).optional(),
          expirationDate: Inventory.DateSchema.optional(),
          isLast: z.boolean().default(false).describe("Nothing more of this line will come"),
        }),
      )
      .min(1)
      .max(MAX_LINES),
  }),
);

export type CreateInput = z.output<typeof CreatePurchaseOrderSchema>;
export type FromOrderInput = z.output<typeof FromOrderSchema>;
