import type { Money } from "../platform/money.ts";
import type { Connection } from "./wire.ts";

/** What a connector may be able to do; each is a part of its own, and most connectors have a few of them. */
export interface Capabilities {
  /** Everything a wholesaler sells, page by page, and what has changed since. */
  catalogue: CatalogueSource;
  /** What is offered now for a search: shown to somebody who is looking for goods, not kept. */
  offers: OfferSource;
  /** Orders that were made there. */
  orders: OrderSource;
  /** Shows how many can be bought. */
  listings: QuantityTarget;
  /** Shows for how much. */
  prices: PriceTarget;
  /** Takes our orders. */
  purchases: PurchaseTarget;
  /** Is told what was sent to its customers. */
  fulfilments: FulfilmentTarget;
  /** Turns addresses of products into ones that earn a commission. */
  affiliateLinks: AffiliateLinks;
}

export type Capability = keyof Capabilities;

/** What could not be read of an item: kept with its reasons, never dropped. */
export interface Unreadable {
  externalId?: string;
  reasons: string[];
  original: unknown;
}

/** Goods as a source describes them. What a source does not say is absent. */
export interface SourceProduct {
  /** The source's own id, which never changes. */
  externalId: string;
  sku?: string;
  name: string;
  description?: string;
  /** What we pay. */
  cost?: Money;
  /** What the source would have us or its own customers pay. */
  price?: Money;
  /** Units that can be had; the sum over the options. */
  quantity?: number;
  isAvailable: boolean;
  gtin?: string;
  styleCode?: string;
  brand?: string;
  /** From the broadest to the narrowest. */
  categories: string[];
  images: string[];
  attributes: Record<string, string>;
  options: SourceOption[];
  /** Why it may not be sold everywhere, in the source's own words: `openmarketSellable=false`. */
  restrictions: string[];
  /** Where the source shows it. */
  url?: string;
  /** The same, as one that earns a commission, where the source gives it at once. */
  affiliateUrl?: string;
  updatedAt?: string;
  /** Who sends it, where the source gathers several. */
  vendor?: string;
  shipping?: { kind: string; fee?: Money };
  /** What a search ranks by, as the source states it: `rating` 0 to 1, `sales` units, `commission` 0 to 1. */
  signals?: { rating?: number; sales?: number; commission?: number };
}

export interface SourceOption {
  externalId: string;
  /** Of its own, where the source has one for each option. */
  sku?: string;
  /** By the option's name: `{ 색상: "블랙" }`. */
  values: Record<string, string>;
  /** What it costs beyond the product's own cost; negative where it costs less. */
  surcharge?: Money;
  quantity?: number;
  isAvailable: boolean;
  gtins?: string[];
  /** Other prices of it, where the source is a market, by what they are: `highestBid`, `lastSold`. */
  market?: Readonly<Record<string, Money>>;
}

export interface CataloguePage {
  products: SourceProduct[];
  unreadable: Unreadable[];
  /** Absent on the last page. */
  nextCursor?: string;
  /** Of all pages, where the source says it. */
  total?: number;
  /** Something may lie between the page before and this one: what is missing from all of them is not known to be gone. */
  mayMiss?: true;
}

export interface CatalogueSource {
  /** A page of everything, in an order that changes of other products do not upset. */
  page(connection: Connection, ask: { cursor?: string; limit: number }): Promise<CataloguePage>;
  /** As many as it gives at once. */
  maxPage: number;
  /** What has changed in a time, where the source tells. Times are milliseconds since the epoch. */
  changes?: {
    /** It tells of no more than so long at once, in milliseconds. */
    maxWindowMs: number;
    page(
      connection: Connection,
      ask: { from: number; to: number; cursor?: string },
    ): Promise<{ ids: string[]; nextCursor?: string; mayMiss?: true }>;
    /** As they are now; what is missing is gone. */
    byIds(connection: Connection, ids: readonly string[]): Promise<CataloguePage>;
    maxIds: number;
  };
}

export interface OfferSource {
  search(connection: Connection, ask: { query: string; limit: number; currency: string }): Promise<CataloguePage>;
}

export interface OrderSource {
  /** Orders that changed in the time, as the provider writes them: `core/orders/channels` reads them. Milliseconds since the epoch. */
  page(
    connection: Connection,
    ask: { from: number; to: number; cursor?: string },
  ): Promise<{
    orders: unknown[];
    nextCursor?: string;
    /** The next page is the first of another list, whose pages the orders of this one do not move. */
    endsList?: true;
  }>;
  /** Asked for again before the last time that was read: pages over living lists skip, and clocks differ. */
  overlapMs: number;
  /** It tells of no more than so long at once, in milliseconds. */
  maxWindowMs: number;
}

