/** All that the stand-in knows; what is kept of it over a restart. Ids are Shopify's numbers. */
export interface ShopifyState {
  products: Record<number, ShopProduct>;
  variants: Record<number, ShopVariant>;
  orders: Record<number, ShopOrder>;
  fulfillmentOrders: FulfillmentOrder[];
  /** When access tokens end, in milliseconds since the epoch. */
  accessTokens: Record<string, number>;
  /** By idempotency key: what was asked, and the answer. */
  asked: Record<string, { input: string; answer: object }>;
  counter: number;
}

export interface ShopProduct {
  id: number;
  title: string;
  vendor: string;
  productType: string;
  status: "ACTIVE" | "DRAFT" | "ARCHIVED";
  tags: string[];
  updatedAt: string;
}

export interface ShopVariant {
  id: number;
  productId: number;
  inventoryItemId: number;
  sku: string | null;
  barcode: string | null;
  options: { name: string; value: string }[];
  price: string;
  unitCost: string | null;
  tracked: boolean;
  /** By location. */
  available: Record<number, { quantity: number; updatedAt: string }>;
  updatedAt: string;
}

export interface ShopLine {
  id: number;
  variant_id: number;
  sku: string | null;
  quantity: number;
  [name: string]: unknown;
}

/** An order as the REST API and webhooks write it; only what the stand-in works with is named. */
export interface ShopOrder {
  id: number;
  created_at: string;
  updated_at: string;
  cancelled_at: string | null;
  financial_status: string;
  fulfillment_status: string | null;
  line_items: ShopLine[];
  fulfillments: ShopFulfillment[];
  [name: string]: unknown;
}

export interface ShopFulfillment {
  id: number;
  order_id: number;
  status: string;
  created_at: string;
  updated_at: string;
  location_id: number;
  tracking_company: string | null;
  tracking_number: string | null;
  tracking_numbers: string[];
  tracking_url: string | null;
  tracking_urls: string[];
  line_items: ShopLine[];
}

export interface FulfillmentOrder {
  id: number;
  order_id: number;
  assigned_location_id: number;
  status: string;
  line_items: { id: number; line_item_id: number; quantity: number; fulfillable_quantity: number }[];
}

export const LOCATIONS = [9_001, 9_002] as const;
export const CURRENCY = "USD";

export const emptyState = (): ShopifyState => ({
  products: {},
  variants: {},
  orders: {},
  fulfillmentOrders: [],
  accessTokens: {},
  asked: {},
  counter: 0,
});

/** Ids that rise, as Shopify's do. */
export const nextId = (state: ShopifyState): number => 5_000_000_000 + ++state.counter;

export const isoOf = (now: number): string => new Date(now).toISOString();
