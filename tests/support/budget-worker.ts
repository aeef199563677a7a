import { accountBudget } from "../../core/accounts/budget/account-budget.ts";
import { BudgetSpentError } from "../../core/connectors/index.ts";
import type { OrganizationId } from "../../core/platform/ids.ts";
import { NO_LOG } from "../../core/platform/log.ts";
import { NO_METRICS } from "../../core/platform/metrics.ts";
import { createResources } from "../../functions/resources.ts";

// A process that takes from an account's budget until there is nothing left, and tells its parent how often it did.

const [organizationId = "", limit = "0"] = process.argv.slice(2);
const secret = "a-secret-of-the-tests-only-0123456789";
const { table } = createResources({ ...process.env, SECRET_KEY: secret }, { log: NO_LOG, metrics: NO_METRICS });
const NOON = Date.UTC(2026, 10, 21, 12);
const budget = accountBudget({
  resources: { table, now: () => NOON },
  organizationId: organizationId as OrganizationId,
  account: { id: "acc_processes", provider: "stand-in" },
  limits: [{ name: "day", limit: Number(limit), windowMs: 86_400_000, window: "fixed" }],
});

let taken = 0;
try {
  for (;;) {
    await budget.take({ cost: {}, urgency: "bulk" });
    taken++;
  }
} catch (error) {
  if (!(error instanceof BudgetSpentError)) throw error;
}
process.send?.(taken, () => process.exit(0));
