import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as Accounts from "../../../core/accounts/index.ts";
import { createHttpClient } from "../../../core/platform/http/resilient-client.ts";
import type { SearchView } from "../../../core/sourcing/view.ts";
import { ALIEXPRESS_DEMO, startAliexpressSandbox } from "../../../local/sandbox/aliexpress/server.ts";
import type { Provider } from "../../../local/sandbox/provider/server.ts";
import { apiHarness, expectError, type Harness } from "../../support/harness.ts";
import { recordingLog, recordingMetrics } from "../../support/recording.ts";

let sandbox: Provider;

beforeEach(async () => {
  sandbox = await startAliexpressSandbox();
});

afterEach(() => sandbox.stop());

/** A shop whose searches reach the stand-in. */
async function aShop(accounts = 1) {
  const log = recordingLog();
  const metrics = recordingMetrics();
  const connectorBases = new Map([["aliexpress", { api: sandbox.url, auth: sandbox.url }]]);
  const http = createHttpClient({ metrics, log, now: Date.now, sleep: async () => {}, allowPrivateAddresses: true });
  const api = await apiHarness({ config: { connectorBases }, log, metrics, resources: { http } });
  const made: Accounts.Account[] = [];
  for (let number = 1; number <= accounts; number++) made.push(await connect(api, `AliExpress ${number}`));
  return { api, made, log, metrics };
}

const connect = (api: Harness, name: string, credentials = ALIEXPRESS_DEMO.credentials) =>
  Accounts.createAccount(api.ctx, { provider: "aliexpress", name, ...ALIEXPRESS_DEMO, credentials });

const search = async (api: Harness, query: string) =>
  (await api.request<SearchView>("GET", `/v1/sourcing/search?${query}`, { expected: 200 })).body;

describe("a search over the affiliate programme", () => {
  test("S2-15: shows goods once, ranked and explained, with links that earn a commission where there are some", async () => {
    const { api, metrics } = await aShop();
    const { items, sources, dropped, duplicates } = await search(api, "q=desk%20lamp&limit=40");
    expect(sources).toMatchObject([{ provider: "aliexpress", status: "ok", cached: false }]);
    expect(items.length).toBeGreaterThan(20);
    expect(duplicates).toBeGreaterThan(0);
    expect(items.map(({ score }) => score)).toEqual(items.map(({ score }) => score).toSorted((a, b) => b - a));
    for (const { explain, score } of items)
      expect(explain.reduce((sum, { contribution }) => sum + contribution, 0)).toBeCloseTo(score, 8);
    expect(items.flatMap(({ standsFor }) => standsFor)[0]).toMatchObject({ cost: { currency: "USD" } });
    expect(dropped).toMatchObject({ priceNotPositive: expect.any(Number) });
    for (const { link, url } of items)
      expect(link?.isAffiliate ? link.url.startsWith("https://s.click.") : link?.url === url).toBe(true);
    expect(new Set(items.map(({ link }) => link?.isAffiliate))).toEqual(new Set([true, false]));
    expect(metrics.counts.get("affiliate_links_total{outcome=made}")).toBeGreaterThan(0);
  });

  test("is answered from the last minutes the second time: no call leaves", async () => {
    const { api } = await aShop();
    const first = await search(api, "q=desk%20lamp");
    const calls = sandbox.calls.length;
    const second = await search(api, "q=Desk%20LAMP");
    expect(second.items).toEqual(first.items);
    expect(second.sources[0]?.cached).toBe(true);
    expect(sandbox.calls.length).toBe(calls);
  });

  test("S2-06: is not failed by links that cannot be made, and no credential is in the log", async () => {
    const { api, log, metrics } = await aShop();
    sandbox.faults.set([{ kind: "permanent", after: 1 }]);
    const { items } = await search(api, "q=desk%20lamp");
    expect(items.length).toBeGreaterThan(0);
    expect(metrics.counts.get("affiliate_links_total{outcome=failed}")).toBeGreaterThan(0);
    const lines = JSON.stringify(log.lines);
    expect(lines).toContain("Links were not made");
    expect(lines).not.toContain(ALIEXPRESS_DEMO.credentials.appSecret);
  });

  test("shows the same goods of two accounts once, and asks only the sources that are named", async () => {
    const { api, made } = await aShop(2);
    const both = await search(api, "q=desk%20lamp");
    expect(both.sources.map(({ status }) => status)).toEqual(["ok", "ok"]);
    expect(both.items.every(({ standsFor }) => standsFor.some(({ because }) => because === "sameItem"))).toBe(true);
    const one = await search(api, `q=desk%20lamp&sources=${made[0]?.id}`);
    expect(one.sources.map(({ accountId }) => accountId)).toEqual([made[0]?.id]);
    expect(one.items.map(({ externalId }) => externalId)).toEqual(both.items.map(({ externalId }) => externalId));
    expectError(await api.request("GET", "/v1/sourcing/search?q=x&sources=nobody"), 400, "VALIDATION_ERROR");
  });

  test("tells of an account whose credentials are refused in words of ours, and shows what others have", async () => {
    const { api } = await aShop();
    await connect(api, "Wrong", { appKey: "demo-app", appSecret: "wrong" });
    const { items, sources } = await search(api, "q=desk%20lamp");
    expect(items.length).toBeGreaterThan(0);
    expect(sources.find(({ name }) => name === "Wrong")).toMatchObject({ status: "failed", code: "NOT_AUTHORIZED" });
    expect(JSON.stringify(sources)).not.toMatch(/IncompleteSignature|127\.0\.0\.1/);
  });

  test("without any account is empty, not an error", async () => {
    const { api } = await aShop(0);
    expect(await search(api, "q=lamp")).toMatchObject({ items: [], sources: [], dropped: {} });
  });
});

