import { defined } from "../platform/defined.ts";
import { toWire } from "../platform/money.ts";
import { desiredOf, publishedOf } from "./channel-update.ts";
import type { Listed } from "./listing.store.ts";
import type { Offer } from "./publishable.ts";

/** A presale says its date, and nothing else does. */
export function viewOffer({ quantity, availableFrom, price }: Offer) {
  const isPresale = availableFrom !== "inStock";
  return defined({
    quantity,
    as: isPresale ? "presale" : "inStock",
    availableFrom: isPresale ? availableFrom : undefined,
    price: price && toWire(price),
  });
}

export type ListingView = ReturnType<typeof viewListing>;

/** A listing as callers see it: what was asked for, what its channel should show, and what it was last told. */
export function viewListing({ listing, update }: Listed) {
  const [desired, published] = [desiredOf(update), publishedOf(update)];
  return defined({
    id: listing.id,
    productId: listing.productId,
    platformType: listing.platformType,
    platformSku: listing.platformSku,
    status: listing.status,
    buffer: listing.buffer,
    maxQuantity: listing.maxQuantity,
    minQuantity: listing.minQuantity,
    locations: listing.locations,
    price: listing.price && toWire(listing.price),
    followPrice: listing.followPrice,
    presale: listing.presale,
    presaleChanges: listing.presaleChanges,
    error: listing.error,
    desired: desired && viewOffer(desired),
    published: published && viewOffer(published),
    publishedAt: update.publishedAt,
    update: defined({
      state: update.state,
      priority: update.priority,
      reason: update.reason,
      attempts: update.attempts,
      nextAttemptAt: update.nextAttemptAt === undefined ? undefined : new Date(update.nextAttemptAt).toISOString(),
      lastQueuedAt: update.queuedAt,
    }),
    createdBy: listing.createdBy,
    version: listing.version,
    createdAt: listing.createdAt,
    updatedAt: listing.updatedAt,
  });
}
