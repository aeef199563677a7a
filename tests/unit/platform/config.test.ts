import { describe, expect, it } from "vitest";
import { ConfigError, readConfig } from "../../../core/platform/config.ts";

const COMPLETE = {
  TABLE_NAME: "table",
  BUCKET_NAME: "bucket",
  IMPORTS_QUEUE_URL: "http://127.0.0.1:4566/000000000000/imports",
  SUPPLIER_SYNC_QUEUE_URL: "http://127.0.0.1:4566/000000000000/supplier-sync",
  PURCHASES_QUEUE_URL: "http://127.0.0.1:4566/000000000000/purchases",
  CHANNEL_UPDATES_QUEUE_URL: "http://127.0.0.1:4566/000000000000/channel-updates",
  CHANNEL_ORDERS_QUEUE_URL: "http://127.0.0.1:4566/000000000000/channel-orders",
  WEBHOOK_EVENTS_QUEUE_URL: "http://127.0.0.1:4566/000000000000/webhook-events",
  OUTBOUND_WEBHOOKS_QUEUE_URL: "http://127.0.0.1:4566/000000000000/outbound-webhooks",
};
const PRODUCTION = {
  ...COMPLETE,
  ENVIRONMENT: "production",
  SECRET_KEY: "0123456789abcdef0123456789abcdef",
  CORS_ORIGINS: "https://shop.example",
};

function faultsOf(env: Record<string, string | undefined>): string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).faults;
  }
}

describe("readConfig", () => {
  it("fills in what a laptop needs", () => {
    expect(readConfig(COMPLETE)).toMatchObject({
      environment: "development",
      corsOrigins: ["http://localhost:3000"],
      logLevel: "INFO",
      redis: undefined,
      cacheTtlSeconds: 300,
      rateLimit: { perMinute: 100, perHour: 1000 },
      allowPrivateAddresses: false,
    });
  });

  it("reads the limits of single organisations, and refuses what is no limit", () => {
    const config = readConfig({ ...COMPLETE, RATE_LIMIT_ORGANIZATIONS: "org_A=600/20000, org_B=5/9" });
    expect([...config.rateLimit.organizations]).toEqual([
      ["org_A", { perMinute: 600, perHour: 20_000 }],
      ["org_B", { perMinute: 5, perHour: 9 }],
    ]);
    for (const text of ["org_A", "org_A=600", "shop=1/2", "org_A=-1/2"])
      expect(faultsOf({ ...COMPLETE, RATE_LIMIT_ORGANIZATIONS: text })).toHaveLength(1);
  });

  it("lists every fault at once, each with its variable", () => {
    const faults = faultsOf({
      ENVIRONMENT: "live",
      TABLE_NAME: "x",
      IMPORTS_QUEUE_URL: "not a url",
      LOG_LEVEL: "LOUD",
      RATE_LIMIT_PER_MINUTE: "0",
    });
    const names = [
      "ENVIRONMENT",
      "TABLE_NAME",
      "BUCKET_NAME",
      "IMPORTS_QUEUE_URL",
      "SUPPLIER_SYNC_QUEUE_URL",
      "PURCHASES_QUEUE_URL",
      "CHANNEL_UPDATES_QUEUE_URL",
      "CHANNEL_ORDERS_QUEUE_URL",
      "WEBHOOK_EVENTS_QUEUE_URL",
      "OUTBOUND_WEBHOOKS_QUEUE_URL",
      "LOG_LEVEL",
      "RATE_LIMIT_PER_MINUTE",
    ];
    for (const name of names) expect(faults.join("\n")).toContain(name);
    expect(faults).toHaveLength(names.length);
  });

  it("never repeats a value in a fault: a misplaced secret must not reach a log", () => {
    const faults = faultsOf({ ...COMPLETE, LOG_LEVEL: "sk_live_misplaced", IMPORTS_QUEUE_URL: "sk_live_misplaced" });
    expect(faults.join("\n")).not.toContain("sk_live_misplaced");
  });

  it("reads Redis, origins and flags, with empty text as absent", () => {
    const config = readConfig({
      ...COMPLETE,
      CORS_ORIGINS: " https://a.example , https://b.example,",
      UPSTASH_REDIS_REST_URL: "https://redis.example",
      UPSTASH_REDIS_REST_TOKEN: "token",
      SENTRY_DSN: "",
      ALLOW_PRIVATE_ADDRESSES: "true",
    });
    expect(config.corsOrigins).toEqual(["https://a.example", "https://b.example"]);
    expect(config.redis).toEqual({ url: "https://redis.example", token: "token" });
    expect(config.sentryDsn).toBeUndefined();
    expect(config.allowPrivateAddresses).toBe(true);
    expect(readConfig({ ...COMPLETE, UPSTASH_REDIS_REST_URL: "" }).redis).toBeUndefined();
  });
});

describe("production", () => {
  it("starts when everything is set", () => {
    expect(readConfig(PRODUCTION).environment).toBe("production");
  });

  it.each([
    [
      "the default secret",
      { SECRET_KEY: "your-secret-key-change-in-production" },
      "SECRET_KEY must be set in production",
    ],
    ["no secret", { SECRET_KEY: undefined }, "SECRET_KEY must be set in production"],
    ["a short secret", { SECRET_KEY: "short" }, "SECRET_KEY must be set in production"],
    ["any origin", { CORS_ORIGINS: "*" }, "CORS origins cannot be '*' in production"],
    ["any origin among others", { CORS_ORIGINS: "https://a.example, *" }, "CORS origins cannot be '*' in production"],
    ["calls to private addresses", { ALLOW_PRIVATE_ADDRESSES: "true" }, "ALLOW_PRIVATE_ADDRESSES"],
  ])("refuses to start with %s", (_what, change, message) => {
    expect(faultsOf({ ...PRODUCTION, ...change }).join("\n")).toContain(message);
  });

  it("lists its guards together with the other faults", () => {
    const faults = faultsOf({ ENVIRONMENT: "production", CORS_ORIGINS: "*" }).join("\n");
    for (const part of ["TABLE_NAME", "SECRET_KEY must be set", "CORS origins cannot be '*'"])
      expect(faults).toContain(part);
  });

  it("lets staging and test use the defaults", () => {
    expect(faultsOf({ ...COMPLETE, ENVIRONMENT: "test", CORS_ORIGINS: "*" })).toEqual([]);
  });
});
