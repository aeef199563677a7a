import * as z from "zod";
import type { Hold, LotTake } from "../inventory/index.ts";
import type { Fault } from "../platform/errors.ts";
import { CurrencySchema, type Money, MoneySchema } from "../platform/money.ts";
import { IdSchema, type Resource } from "../platform/resources.ts";
import { ChannelSchema } from "./channels/names.ts";
import type { Address } from "./order-draft.ts";
import type { OrderStatus } from "./status.ts";

/** An order keeps its amounts as integers in the minor units of its own currency. */
export interface OrderLine {
  /** Its place in the order, from "1"; stays when lines are split off. */
  id: string;
  /** Absent for what is not in the catalogue: postage, a fee, an unknown SKU of a channel. */
  productId?: string;
  sku?: string;
  title?: string;
  /** How the channel names the goods: what sales without a SKU are matched with purchases by. */
  gtin?: string;
  styleCode?: string;
  size?: string;
  /** What a listing of ours would be named by there, of goods that are sold on a channel. */
  platformSku?: string;
  externalLineId?: string;
  quantity: number;
  unitPriceMinor?: number;
  totalMinor: number;
  /** Units that are reserved for it and have not left; of a bundle, those of its parts. */
  holds: Hold[];
  fulfilled: number;
  cancelled: number;
  returned: number;
  supplierId?: string;
  shippingType?: string;
  /** The purchase order by which its open units are bought: the supplier sends them, and none is reserved. */
  boughtBy?: string;
}

export interface Fulfilment {
  id: string;
  at: string;
  carrier?: string;
  trackingNumber?: string;
  trackingUrl?: string;
  lines: { lineId: string; quantity: number; parts: FulfilledPart[] }[];
}

/** What left for a line: which lots, from where, at what cost. */
export interface FulfilledPart {
  productId: string;
  locationId: string;
  lots: LotTake[];
}

export interface OrderReturn {
  id: string;
  at: string;
  reason?: string;
  lines: { lineId: string; quantity: number; disposition: "restock" | "writeOff"; locationId: string }[];
}

export interface Payment {
  id: string;
  at: string;
  amountMinor: number;
  method?: string;
  reference?: string;
}

export interface Refund {
  id: string;
  at: string;
  amountMinor: number;
  reason?: string;
  reference?: string;
}

export const ATTENTION_CODES = [
  "INSUFFICIENT_STOCK",
  "UNKNOWN_PRODUCT",
  "UNKNOWN_STATUS",
  "DIFFERS_FROM_CHANNEL",
  "PAYMENT_FAILED",
  "PAYMENT_DISPUTED",
  "MONEY_DIFFERS",
] as const;

/** Why an order does not move by itself. */
export interface Attention {
  code: (typeof ATTENTION_CODES)[number];
  message: string;
  lines?: { lineId: string; requested: number; available: number }[];
}

export interface Order extends Resource {
  orderNumber: string;
  channel: string;
  externalId?: string;
  /** Whose orders it came with; absent where no account of ours read it. */
  accountId?: string;
  /** The channel's own word, kept as it came. */
  channelStatus?: string;
  status: OrderStatus;
  currency: string;
  lines: OrderLine[];
  shippingMinor: number;
  taxMinor: number;
  discountMinor: number;
  totalMinor: number;
  /** Where the channel says so. */
  fees?: { kind: string; amountMinor: number }[];
  payoutMinor?: number;
  paidMinor: number;
  refundedMinor: number;
  payments: Payment[];
  refunds: Refund[];
  fulfilments: Fulfilment[];
  returns: OrderReturn[];
  customer?: { name?: string; email?: string; phone?: string; externalId?: string };
  shippingAddress?: Address;
  paymentMethod?: string;
  shippingType?: string;
  notes?: string;
  metadata?: Record<string, string>;
  /** When all that was about its buyer was erased. */
  buyerErasedAt?: string;
  /** Whether it reserves and moves our own stock. */
  affectsStock: boolean;
  placedAt: string;
  shipByDate?: string;
  /** When an unpaid order gives its units back. */
  reservedUntil?: string;
  attention?: Attention;
  /** Of an order that was recorded: what is to be done to our stock for it. */
  settleTo?: "reserved" | "fulfilled" | "delivered";
  warnings?: Fault[];
  /** The order that this one was split off from. */
  splitFrom?: string;
  /** The orders that were split off from this one. */
  splitInto?: string[];
  createdBy: string;
}

/** An order is one item of at most 400 KB, which keeps of each line what left and came back: 200 lines come to 100 KB. */
export const MAX_LINES = 200;

