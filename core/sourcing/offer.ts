import type { SourceProduct } from "../connectors/index.ts";
import type { Money } from "../platform/money.ts";

/** Where an offer is from. */
export interface Origin {
  accountId: string;
  provider: string;
  /** As the organisation calls the account. */
  name: string;
}

/** Goods that a source offers for a search, cleaned; what it needs to be shown is there. */
export interface Offer {
  origin: Origin;
  product: SourceProduct & { cost: Money };
}

/** Why an offer is not shown. */
export const DROP_REASONS = [
  "unreadable",
  "unavailable",
  "titleMissing",
  "titleTooShort",
  "titleTooLong",
  "priceMissing",
  "priceNotPositive",
  "addressUnusable",
  "imageMissing",
  "belowQuality",
] as const;

export type DropReason = (typeof DROP_REASONS)[number];

export interface Scored {
  offer: Offer;
  /** 0 to 1 in steps of a ten-thousandth: the sum of the contributions. */
  score: number;
  explain: Explained[];
}

export interface Explained {
  component: string;
  /** 0 to 1. */
  value: number;
  weight: number;
  /** What it adds to the score. */
  contribution: number;
  reason: string;
}
