import type { WireRequest } from "../wire.ts";
import { GRAPHQL_PATH, MAX_ORDERS, MUTATION_COST, REST } from "./constants.ts";

const post = (text: string, variables: object): Pick<WireRequest, "base" | "method" | "path" | "headers" | "body"> => ({
  base: "api",
  method: "POST",
  path: GRAPHQL_PATH,
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ query: text, variables }),
});

export const queryRequest = (text: string, variables: object, points: number): WireRequest => ({
  ...post(text, variables),
  repeatable: true,
  reads: true,
  cost: { points },
});

/** `repeatable`: it says the same the second time, or has a key by which it is known. */
export const mutationRequest = (
  text: string,
  variables: object,
  { repeatable }: { repeatable: boolean },
): WireRequest => ({
  ...post(text, variables),
  repeatable,
  cost: { points: MUTATION_COST },
});

const get = (path: string, query: Readonly<Record<string, string>>): WireRequest => ({
  base: "api",
  method: "GET",
  path: `${REST}${path}`,
  query,
  cost: { rest: 1 },
});

/** Orders that changed in the time, whatever became of them, by their number from `fromId` on. */
export const ordersRequest = ({ from, to, fromId }: { from: number; to: number; fromId?: string }): WireRequest =>
  get("/orders.json", {
    status: "any",
    limit: String(MAX_ORDERS),
    updated_at_min: new Date(from).toISOString(),
    updated_at_max: new Date(to).toISOString(),
    since_id: fromId === undefined ? "0" : String(BigInt(fromId) - 1n),
  });

export const fulfillmentsRequest = (orderId: string): WireRequest =>
  get(`/orders/${encodeURIComponent(orderId)}/fulfillments.json`, { limit: "250" });

export const fulfillmentOrdersRequest = (orderId: string): WireRequest =>
  get(`/orders/${encodeURIComponent(orderId)}/fulfillment_orders.json`, {});

/** Of Shopify's search: SKUs that may hold what its syntax means something by. */
export const skuQuery = (skus: readonly string[]): string =>
  skus.map((sku) => `sku:"${sku.replaceAll(/["\\]/g, String.raw`\$&`)}"`).join(" OR ");

export const updatedQuery = (from: number, to: number): string =>
  `updated_at:>='${new Date(from).toISOString()}' AND updated_at:<='${new Date(to).toISOString()}'`;
