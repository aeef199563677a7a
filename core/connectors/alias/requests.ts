import type { Access, WireRequest } from "../wire.ts";
import { MAX_LISTING_PAGE, MAX_OPERATION_PAGE, MAX_ORDER_PAGE } from "./constants.ts";

/** A personal access token, which is not renewed. */
export function sign(request: WireRequest, { credentials }: Access): WireRequest {
  return {
    ...request,
    headers: { ...request.headers, authorization: `Bearer ${credentials["accessToken"] ?? ""}` },
  };
}

const part = encodeURIComponent;

const get = (path: string, query: Record<string, string | undefined> = {}): WireRequest => ({
  base: "api",
  method: "GET",
  path: `/api/v1${path}`,
  query: Object.fromEntries(Object.entries(query).flatMap(([name, value]) => (value ? [[name, value]] : []))),
});

/** May be sent twice: each says what is to be, not by how much it changes. */
const post = (path: string, body: unknown = {}): WireRequest => ({
  base: "api",
  method: "POST",
  path: `/api/v1${path}`,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
  repeatable: true,
});

export const test = () => get("/test");

export const searchCatalog = (query: string, limit: number) => get("/catalog", { query, limit: String(limit) });

export const availabilities = (catalogId: string, regionId: string | undefined) =>
  get(`/pricing_insights/availabilities/${part(catalogId)}`, { region_id: regionId });

export const listingsOf = (catalogId: string, token: string | undefined) =>
  get("/listings", { search_term: catalogId, page_size: String(MAX_LISTING_PAGE), pagination_token: token });

export const oneListing = (id: string) => get(`/listings/${part(id)}`);

/** Their ids are parameters of the address, once each. */
const batchOfIds = (name: string, ids: readonly string[]) =>
  post(`/listings/${name}?${new URLSearchParams(ids.map((id): [string, string] => ["ids", id])).toString()}`);

export const activate = (ids: readonly string[]) => batchOfIds("batch_activate", ids);
export const deactivate = (ids: readonly string[]) => batchOfIds("batch_deactivate", ids);

export const updatePrices = (items: readonly { id: string; cents: number }[]) =>
  post("/listings/batch_update", {
    items: items.map(({ id, cents }) => ({
      id,
      price_cents_change: { new_value: cents, condition_operator: "CONDITION_OPERATOR_EQ" },
    })),
  });

export const batch = (id: string) => get(`/listings/batch/${part(id)}`);

export const batchOperations = (id: string, token: string | undefined) =>
  get(`/listings/batch_operations/${part(id)}`, { limit: String(MAX_OPERATION_PAGE), pagination_token: token });

export const orders = (token: string | undefined) =>
  get("/orders", { page_size: String(MAX_ORDER_PAGE), pagination_token: token });

export const oneOrder = (id: string) => get(`/orders/${part(id)}`);
export const shipOrder = (id: string) => post(`/orders/${part(id)}/ship`);
