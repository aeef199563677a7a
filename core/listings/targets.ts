import type { Context } from "../platform/context.ts";
import type { Offer } from "./publishable.ts";

/** What a channel is to show for one listing. */
export interface QuantityUpdate {
  listingId: string;
  platformSku: string;
  offer: Offer;
}

/** What became of it. A transient fault is tried again, after the time that the channel asks for, if it asks. */
export type QuantityResult =
  | { listingId: string; ok: true }
  | { listingId: string; ok: false; transient: boolean; code: string; message: string; retryAfterSeconds?: number };

/** A channel that can be told quantities. */
export interface ListingTarget {
  /** Takes offers with a date in the future; another is told of none instead. */
  takesPresale: boolean;
  /** As many as the channel takes in one call. */
  maxBatch: number;
  /**
   * Tells the channel; the most urgent come first. The same quantity may come twice. Answers for each listing; throws
   * when the whole call failed, a retryable AppError (core/platform/http) where it may succeed later.
   */
  setQuantities(ctx: Context, updates: readonly QuantityUpdate[]): Promise<QuantityResult[]>;
}

/** By platform type; a connector is imported when it is first needed. */
export type ListingTargets = Readonly<Record<string, { takesPresale: boolean; load: () => Promise<ListingTarget> }>>;

/** Our own shop shows what our own record says: by having been written it is published. */
const SHOP: ListingTarget = {
  takesPresale: true,
  maxBatch: 1_000,
  setQuantities: (_ctx, updates) => Promise.resolve(updates.map(({ listingId }) => ({ listingId, ok: true as const }))),
};

export const TARGETS: ListingTargets = { shop: { takesPresale: true, load: () => Promise.resolve(SHOP) } };

export function targetOf(targets: ListingTargets, platformType: string): ListingTargets[string] | undefined {
  return Object.hasOwn(targets, platformType) ? targets[platformType] : undefined;
}

export const NO_CONNECTOR = {
  code: "NO_CONNECTOR",
  message: "There is no connector to this channel yet; it will be told when there is",
};