/** What became of one part of a call, by our own id of it. */
export type Outcome =
  | { id: string; ok: true }
  /** Taken, to be done later: the operation says how it went. */
  | { id: string; ok: "pending"; operation: string }
  | { id: string; ok: false; transient: boolean; code: string; message: string; retryAfterSeconds?: number };

/** How a call that was taken went in the end; `pending` while nobody knows. */
export interface Operations {
  state(connection: Connection, operations: readonly { id: string; operation: string }[]): Promise<Outcome[]>;
}

export interface QuantityUpdate {
  id: string;
  platformSku: string;
  quantity: number;
  /** `inStock`, or the time of a presale. */
  availableFrom: string;
  /**
   * What the channel shows as far as we know: what it was told last, less what its own orders that we have read took
   * since. Shows it less, there are sales that we have yet to read: a channel that compares before it sets takes them off.
   * Absent where nobody knows: before the first time, and after a call of which no answer came.
   */
  shown?: number;
}

export interface QuantityTarget {
  /** As many as it takes in one call. */
  maxBatch: number;
  /** The same quantity may come twice. */
  setQuantities(connection: Connection, updates: readonly QuantityUpdate[]): Promise<Outcome[]>;
  operations?: Operations;
  /** How often one listing may be changed: eBay allows 250 a day. */
  revisions?: { limit: number; windowMs: number };
}

export interface PriceTarget {
  maxBatch: number;
  setPrices(
    connection: Connection,
    updates: readonly { id: string; platformSku: string; price: Money }[],
  ): Promise<Outcome[]>;
  operations?: Operations;
}

export interface PurchaseLine {
  id: string;
  externalId: string;
  /** Of the option, where the product has some. */
  optionId?: string;
  quantity: number;
}

export interface PurchaseAddress {
  name: string;
  phone?: string;
  email?: string;
  line1: string;
  line2?: string;
  city?: string;
  region?: string;
  postalCode?: string;
  country?: string;
}

export interface PurchaseOrder {
  /** Our own number, by which the order is found again after a call whose answer was lost. */
  reference: string;
  lines: readonly PurchaseLine[];
  recipient: PurchaseAddress;
  sender?: PurchaseAddress;
  note?: string;
  /** For goods from abroad, where the source asks for it. */
  customsCode?: string;
}

/** One of the orders that a purchase became: sources split by vendor and kind of shipping. */
export interface PlacedPurchase {
  externalId: string;
  status: PurchaseStatus;
  /** The source's own word. */
  externalStatus: string;
  lineIds: string[];
  goods?: Money;
  shipping?: Money;
  shipments: { trackingNumber: string; carrier?: string; shippedAt?: string }[];
}

export type PurchaseStatus = "placed" | "paid" | "preparing" | "shipped" | "cancelled" | "refunded" | "unknown";

export interface PurchaseTarget {
  /** What it would cost, part by part, without ordering. */
  quote(connection: Connection, order: PurchaseOrder): Promise<{ goods: Money; shipping: Money; parts: number }>;
  /** Orders. Must not be repeated before `find` says that nothing came of it. */
  place(connection: Connection, order: PurchaseOrder): Promise<PlacedPurchase[]>;
  /** What has come of our number so far. */
  find(connection: Connection, order: Pick<PurchaseOrder, "reference" | "lines">): Promise<PlacedPurchase[]>;
  cancel?(connection: Connection, externalId: string): Promise<Outcome>;
}

export interface ChannelFulfilment {
  /** Our own id of what was sent. */
  id: string;
  externalOrderId: string;
  lines: readonly { externalLineId: string; quantity: number }[];
  /** Units that the channel was told of before with the same tracking number, by other dispatches. */
  toldBefore?: readonly { externalLineId: string; quantity: number }[];
  carrier?: string;
  trackingNumber?: string;
  trackingUrl?: string;
  shippedAt: string;
}

export interface FulfilmentTarget {
  /** Told twice, it is one fulfilment there. */
  fulfil(connection: Connection, fulfilment: ChannelFulfilment): Promise<Outcome>;
}

export interface AffiliateLinks {
  maxBatch: number;
  /** By the address given; what has none is missing. */
  links(connection: Connection, urls: readonly string[]): Promise<Map<string, string>>;
}
