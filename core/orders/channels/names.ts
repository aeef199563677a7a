import * as z from "zod";

/**
 * Where orders come from, in one list: our own shop, what people enter, files of history, and the marketplaces whose
 * payloads are read here.
 */
export const CHANNELS = ["shop", "manual", "file", "stockx", "ebay", "alias", "shopify"] as const;
export type Channel = (typeof CHANNELS)[number];

/** Here the sale is already made when we hear of it: it can be short of stock, but not be turned down. */
export const MARKETPLACES = ["stockx", "ebay", "alias", "shopify"] as const satisfies readonly Channel[];
export type Marketplace = (typeof MARKETPLACES)[number];

export const ChannelSchema = z.lazy(() => z.enum(CHANNELS));

export function isChannel(name: string): name is Channel {
  return CHANNELS.some((channel) => channel === name);
}

export function isMarketplace(name: string): name is Marketplace {
  return MARKETPLACES.some((channel) => channel === name);
}
