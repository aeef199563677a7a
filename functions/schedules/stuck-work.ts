import * as Channels from "../../core/channels/index.ts";
import * as Inbound from "../../core/inbound/index.ts";
import { wakeStuckWork } from "../../core/ingest/index.ts";
import * as Listings from "../../core/listings/index.ts";
import { deliverOpenMails } from "../../core/platform/mail.ts";
import { processResources } from "../resources.ts";

/** Well within the function's time: what is left is the next minute's. */
const WORK_MS = 40_000;

/** Every minute: queues again the imports, syncs, channel updates and events of providers that nobody works on any more, and sends what mail waits. */
export async function handler(): Promise<void> {
  const resources = processResources();
  // Neither keeps the other from being looked at.
  const results = await Promise.allSettled([
    wakeStuckWork(resources),
    Listings.wakeStuckUpdates(resources, { targets: Channels.listingTargets() }),
    deliverOpenMails(resources, { until: resources.now() + WORK_MS }),
    Inbound.wakeStuckEvents(resources, { until: resources.now() + WORK_MS }),
  ]);
  const woken = results.reduce((sum, result) => sum + (result.status === "fulfilled" ? result.value : 0), 0);
  if (woken > 0) resources.log.warn("Stuck work was woken", { woken });
  resources.metrics.flush();
  for (const result of results) if (result.status === "rejected") throw result.reason;
}
