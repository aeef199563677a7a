import { expect, test } from "vitest";
import type { GoodRequest } from "../../support/hostile.ts";
import { hostileBattery } from "../../support/hostile.ts";
import { apiHarness, type Harness } from "../../support/harness.ts";
import { buy, sell, usd } from "../finance/shop.ts";
import * as Finance from "../../../core/finance/index.ts";

const get = (path: string): GoodRequest => ({ method: "GET", path, status: 200 });
const post = (path: string, status: number, body?: unknown): GoodRequest => ({
  method: "POST",
  path,
  status,
  ...(body === undefined ? {} : { body }),
});

async function inReview(api: Harness): Promise<string> {
  await buy(api.ctx, { purchasedAt: "2026-11-21" });
  await Finance.matchOrder(api.ctx, await sell(api.ctx, [{ sku: "A" }]));
  const { items } = await Finance.listMatches(api.ctx, {});
  return items[0]?.id ?? "";
}

const payout = { type: "payout", platform: "stockx", amount: usd("176.00"), reference: "1" };
const feeTable = { channel: "ebay", effectiveFrom: "2026-01-01", rules: [{ kind: "finalValue", rate: "0.08" }] };
const purchase = { sku: "A", unitCost: usd("100.00") };

const read = { permission: "finance.read" } as const;
const write = { permission: "finance.write" } as const;

hostileBattery("GET /v1/transactions", {
  ...read,
  prepare: async () => get("/v1/transactions?type=sale&platform=stockx"),
});
hostileBattery("POST /v1/transactions", {
  ...write,
  hasBody: true,
  repeatable: true,
  prepare: async () => post("/v1/transactions", 201, payout),
});
hostileBattery("GET /v1/transactions/summary", {
  ...read,
  prepare: async () => get("/v1/transactions/summary?from=2026-01-01&to=2026-12-31"),
});
hostileBattery("POST /v1/fee-tables", {
  ...write,
  hasBody: true,
  repeatable: true,
  prepare: async () => post("/v1/fee-tables", 201, feeTable),
});
hostileBattery("GET /v1/fee-tables", { ...read, prepare: async () => get("/v1/fee-tables") });
hostileBattery("GET /v1/fee-tables/in-force", {
  ...read,
  prepare: async () => get("/v1/fee-tables/in-force?channel=ebay"),
});
hostileBattery("POST /v1/fees/net-proceeds", {
  ...read,
  hasBody: true,
  prepare: async () => post("/v1/fees/net-proceeds", 200, { platform: "stockx", salePrice: usd("200.00") }),
});
hostileBattery("POST /v1/fees/target-price", {
  ...read,
  hasBody: true,
  prepare: async () => post("/v1/fees/target-price", 200, { platform: "stockx", net: usd("176.00") }),
});
hostileBattery("GET /v1/orders/{id}/profit", {
  ...read,
  hasId: true,
  prepare: async ({ ctx }) => get(`/v1/orders/${await sell(ctx, [{}])}/profit`),
});
hostileBattery("GET /v1/orders/{id}/transactions", {
  ...read,
  prepare: async ({ ctx }) => get(`/v1/orders/${await sell(ctx, [{}])}/transactions`),
});
hostileBattery("POST /v1/orders/{id}/match", {
  ...write,
  hasId: true,
  prepare: async ({ ctx }) => post(`/v1/orders/${await sell(ctx, [{ sku: "A" }])}/match`, 200),
});
hostileBattery("POST /v1/purchases", {
  ...write,
  hasBody: true,
  repeatable: true,
  prepare: async () => post("/v1/purchases", 201, purchase),
});
hostileBattery("GET /v1/purchases", { ...read, prepare: async () => get("/v1/purchases") });
hostileBattery("GET /v1/purchases/{id}", {
  ...read,
  hasId: true,
  prepare: async ({ ctx }) => get(`/v1/purchases/${(await buy(ctx)).id}`),
});
hostileBattery("GET /v1/matches", { ...read, prepare: async () => get("/v1/matches?status=review") });
hostileBattery("POST /v1/matches/run", { ...write, prepare: async () => post("/v1/matches/run", 200, {}) });
hostileBattery("POST /v1/matches/{id}/accept", {
  ...write,
  hasId: true,
  repeatable: true,
  prepare: async (api) => post(`/v1/matches/${await inReview(api)}/accept`, 200),
});
hostileBattery("POST /v1/matches/{id}/reject", {
  ...write,
  hasId: true,
  repeatable: true,
  prepare: async (api) => post(`/v1/matches/${await inReview(api)}/reject`, 200),
});

test.each([
  ["/v1/transactions?type=theft", "type"],
  ["/v1/transactions?from=yesterday", "from"],
  ["/v1/transactions?platform=a%23b", "platform"],
  ["/v1/transactions?limit=0", "limit"],
  ["/v1/transactions/summary?from=2026-02-30&to=2026-03-01", "from"],
  ["/v1/transactions/summary?from=2026-03-02&to=2026-03-01", "to"],
  ["/v1/matches?status=perhaps", "status"],
])("%s is refused, naming %s", async (path, field) => {
  const api = await apiHarness();
  const answer = await api.request<{ error: { field: string } }>("GET", path, { expected: 400 });
  expect(answer.body.error.field).toBe(field);
});

test.each([
  [{ quantity: 0 }, "quantity"],
  [{ quantity: 1.5 }, "quantity"],
  [{ quantity: 1_000_000, unitCost: usd("90071992547409.91") }, "quantity"],
  [{ unitCost: usd("-1.00") }, "unitCost"],
  [{ sku: undefined }, "sku"],
  [{ gtin: "0194817794557" }, "gtin"],
  [{ purchasedAt: "1812-01-01" }, "purchasedAt"],
  [{ platform: "a b" }, "platform"],
])("a purchase with %j is refused, naming %s", async (change, field) => {
  const api = await apiHarness();
  const body = { ...purchase, ...change };
  const answer = await api.request<{ error: { field: string } }>("POST", "/v1/purchases", { body, expected: 400 });
  expect(answer.body.error.field).toBe(field);
});
