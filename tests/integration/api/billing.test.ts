import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../../local/sandbox/stripe/server.ts";
import { billed, PRICES, SANDBOX_KEY } from "../../support/billing.ts";
import { cloudContext } from "../../support/cloud.ts";
import { apiHarness, expectError, type Harness } from "../../support/harness.ts";
import { orderAfter } from "../../support/order-steps.ts";
import { STRIPE_SECRET } from "../../support/webhooks.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  const webhookUrl = "http://127.0.0.1:9/";
  sandbox = await startSandbox({ key: SANDBOX_KEY, webhookUrl, webhookSecret: STRIPE_SECRET, prices: PRICES });
});
afterAll(() => sandbox.stop());

/** The API with a key of the stand-in's. */
function withBilling(): Promise<Harness> {
  const { http, config } = billed(cloudContext(), sandbox.url);
  return apiHarness({ resources: { http }, config: { stripe: config.stripe, billingPlans: config.billingPlans } });
}

const ROUTES = [
  ["GET", "/v1/billing/plans", undefined, "billing.read"],
  ["GET", "/v1/billing/subscription", undefined, "billing.read"],
  ["GET", "/v1/billing/invoices", undefined, "billing.read"],
  ["POST", "/v1/billing/orders/ord_1/checkout", {}, "billing.write"],
  ["POST", "/v1/billing/orders/ord_1/refund", {}, "billing.write"],
  ["POST", "/v1/billing/subscription/checkout", { plan: "pro" }, "billing.write"],
  ["POST", "/v1/billing/subscription/preview", { plan: "pro" }, "billing.write"],
  ["POST", "/v1/billing/subscription/change", { plan: "pro" }, "billing.write"],
  ["POST", "/v1/billing/subscription/cancel", undefined, "billing.write"],
  ["POST", "/v1/billing/subscription/resume", undefined, "billing.write"],
  ["POST", "/v1/billing/portal", {}, "billing.write"],
] as const;

describe("billing over HTTP", () => {
  it.each(ROUTES)("%s %s says clearly that it needs a key, where there is none", async (method, path, body) => {
    const api = await apiHarness();
    const answer = await api.request<{ error: { message: string } }>(method, path, { body });
    expectError(answer, 503, "FEATURE_DISABLED");
    expect(answer.body.error.message).toContain("STRIPE_SECRET_KEY");
  });

  it.each(ROUTES)("%s %s refuses a key without %3$s", async (method, path, body, permission) => {
    const api = await apiHarness();
    const secret = await api.keyWith(["orders.write", "orders.read", "finance.write"]);
    const answer = await api.request<{ error: { details: unknown } }>(method, path, { body, secret });
    expectError(answer, 403, "FORBIDDEN");
    expect(answer.body.error.details).toEqual({ permission });
  });

  it("opens the page of an order, the same one again, and none of another organisation's", async () => {
    const api = await withBilling();
    const { id } = await orderAfter("place")(api.ctx);
    const path = `/v1/billing/orders/${id}/checkout`;
    const first = await api.request("POST", path, { body: {}, expected: 200 });
    expect(first.body).toMatchObject({ status: "open", amount: { currency: "USD" }, url: expect.any(String) });
    const again = await api.request("POST", path, { expected: 200 });
    expect(again.body).toEqual(first.body);
    expectError(await (await withBilling()).request("POST", path, { body: {} }), 404, "NOT_FOUND");
  });

  it.each([
    { successUrl: "javascript:alert(1)" },
    { successUrl: "/relative" },
    { cancelUrl: 7 },
    { cancelUrl: `https://x.example/${"a".repeat(2_000)}` },
    { unknown: true },
    [],
    "text",
  ])("refuses a page with %j, before anything is asked of Stripe", async (body) => {
    const api = await withBilling();
    const before = sandbox.state.all("checkout.session").length;
    const { id } = await orderAfter("place")(api.ctx);
    expectError(await api.request("POST", `/v1/billing/orders/${id}/checkout`, { body }), 400, "VALIDATION_ERROR");
    expect(sandbox.state.all("checkout.session")).toHaveLength(before);
  });

  it.each(["checkout", "preview", "change"])("refuses a plan that is none (%s)", async (step) => {
    const api = await withBilling();
    for (const plan of [undefined, "", 1, null, "free", "__proto__", "x".repeat(101)]) {
      const answer = await api.request("POST", `/v1/billing/subscription/${step}`, { body: { plan } });
      expectError(answer, 400, "VALIDATION_ERROR");
    }
  });

  it("tells plans, the subscription and invoices of an organisation that has none", async () => {
    const api = await withBilling();
    const plans = await api.request<{ items: object[] }>("GET", "/v1/billing/plans", { expected: 200 });
    expect(plans.body.items).toMatchObject([
      { id: "free", isFree: true },
      { id: "starter", trialDays: 14 },
      { id: "pro" },
    ]);
    expect((await api.request("GET", "/v1/billing/subscription", { expected: 200 })).body).toMatchObject({
      status: "none",
    });
    expect((await api.request("GET", "/v1/billing/invoices", { expected: 200 })).body).toEqual({ items: [] });
    for (const step of ["cancel", "resume"])
      expectError(await api.request("POST", `/v1/billing/subscription/${step}`), 409, "STATE_CONFLICT");
  });

  it("answers Stripe's outage as one that passes, and says nothing of the key", async () => {
    const api = await withBilling();
    const { id } = await orderAfter("place")(api.ctx);
    const stripe = { ...api.ctx.config.stripe, apiBase: "http://127.0.0.1:9" };
    const down = await apiHarness({ resources: { ...api.ctx, config: { ...api.ctx.config, stripe } } });
    const answer = await down.request("POST", `/v1/billing/orders/${id}/checkout`, { secret: api.secret });
    expectError(answer, 503, "DEPENDENCY_UNAVAILABLE");
    expect(answer.text).not.toContain(SANDBOX_KEY);
  });
});
