import type { BillingPlan } from "../../../core/platform/billing-plans.ts";
import type { Config } from "../../../core/platform/config.ts";
import type { Actor, Resources } from "../../../core/platform/context.ts";
import { Lru } from "../../../core/platform/lru.ts";

/** Requests that a plan allows a key or a person. */
export interface PlanFigures {
  perMinute: number;
  perHour: number;
}

/** A plan is believed without a look for so long; then it is looked up beside the request, which goes by what was known. */
const FRESH_MS = 25_000;
/** What is older is looked up first, so that a change is in effect within a minute. */
const KNOWN_MS = 50_000;
/** After a look-up that failed. */
const AGAIN_MS = 5_000;
const MOST_KNOWN = 10_000;

interface Known<Limit> {
  limit: Limit | undefined;
  at: number;
}

export interface PlanLimits<Limit> {
  /** Undefined where the plan says nothing of requests: then the configured figures hold. A promise only where it waits. */
  of(actor: Pick<Actor, "organizationId">): Limit | undefined | Promise<Limit | undefined>;
  settled(): Promise<void>;
}

/**
 * The figures of an organisation's plan. The table is asked once in half a minute for each organisation and process, and
 * not at all where no plan has figures or nobody can subscribe; when it fails, the configured figures hold.
 */
export function createPlanLimits<Limit>(
  resources: Resources,
  limitOf: (figures: PlanFigures) => Limit,
): PlanLimits<Limit> {
  const { config, now, log } = resources;
  const isOff = !doPlansLimit(config);
  const known = new Lru<Known<Limit>>({ max: MOST_KNOWN });
  const pending = new Map<string, Promise<Limit | undefined>>();

  async function lookUp({ organizationId }: Pick<Actor, "organizationId">): Promise<Limit | undefined> {
    try {
      // Nobody else of a cold start needs it.
      const Billing = await import("../../../core/billing/index.ts");
      const figures = figuresOf(await Billing.currentPlan(resources, organizationId));
      const limit = figures && limitOf(figures);
      known.set(organizationId, { limit, at: now() });
      return limit;
    } catch (error) {
      const before = known.get(organizationId)?.limit;
      known.set(organizationId, { limit: before, at: now() - KNOWN_MS + AGAIN_MS });
      log.warn("The plan of an organisation could not be read: what was known goes on", { organizationId, error });
      return before;
    }
  }

  function lookUpOnce(actor: Pick<Actor, "organizationId">): Promise<Limit | undefined> {
    const { organizationId } = actor;
    const underWay = pending.get(organizationId);
    if (underWay) return underWay;
    const looking = lookUp(actor).finally(() => pending.delete(organizationId));
    pending.set(organizationId, looking);
    return looking;
  }

  return {
    of(actor) {
      if (isOff) return undefined;
      const found = known.get(actor.organizationId);
      const age = found ? now() - found.at : Number.POSITIVE_INFINITY;
      if (!found || age >= KNOWN_MS) return lookUpOnce(actor);
      if (age >= FRESH_MS) void lookUpOnce(actor);
      return found.limit;
    },
    async settled() {
      await Promise.all(pending.values());
    },
  };
}

/** Without Stripe nobody can subscribe, so nobody is held to a plan. */
export function doPlansLimit({ stripe, billingPlans }: Pick<Config, "stripe" | "billingPlans">): boolean {
  return stripe.secretKey !== undefined && billingPlans.some((plan) => figuresOf(plan) !== undefined);
}

/** A plan that names one of the two: an hour has sixty minutes. */
export function figuresOf({ limits }: Pick<BillingPlan, "limits">): PlanFigures | undefined {
  const { requestsPerMinute, requestsPerHour } = limits;
  if (requestsPerMinute === undefined && requestsPerHour === undefined) return undefined;
  const perHour = requestsPerHour ?? (requestsPerMinute ?? 0) * 60;
  return { perHour, perMinute: Math.min(requestsPerMinute ?? perHour, perHour) };
}
