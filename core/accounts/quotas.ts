import { type Context, requirePermission } from "../platform/context.ts";
import { manifestOf } from "./account.ts";
import { accounts } from "./account.store.ts";
import { budgetKey, readBudget } from "./budget/budget.store.ts";
import { type Quota, quotaOf } from "./budget/quota.ts";

/** What an account has used of its provider's limits, what is left, and when it would be used up. Throws NotFoundError. */
export async function getQuota(ctx: Context, id: string): Promise<Quota> {
  requirePermission(ctx, "accounts.read");
  const account = await accounts.get(ctx, id);
  const { state } = await readBudget(ctx, budgetKey(ctx.actor.organizationId, id));
  return quotaOf(state, manifestOf(account.provider).limits, ctx.now());
}
