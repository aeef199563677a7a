import * as Suppliers from "../../core/suppliers/index.ts";
import { processResources } from "../resources.ts";

/** Every minute: starts the supplier syncs whose time has come. */
export async function handler(): Promise<void> {
  const resources = processResources();
  const started = await Suppliers.startDueSyncs(resources);
  if (started > 0) resources.log.info("Scheduled syncs were started", { started });
  resources.metrics.flush();
}
