import { describe, expect, test } from "vitest";
import { readOpenIdProviders } from "../../../core/platform/openid-providers.ts";
import { readConfig } from "../../../core/platform/config.ts";

const provider = {
  id: "house",
  name: "House",
  issuer: "https://id.example",
  clientId: "stockwright",
  clientSecret: "hush-hush",
};
const text = (...list: unknown[]) => JSON.stringify(list);
const needed = {
  TABLE_NAME: "table",
  BUCKET_NAME: "bucket",
  IMPORTS_QUEUE_URL: "http://127.0.0.1/imports",
  SUPPLIER_SYNC_QUEUE_URL: "http://127.0.0.1/supplier-sync",
  PURCHASES_QUEUE_URL: "http://127.0.0.1/purchases",
  CHANNEL_UPDATES_QUEUE_URL: "http://127.0.0.1/channel-updates",
  CHANNEL_ORDERS_QUEUE_URL: "http://127.0.0.1/channel-orders",
  WEBHOOK_EVENTS_QUEUE_URL: "http://127.0.0.1/webhook-events",
  OUTBOUND_WEBHOOKS_QUEUE_URL: "http://127.0.0.1/outbound-webhooks",
};

describe("OIDC_PROVIDERS", () => {
  test("is a list, or nothing", () => {
    expect(readOpenIdProviders(" ")).toEqual([]);
    expect(readOpenIdProviders(text(provider, { ...provider, id: "other-2" }))).toHaveLength(2);
  });

  test.each([
    "{",
    "{}",
    "null",
    text(null),
    text({ ...provider, id: "House" }),
    text({ ...provider, id: "../x" }),
    text({ ...provider, issuer: "ftp://id.example" }),
    text({ ...provider, clientSecret: "" }),
    text(provider, provider),
  ])("is refused where it is no such list: %s", (value) => {
    expect(readOpenIdProviders(value)).toBeUndefined();
  });

  test("is refused by name and form, without what it holds, which are secrets", () => {
    const faulty = text({ ...provider, id: "House" });
    expect(() => readConfig({ ...needed, OIDC_PROVIDERS: faulty })).toThrow(/OIDC_PROVIDERS must be a JSON list/);
    expect(() => readConfig({ ...needed, OIDC_PROVIDERS: faulty })).not.toThrow(/hush/);
  });

  test("names issuers by https in production, where cookies and passwords are as strong as they must be, too", () => {
    const production = {
      ...needed,
      ENVIRONMENT: "production",
      SECRET_KEY: "0123456789abcdef0123456789abcdef",
      CORS_ORIGINS: "https://shop.example",
    };
    const plain = text({ ...provider, issuer: "http://id.example" });
    expect(() => readConfig({ ...production, OIDC_PROVIDERS: plain })).toThrow(/by https in production/);
    expect(() => readConfig({ ...production, PASSWORD_HASH_COST: "14" })).toThrow(/PASSWORD_HASH_COST must be 15/);
    expect(readConfig(production).secureCookies).toBe(true);
    expect(readConfig(needed).secureCookies).toBe(false);
    expect(readConfig({ ...needed, PUBLIC_URL: "https://api.example/" })).toMatchObject({
      secureCookies: true,
      publicUrl: "https://api.example",
    });
  });
});
