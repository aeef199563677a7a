import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { STRIPE_VERSION, stripeClient } from "../../../core/billing/stripe-client.ts";
import { fromStripe, toStripe } from "../../../core/billing/stripe-amount.ts";
import { isMissing } from "../../../core/billing/stripe-errors.ts";
import { formOf } from "../../../core/billing/stripe-form.ts";
import type { HttpRequest, HttpResponse } from "../../../core/platform/http/client.ts";
import { testConfig, testContext } from "../../support/context.ts";

const KEY = "sk_test_of_the_tests_only";

function answering(status: number, body: unknown, headers: Record<string, string> = {}) {
  const sent: HttpRequest[] = [];
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const request = (asked: HttpRequest): Promise<HttpResponse> => {
    sent.push(asked);
    return Promise.resolve({ status, headers, body: Readable.from([Buffer.from(text)]) });
  };
  const ctx = testContext({ config: testConfig({ STRIPE_SECRET_KEY: KEY }), http: { request } });
  return { sent, client: stripeClient(ctx) };
}

const refusal = (error: object) => ({ error });

describe("a call of Stripe", () => {
  it("is form encoded with brackets, under the key, the pinned version and an idempotency key of ours", async () => {
    const { sent, client } = answering(200, { id: "cus_1" });
    const params = { name: "한강 & Co", items: [{ price: "price_1", quantity: 2 }], trial: undefined, live: false };
    expect(await client.post("/v1/customers", params, "org_1")).toEqual({ id: "cus_1" });
    expect(sent).toMatchObject([
      {
        url: "https://api.stripe.com/v1/customers",
        method: "POST",
        headers: {
          authorization: `Bearer ${KEY}`,
          "stripe-version": STRIPE_VERSION,
          "idempotency-key": "org_1",
          "content-type": "application/x-www-form-urlencoded",
        },
      },
    ]);
    expect([...new URLSearchParams(sent[0]?.body)]).toEqual([
      ["items[0][price]", "price_1"],
      ["items[0][quantity]", "2"],
      ["live", "false"],
      ["name", "한강 & Co"],
    ]);
  });

  it("that reads has its parameters in the address and no idempotency key", async () => {
    const { sent, client } = answering(200, {});
    await client.get("/v1/events", { limit: 3, types: ["a", "b"] });
    expect(sent[0]?.url).toBe(`https://api.stripe.com/v1/events?${formOf({ limit: 3, types: ["a", "b"] })}`);
    expect(sent[0]?.headers).not.toHaveProperty("idempotency-key");
  });

  it("goes where the configuration says, so that a stand-in can answer", async () => {
    const { sent } = answering(200, {});
    const config = testConfig({ STRIPE_SECRET_KEY: KEY, STRIPE_API_BASE: "http://127.0.0.1:9/" });
    const request = (asked: HttpRequest) => {
      sent.push(asked);
      return Promise.resolve({ status: 200, headers: {}, body: Readable.from(["{}"]) });
    };
    await stripeClient(testContext({ config, http: { request } })).get("/v1/events");
    expect(sent[0]?.url).toBe("http://127.0.0.1:9/v1/events");
  });

  it.each([
    [
      402,
      refusal({ type: "card_error", code: "card_declined", message: "Your card was declined." }),
      "STATE_CONFLICT",
      false,
    ],
    [
      400,
      refusal({ type: "invalid_request_error", code: "amount_too_small", message: "Too small" }),
      "STATE_CONFLICT",
      false,
    ],
    [404, refusal({ type: "invalid_request_error", code: "resource_missing" }), "STATE_CONFLICT", false],
    [400, refusal({ type: "idempotency_error" }), "DEPENDENCY_UNAVAILABLE", false],
    [401, refusal({ type: "invalid_request_error" }), "DEPENDENCY_UNAVAILABLE", false],
    [409, refusal({ type: "idempotency_error" }), "DEPENDENCY_UNAVAILABLE", true],
    [429, refusal({ type: "invalid_request_error", code: "rate_limit" }), "DEPENDENCY_UNAVAILABLE", true],
    [429, refusal({ type: "invalid_request_error", code: "lock_timeout" }), "DEPENDENCY_UNAVAILABLE", true],
    [500, refusal({ type: "api_error" }), "DEPENDENCY_UNAVAILABLE", true],
    [503, "<html>", "DEPENDENCY_UNAVAILABLE", true],
    [302, "", "DEPENDENCY_UNAVAILABLE", false],
    [200, "<html>", "DEPENDENCY_UNAVAILABLE", true],
    [200, "[]", "DEPENDENCY_UNAVAILABLE", true],
  ])("that is answered %s %j fails as %s, repeatable: %s", async (status, body, code, retryable) => {
    const { client } = answering(status, body);
    await expect(client.get("/v1/customers/cus_1")).rejects.toMatchObject({ code, retryable });
  });

  it("says how long to stay away, what is missing, and never the key", async () => {
    const limited = answering(429, refusal({}), { "retry-after": "7" });
    await expect(limited.client.get("/v1/events")).rejects.toMatchObject({ retryAfterSeconds: 7 });
    const missing = await answering(404, refusal({ code: "resource_missing" }))
      .client.get("/v1/x")
      .catch((error: unknown) => error);
    expect(isMissing(missing)).toBe(true);
    const denied = await answering(401, refusal({ message: `Invalid API Key: ${KEY}` }))
      .client.get("/v1/x")
      .catch(String);
    expect(denied).not.toContain(KEY);
  });

  it("is not made without a key: the caller is told what is missing", () => {
    expect(() => stripeClient(testContext())).toThrow(
      expect.objectContaining({ code: "FEATURE_DISABLED", status: 503 }),
    );
  });
});

describe("an amount for Stripe", () => {
  it.each([
    ["USD", 1300, 1300],
    ["KRW", 1300, 1300],
    ["JPY", 800, 800],
    ["ISK", 500, 50_000],
    ["UGX", 5, 500],
    ["MGA", 1300, 13],
    ["KWD", 5120, 5120],
    ["HUF", 12_300, 12_300],
  ])("of %s %i is %i there, and back", (currency, minor, amount) => {
    expect(toStripe({ minor, currency })).toEqual({ amount, currency: currency.toLowerCase() });
    expect(fromStripe(amount, currency.toLowerCase())).toEqual({ minor, currency });
  });

  it.each([
    ["MGA", 1301],
    ["KWD", 5121],
  ])("of %s %i does not exist, and nothing is rounded", (currency, minor) => {
    expect(() => toStripe({ minor, currency })).toThrow(expect.objectContaining({ code: "INVALID_PRICING" }));
  });

  it("that is no whole amount of ours, or none at all, is not guessed", () => {
    expect(fromStripe(150, "isk")).toBeUndefined();
    expect(fromStripe("100", "usd")).toBeUndefined();
    expect(fromStripe(100, null)).toBeUndefined();
  });
});