const text = (most: number) => z.string().trim().min(1).max(most);

export const AddressSchema = z.lazy(() =>
  z.strictObject({
    name: text(200).optional(),
    street: text(300).optional(),
    street2: text(300).optional(),
    city: text(200).optional(),
    state: text(200).optional(),
    postalCode: text(50).optional(),
    country: text(100).optional(),
    phone: text(50).optional(),
  }),
);

const CustomerSchema = z.lazy(() =>
  z.strictObject({
    name: text(200).optional(),
    email: z.email().max(320).optional(),
    phone: text(50).optional(),
    externalId: text(200).optional(),
  }),
);

const MetadataSchema = z.lazy(() =>
  z.record(text(100), z.string().max(1_000)).refine((all) => Object.keys(all).length <= 50, "at most 50 entries"),
);

const LineSchema = z.lazy(() =>
  z
    .strictObject({
      sku: text(100).optional(),
      productId: IdSchema.optional(),
      quantity: z.int().min(1).max(1_000_000),
      unitPrice: MoneySchema.optional().describe("The product's own price where absent"),
      locationId: IdSchema.optional().describe("Where to reserve; the first location that has enough where absent"),
      supplierId: IdSchema.optional(),
      shippingType: text(50).optional(),
    })
    .refine(({ sku, productId }) => (sku === undefined) !== (productId === undefined), "give either sku or productId"),
);

export const CreateOrderSchema = z.lazy(() =>
  z.strictObject({
    channel: ChannelSchema,
    externalId: text(200).optional().describe("The channel's id: a repeat is answered with the first order"),
    lines: z.array(LineSchema).min(1).max(MAX_LINES),
    currency: CurrencySchema.optional().describe("Of the lines' prices where they give none"),
    shipping: MoneySchema.optional(),
    tax: MoneySchema.optional(),
    discount: MoneySchema.optional(),
    shippingAddress: AddressSchema.optional(),
    customer: CustomerSchema.optional(),
    paymentMethod: text(100).optional(),
    shippingType: text(50).optional(),
    notes: text(2_000).optional(),
    metadata: MetadataSchema.optional(),
    draft: z.boolean().default(false).describe("Keep it as a draft, which reserves nothing until it is submitted"),
    reserveForSeconds: z
      .int()
      .min(60)
      .max(30 * 24 * 3600)
      .optional()
      .describe("Cancel it and give its units back when it is not paid in this time"),
  }),
);

export type CreateOrderInput = z.output<typeof CreateOrderSchema>;

export const UpdateOrderSchema = z.lazy(() =>
  z
    .strictObject({
      shippingAddress: AddressSchema.nullable(),
      customer: CustomerSchema.nullable(),
      notes: text(2_000).nullable(),
      metadata: MetadataSchema.nullable(),
      paymentMethod: text(100).nullable(),
      shippingType: text(50).nullable(),
    })
    .partial()
    .describe("What may change before the goods leave; lines have operations of their own"),
);

/** What an order still says when its goods have been dealt with: that is no answer to what is wrong with its money. */
export function moneyAttention({ attention }: Pick<Order, "attention">): Attention | undefined {
  return attention?.code === "PAYMENT_DISPUTED" || attention?.code === "MONEY_DIFFERS" ? attention : undefined;
}

/** Units of a line that have neither left nor been cancelled. */
export function openUnits({
  quantity,
  fulfilled,
  cancelled,
}: Pick<OrderLine, "quantity" | "fulfilled" | "cancelled">): number {
  return quantity - fulfilled - cancelled;
}

/** What an order is by what became of its units once none is still to leave; `otherwise` while some are. */
export function statusByLines(lines: readonly OrderLine[], otherwise: OrderStatus): OrderStatus {
  if (lines.some((line) => openUnits(line) > 0)) return otherwise;
  const left = lines.filter(({ fulfilled }) => fulfilled > 0);
  if (left.length === 0) return "cancelled";
  if (left.every(({ returned, fulfilled }) => returned === fulfilled)) return "returned";
  return left.some(({ returned }) => returned > 0) ? "partiallyReturned" : "fulfilled";
}

/** Do its units leave our own stock? Otherwise what it cost is known from purchases. */
export function isFromStock(order: Pick<Order, "affectsStock">, line: Pick<OrderLine, "productId">): boolean {
  return order.affectsStock && line.productId !== undefined;
}

/** Every hold of the order. */
export function holdsOf(order: Pick<Order, "lines">): Hold[] {
  return order.lines.flatMap(({ holds }) => holds);
}

export function money(order: Pick<Order, "currency">, minor: number): Money {
  return { minor, currency: order.currency };
}
