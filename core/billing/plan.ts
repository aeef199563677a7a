import type { BillingPlan } from "../platform/billing-plans.ts";
import type { Config } from "../platform/config.ts";
import type { Context } from "../platform/context.ts";
import { AppError } from "../platform/errors.ts";
import type { OrganizationId } from "../platform/ids.ts";
import { currentSubscription, isPaidFor } from "./subscription.ts";

/** What an organisation has where nobody has configured plans: nothing is limited by it. */
const NO_PLAN: BillingPlan = { id: "free", name: "Free", limits: {} };

/** A plan is believed so long, in seconds: a limiter asks with each request. */
const KNOWN_SECONDS = 30;

type Plans = Pick<Config, "billingPlans">;

/** What an organisation has without a subscription: the first plan that costs nothing. */
export const defaultPlan = ({ billingPlans }: Plans): BillingPlan =>
  billingPlans.find(({ priceId }) => priceId === undefined) ?? NO_PLAN;

export const planOfPrice = ({ billingPlans }: Plans, priceId: string | undefined): BillingPlan | undefined =>
  priceId === undefined ? undefined : billingPlans.find((plan) => plan.priceId === priceId);

/** Throws VALIDATION_ERROR for one that is not to be bought. */
export function pricedPlan({ billingPlans }: Plans, id: string): BillingPlan & { priceId: string } {
  const plan = billingPlans.find((one) => one.id === id);
  if (plan?.priceId !== undefined) return { ...plan, priceId: plan.priceId };
  const ids = billingPlans.flatMap((one) => (one.priceId === undefined ? [] : [one.id]));
  throw new AppError("VALIDATION_ERROR", `There is no plan ${JSON.stringify(id)} to subscribe to`, {
    field: "plan",
    details: { plans: ids },
  });
}

/**
 * The plan of the actor's organisation with its limits, for whoever enforces them; at most half a minute old. A payment
 * that is late takes nothing away: Stripe says when it gives up.
 */
export async function planOf(ctx: Context): Promise<BillingPlan> {
  const { config, cache, actor } = ctx;
  if (config.billingPlans.length === 0) return NO_PLAN;
  const namespace = planNamespace(ctx);
  const priceId = await cache.getOrSet(namespace, "price", () => paidPrice(ctx), KNOWN_SECONDS);
  const plan = planOfPrice(config, priceId === "" ? undefined : priceId);
  if (!plan && priceId !== "")
    ctx.log.warn("A subscription's price is of no plan", { organizationId: actor.organizationId, priceId });
  return plan ?? defaultPlan(config);
}

/** The same as it stands in the table now: for whoever remembers it for as long as they like. */
export async function currentPlan(
  resources: Pick<Context, "table" | "config">,
  organizationId: OrganizationId,
): Promise<BillingPlan> {
  const { config } = resources;
  if (config.billingPlans.length === 0) return NO_PLAN;
  const subscription = await currentSubscription({ ...resources, actor: { organizationId } });
  const paid = subscription && isPaidFor(subscription) ? planOfPrice(config, subscription.priceId) : undefined;
  return paid ?? defaultPlan(config);
}

export const planNamespace = ({ actor }: Context) => `billing:${actor.organizationId}`;

/** Empty for none, since a cache keeps no undefined. */
async function paidPrice(ctx: Context): Promise<string> {
  const subscription = await currentSubscription(ctx);
  return subscription && isPaidFor(subscription) ? (subscription.priceId ?? "") : "";
}
