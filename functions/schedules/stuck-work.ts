import { wakeStuckWork } from "../../core/ingest/index.ts";
import { processResources } from "../resources.ts";

/** Every minute: queues again the imports and syncs that nobody works on any more. */
export async function handler(): Promise<void> {
  const resources = processResources();
  const woken = await wakeStuckWork(resources);
  if (woken > 0) resources.log.warn("Stuck work was woken", { woken });
  resources.metrics.flush();
}
