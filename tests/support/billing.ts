import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { STRIPE_EFFECTS } from "../../core/billing/index.ts";
import * as Inbound from "../../core/inbound/index.ts";
import type { BillingPlan } from "../../core/platform/billing-plans.ts";
import type { Context } from "../../core/platform/context.ts";
import { createHttpClient } from "../../core/platform/http/resilient-client.ts";
import { NO_LOG } from "../../core/platform/log.ts";
import { NO_METRICS } from "../../core/platform/metrics.ts";
import { type Sandbox, startSandbox } from "../../local/sandbox/stripe/server.ts";
import { cloudContext } from "./cloud.ts";
import { stoppedClock } from "./recording.ts";
import { heldQueue, registered, STRIPE_SECRET, withStripe } from "./webhooks.ts";

export const SANDBOX_KEY = "sk_test_of_the_sandbox";

export const PLANS: BillingPlan[] = [
  { id: "free", name: "Free", limits: { requestsPerMinute: 60 } },
  { id: "starter", name: "Starter", priceId: "price_starter", trialDays: 14, limits: { requestsPerMinute: 300 } },
  { id: "pro", name: "Pro", priceId: "price_pro", limits: { requestsPerMinute: 1_200 } },
];

export const PRICES = [
  { id: "price_starter", amount: 2_900, currency: "usd" },
  { id: "price_pro", amount: 9_900, currency: "usd" },
];

export const EFFECTS: Inbound.EffectRegistry = { stripe: () => Promise.resolve(STRIPE_EFFECTS) };

export interface BillingShop {
  ctx: Context;
  sandbox: Sandbox;
  clock: ReturnType<typeof stoppedClock>;
  /** Messages of events that came and are not worked yet. */
  held: ReturnType<typeof heldQueue>;
  /** Works the events that have come, until none is left. */
  work: () => Promise<Inbound.Worked[]>;
  /** Presses the button of a checkout page. */
  pay: (url: string | undefined, how?: string) => Promise<Response>;
}

/** What a context needs to be billed at a stand-in of Stripe. */
export function billed(ctx: Context, sandboxUrl: string): Context {
  const { config, now } = ctx;
  const stripe = { ...config.stripe, secretKey: SANDBOX_KEY, apiBase: sandboxUrl };
  const http = createHttpClient({
    metrics: NO_METRICS,
    log: NO_LOG,
    now,
    allowPrivateAddresses: true,
    sleep: () => Promise.resolve(),
  });
  return { ...ctx, http, config: { ...config, stripe, billingPlans: PLANS } };
}

/** The webhooks' address over real HTTP, as whoever `receiving` gives takes what comes. */
export async function stripeReceiver(
  receiving: () => Parameters<typeof Inbound.receive>[0],
): Promise<{ url: string; stop: () => Promise<void> }> {
  const server = createServer((request, response) => {
    void buffer(request)
      .then((body) =>
        Inbound.receive(receiving(), { provider: "stripe", body, header: (name) => String(request.headers[name]) }),
      )
      .then(
        () => response.writeHead(200).end(),
        () => response.writeHead(400).end(),
      );
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => void server.close(() => resolve()));
    },
  };
}

/** An organisation, the stand-in of Stripe, and between them the webhooks' address over real HTTP. */
export async function billingShop(options: Parameters<typeof cloudContext>[0] = {}): Promise<BillingShop> {
  const clock = stoppedClock();
  const held = heldQueue();
  const own = withStripe(await registered(cloudContext({ now: clock.now, ...options })), { queues: held.queues });
  const receiver = await stripeReceiver(() => own);
  const sandbox = await startSandbox({
    key: SANDBOX_KEY,
    webhookUrl: receiver.url,
    webhookSecret: STRIPE_SECRET,
    prices: PRICES,
    now: clock.now,
  });
  onTestFinished(async () => {
    await sandbox.stop();
    await receiver.stop();
  });
  const ctx = billed(own, sandbox.url);
  return {
    ctx,
    sandbox,
    clock,
    held,
    async work() {
      const worked: Inbound.Worked[] = [];
      await sandbox.settled();
      for (let all = held.take(); all.length > 0; all = held.take())
        for (const message of all) worked.push(await Inbound.workEvent(ctx, EFFECTS, message));
      return worked;
    },
    pay: (url = "", how = "") => fetch(`${url}${how}`, { method: "POST", redirect: "manual" }),
  };
}
