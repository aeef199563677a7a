import * as z from "zod";
import { ATTENTION_CODES, CHANNELS, ORDER_STATUSES, STUCK_REASONS } from "../../../core/orders/index.ts";
import { WireMoneySchema } from "../../../core/platform/money.ts";
import { pageOf } from "../pages.ts";
import { resource } from "./resource.ts";

const place = () => ({ productId: z.string(), locationId: z.string() });
const text = () => z.string().optional();

const OrderLineAnswer = z.lazy(() =>
  z
    .object({
      id: z.string().describe("Its place in the order, from 1"),
      productId: text(),
      sku: text(),
      title: text(),
      platformSku: text(),
      externalLineId: text(),
      quantity: z.int(),
      unitPrice: WireMoneySchema.optional(),
      total: WireMoneySchema,
      open: z.int().describe("Units that have neither left nor been cancelled"),
      reserved: z.array(z.object({ ...place(), quantity: z.int() })).describe("Where units wait for it"),
      fulfilled: z.int(),
      cancelled: z.int(),
      returned: z.int(),
      supplierId: text(),
      shippingType: text(),
      boughtBy: text().describe("The purchase order by which its open units are bought: the supplier sends them"),
    })
    .meta({ id: "OrderLine" }),
);

const FulfilmentAnswer = z.lazy(() =>
  z
    .object({
      id: z.string(),
      at: z.iso.datetime(),
      carrier: text(),
      trackingNumber: text(),
      trackingUrl: text(),
      lines: z.array(
        z.object({
          lineId: z.string(),
          quantity: z.int(),
          parts: z
            .array(
              z.object({
                ...place(),
                lots: z.array(
                  z.object({
                    lotId: z.string(),
                    lotNumber: text(),
                    expirationDate: z.iso.date().optional(),
                    quantity: z.int(),
                    cost: WireMoneySchema.optional(),
                  }),
                ),
              }),
            )
            .describe("Which lots left, from where, at what cost"),
        }),
      ),
    })
    .meta({ id: "Fulfilment" }),
);

const ReturnAnswer = z.lazy(() =>
  z
    .object({
      id: z.string(),
      at: z.iso.datetime(),
      reason: text(),
      lines: z.array(
        z.object({
          lineId: z.string(),
          quantity: z.int(),
          disposition: z.enum(["restock", "writeOff"]),
          locationId: z.string(),
        }),
      ),
    })
    .meta({ id: "Return" }),
);

const AttentionAnswer = z.lazy(() =>
  z
    .object({
      code: z.enum(ATTENTION_CODES),
      message: z.string(),
      lines: z.array(z.object({ lineId: z.string(), requested: z.int(), available: z.int() })).optional(),
    })
    .meta({ id: "OrderAttention" }),
);

const FaultAnswer = z.lazy(() =>
  z.object({ path: z.string(), code: z.string(), message: z.string() }).meta({ id: "Fault" }),
);

const payment = () => ({ id: z.string(), at: z.iso.datetime(), amount: WireMoneySchema, reference: text() });

const fields = () => ({
  ...resource(),
  orderNumber: z.string().describe("For people; unique"),
  channel: z.enum(CHANNELS),
  externalId: text().describe("The channel's id, unique in it"),
  accountId: text().describe("The connected account that it came with, and that is told when it is sent"),
  channelStatus: text().describe("The channel's own word, as it came"),
  status: z.enum(ORDER_STATUSES),
  currency: z.string(),
  lines: z.array(OrderLineAnswer),
  shipping: WireMoneySchema,
  tax: WireMoneySchema,
  discount: WireMoneySchema,
  total: WireMoneySchema.describe("Lines + shipping + tax − discount"),
  paid: WireMoneySchema,
  refunded: WireMoneySchema,
  fees: z.array(z.object({ kind: z.string(), amount: WireMoneySchema })).optional(),
  payout: WireMoneySchema.optional(),
  payments: z.array(z.object({ ...payment(), method: text() })),
  refunds: z.array(z.object({ ...payment(), reason: text() })),
  fulfilments: z.array(FulfilmentAnswer),
  returns: z.array(ReturnAnswer),
  customer: z.record(z.string(), z.string()).optional(),
  shippingAddress: z.record(z.string(), z.string()).optional(),
  paymentMethod: text(),
  shippingType: text(),
  notes: text(),
  metadata: z.record(z.string(), z.string()).optional(),
  buyerErasedAt: z.iso.datetime().optional().describe("When all that was about its buyer was erased"),
  affectsStock: z.boolean().describe("Whether it reserves and moves our own stock"),
  placedAt: z.iso.datetime(),
  shipByDate: z.iso.datetime().optional(),
  reservedUntil: z.iso.datetime().optional().describe("When it is cancelled if it is not paid by then"),
  attention: AttentionAnswer.optional().describe("Why it does not move by itself"),
  warnings: z.array(FaultAnswer).optional().describe("What did not add up in what the channel told"),
  splitFrom: text(),
  splitInto: z.array(z.string()).optional(),
  createdBy: z.string(),
});

export const OrderAnswer = z.lazy(() => z.object(fields()).meta({ id: "Order" }));

export const CancelledOrderAnswer = z.lazy(() =>
  z.object({ ...fields(), message: z.string() }).meta({ id: "CancelledOrder" }),
);

export const OrderPageAnswer = pageOf(OrderAnswer, { total: true });

export const SplitOrderAnswer = z.lazy(() =>
  z.object({ items: z.array(OrderAnswer).describe("What is left of the order, then those that were split off") }),
);

export const HistoryEntryAnswer = z.lazy(() =>
  z
    .object({
      version: z.int().describe("Of the order, after the step"),
      at: z.iso.datetime(),
      actor: z.object({ kind: z.string(), id: z.string() }),
      action: z.string(),
      from: z.enum(ORDER_STATUSES).optional(),
      to: z.enum(ORDER_STATUSES),
      details: z.record(z.string(), z.unknown()).optional(),
    })
    .meta({ id: "OrderHistoryEntry" }),
);

export const StuckOrderAnswer = z.lazy(() =>
  z
    .object({
      id: z.string(),
      orderNumber: z.string(),
      channel: z.enum(CHANNELS),
      externalId: text(),
      status: z.enum(ORDER_STATUSES),
      total: WireMoneySchema,
      placedAt: z.iso.datetime(),
      shipByDate: z.iso.datetime().optional(),
      reasons: z.array(
        z.object({
          code: z.enum(STUCK_REASONS),
          message: z.string(),
          advice: z.string().describe("What to do about it"),
          lines: z
            .array(
              z.object({
                lineId: z.string(),
                productId: text(),
                sku: text(),
                requested: z.int().optional(),
                available: z.int().optional(),
              }),
            )
            .optional(),
        }),
      ),
    })
    .meta({ id: "StuckOrder" }),
);
