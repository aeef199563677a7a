import type { Context } from "../platform/context.ts";
import type { Money } from "../platform/money.ts";
import type { Offer } from "./publishable.ts";

/** What a channel is to show for one listing. */
export interface QuantityUpdate {
  listingId: string;
  productId: string;
  platformSku: string;
  offer: Offer;
  /** When the offer was calculated, RFC 3339 UTC: of later sales it knows nothing. */
  calculatedAt?: string;
  /**
   * What the channel was told last, and when that was calculated (RFC 3339 UTC): all later is not in it. Absent where it
   * was told nothing yet, or nobody knows what.
   */
  known?: { quantity: number; asOf: string };
}

/** For how much it is to be offered there. */
export interface PriceUpdate {
  listingId: string;
  platformSku: string;
  price: Money;
}

/** What a listing's channel is told of it, each by a call of its own. */
export type Part = "quantity" | "price";

/** A call that the channel took, and works later. */
export interface AskedOperation {
  listingId: string;
  part: Part;
  operation: string;
}

/** What became of it. A transient fault is tried again, after the time that the channel asks for, if it asks. */
export type QuantityResult =
  | { listingId: string; ok: true }
  /** Taken, to be done later: how it went is asked for by its operation. */
  | { listingId: string; ok: "pending"; operation: string }
  /** Somebody must do something first, and the target's `isReady` says when that is done. `isUnsent`: nothing has left, for certain. */
  | { listingId: string; ok: "waiting"; code: string; message: string; isUnsent: boolean }
  /** There is no room for it before then. `isUnsent` as above. */
  | {
      listingId: string;
      ok: "later";
      code: string;
      message: string;
      retryAfterSeconds: number;
      isUnsent: boolean;
    }
  | {
      listingId: string;
      ok: false;
      transient: boolean;
      code: string;
      message: string;
      retryAfterSeconds?: number;
      isUnsent?: boolean;
    };

/** What kept a channel from being told. */
export type Untold = Exclude<QuantityResult, { ok: true | "pending" }>;

/** How a call goes: what is urgent may use what is kept for it. */
export interface Urgency {
  isUrgent: boolean;
}

/**
 * A channel that can be told quantities, and may take prices. All answer for each listing, and throw when the whole call
 * failed: a retryable AppError (core/platform/http) where it may succeed later.
 */
export interface ListingTarget {
  /** Takes offers with a date in the future; another is told of none instead. */
  takesPresale: boolean;
  /** As many as the channel takes in one call. */
  maxBatch: number;
  /** How often one listing may be changed in a time: in windows that begin at its multiples, in UTC. */
  revisions?: { limit: number; windowMs: number };
  /** The same quantity may come twice. */
  setQuantities(ctx: Context, updates: readonly QuantityUpdate[], urgency: Urgency): Promise<QuantityResult[]>;
  prices?: {
    maxBatch: number;
    set(ctx: Context, updates: readonly PriceUpdate[]): Promise<QuantityResult[]>;
  };
  /** How pending calls went; `pending` while nobody knows. */
  operations?(ctx: Context, asked: readonly AskedOperation[], urgency: Urgency): Promise<QuantityResult[]>;
}

/** What is known of a channel without loading its connector, which is imported when it is first needed. */
export interface ListingTargetEntry {
  takesPresale: boolean;
  takesPrices?: boolean;
  /** Shows fewer by itself when it has sold some: it is told again where as many are to be shown as before. */
  countsOwnSales?: boolean;
  /** Whether what waited for somebody may go now. Always where absent. */
  isReady?: (ctx: Context) => Promise<boolean>;
  load: () => Promise<ListingTarget>;
}

/** By platform type. */
export type ListingTargets = Readonly<Record<string, ListingTargetEntry>>;

/** Our own shop shows what our own record says: by having been written it is published. */
const SHOP: ListingTarget = {
  takesPresale: true,
  maxBatch: 1_000,
  setQuantities: (_ctx, updates) => Promise.resolve(updates.map(({ listingId }) => ({ listingId, ok: true as const }))),
  prices: {
    maxBatch: 1_000,
    set: (_ctx, updates) => Promise.resolve(updates.map(({ listingId }) => ({ listingId, ok: true as const }))),
  },
};

export const TARGETS: ListingTargets = {
  shop: { takesPresale: true, takesPrices: true, load: () => Promise.resolve(SHOP) },
};

export function targetOf(targets: ListingTargets, platformType: string): ListingTargets[string] | undefined {
  return Object.hasOwn(targets, platformType) ? targets[platformType] : undefined;
}

export const NO_CONNECTOR = {
  code: "NO_CONNECTOR",
  message: "There is no connector to this channel yet; it will be told when there is",
};
