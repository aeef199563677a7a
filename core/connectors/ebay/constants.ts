/** eBay's Sell APIs as published: Fulfillment 1.20.7, Inventory 1.18.0 (OpenAPI, seen November 2026), developer.ebay.com. */

export const INVENTORY = "/sell/inventory/v1";
export const FULFILLMENT = "/sell/fulfillment/v1";
export const TOKEN_PATH = "/identity/v1/oauth2/token";

export const SCOPES = [
  "https://api.ebay.com/oauth/api_scope/sell.inventory",
  "https://api.ebay.com/oauth/api_scope/sell.fulfillment",
];

/** oauth-rate-limits, November 2026: refreshes of an application in 24 hours. */
export const REFRESHES_A_DAY = 50_000;
export const DAY_MS = 86_400_000;

/** getOrders refuses more with 31100 instead of giving as many as it can. */
export const MAX_ORDERS = 200;
/** Without a filter it tells of 90 days; one window of ours is shorter, so that a page is never far from its end. */
export const MAX_ORDER_WINDOW_MS = 30 * DAY_MS;
/** Orders show in the list a little after they change, and clocks differ. */
export const ORDER_OVERLAP_MS = 30 * 60_000;
/** A date in the future is refused with 30850, and eBay's clock may be behind ours. */
export const CLOCK_MARGIN_MS = 5_000;

/** bulkUpdatePriceQuantity: "Only one SKU (one product) can be updated per call", with up to 25 of its offers. */
export const MAX_OFFERS = 25;
export const MAX_SKU = 50;
/** "Each listing can be revised up to 250 times in one calendar day." */
export const REVISIONS = { limit: 250, windowMs: DAY_MS };

/** Faults of eBay's own that come behind any status: 25001 of Inventory's core, 30500 of Fulfillment. */
export const TRANSIENT_ERROR_IDS: ReadonlySet<number> = new Set([25001, 30500]);

/** Of the texts in a request; Inventory refuses calls without it. */
export const LANGUAGES: Readonly<Record<string, string>> = {
  EBAY_AT: "de-AT",
  EBAY_AU: "en-AU",
  EBAY_CA: "en-CA",
  EBAY_CH: "de-CH",
  EBAY_DE: "de-DE",
  EBAY_ES: "es-ES",
  EBAY_FR: "fr-FR",
  EBAY_GB: "en-GB",
  EBAY_HK: "zh-HK",
  EBAY_IE: "en-IE",
  EBAY_IT: "it-IT",
  EBAY_NL: "nl-NL",
  EBAY_PL: "pl-PL",
  EBAY_SG: "en-SG",
  EBAY_US: "en-US",
};
export const LANGUAGE = "en-US";
