/** Shopify's Admin API as of version 2026-10 (shopify.dev, November 2026); versions are kept up for a year. */
export const API_VERSION = "2026-10";
export const GRAPHQL_PATH = `/admin/api/${API_VERSION}/graphql.json`;
export const REST = `/admin/api/${API_VERSION}`;
export const TOKEN_PATH = "/admin/oauth/access_token";

/** Of the smallest plan: 100 points a second, and two calls a second of the REST API. */
export const POINTS_A_SECOND = 100;
export const REST_CALLS_A_SECOND = 2;
/** What a mutation costs. */
export const MUTATION_COST = 10;

/** Lists take 250 at most; a page of variants is as long as the points allow that work which can wait may take at once. */
export const MAX_PAGE = 80;
export const MAX_ORDERS = 250;
/** Of SKUs that are looked for at once: each may be found twice, which has to be seen. */
export const MAX_SKUS = 50;
/** Of variants that are read on where others stood before them, and how many pages. */
export const SKU_PAGE = 50;
export const MAX_SKU_PAGES = 4;

export const DAY_MS = 86_400_000;
/** Orders older than 60 days are shown to few; a window of ours is shorter. */
export const MAX_ORDER_WINDOW_MS = 30 * DAY_MS;
export const OVERLAP_MS = 10 * 60_000;
export const MAX_CHANGES_WINDOW_MS = 30 * DAY_MS;
/** Products of a page of changes; their variants are asked for next. */
export const MAX_CHANGED = 50;
/** Numbers of a list, where a point is all that each costs. */
export const MAX_LIST = 250;
/** Of a query for variants of which all is asked. */
export const MAX_IDS = 80;
