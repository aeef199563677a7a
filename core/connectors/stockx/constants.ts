/** StockX Public API 2.0.0, developer.stockx.com, as of 2026-07-21 where nothing else is said. */

export const TITLE = "StockX";

export const AUDIENCE = "gateway.stockx.com";
export const SCOPES = "openid offline_access";

/** "25,000 requests per 24 hours, reset at 12 AM UTC"; "1 request per second". */
export const CALLS_A_DAY = 25_000;
export const CALLS_A_SECOND = 1;
/** "500 items every 5 minutes", "50,000 items per day": counted by the items of batches (2025-12-08). */
export const BATCH_ITEMS_IN_5_MINUTES = 500;
export const BATCH_ITEMS_A_DAY = 50_000;
export const BATCH_ITEMS = "batchItems";

/** Listings that one batch may update or delete. */
export const MAX_BATCH = 100;
export const MAX_PAGE = 100;
export const MAX_CATALOG_PAGE = 50;
export const MAX_QUERY = 100;

/** Currencies of listings and orders; others are not taken. */
export const CURRENCIES = new Set("AUD CAD CHF EUR GBP HKD JPY KRW MXN NZD SGD USD".split(" "));
/** In what it states retail prices, and what it takes where no currency is given. */
export const DEFAULT_CURRENCY = "USD";

/**
 * History is asked for by when orders were made, and told of by when they end: from sale to the end of a return, two
 * months are seldom enough and four always were.
 */
export const LONGEST_ORDER_DAYS = 120;
/** Of its history what was made lately is asked for each time, and all of it once in so long. */
export const RECENT_ORDER_DAYS = 4;
export const WHOLE_HISTORY_EVERY_MS = 3_600_000;
