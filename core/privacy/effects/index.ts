export { EBAY_PRIVACY_EFFECTS } from "./ebay.ts";
export { SHOPIFY_PRIVACY_EFFECTS } from "./shopify.ts";
