import * as z from "zod";
import { contentHash } from "../platform/canonical.ts";
import { type Context, requirePermission } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { AppError } from "../platform/errors.ts";
import { idempotent } from "../platform/idempotency.ts";
import { PermanentError } from "../platform/http/errors.ts";
import { parse } from "../platform/parse.ts";
import { ConditionFailed } from "../platform/table-errors.ts";
import { SUBSCRIPTION_SUBJECT } from "./checkout.store.ts";
import {
  type CheckoutView,
  LONGEST_MS,
  openCheckout,
  PageUrlSchema,
  ReturnUrlsSchema,
  returnUrls,
  viewCheckout,
} from "./checkout.ts";
import { ensureCustomer, findCustomer } from "./customer.ts";
import { text } from "./json.ts";
import { defaultPlan, planNamespace, planOfPrice, pricedPlan } from "./plan.ts";
import { type InvoicePreview, previewOf } from "./preview.ts";
import { type StripeClient, stripeClient } from "./stripe-client.ts";
import type { Params } from "./stripe-form.ts";
import {
  currentSubscription,
  isOver,
  isPaidFor,
  type Subscription,
  subscriptionOf,
  subscriptions,
} from "./subscription.ts";

const PlanSchema = z.lazy(() => z.string().min(1).max(100).describe("One of GET /v1/billing/plans"));

export const SubscribeSchema = z.lazy(() => ReturnUrlsSchema.unwrap().extend({ plan: PlanSchema }));
export const PreviewSchema = z.lazy(() => z.strictObject({ plan: PlanSchema }));
export const ChangePlanSchema = z.lazy(() =>
  z.strictObject({
    plan: PlanSchema,
    prorationAt: z.iso.datetime({ offset: true }).optional().describe("Of the preview: then it costs what that said"),
  }),
);
export const PortalSchema = z.lazy(() => z.strictObject({ returnUrl: PageUrlSchema.optional() }).prefault({}));

/** What may be subscribed to, and what there is without. */
export async function listPlans(ctx: Context) {
  requirePermission(ctx, "billing.read");
  stripeClient(ctx);
  const { billingPlans } = ctx.config;
  const all = billingPlans.length > 0 ? billingPlans : [defaultPlan(ctx.config)];
  const items = all.map(({ id, name, priceId, trialDays, limits }) =>
    defined({ id, name, isFree: priceId === undefined, trialDays, limits }),
  );
  return Promise.resolve({ items });
}

/** How the organisation stands: its plan with its limits, and its subscription where it has one. */
export async function getSubscription(ctx: Context) {
  requirePermission(ctx, "billing.read");
  stripeClient(ctx);
  return viewSubscription(ctx, await currentSubscription(ctx));
}

function viewSubscription({ config }: Context, current: Omit<Subscription, "version"> | undefined) {
  const paid = current && isPaidFor(current) ? planOfPrice(config, current.priceId) : undefined;
  const { id, name, limits } = paid ?? defaultPlan(config);
  const { status = "none", cancelAtPeriodEnd = false } = current ?? {};
  const { currentPeriodStart, currentPeriodEnd, cancelAt, canceledAt, trialEnd, startedAt } = current ?? {};
  const times = { currentPeriodStart, currentPeriodEnd, cancelAt, canceledAt, trialEnd, startedAt };
  return defined({ plan: { id, name, limits }, subscriptionId: current?.id, status, cancelAtPeriodEnd, ...times });
}

export type SubscriptionView = ReturnType<typeof viewSubscription>;

/** A page on which the organisation subscribes. Throws STATE_CONFLICT where it has a subscription: that is changed. */
export async function subscribe(ctx: Context, input: unknown): Promise<CheckoutView> {
  requirePermission(ctx, "billing.write");
  const { plan: planId, ...urls } = parse(SubscribeSchema, input);
  const stripe = stripeClient(ctx);
  const plan = pricedPlan(ctx.config, planId);
  const current = await currentSubscription(ctx);
  if (current && !isOver(current))
    throw new AppError("STATE_CONFLICT", `There is a subscription, which is ${current.status}: change its plan`);
  const metadata = { organizationId: ctx.actor.organizationId };
  // A trial is for those who have never had one.
  const trial = current === undefined ? plan.trialDays : undefined;
  const checkout = await openCheckout(ctx, SUBSCRIPTION_SUBJECT, {
    lastsMs: LONGEST_MS,
    params: {
      mode: "subscription",
      customer: await ensureCustomer(ctx, stripe),
      ...returnUrls(ctx, urls),
      line_items: [{ price: plan.priceId, quantity: 1 }],
      metadata,
      subscription_data: { metadata, ...(trial ? { trial_period_days: trial } : {}) },
    },
  });
  return viewCheckout(checkout);
}