describe("settings", () => {
  test("S2-14: change what is shown, for the organisation that set them", async () => {
    const { api } = await aShop();
    const before = await api.request("GET", "/v1/sourcing/settings", { expected: 200 });
    expect(before.body).toMatchObject({ minQuality: 0.3, weights: { rating: 25 } });
    expect(before.body).not.toHaveProperty("version");
    const set = await api.request("PUT", "/v1/sourcing/settings", { body: { minQuality: 0.99 }, expected: 200 });
    expect(set.body).toMatchObject({ minQuality: 0.99, version: 1 });
    const { items, dropped } = await search(api, "q=desk%20lamp");
    expect(items).toEqual([]);
    expect(dropped.belowQuality).toBeGreaterThan(0);
    expect((await search(api, "q=desk%20lamp&minQuality=0")).items.length).toBeGreaterThan(0);
  });

  test("are not changed by who has read another version of them", async () => {
    const { api } = await aShop(0);
    const put = (version: string) =>
      api.request("PUT", "/v1/sourcing/settings", { body: {}, headers: { "if-match": version } });
    await api.request("PUT", "/v1/sourcing/settings", { body: {}, expected: 200 });
    expect((await put('"1"')).status).toBe(200);
    expectError(await put('"1"'), 409, "VERSION_CONFLICT");
  });
});

describe("a draft of what was found", () => {
  test("has what the source says, a price that is calculated, and where it is from", async () => {
    const { api } = await aShop();
    const { items } = await search(api, "q=desk%20lamp");
    const [chosen] = items;
    const body = { accountId: chosen?.source.accountId, externalId: chosen?.externalId, q: "desk lamp" };
    const draft = await api.request("POST", "/v1/sourcing/drafts", { body, expected: 201 });
    expect(draft.body).toMatchObject({
      sku: `ALIEXPRESS-${chosen?.externalId}`,
      status: "draft",
      name: chosen?.name,
      cost: chosen?.cost,
      price: { currency: "USD" },
      attributes: { sourceProvider: "aliexpress", sourceId: chosen?.externalId, sourceUrl: chosen?.url },
    });
    expectError(await api.request("POST", "/v1/sourcing/drafts", { body }), 409, "PRODUCT_SKU_EXISTS");
  });

  test("is made once for one Idempotency-Key, even when the source is gone the second time", async () => {
    const { api } = await aShop();
    const { items } = await search(api, "q=desk%20lamp");
    const call = {
      body: { accountId: items[0]?.source.accountId, externalId: items[0]?.externalId, q: "desk lamp" },
      headers: { "idempotency-key": "draft-once" },
      expected: 201,
    };
    const first = await api.request("POST", "/v1/sourcing/drafts", call);
    await api.ctx.cache.invalidate(`sourcing:${api.organization.id}`);
    sandbox.faults.set([{ kind: "permanent" }]);
    expect((await api.request("POST", "/v1/sourcing/drafts", call)).body).toEqual(first.body);
  });

  test("is refused for what its source does not offer, or does not say", async () => {
    const { api, made } = await aShop();
    const body = { accountId: made[0]?.id, externalId: "1", q: "desk lamp" };
    expectError(await api.request("POST", "/v1/sourcing/drafts", { body }), 404, "NOT_FOUND");
    sandbox.faults.set([{ kind: "permanent" }]);
    const other = await api.request("POST", "/v1/sourcing/drafts", { body: { ...body, q: "phone" } });
    expectError(other, 503, "DEPENDENCY_UNAVAILABLE");
  });
});
