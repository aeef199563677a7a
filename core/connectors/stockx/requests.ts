import { currencyExponent, formatAmount, type Money } from "../../platform/money.ts";
import type { Access, WireRequest } from "../wire.ts";
import { AUDIENCE, BATCH_ITEMS, MAX_PAGE, MAX_QUERY, SCOPES } from "./constants.ts";

/** Every call needs both: the application's key and the seller's token. */
export function sign(request: WireRequest, { credentials, token }: Access): WireRequest {
  return {
    ...request,
    headers: {
      ...request.headers,
      "x-api-key": credentials["apiKey"] ?? "",
      authorization: `Bearer ${token?.accessToken ?? ""}`,
    },
  };
}

const JSON_BODY = { "content-type": "application/json" };

const get = (path: string, query?: Record<string, string>): WireRequest => ({
  base: "api",
  method: "GET",
  path: `/v2${path}`,
  ...(query ? { query } : {}),
});

const part = encodeURIComponent;

export const searchCatalog = (query: string, pageSize: number) =>
  get("/catalog/search", { query: query.slice(0, MAX_QUERY), pageNumber: "1", pageSize: String(pageSize) });

export const productVariants = (productId: string) => get(`/catalog/products/${part(productId)}/variants`);

export const productMarket = (productId: string, currencyCode: string) =>
  get(`/catalog/products/${part(productId)}/market-data`, { currencyCode });

export const activeOrders = (pageNumber: number, pageSize = MAX_PAGE) =>
  get("/selling/orders/active", { pageNumber: String(pageNumber), pageSize: String(pageSize), sortOrder: "CREATEDAT" });

/** Days are `YYYY-MM-DD`, of when the orders were made. */
export const pastOrders = (pageNumber: number, { fromDate, toDate }: { fromDate: string; toDate: string }) =>
  get("/selling/orders/history", { fromDate, toDate, pageNumber: String(pageNumber), pageSize: String(MAX_PAGE) });

/** What is for sale of our own stock, and what was sold lately: what lies with StockX (Flex, Direct) is not ours to take off. */
export const listingsOf = (variantIds: readonly string[], pageNumber: number) =>
  get("/selling/listings", {
    variantIds: variantIds.join(","),
    listingStatuses: "ACTIVE,INACTIVE,MATCHED",
    inventoryTypes: "STANDARD",
    pageNumber: String(pageNumber),
    pageSize: String(MAX_PAGE),
  });

export const oneListing = (listingId: string) => get(`/selling/listings/${part(listingId)}`);

/** `120 USD`: without the decimals where there are none, as StockX writes amounts itself. */
export function priceText(price: Money): string {
  const isWhole = price.minor % 10 ** currencyExponent(price.currency) === 0;
  const amount = formatAmount(price);
  return `${isWhole ? amount.replace(/\.0+$/, "") : amount} ${price.currency}`;
}

export interface ListingChange {
  listingId: string;
  active?: boolean;
  amount?: string;
  currencyCode?: string;
}

/** Each item says what the listing is to be, so that the batch can come twice. */
export const updateListings = (items: readonly ListingChange[]): WireRequest => ({
  base: "api",
  method: "POST",
  path: "/v2/selling/batch/update-listing",
  headers: JSON_BODY,
  body: JSON.stringify({ items }),
  repeatable: true,
  cost: { [BATCH_ITEMS]: items.length },
});

export const batchItems = (batchId: string) => get(`/selling/batch/update-listing/${part(batchId)}/items`);

/** Where the seller consents: Auth0's authorization code flow. */
export function authorizeUrl(
  { credentials }: Access,
  { state, redirectUri, authBase }: { state: string; redirectUri: string; authBase: string },
): string {
  const query = new URLSearchParams({
    response_type: "code",
    client_id: credentials["clientId"] ?? "",
    redirect_uri: redirectUri,
    scope: SCOPES,
    audience: AUDIENCE,
    state,
  });
  return `${authBase}/authorize?${query.toString()}`;
}

/** `grant` is of one kind: a code with its redirect URI, or a refresh token. */
export const tokenRequest = ({ credentials }: Access, grant: Record<string, string>): WireRequest => ({
  base: "auth",
  method: "POST",
  path: "/oauth/token",
  headers: { "content-type": "application/x-www-form-urlencoded" },
  body: new URLSearchParams({
    ...grant,
    client_id: credentials["clientId"] ?? "",
    client_secret: credentials["clientSecret"] ?? "",
  }).toString(),
});
