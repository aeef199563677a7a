/** The Alias API as its reference stood on 2025-11-28. */

export const TITLE = "Alias";

/** Every price is in US cents, whatever the region; those of listings are whole dollars. */
export const CURRENCY = "USD";
export const CENTS_A_DOLLAR = 100;

export const MAX_ORDER_PAGE = 50;
export const MAX_LISTING_PAGE = 50;
export const MAX_OPERATION_PAGE = 500;

/**
 * "max size 1,000", but their ids travel in the address: a thousand make one of 40 KB, which servers and whatever stands
 * before them refuse from 8 KB on.
 */
export const MAX_IDS = 100;
/** Of batches whose items travel in the body. */
export const MAX_ITEMS = 1_000;

/** Its own limit is not documented; so many calls a second keep well off what one seller's application needs. */
export const CALLS_A_SECOND = 5;

/** What a listing says of goods as a shop sells them. */
export const CONDITION_NEW = "NEW";
export const PACKAGING_GOOD = "GOOD_CONDITION";