/** What another plan would cost now and next, to the second at which it was asked. Changes nothing. */
export async function previewChange(ctx: Context, input: unknown): Promise<InvoicePreview> {
  requirePermission(ctx, "billing.write");
  const { plan: planId } = parse(PreviewSchema, input);
  const { stripe, current, plan } = await changing(ctx, planId);
  const seconds = Math.floor(ctx.now() / 1000);
  const invoice = await stripe.get("/v1/invoices/upcoming", {
    customer: current.customerId,
    subscription: current.id,
    subscription_items: [{ id: current.itemId, price: plan.priceId }],
    subscription_proration_behavior: "create_prorations",
    subscription_proration_date: seconds,
  });
  return previewOf(invoice, plan.id, seconds);
}

/** Moves the subscription to another plan at once; what is left of the period is settled with the next invoice. */
export async function changePlan(ctx: Context, input: unknown): Promise<SubscriptionView> {
  requirePermission(ctx, "billing.write");
  const { plan: planId, prorationAt } = parse(ChangePlanSchema, input);
  const { stripe, current, plan } = await changing(ctx, planId);
  if (current.priceId === plan.priceId) return viewSubscription(ctx, current);
  return update(ctx, stripe, current, {
    items: [{ id: current.itemId, price: plan.priceId }],
    proration_behavior: "create_prorations",
    ...(prorationAt === undefined ? {} : { proration_date: Math.floor(Date.parse(prorationAt) / 1000) }),
  });
}

/** Lets the subscription run out: it stays until the end of what is paid, and can be resumed until then. */
export async function cancelSubscription(ctx: Context): Promise<SubscriptionView> {
  return setCancel(ctx, true);
}

/** Takes the cancellation back. Throws STATE_CONFLICT once it is over. */
export async function resumeSubscription(ctx: Context): Promise<SubscriptionView> {
  return setCancel(ctx, false);
}

async function setCancel(ctx: Context, cancels: boolean): Promise<SubscriptionView> {
  requirePermission(ctx, "billing.write");
  const stripe = stripeClient(ctx);
  const current = await liveSubscription(ctx);
  if (current.cancelAtPeriodEnd === cancels) return viewSubscription(ctx, current);
  return update(ctx, stripe, current, { cancel_at_period_end: cancels });
}

/** A link to Stripe's own pages for cards, invoices and addresses; good for a short time. */
export async function openPortal(ctx: Context, input: unknown): Promise<{ url: string }> {
  requirePermission(ctx, "billing.write");
  const { returnUrl } = parse(PortalSchema, input);
  const stripe = stripeClient(ctx);
  const customer = await findCustomer(ctx);
  if (!customer) throw new AppError("STATE_CONFLICT", "The organisation has not subscribed to anything yet");
  const params = { customer: customer.id, return_url: returnUrls(ctx, { successUrl: returnUrl }).success_url };
  return idempotent(ctx, "billing.openPortal", input, async (commit) => {
    const session = await stripe.post("/v1/billing_portal/sessions", params, ctx.newId("request"));
    const url = text(session["url"]);
    if (url === undefined) throw new PermanentError("stripe", "answered a portal without an address");
    return commit([], { url });
  });
}

async function liveSubscription(ctx: Context): Promise<Subscription> {
  const current = await currentSubscription(ctx);
  if (!current || isOver(current))
    throw new AppError("STATE_CONFLICT", "There is no subscription: subscribe to a plan");
  return current;
}

async function changing(ctx: Context, planId: string) {
  const stripe = stripeClient(ctx);
  const plan = pricedPlan(ctx.config, planId);
  return { stripe, plan, current: await liveSubscription(ctx) };
}

/**
 * Tells Stripe, and keeps what it answers. Two who ask for the same change of the same state ask under one key; the
 * event of the change says the same again.
 */
async function update(
  ctx: Context,
  stripe: StripeClient,
  current: Subscription,
  params: Params,
): Promise<SubscriptionView> {
  const key = [ctx.actor.organizationId, current.id, current.version, contentHash(params)].join("/");
  const answer = subscriptionOf(ctx, await stripe.post(`/v1/subscriptions/${current.id}`, params, key));
  if (!answer) throw new PermanentError("stripe", "answered what is no subscription");
  const { put, condition } = subscriptions.write(ctx, current.id, current, answer);
  try {
    await ctx.table.put(put, condition);
  } catch (error) {
    // The event of it was faster.
    if (!(error instanceof ConditionFailed)) throw error;
  }
  await ctx.cache.invalidate(planNamespace(ctx));
  return viewSubscription(ctx, answer);
}
