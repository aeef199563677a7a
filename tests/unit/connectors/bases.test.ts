import { describe, expect, it } from "vitest";
import { basesFor, CONNECTORS, type Manifest } from "../../../core/connectors/index.ts";
import { testConfig } from "../../support/context.ts";

const shop: Manifest = {
  name: "shopify",
  title: "Shopify",
  capabilities: [],
  credentials: {},
  settings: { shop: { title: "Shop" } },
  bases: { api: "https://{shop}.myshopify.com", auth: "https://{shop}.myshopify.com" },
  limits: [],
  load: async () => ({ sign: (request) => request }),
};

describe("Where a provider is reached", () => {
  it("is its own address, with the account's settings in it", () => {
    expect(basesFor(shop, { shop: "demo-shop" }, testConfig())).toEqual({
      api: "https://demo-shop.myshopify.com",
      auth: "https://demo-shop.myshopify.com",
    });
  });

  it.each([
    "",
    "127.0.0.1/",
    "evil.example.com#",
    "a.b",
    "user@host",
    "a/../b",
    "x?y",
    "-a",
    "a\n",
    "é",
    "a".repeat(64),
  ])("is never another host because of a setting: %j", (value) => {
    expect(() => basesFor(shop, { shop: value }, testConfig())).toThrow("no part of a host's name");
  });

  it("is what the environment says instead, for both where both are one", () => {
    const config = testConfig({ SHOPIFY_API_BASE: "http://127.0.0.1:9001", STOCKX_API_BASE: "http://127.0.0.1:9002" });
    expect(basesFor(shop, {}, config)).toEqual({ api: "http://127.0.0.1:9001", auth: "http://127.0.0.1:9001" });
    const apart: Manifest = {
      ...shop,
      name: "stockx",
      bases: { api: "https://api.a.example", auth: "https://auth.a.example" },
    };
    expect(basesFor(apart, {}, config)).toEqual({ api: "http://127.0.0.1:9002", auth: "https://auth.a.example" });
  });
});

describe("A connector", () => {
  it.each(CONNECTORS.map((manifest) => [manifest.name, manifest] as const))(
    "%s says by https where it is, has the parts that it names, and limits that can be kept",
    async (_name, manifest) => {
      for (const base of Object.values(manifest.bases)) expect(base).toMatch(/^https:\/\/[^/]+$/);
      const connector = await manifest.load();
      for (const capability of manifest.capabilities) expect(connector[capability], capability).toBeDefined();
      for (const limit of manifest.limits) {
        expect(limit.limit).toBeGreaterThan(0);
        expect(limit.windowMs).toBeGreaterThanOrEqual(1_000);
      }
      expect(new Set(manifest.limits.map(({ name }) => name)).size).toBe(manifest.limits.length);
    },
  );
});
