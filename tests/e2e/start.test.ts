import { statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { newNpmHome, NPM_START, startSystem } from "./system.ts";

test("npm start gives a system that answers /health, and writes down for tools where it is", async () => {
  const home = newNpmHome();
  const system = await startSystem(home, { command: NPM_START });
  const health = await system.client.request("GET", "/health", { expected: 200 });
  expect(health.body).toMatchObject({
    // Without Redis every process has a cache of its own, which is told, not hidden.
    status: "degraded",
    checks: { database: { status: "up" }, queue: { status: "up" }, cache: { status: "degraded", remote: "absent" } },
  });
  expect(await system.client.get("/health/ready")).toMatchObject({ status: "ready" });

  const { local } = system;
  expect(local).toEqual({
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    apiKey: expect.stringMatching(/^sk_[\w-]{43}$/),
    organizationId: expect.stringMatching(/^org_[0-9A-Z]{26}$/),
    stripeWebhookSecret: expect.stringMatching(/^whsec_/),
    stripe: {
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      secretKey: expect.stringMatching(/^sk_test_sandbox_[\w-]{32}$/),
    },
    providers: Object.fromEntries(
      ["alias", "aliexpress", "ebay", "ownerclan", "shopify", "stockx"].map((name) => [
        name,
        expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      ]),
    ),
    endpoints: expect.objectContaining({
      dynamodb: expect.any(String),
      sqs: expect.any(String),
      s3: expect.any(String),
    }),
  });
  expect(statSync(join(home, ".stockwright/local.json")).mode & 0o777).toBe(0o600);
  expect(await system.client.get("/v1/organization")).toMatchObject({ id: local.organizationId, currency: "USD" });
  for (const shown of [local.url, `${local.url}/docs`, local.apiKey]) expect(system.printed()).toContain(shown);
});

test("what the welcome suggests to try works as it is printed", async () => {
  const { printed, url, client, stop } = await startSystem(newNpmHome());
  const product = /-d '(\{.*\})'/.exec(printed())?.[1] ?? "";
  expect(await client.post("/v1/products", JSON.parse(product))).toMatchObject({ sku: "TEE-1", status: "draft" });
  const search = new URL(/curl '(http[^']*query=[^']*)'/.exec(printed())?.[1] ?? "");
  expect(search.origin).toBe(url);
  await client.reached(`${search.pathname}${search.search}`, (page) => "total" in page && page.total === 1);
  expect(await stop()).toBe(0);
});
