import * as z from "zod";
import { ValidationError } from "../../platform/errors.ts";
import type { OrderMapping } from "./order-mapping.ts";

/** A marketplace's own JSON: which marketplace. */
export const CHANNEL_FORMATS = {
  shopifyOrders: "shopify",
  ebayOrders: "ebay",
  stockxOrders: "stockx",
  aliasOrders: "alias",
} as const;

export type ChannelFormat = keyof typeof CHANNEL_FORMATS;

export const ORDER_FORMATS = ["csv", "jsonl", "shopifyOrders", "ebayOrders", "stockxOrders", "aliasOrders"] as const;

export const OrderFormatNameSchema = z.lazy(() =>
  z
    .enum(ORDER_FORMATS)
    .describe(
      "`csv`, `jsonl`: any file of that kind, read by a mapping. The others: what the marketplace's API answers, an order a line or whole answers of up to 20 MB",
    ),
);

export type OrderFormatName = (typeof ORDER_FORMATS)[number];

/** How a file of orders is to be read. `currency` is of amounts that name none. */
export type OrderFormat =
  | { format: "csv" | "jsonl"; currency: string; mapping: OrderMapping }
  | { format: ChannelFormat; currency: string };

/** Throws ValidationError when the format needs a mapping and has none, or takes none and has one. */
export function orderFormat(format: OrderFormatName, mapping: OrderMapping | undefined, currency: string): OrderFormat {
  if (format !== "csv" && format !== "jsonl") {
    if (!mapping) return { format, currency };
    throw fault("A marketplace's answer names its own fields: leave the mapping out");
  }
  if (!mapping) throw fault(`The format ${format} needs a mapping that says which column is what`);
  return { format, currency: typeof mapping.currency === "string" ? mapping.currency : currency, mapping };
}

function fault(message: string): ValidationError {
  return new ValidationError([{ path: "mapping", code: "INVALID_MAPPING", message }]);
}
