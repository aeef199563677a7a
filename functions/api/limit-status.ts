import type { Context } from "../../core/platform/context.ts";
import { doPlansLimit, figuresOf } from "./middleware/plan-limits.ts";
import { limitsOf, usualLimit } from "./middleware/rate-limits.ts";

/** What limits there are for the actor, and where they are counted. */
export async function limitStatus(ctx: Context) {
  const { limiter, config, actor } = ctx;
  const { usual, organizations, signIn, reset, failures } = limitsOf(config);
  const own = organizations.get(actor.organizationId) ?? (await ofPlan(ctx)) ?? usual;
  const policies = [own, signIn, reset, failures].flatMap((limit) => limit.policies);
  const limits = policies.map(({ name, limit, windowMs }) => ({ name, limit, windowSeconds: windowMs / 1000 }));
  return { ...limiter.status(), limits };
}

async function ofPlan(ctx: Context) {
  if (!doPlansLimit(ctx.config)) return undefined;
  const Billing = await import("../../core/billing/index.ts");
  const figures = figuresOf(await Billing.currentPlan(ctx, ctx.actor.organizationId));
  return figures && usualLimit(figures);
}
