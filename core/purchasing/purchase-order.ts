import type { PurchaseAddress, PurchaseStatus } from "../connectors/index.ts";
import type { Resource } from "../platform/resources.ts";
import type { PurchaseOrderStatus } from "./status.ts";

export const ATTENTION_CODES = [
  "QUOTE_FAILED",
  "QUOTE_TOO_HIGH",
  "OTHER_CURRENCY",
  "NO_CONNECTION",
  "ADDRESS_INCOMPLETE",
  "ORDER_CHANGED",
  "REFUSED",
  "IN_DOUBT",
  "UNREACHABLE",
  "PARTLY_PLACED",
  "PAID_MORE",
  "CANCELLED_BY_SUPPLIER",
  "CANCEL_REFUSED",
  "THERE_AFTER_ALL",
  "ORDER_NOT_TOLD",
  "NO_NEWS",
] as const;

/** Why a purchase order needs somebody. */
export interface Attention {
  code: (typeof ATTENTION_CODES)[number];
  message: string;
}

/** Goods of one offer. Amounts are integers in the minor units of the purchase order's currency. */
export interface PurchaseOrderLine {
  /** Its place, from "1". */
  id: string;
  productId?: string;
  sku?: string;
  /** The supplier's own id of the goods, and of the option where they have some. */
  externalId: string;
  optionId?: string;
  quantity: number;
  /** What a unit should cost. */
  unitCostMinor: number;
  /** What the supplier charged for the whole line: its share of the order it became part of. */
  paidMinor?: number;
  /** The lines of the order that it was bought for, with how many units of each. */
  covers?: { lineId: string; quantity: number }[];
  /** Of goods that come to us: what is expected of it in stock. */
  deliveryId?: string;
  received: number;
  /** Nothing more will come of it. */
  isClosed?: boolean;
}

/** One of the supplier's own orders that a purchase became. */
export interface SupplierOrder {
  externalId: string;
  status: PurchaseStatus;
  /** The supplier's own word. */
  externalStatus: string;
  lineIds: string[];
  goodsMinor?: number;
  shippingMinor?: number;
  shipments: { trackingNumber: string; carrier?: string; shippedAt?: string }[];
  shippedAt?: string;
  /** When the order that it was bought for was told that it has left; or why that was refused. */
  toldAt?: string;
  notTold?: string;
}

export interface Quote {
  goodsMinor: number;
  shippingMinor: number;
  /** Into how many orders of the supplier it would be split. */
  parts: number;
  at: string;
}

/** An order that may have been made although nobody heard so. Before it is made again it is looked for. */
export interface Placing {
  /** How often it has been begun. */
  times: number;
  /** When the last one was begun: RFC 3339 UTC. */
  at: string;
  /** The supplier said no, as far as anybody heard: it is not made again by itself. */
  refusal?: string;
}

export interface PurchaseOrder extends Resource {
  status: PurchaseOrderStatus;
  supplierId: string;
  /** The account by which it is ordered; without one somebody orders by hand and says so. */
  accountId?: string;
  currency: string;
  /** Where the goods go: to us, or to whoever bought them from us. */
  destination: "location" | "customer";
  locationId?: string;
  /** The order that it is bought for, which says where to. */
  orderId?: string;
  lines: PurchaseOrderLine[];
  /** What shipping should cost, where somebody said so: then it is held against the quote as well. */
  shippingMinor?: number;
  /** By what share the quote may exceed what is expected. */
  tolerance: string;
  /** What it may cost in all, where somebody decided that by a quote. */
  upToMinor?: number;
  quote?: Quote;
  parts: SupplierOrder[];
  attention?: Attention;
  placing?: Placing;
  placedAt?: string;
  /** Somebody asked for it to be cancelled: what the supplier cancels after that is not held against them. */
  cancelAskedAt?: string;
  /** The supplier's number of an order by hand. */
  supplierReference?: string;
  /** Where to and with what note, of goods that come to us: sealed. */
  sealed?: string;
  notes?: string;
  createdBy: string;
}

/** What is personal of a purchase, kept sealed. */
export interface ShipTo {
  recipient?: PurchaseAddress;
  customsCode?: string;
}
