import type { Money } from "../platform/money.ts";
import type { Offer } from "./publishable.ts";
import type { ListingStatus, UpdateState } from "./status.ts";
import type { Part } from "./targets.ts";

export interface Reason {
  code: string;
  message: string;
}

/** What a channel shows of an offer, and when its quantity was calculated: RFC 3339 UTC. */
export type Shown = Partial<Offer> & { asOf?: string | undefined };

/** A call that the channel took and works later. What it shows is not known before the operation's end is. */
export interface PendingOperation {
  operation: string;
  part: Part;
  /** What the channel shows when it has succeeded. */
  shows: Shown;
  /** Milliseconds since the epoch. */
  since: number;
  /** Another was begun before its end, or it was begun before another's: which of them the channel works last is not known. */
  isContested?: true;
}

/**
 * What a listing's channel should show, and what it was last told: one record a listing, so that any number of stock
 * changes are one update. Only the projection writes what is desired, only the worker what is published.
 */
export interface ChannelUpdate {
  id: string;
  productId: string;
  platformType: string;
  platformSku: string;
  currency: string;
  /** The listing's status when the desired offer was calculated. */
  listingStatus: ListingStatus;
  state: UpdateState;
  /** What the desired offer was calculated from: see docs/decisions/0007-newest-quantity-wins.md. */
  stamp: number;
  basis?: string;
  desiredQuantity?: number;
  desiredFrom?: Offer["availableFrom"];
  desiredPrice?: Money;
  /** When what is desired was calculated last: RFC 3339 UTC. */
  calculatedAt?: string;
  /** Nothing is left: to be told before everything else. */
  priority?: "urgent";
  queuedAt?: string;
  /** When the stock or listing changed, in milliseconds since the epoch. */
  changedAt?: number;
  reason?: Reason;
  publishedQuantity?: number;
  publishedFrom?: Offer["availableFrom"];
  publishedPrice?: Money;
  /** When the published quantity was calculated: later sales are not in it. */
  publishedAsOf?: string;
  publishedAt?: string;
  /** When the channel's own order of it was recorded last: RFC 3339 UTC. Later than `publishedAsOf`, it shows less than it was told. */
  ownSaleAt?: string;
  /** Claims since the last success or failure: how long to wait before the next, and when to give up. */
  attempts?: number;
  /** Claims since the last success: more than one, and nobody knows what an earlier one has told the channel. */
  doubt?: number;
  /** Milliseconds since the epoch. */
  nextAttemptAt?: number;
  operations?: PendingOperation[];
  /** Calls that changed the listing there in a window of its channel, by the window's beginning. */
  revisions?: { window: number; used: number };
  leaseUntil?: number;
  leaseOwner?: string;
}

export function desiredOf({
  desiredQuantity,
  desiredFrom = "inStock",
  desiredPrice,
}: ChannelUpdate): Offer | undefined {
  return offerOf(desiredQuantity, desiredFrom, desiredPrice);
}

export function publishedOf({
  publishedQuantity,
  publishedFrom = "inStock",
  publishedPrice,
}: ChannelUpdate): Offer | undefined {
  return offerOf(publishedQuantity, publishedFrom, publishedPrice);
}

function offerOf(quantity: number | undefined, availableFrom: string, price: Money | undefined): Offer | undefined {
  return quantity === undefined ? undefined : { quantity, availableFrom, ...(price ? { price } : {}) };
}

/** Two offers of which a channel shows as much; nothing of something is nothing, whenever it comes. */
export function sameOffer(a: Offer | undefined, b: Offer | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.quantity === b.quantity && (a.quantity === 0 || a.availableFrom === b.availableFrom);
}

export function samePrice(a: Money | undefined, b: Money | undefined): boolean {
  return a?.minor === b?.minor && a?.currency === b?.currency;
}

/** What has to be told so that a channel which shows the one shows the other. Of what is sold out no price is told. */
export function partsBetween(shown: Offer | undefined, wanted: Offer): Part[] {
  const needsPrice = wanted.price && wanted.quantity > 0 && !samePrice(shown?.price, wanted.price);
  return [...(sameOffer(shown, wanted) ? [] : ["quantity" as const]), ...(needsPrice ? ["price" as const] : [])];
}

/** What was calculated, and from what. */
export interface Calculated {
  offer: Offer;
  stamp: number;
  basis: string;
  listingStatus: ListingStatus;
  hasTarget: boolean;
}

/**
 * What a calculation does to the record. `stale`: somebody knew as much or more. `resend`: this very calculation is
 * recorded and waits, so whoever wrote it may have died before its message was sent. `note`: only what it was calculated
 * from is new. `wait`: there is nobody to tell. `queue`: the channel must be told.
 */
export function decide(update: ChannelUpdate, next: Calculated): "stale" | "resend" | "note" | "wait" | "queue" {
  if (!isRebased(update, next)) {
    if (next.stamp < update.stamp) return "stale";
    if (next.stamp === update.stamp) return update.state === "queued" ? "resend" : "stale";
  }
  if (!next.hasTarget && next.listingStatus !== "ended") return "wait";
  // A listing becomes active, and one that has ended is closed, by the worker: also when the quantity stays.
  const isForWorker = next.listingStatus === "publishing" || next.listingStatus === "ended";
  if (isForWorker && (next.listingStatus !== update.listingStatus || update.state !== "queued")) return "queue";
  const desired = desiredOf(update);
  const isSame = sameOffer(desired, next.offer) && samePrice(desired?.price, next.offer.price);
  return isSame ? "note" : "queue";
}

/** It stands on other items than what is recorded: neither is newer by its stamp, and whoever writes must look again. */
export function isRebased(update: ChannelUpdate, next: Pick<Calculated, "basis">): boolean {
  return update.basis !== undefined && update.basis !== next.basis;
}

/** Goes before the others: the channel shows units that are gone. */
export function isUrgent(update: ChannelUpdate, offer: Offer): boolean {
  return offer.quantity === 0 && ((publishedOf(update)?.quantity ?? 0) > 0 || (update.doubt ?? 0) > 0);
}

/** After so many claims without an answer that settles it, somebody has to look. */
export const MAX_ATTEMPTS = 10;
