import * as z from "zod";
import { WireMoneySchema } from "../../../core/platform/money.ts";
import * as Purchasing from "../../../core/purchasing/index.ts";
import { resource } from "./resource.ts";

const time = () => z.iso.datetime();
const amounts = () => ({ goods: WireMoneySchema, shipping: WireMoneySchema, total: WireMoneySchema });

const LineAnswer = z.lazy(() =>
  z.object({
    id: z.string(),
    productId: z.string().optional(),
    sku: z.string().optional(),
    externalId: z.string(),
    optionId: z.string().optional(),
    quantity: z.int(),
    received: z.int(),
    unitCost: WireMoneySchema.describe("What a unit should cost"),
    expected: WireMoneySchema,
    paid: WireMoneySchema.optional().describe("What the supplier charged for it: the lines sum to what it charged"),
    covers: z
      .array(z.object({ lineId: z.string(), quantity: z.int() }))
      .optional()
      .describe("The lines of the order that it is bought for"),
    deliveryId: z.string().optional().describe("What is expected of it in stock"),
    isClosed: z.boolean().optional().describe("Nothing more will come of it"),
  }),
);

const PartAnswer = z.lazy(() =>
  z.object({
    externalId: z.string(),
    status: z.enum(["placed", "paid", "preparing", "shipped", "cancelled", "refunded", "unknown"]),
    externalStatus: z.string().describe("The supplier's own word"),
    lineIds: z.array(z.string()),
    goods: WireMoneySchema.optional(),
    shipping: WireMoneySchema.optional(),
    shipments: z.array(
      z.object({ trackingNumber: z.string(), carrier: z.string().optional(), shippedAt: z.string().optional() }),
    ),
    shippedAt: time().optional(),
    toldAt: time().optional().describe("When the order that it was bought for was told"),
    notTold: z.string().optional().describe("Why that order could not be told"),
  }),
);

export const PurchaseOrderAnswer = z.lazy(() =>
  z
    .object({
      ...resource(),
      status: z.enum(Purchasing.PURCHASE_ORDER_STATUSES),
      attention: z.object({ code: z.enum(Purchasing.ATTENTION_CODES), message: z.string() }).optional(),
      supplierId: z.string(),
      accountId: z.string().optional(),
      destination: z.enum(["location", "customer"]),
      locationId: z.string().optional(),
      orderId: z.string().optional(),
      currency: z.string(),
      lines: z.array(LineAnswer),
      expected: WireMoneySchema.describe("What the goods should cost"),
      shipping: WireMoneySchema.optional().describe("What shipping should cost"),
      tolerance: z.string(),
      upTo: WireMoneySchema.optional(),
      quote: z.object({ ...amounts(), parts: z.int(), at: time() }).optional(),
      charged: z.object(amounts()).optional(),
      parts: z.array(PartAnswer).describe("The supplier's own orders that it became"),
      isInDoubt: z.boolean().optional().describe("It may be there although nobody heard so: it is looked for first"),
      hasRecipient: z.boolean().optional(),
      placedAt: time().optional(),
      cancelAskedAt: time().optional(),
      supplierReference: z.string().optional(),
      notes: z.string().optional(),
      createdBy: z.string(),
    })
    .meta({ id: "PurchaseOrder" }),
);

export const PerformanceAnswer = z.lazy(() =>
  z
    .object({
      supplierId: z.string(),
      from: z.string().describe("The first month that is counted"),
      to: z.string(),
      score: z.int().optional().describe("0 to 100; absent while no part is known well enough"),
      parts: z.array(
        z.object({
          name: z.enum(["leadTime", "fillRate", "priceDrift", "cancellations"]),
          weight: z.int(),
          observations: z.int(),
          needed: z.int().describe("Observations without which it has no score"),
          score: z.int().optional(),
          because: z.string(),
          inputs: z.record(z.string(), z.union([z.number(), WireMoneySchema])),
        }),
      ),
    })
    .meta({ id: "SupplierPerformance" }),
);
