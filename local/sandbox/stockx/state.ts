/** All that the stand-in knows beside its catalogue; what is kept of it over a restart. */
export interface StockxState {
  listings: Record<string, StockxListing>;
  orders: Record<string, StockxOrder>;
  batches: Record<string, StockxBatch>;
  /** When access tokens end, in milliseconds since the epoch. */
  accessTokens: Record<string, number>;
  /** By refresh token: until when it is taken; for ever while it was not used. */
  refreshTokens: Record<string, number | null>;
  /** Consents that were given and not yet exchanged, with where they were sent. */
  codes: Record<string, string>;
  counter: number;
}

export interface StockxListing {
  listingId: string;
  productId: string;
  variantId: string;
  status: "ACTIVE" | "INACTIVE" | "MATCHED" | "COMPLETED";
  amount: string;
  currencyCode: string;
  createdAt: string;
  updatedAt: string;
  askId: string;
  /** What it answers to changes with, where it refuses them. */
  refuses?: string;
}

/** An order in StockX's own words. */
export interface StockxOrder {
  orderNumber: string;
  listingId: string;
  status: string;
  createdAt: string;
  updatedAt: string;
  [name: string]: unknown;
}

export interface StockxBatch {
  batchId: string;
  createdAt: string;
  /** How often somebody has asked for it. */
  asked: number;
  completedAt: string | null;
  items: { itemId: string; status: string; listingInput: ListingInput; result?: object; error?: string }[];
}

export interface ListingInput {
  listingId: string;
  active?: boolean;
  amount?: string;
  currencyCode?: string;
}

export const emptyState = (): StockxState => ({
  listings: {},
  orders: {},
  batches: {},
  accessTokens: {},
  refreshTokens: {},
  codes: {},
  counter: 0,
});

export const nextNumber = (state: StockxState): number => ++state.counter;

/** Ids of the form that StockX's have; the kind keeps those of different things apart. */
export const idOf = (kind: number, number: number): string =>
  `${String(kind).padStart(8, "0")}-0000-4000-8000-${String(number).padStart(12, "0")}`;

export const timeOf = (now: number): string => new Date(now).toISOString();

/** A refusal in StockX's form. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export const errorBody = (statusCode: number, message: string) => ({ statusCode, message });
