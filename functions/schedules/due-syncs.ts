import * as Suppliers from "../../core/suppliers/index.ts";
import { isEnabled } from "../../core/platform/features.ts";
import { processResources } from "../resources.ts";

/** Every minute: starts the supplier syncs whose time has come. */
export async function handler(): Promise<void> {
  const resources = processResources();
  // Those that are due stay due, and begin once the switch is on for all again.
  if (!(await isEnabled(resources, "enable_supplier_sync"))) return;
  const started = await Suppliers.startDueSyncs(resources);
  if (started > 0) resources.log.info("Scheduled syncs were started", { started });
  resources.metrics.flush();
}
