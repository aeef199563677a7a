import * as Outbound from "../../core/outbound/index.ts";
import { processResources } from "../resources.ts";

/** Well within the function's time: what is left is the next minute's. */
const WORK_MS = 40_000;

/** Every minute: queues the webhook retries whose time has come, and those whose message or worker was lost. */
export async function handler(): Promise<void> {
  const resources = processResources();
  const woken = await Outbound.wakeDueWebhooks(resources, { until: resources.now() + WORK_MS });
  if (woken > 0) resources.log.info("Due webhooks were queued", { woken });
  resources.metrics.flush();
}
