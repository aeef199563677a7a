/**
 * What of Shopify's orders and products we do not take over into our own words, and why; a name stands for all that is
 * below it. An order stays whole with ours, as it came.
 */
export const IGNORED_OF_ORDERS: Record<string, readonly string[]> = {
  "another name of what has one": [
    "admin_graphql_api_id",
    "cart_token",
    "checkout_id",
    "name",
    "number",
    "order_number",
    "reference",
    "token",
  ],
  "where it came from": [
    "buyer_accepts_marketing",
    "client_details",
    "gateway",
    "landing_site",
    "landing_site_ref",
    "processing_method",
    "referring_site",
    "source_name",
  ],
  "whom it is billed to: it is sent to the shipping address": ["billing_address"],
  "how it was paid, which its state says": ["confirmed", "payment_details"],
  "who the buyer is beyond name and contact": [
    "customer.accepts_marketing",
    "customer.created_at",
    "customer.default_address",
    "customer.orders_count",
    "customer.state",
    "customer.total_spent",
    "customer.updated_at",
    "customer.verified_email",
  ],
  "a second one: another comes first": [
    "created_at",
    "customer.email",
    "line_items.*.title",
    "shipping_address.country",
    "shipping_address.first_name",
    "shipping_address.last_name",
    "shipping_lines.*.price",
  ],
  "the address says it already": [
    "shipping_address.latitude",
    "shipping_address.longitude",
    "shipping_address.province_code",
  ],
  "parts of amounts that are read whole": [
    "discount_codes",
    "subtotal_price",
    "tax_lines",
    "total_price_usd",
    "total_shipping_price_set.presentment_money",
    "total_shipping_price_set.shop_money.currency_code",
  ],
  "a SKU is what we know goods by": [
    "line_items.*.fulfillment_service",
    "line_items.*.grams",
    "line_items.*.product_exists",
    "line_items.*.product_id",
    "line_items.*.requires_shipping",
    "line_items.*.variant_id",
    "line_items.*.variant_inventory_management",
    "line_items.*.variant_title",
    "total_weight",
  ],
  "only ever less than the quantity, and then told of": ["line_items.*.current_quantity"],
  "what the buyer wrote, which whoever packs reads in the order as it came": [
    "line_items.*.properties",
    "note_attributes",
  ],
  "how the shop calls its ways of sending": [
    "shipping_lines.*.code",
    "shipping_lines.*.source",
    "shipping_lines.*.title",
  ],
  "a fulfilment is known by its tracking": [
    "fulfillments.*.created_at",
    "fulfillments.*.id",
    "fulfillments.*.line_items",
    "fulfillments.*.location_id",
    "fulfillments.*.order_id",
    "fulfillments.*.receipt",
    "fulfillments.*.service",
    "fulfillments.*.updated_at",
  ],
};

/** Of a fulfilment that failed. */
export const SENT_NOTHING: readonly string[] = [
  "fulfillments.*.tracking_number",
  "fulfillments.*.tracking_numbers",
  "fulfillments.*.tracking_url",
  "fulfillments.*.tracking_urls",
];

/** Of one that did not: the list of all numbers has the one as well, and any word but that of a failure says so. */
export const SENT: readonly string[] = [
  "fulfillments.*.status",
  "fulfillments.*.tracking_number",
  "fulfillments.*.tracking_url",
];

export const IGNORED_OF_PRODUCTS: Record<string, readonly string[]> = {
  "when it was made and shown": ["created_at", "published_at", "variants.*.created_at"],
  "what a picture is besides its address": [
    "images.*.created_at",
    "images.*.id",
    "images.*.position",
    "images.*.product_id",
    "images.*.updated_at",
  ],
  "the product's own id, again": ["variants.*.product_id"],
  "how the shop sorts, taxes and sends it": [
    "variants.*.fulfillment_service",
    "variants.*.grams",
    "variants.*.position",
    "variants.*.requires_shipping",
    "variants.*.taxable",
  ],
};
