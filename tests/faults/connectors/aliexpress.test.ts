import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { connector } from "../../../core/connectors/aliexpress/connector.ts";
import { manifest } from "../../../core/connectors/aliexpress/manifest.ts";
import type { Connection } from "../../../core/connectors/wire.ts";
import { PermanentError, RateLimitError } from "../../../core/platform/http/errors.ts";
import { demoCatalogue } from "../../../local/sandbox/aliexpress/catalogue.ts";
import { ALIEXPRESS_DEMO, startAliexpressSandbox } from "../../../local/sandbox/aliexpress/server.ts";
import { FAULT_KINDS } from "../../../local/sandbox/provider/faults.ts";
import type { Provider } from "../../../local/sandbox/provider/server.ts";
import { connectorFaults, type FaultyWork } from "../../support/connector-faults.ts";
import { sandboxConnection, type SandboxOptions } from "../../support/connectors.ts";

let sandbox: Provider;

beforeEach(async () => {
  sandbox = await startAliexpressSandbox();
});

afterEach(() => sandbox.stop());

const open = (options: SandboxOptions = {}) =>
  sandboxConnection(manifest, { api: sandbox.url }, { ...ALIEXPRESS_DEMO, timeoutMs: 150, ...options });

const search = (connection: Connection, ask: Partial<{ query: string; limit: number; currency: string }> = {}) =>
  connector.offers?.search(connection, { query: "lamp", limit: 60, currency: "USD", ...ask });

const urlOf = (id: string) => `https://www.aliexpress.com/item/${id}.html`;

describe("a search", () => {
  test("goes through pages to as many as were asked for, each product once", async () => {
    const page = await search(await open());
    const ids = page?.products.map(({ externalId }) => externalId) ?? [];
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(50);
    expect(page?.total).toBe(50);
    expect(sandbox.calls).toHaveLength(2);
  });

  test("that finds nothing is an empty one, not an error", async () => {
    expect(await search(await open(), { query: "zeppelin" })).toEqual({ products: [], unreadable: [] });
  });

  test("is in the currency asked for, or in dollars where that is not had", async () => {
    const connection = await open();
    const [inWon, inFrancs] = [
      await search(connection, { currency: "KRW" }),
      await search(connection, { currency: "CHF" }),
    ];
    expect(inWon?.products[0]?.cost).toEqual({ minor: expect.any(Number), currency: "KRW" });
    expect(inFrancs?.products[0]?.cost?.currency).toBe("USD");
  });
});

describe("links", () => {
  test("come for all addresses but those that earn nothing, which are missing", async () => {
    const { products = [] } = (await search(await open())) ?? {};
    const urls = [
      ...products.slice(0, 40).map(({ externalId }) => urlOf(externalId)),
      urlOf("404"),
      "https://a.example/x,y",
    ];
    const links = await connector.affiliateLinks?.links(await open(), urls);
    expect(links?.size).toBeGreaterThan(20);
    expect(links?.size).toBeLessThan(40);
    for (const [url, link] of links ?? []) expect(link.endsWith(url.replace(/\D/g, ""))).toBe(true);
  });

  test("are not asked for without a tracking id: nobody would know whose the commission is", async () => {
    const links = await connector.affiliateLinks?.links(await open({ settings: {} }), [urlOf("1")]);
    expect(links?.size).toBe(0);
    expect(sandbox.calls).toHaveLength(0);
  });

  test("of a publisher that is not registered are refused for good", async () => {
    const connection = await open({ settings: { trackingId: "another" } });
    await expect(connector.affiliateLinks?.links(connection, [urlOf("1")])).rejects.toThrow(PermanentError);
    expect(connection.isLost()).toBe(true);
  });
});

describe("what the gateway refuses", () => {
  test.each([
    ["a wrong secret", { appKey: "demo-app", appSecret: "wrong" }, true],
    ["an unknown key", { appKey: "unknown", appSecret: "wrong" }, true],
  ])("%s stops at once, and asks for other credentials", async (_, credentials, isLost) => {
    const connection = await open({ credentials });
    await expect(search(connection)).rejects.toThrow(PermanentError);
    expect(connection.isLost()).toBe(isLost);
    expect(sandbox.calls).toHaveLength(1);
  });

  test("a clock that is more than two hours off stops at once, and the credentials stay", async () => {
    const connection = await open({ now: () => Date.now() - 7_300_000 });
    await expect(search(connection)).rejects.toThrow("IllegalTimestamp");
    expect(connection.isLost()).toBe(false);
    expect(sandbox.calls).toHaveLength(1);
  });

  test("too many calls are a limit with its wait, although the status is 200", async () => {
    await sandbox.stop();
    sandbox = await startAliexpressSandbox({ callsADay: 1 });
    const connection = await open();
    await search(connection, { limit: 10 });
    const error: unknown = await search(connection, { limit: 10 })?.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ retryAfterMs: 1000 });
  });
});

connectorFaults("aliexpress", [
  { name: "a search over two pages", match: "POST /sync", start: searching },
  { name: "links for addresses", match: "POST /sync", start: linking },
]);

async function searching({ now }: { now: () => number }): Promise<FaultyWork> {
  const products = demoCatalogue()
    .filter(({ title }) => title !== undefined)
    .slice(0, 60);
  const provider = await startAliexpressSandbox({ now, products });
  return {
    provider,
    connect: connectTo(provider),
    run: async (connection) =>
      (await search(connection, { query: "demo" }))?.products.map(({ externalId }) => externalId) ?? [],
    expected: products.map(({ id }) => id),
  };
}

async function linking({ now }: { now: () => number }): Promise<FaultyWork> {
  const provider = await startAliexpressSandbox({ now });
  const products = demoCatalogue().slice(0, 50);
  const urls = products.map(({ id }) => urlOf(id));
  return {
    provider,
    connect: connectTo(provider),
    run: async (connection) => [...((await connector.affiliateLinks?.links(connection, urls))?.keys() ?? [])],
    expected: products.filter(({ hasLink }) => hasLink).map(({ id }) => urlOf(id)),
  };
}

const connectTo =
  ({ url }: Provider) =>
  (options: SandboxOptions) =>
    sandboxConnection(manifest, { api: url }, { ...ALIEXPRESS_DEMO, ...options });

test("no error repeats the provider's words, its address or a credential", async () => {
  for (const kind of FAULT_KINDS) {
    sandbox.faults.set([{ kind }]);
    const told: unknown = await search(await open())?.catch((error: unknown) => error);
    expect(String(told)).not.toMatch(/127\.0\.0\.1|demo-|Too many|Unavailable|Bad request|expired/);
  }
});
