import { join } from "node:path";
import { freePort } from "../emulators/free-port.ts";
import type { Identity } from "../identity.ts";
import { readJson, writePrivateJson } from "../machine/files.ts";
import { type Sandbox, startSandbox } from "./stripe/server.ts";

/** What can be subscribed to here, unless BILLING_PLANS says otherwise: nobody who tries it out meets a limit. */
const DEMO_PLANS = [
  { id: "free", name: "Free", limits: {} },
  { id: "starter", name: "Starter", priceId: "price_starter", trialDays: 14, limits: { requestsPerMinute: 60_000 } },
  { id: "pro", name: "Pro", priceId: "price_pro", limits: { requestsPerMinute: 600_000 } },
];
const PRICES = [
  { id: "price_starter", amount: 2_900, currency: "usd" },
  { id: "price_pro", amount: 9_900, currency: "usd" },
];

/**
 * Starts the stand-in of Stripe and tells the environment of it; undefined where there is a real key, and in production.
 * What it knows outlives it, so that a page that was opened before a restart can still be paid.
 */
export async function startStripe({
  dataDir,
  identity,
  apiUrl,
  preferredPort,
}: {
  dataDir: string;
  identity: Identity;
  apiUrl: string;
  preferredPort: number;
}): Promise<Sandbox | undefined> {
  const { env } = process;
  if (env["ENVIRONMENT"] === "production" || env["STRIPE_SECRET_KEY"] || env["STRIPE_API_BASE"]) return undefined;
  const file = join(dataDir, "stripe.json");
  const [given = ""] = (env["STRIPE_WEBHOOK_SECRET"] ?? "").split(",");
  const sandbox = await startSandbox({
    port: await freePort(preferredPort),
    key: identity.stripeSecretKey,
    webhookUrl: `${apiUrl}/webhooks/stripe`,
    webhookSecret: given.trim() || identity.stripeWebhookSecret,
    prices: PRICES,
    saved: readJson(file) ?? {},
    save: (saved) => writePrivateJson(file, saved),
  });
  env["STRIPE_SECRET_KEY"] = identity.stripeSecretKey;
  env["STRIPE_API_BASE"] = sandbox.url;
  env["BILLING_PLANS"] ||= JSON.stringify(DEMO_PLANS);
  return sandbox;
}
