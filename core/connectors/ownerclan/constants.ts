/*
 * What OwnerClan may change. Sources: A, its seller API document v0.11.0 of 2020-10-21; B, the schema as it answered on
 * 2026-09-09; C, a client's notes of 2026-04; E, an API note of unknown date.
 */

/** Below https://api.ownerclan.com (A). */
export const GRAPHQL_PATH = "/v1/graphql";
/** Below https://auth.ownerclan.com (A). */
export const AUTH_PATH = "/auth";
/** A query longer than this, percent-encoded, goes by POST (C). */
export const MAX_QUERY_CHARACTERS = 4_000;
/** Items, histories or orders of one call (A). */
export const MAX_PAGE = 1_000;
/** Ours: one number has a few dozen orders at most, so a longer list is one that leads round. */
export const MAX_ORDER_PAGES = 20;
/** Ours: the source takes 5,000 (C), but an answer with so many descriptions is larger than we take. */
export const MAX_KEYS = 1_000;
/** `itemHistories` tells of no more at once (C). */
export const HISTORY_WINDOW_MS = 7 * 24 * 3_600_000;
/** A token lasts a month (E) and is replaced a day before its end (C). */
export const REFRESH_BEFORE_MS = 24 * 3_600_000;
/** Of a token that does not say how long it lasts. */
export const DEFAULT_TOKEN_MS = 3_600_000;
/** Prices are asked for in won: the source converts into other currencies at rates of its own (A). */
export const CURRENCY = "KRW";

/** Attributes of items (A). `PROHIBIT`: sale must stop at once. */
export const PROHIBITED = "PROHIBIT";
/** A: these need a licence, or the buyer's customs code. */
export const RESTRICTING = ["ATTR_H_FOOD", "ATTR_MEDICAL", "ATTR_OVERSEA", "ATTR_OVERSEA_DIRECT", PROHIBITED];
