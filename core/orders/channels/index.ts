import { readAliasOrder } from "./alias.ts";
import { readEbayOrder } from "./ebay.ts";
import type { Marketplace } from "./names.ts";
import { type OrderOnPage, type OrderReader, readPage } from "./page.ts";
import { readShopifyOrder } from "./shopify.ts";
import { readStockxOrder } from "./stockx.ts";

export {
  CHANNELS,
  type Channel,
  ChannelSchema,
  isChannel,
  isMarketplace,
  MARKETPLACES,
  type Marketplace,
} from "./names.ts";
export type { OrderOnPage, ReadOrder } from "./page.ts";
export { normalizeStyleCode } from "../../platform/style-code.ts";

const READERS: Record<Marketplace, OrderReader> = {
  stockx: readStockxOrder,
  ebay: readEbayOrder,
  alias: readAliasOrder,
  shopify: readShopifyOrder,
};

/**
 * Reads a marketplace's own JSON: an order, an array of them, or a page of its list. Each order comes back as a draft or
 * with the faults it is refused for, in the page's order; nothing is stored, and no payload throws.
 */
export function readOrders(channel: Marketplace, payload: unknown): OrderOnPage[] {
  return readPage(READERS[channel], payload);
}
