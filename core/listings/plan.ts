import {
  type ChannelUpdate,
  desiredOf,
  MAX_ATTEMPTS,
  partsBetween,
  publishedOf,
  type Reason,
} from "./channel-update.ts";
import { hasSoldSince } from "./own-sales.ts";
import type { Offer } from "./publishable.ts";
import { type ListingTargets, type Part, targetOf } from "./targets.ts";

const PRESALE_NOT_SUPPORTED = {
  code: "PRESALE_NOT_SUPPORTED",
  message: "This channel takes no presales, and a presale is never published as in stock",
};

export type Plan =
  | { kind: "wait" }
  | { kind: "fail"; reason: Reason }
  | { kind: "known"; offer: Offer }
  | { kind: "tell"; offer: Offer; parts: Part[]; refusal?: Reason };

/** What is to be done for an update; nothing is told that the channel is known to show. */
export function planOf(update: ChannelUpdate, targets: ListingTargets): Plan {
  const { attempts = 1, doubt = 1 } = update;
  const desired = desiredOf(update) ?? { quantity: 0, availableFrom: "inStock" };
  const published = publishedOf(update);
  const isCertain = doubt <= 1;
  if (update.listingStatus === "ended" && isCertain && (published?.quantity ?? 0) === 0)
    return { kind: "known", offer: desired };
  const target = targetOf(targets, update.platformType);
  if (!target) return { kind: "wait" };
  if (attempts > MAX_ATTEMPTS) return { kind: "fail", reason: update.reason ?? GIVEN_UP };
  const isRefused = desired.availableFrom !== "inStock" && !target.takesPresale && update.listingStatus !== "ended";
  const offer = isRefused ? { quantity: 0, availableFrom: "inStock" } : desired;
  const isUnheardOf = isRefused && isCertain && published === undefined;
  const differing = isUnheardOf ? [] : partsBetween(isCertain ? published : undefined, offer);
  const isShort = hasSoldSince(update, offer) && !differing.includes("quantity");
  const parts = isShort ? ["quantity" as const, ...differing] : differing;
  if (!isRefused) return parts.length === 0 ? { kind: "known", offer } : { kind: "tell", offer, parts };
  return parts.length === 0
    ? { kind: "fail", reason: PRESALE_NOT_SUPPORTED }
    : { kind: "tell", offer, parts, refusal: PRESALE_NOT_SUPPORTED };
}

const GIVEN_UP = { code: "GIVEN_UP", message: "Workers died of this update again and again" };
