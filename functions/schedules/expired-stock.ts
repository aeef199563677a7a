import * as Accounts from "../../core/accounts/index.ts";
import * as Channels from "../../core/channels/index.ts";
import * as Billing from "../../core/billing/index.ts";
import * as Inventory from "../../core/inventory/index.ts";
import * as Orders from "../../core/orders/index.ts";
import * as Privacy from "../../core/privacy/index.ts";
import { type DueWork, runDue } from "../../core/platform/due.ts";
import * as Purchasing from "../../core/purchasing/index.ts";
import { processResources } from "../resources.ts";

/** What is done when something is due, by its kind. */
const WORK: Record<string, DueWork> = {
  [Inventory.RESERVATION_DUE]: Inventory.expireReservation,
  [Inventory.COUNT_DUE]: Inventory.resumeCount,
  [Orders.ORDER_DUE]: Orders.expireOrder,
  [Channels.ORDERS_DUE]: Channels.startDuePoll,
  [Channels.TASK_DUE]: Channels.wakeTask,
  [Purchasing.PURCHASE_DUE]: Purchasing.wakePurchaseOrder,
  [Accounts.CHECK_DUE]: Accounts.checkAccount,
  [Billing.CHECKOUT_DUE]: Billing.closeCheckout,
  [Privacy.PRIVACY_DUE]: Privacy.carryOut,
};

/** Well within the function's time: what is left is the next minute's. */
const WORK_MS = 40_000;

/** Every minute: gives back what was held for long enough, closes payment pages of orders that have ended, erases those who want to be forgotten, and takes lots off sale whose last day is past. */
export async function handler(): Promise<void> {
  const resources = processResources();
  const limit = { until: resources.now() + WORK_MS };
  // Neither keeps the other from being done.
  const results = await Promise.allSettled([
    runDue(resources, WORK, limit),
    Inventory.blockExpiredLots(resources, limit),
  ]);
  const [due, blocked] = results.map((result) => (result.status === "fulfilled" ? result.value : 0));
  if (due || blocked) resources.log.info("What was due has been done", { due, blockedLots: blocked });
  resources.metrics.flush();
  for (const result of results) if (result.status === "rejected") throw result.reason;
}
