import { afterAll } from "vitest";
import * as Inbound from "../../../core/inbound/index.ts";
import { createHttpClient } from "../../../core/platform/http/resilient-client.ts";
import { NO_LOG } from "../../../core/platform/log.ts";
import { NO_METRICS } from "../../../core/platform/metrics.ts";
import { startSandbox } from "../../../local/sandbox/stripe/server.ts";
import { EFFECTS, PLANS, PRICES, SANDBOX_KEY, stripeReceiver } from "../billing.ts";
import { tableOfFile } from "./table-of-file.ts";
import { cloudContext } from "../cloud.ts";
import type { HarnessOptions } from "../harness.ts";
import { heldQueue, STRIPE_SECRET } from "../webhooks.ts";

/** Of the plans only what they are called and cost: every test asks more of one key than any plan allows. */
const billingPlans = PLANS.map((plan) => ({ ...plan, limits: { products: 1_000 } }));

export interface StripeStandIn {
  /** What a harness needs so that its billing is done there. */
  options: Pick<HarnessOptions, "resources" | "config">;
  /** Presses the button of a checkout page, and works what Stripe tells of it. */
  pay(url: string | undefined): Promise<void>;
}

let started: Promise<StripeStandIn & { stop: () => Promise<void> }> | undefined;
// One for all shops of a file, as one account of Stripe's is for all organisations of an instance.
afterAll(async () => (await started)?.stop());

export const stripeStandIn = (): Promise<StripeStandIn> => (started ??= start());

async function start() {
  const held = heldQueue();
  const plain = cloudContext({ tableName: await tableOfFile() });
  const http = createHttpClient({
    metrics: NO_METRICS,
    log: NO_LOG,
    now: Date.now,
    allowPrivateAddresses: true,
    sleep: () => Promise.resolve(),
  });
  const receiver = await stripeReceiver(() => own);
  const sandbox = await startSandbox({
    key: SANDBOX_KEY,
    webhookUrl: receiver.url,
    webhookSecret: STRIPE_SECRET,
    prices: PRICES,
  });
  const stripe = {
    ...plain.config.stripe,
    secretKey: SANDBOX_KEY,
    apiBase: sandbox.url,
    webhookSecrets: [STRIPE_SECRET],
  };
  const own = { ...plain, http, queues: held.queues, config: { ...plain.config, stripe, billingPlans } };
  return {
    options: { resources: { http }, config: { stripe, billingPlans } },
    async pay(url = "") {
      const answer = await fetch(url, { method: "POST", redirect: "manual" });
      if (answer.status !== 303) throw new Error(`The page ${url} answered ${answer.status}`);
      await sandbox.settled();
      for (const message of held.take()) await Inbound.workEvent(own, EFFECTS, message);
    },
    async stop() {
      await sandbox.stop();
      await receiver.stop();
    },
  };
}
