import type { SourceProduct } from "../connectors/index.ts";
import type { Offer, DropReason, Origin } from "./offer.ts";
import type { SourcingSettings } from "./settings.ts";

/** A cleaned product as an offer, or the first reason why it cannot be one. */
export function offerOf(origin: Origin, product: SourceProduct, settings: SourcingSettings): Offer | DropReason {
  const { name, cost, url, images, isAvailable } = product;
  if (name === "") return "titleMissing";
  const length = [...name].length;
  if (length < settings.minTitleLength) return "titleTooShort";
  if (length > settings.maxTitleLength) return "titleTooLong";
  if (!cost) return "priceMissing";
  if (cost.minor <= 0) return "priceNotPositive";
  // Marketplaces tell of none; who tells of one that cannot be opened has something to hide.
  if (url === "") return "addressUnusable";
  if (settings.requireImage && images.length === 0) return "imageMissing";
  if (!isAvailable) return "unavailable";
  return { origin, product: { ...product, cost } };
}
