import { describe, expect, it } from "vitest";
import type { BillingPlan } from "../../../core/platform/billing-plans.ts";
import type { Key } from "../../../core/platform/keys.ts";
import { apiHarness, type Harness, type HarnessOptions } from "../../support/harness.ts";
import { stoppedClock } from "../../support/recording.ts";
import { sdkError, storeFaults } from "../../support/store-faults.ts";

const figures = {
  perMinute: 10,
  perHour: 25,
  signInPerMinute: 5,
  refusedPerMinute: 100,
  organizations: new Map<string, { perMinute: number; perHour: number }>(),
};
const PLANS: BillingPlan[] = [
  { id: "free", name: "Free", limits: { requestsPerMinute: 3 } },
  { id: "pro", name: "Pro", priceId: "price_pro", limits: { requestsPerMinute: 50, requestsPerHour: 200 } },
];
const stripe = {
  secretKey: "sk_test_of_the_tests",
  webhookSecrets: [],
  organizationId: undefined,
  apiBase: "http://127.0.0.1:1",
};

const planned = (options: HarnessOptions = {}) =>
  apiHarness({ config: { rateLimit: figures, billingPlans: PLANS, stripe }, ...options });

/** What Stripe last said of the organisation's subscription. */
async function subscribe({ ctx, organization }: Harness, status: string): Promise<void> {
  const pk = `${organization.id}#BILLING_SUBSCRIPTION` as Key["pk"];
  const subscription = { id: "sub_1", customerId: "cus_1", status, priceId: "price_pro", cancelAtPeriodEnd: false };
  const startedAt = "2026-11-01T00:00:00.000Z";
  await ctx.table.put({ pk, sk: "sub_1", entity: "billing-subscription", version: 1, ...subscription, startedAt });
}

const policyOf = async (api: Harness) => {
  const { headers } = await api.request("GET", "/v1/organization");
  return headers.get("ratelimit-policy");
};
const FREE = '"minute";q=3;w=60, "hour";q=180;w=3600';
const PRO = '"minute";q=50;w=60, "hour";q=200;w=3600';
const CONFIGURED = '"minute";q=10;w=60, "hour";q=25;w=3600';

describe("the limits of a plan", () => {
  it("hold for who has it: of the free one without a subscription, of the paid one with it", async () => {
    const api = await planned();
    for (let asked = 0; asked < 3; asked++) await api.request("GET", "/v1/organization", { expected: 200 });
    await api.request("GET", "/v1/organization", { expected: 429 });
    const subscribed = await planned();
    await subscribe(subscribed, "active");
    expect(await policyOf(subscribed)).toBe(PRO);
    const { body } = await subscribed.request<{ limits: unknown[] }>("GET", "/v1/monitoring/limits");
    expect(body.limits).toContainEqual({ name: "minute", limit: 50, windowSeconds: 60 });
  });

  it("change within a minute of the plan, up and down, however busy the key is", async () => {
    for (const everyMs of [1_000, 27_000, 59_000]) {
      const { now, advance } = stoppedClock();
      const api = await planned({ now });
      await subscribe(api, "active");
      expect(await policyOf(api)).toBe(PRO);
      await subscribe(api, "canceled");
      for (let passed = 0; passed < 60_000; passed += everyMs) {
        advance(everyMs);
        await api.request("GET", "/v1/organization");
      }
      expect(await policyOf(api), `asked every ${everyMs} ms`).toBe(FREE);
      await subscribe(api, "active");
      advance(60_000);
      expect(await policyOf(api)).toBe(PRO);
    }
  });

  it("cost the table one call in half a minute, and none where nobody can subscribe or no plan has figures", async () => {
    const count = async (config: HarnessOptions["config"]) => {
      const { around, calls } = storeFaults();
      const { now } = stoppedClock();
      const api = await planned({
        around,
        now,
        config: { rateLimit: figures, billingPlans: PLANS, stripe, ...config },
      });
      await subscribe(api, "active");
      await api.request("GET", "/v1/organization", { expected: 200 });
      calls.length = 0;
      for (let asked = 0; asked < 5; asked++) await api.request("GET", "/v1/organization", { expected: 200 });
      return { calls: [...calls], policy: await policyOf(api) };
    };
    expect(await count({})).toEqual({ calls: Array.from({ length: 5 }, () => "GetItem"), policy: PRO });
    const keyless = await count({ stripe: { ...stripe, secretKey: undefined } });
    expect(keyless.policy).toBe(CONFIGURED);
    const plans = PLANS.map((plan) => ({ ...plan, limits: { products: 100 } }));
    expect((await count({ billingPlans: plans })).policy).toBe(CONFIGURED);
  });

  it("are the configured ones where the plan cannot be read, and nobody is locked out", async () => {
    let isFailing = false;
    const { around } = storeFaults(({ operation }) =>
      isFailing && operation === "Query" ? { failWith: sdkError("AccessDeniedException") } : "pass",
    );
    const { now, advance } = stoppedClock();
    const api = await planned({ around, now });
    await subscribe(api, "active");
    isFailing = true;
    expect(await policyOf(api)).toBe(CONFIGURED);
    isFailing = false;
    advance(5_000);
    expect(await policyOf(api)).toBe(PRO);
    isFailing = true;
    advance(60_000);
    expect(await policyOf(api)).toBe(PRO);
  });

  it("give way to what is configured for the organisation", async () => {
    const organizations = new Map<string, { perMinute: number; perHour: number }>();
    const api = await planned({ config: { rateLimit: { ...figures, organizations }, billingPlans: PLANS, stripe } });
    organizations.set(api.organization.id, { perMinute: 2, perHour: 9 });
    expect(await policyOf(api)).toBe('"minute";q=2;w=60, "hour";q=9;w=3600');
  });
});
