/** All that the stand-in knows; what is kept of it over a restart. */
export interface EbayState {
  items: Record<string, EbayItem>;
  offers: Record<string, EbayOffer>;
  orders: Record<string, EbayOrder>;
  fulfillments: Record<string, EbayFulfillment[]>;
  /** When access tokens end, in milliseconds since the epoch. */
  accessTokens: Record<string, number>;
  refreshTokens: string[];
  /** Consents that were given and not yet exchanged. */
  codes: string[];
  /** By offer: when its listing was revised, in milliseconds since the epoch. */
  revisions: Record<string, number[]>;
  counter: number;
}

export interface EbayItem {
  sku: string;
  title: string;
  quantity: number;
}

export interface EbayOffer {
  offerId: string;
  sku: string;
  marketplaceId: string;
  status: "PUBLISHED" | "UNPUBLISHED";
  listingId: string;
  availableQuantity: number;
  price: Amount;
  /** The error that it answers to changes with, where it refuses them. */
  refuses?: number;
}

export interface Amount {
  value: string;
  currency: string;
}

/** An order in eBay's own words; only what the stand-in works with is named. */
export interface EbayOrder {
  orderId: string;
  creationDate: string;
  lastModifiedDate: string;
  orderFulfillmentStatus: string;
  orderPaymentStatus: string;
  cancelStatus: { cancelState: string; cancelRequests: object[] };
  fulfillmentHrefs: string[];
  lineItems: {
    lineItemId: string;
    sku: string;
    quantity: number;
    lineItemFulfillmentStatus: string;
    [name: string]: unknown;
  }[];
  [name: string]: unknown;
}

export interface EbayFulfillment {
  fulfillmentId: string;
  shipmentTrackingNumber?: string;
  shippingCarrierCode?: string;
  shippedDate: string;
  lineItems: { lineItemId: string; quantity: number }[];
}

export const emptyState = (): EbayState => ({
  items: {},
  offers: {},
  orders: {},
  fulfillments: {},
  accessTokens: {},
  refreshTokens: [],
  codes: [],
  revisions: {},
  counter: 0,
});

/** Ids that rise, as eBay's do. */
export const nextId = (state: EbayState): number => ++state.counter;
