import * as Channels from "../../core/channels/index.ts";
import * as Inbound from "../../core/inbound/index.ts";
import { wakeStuckWork } from "../../core/ingest/index.ts";
import * as Listings from "../../core/listings/index.ts";
import type { Resources } from "../../core/platform/context.ts";
import { deliverOpenMails } from "../../core/platform/mail.ts";
import { processResources } from "../resources.ts";

/** Well within the function's time: what is left is the next minute's. */
const WORK_MS = 40_000;

/** What Stripe could not deliver, where there is a Stripe. */
async function recoverEvents(resources: Resources): Promise<number> {
  if (resources.config.stripe.secretKey === undefined) return 0;
  const Billing = await import("../../core/billing/index.ts");
  return Billing.recoverEvents(resources, { until: resources.now() + WORK_MS });
}

/** Every minute: queues again the imports, syncs, channel updates and events of providers that nobody works on any more, sends what mail waits, and once a day fetches what Stripe could not deliver. */
export async function handler(): Promise<void> {
  const resources = processResources();
  // Neither keeps the other from being looked at.
  const results = await Promise.allSettled([
    wakeStuckWork(resources),
    Listings.wakeStuckUpdates(resources, {
      targets: Channels.listingTargets(),
      until: resources.now() + WORK_MS,
    }),
    deliverOpenMails(resources, { until: resources.now() + WORK_MS }),
    Inbound.wakeStuckEvents(resources, { until: resources.now() + WORK_MS }),
    recoverEvents(resources),
  ]);
  const woken = results.reduce((sum, result) => sum + (result.status === "fulfilled" ? result.value : 0), 0);
  if (woken > 0) resources.log.warn("Stuck work was woken", { woken });
  resources.metrics.flush();
  for (const result of results) if (result.status === "rejected") throw result.reason;
}
