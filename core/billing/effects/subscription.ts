import type { Effect, EffectHandler, InboundEvent } from "../../inbound/index.ts";
import type { Context } from "../../platform/context.ts";
import { toWire } from "../../platform/money.ts";
import { outboxWrite } from "../../platform/events.ts";
import { deletedWrites, findCustomer } from "../customer.ts";
import { type Invoice, invoiceName, invoiceOf, invoices } from "../invoice.ts";
import { idOf, type Json, text } from "../json.ts";
import { defaultPlan, planOfPrice } from "../plan.ts";
import { isPaidFor, type Subscription, subscriptionOf, subscriptions } from "../subscription.ts";
import { ignored, isOfOwnAccount, type Latest, latestOf, objectOf } from "./event.ts";

const NOT_OURS = "It is not about the organisation's own subscription";

/** A subscription of the organisation was made or changed, in whatever way, or ended. */
export const subscriptionChanged: EffectHandler = async (ctx, event) => {
  const latest = await ours(ctx, event, (id) => `/v1/subscriptions/${id}`);
  if (!("object" in latest)) return latest;
  const after = subscriptionOf(ctx, latest.object);
  if (!after) return ignored("It cannot be read as a subscription");
  const before = await subscriptions.find(ctx, after.id);
  const told = isSame(before, after) ? [] : [outboxWrite(ctx, "billing.subscriptionChanged", newsOf(ctx, after))];
  const writes = [subscriptions.write(ctx, after.id, before, after), latest.write, ...told];
  return { outcome: "processed", writes, note: `The subscription is ${after.status}` };
};

/** The trial ends in three days. */
export const trialWillEnd: EffectHandler = async (ctx, event) => {
  const subscription = subscriptionOf(ctx, objectOf(event));
  if (!subscription || !(await isOurs(ctx, event))) return ignored(NOT_OURS);
  const news = { ...newsOf(ctx, subscription), trialEnd: subscription.trialEnd };
  return { outcome: "processed", writes: [outboxWrite(ctx, "billing.trialEnding", news)] };
};

/** An invoice of the organisation was made, or went on. */
export const invoiceChanged: EffectHandler = async (ctx, event) => {
  const latest = await ours(ctx, event, (id) => `/v1/invoices/${id}`);
  if (!("object" in latest)) return latest;
  const after = invoiceOf(latest.object);
  if (!after) return ignored("It cannot be read as an invoice");
  const name = invoiceName(after);
  const writes = [invoices.write(ctx, name, await invoices.find(ctx, name), after), latest.write];
  const told = UNPAID.has(event.eventType) ? [outboxWrite(ctx, "billing.paymentFailed", unpaidNews(after, event))] : [];
  return { outcome: "processed", writes: [...writes, ...told], note: `The invoice is ${after.status}` };
};

const UNPAID = new Set(["invoice.payment_failed", "invoice.payment_action_required"]);

/** Somebody deleted the organisation's customer: the next payment makes another. */
export const customerDeleted: EffectHandler = async (ctx, event) => {
  const writes = isOfOwnAccount(event) ? await deletedWrites(ctx, text(objectOf(event)["id"])) : [];
  return writes.length === 0 ? ignored(NOT_OURS) : { outcome: "processed", writes };
};

async function ours(ctx: Context, event: InboundEvent, path: (id: string) => string): Promise<Latest | Effect> {
  const id = text(objectOf(event)["id"]);
  if (id === undefined || !(await isOurs(ctx, event))) return ignored(NOT_OURS);
  const latest = await latestOf(ctx, event, { id, path: path(id) });
  return latest ?? ignored("A newer event of it has been applied");
}

/** Only this instance's own account says what an organisation subscribes to: one of its own could say anything. */
async function isOurs(ctx: Context, event: InboundEvent): Promise<boolean> {
  const object: Json = objectOf(event);
  const customer = isOfOwnAccount(event) ? await findCustomer(ctx) : undefined;
  return customer !== undefined && customer.id === idOf(object["customer"]);
}

function newsOf({ config }: Context, subscription: Omit<Subscription, "version">) {
  const { id, status, currentPeriodEnd, cancelAtPeriodEnd } = subscription;
  const plan = (isPaidFor(subscription) ? planOfPrice(config, subscription.priceId) : undefined) ?? defaultPlan(config);
  return { subscriptionId: id, plan: plan.id, status, currentPeriodEnd, cancelAtPeriodEnd };
}

const unpaidNews = ({ id, due, hostedUrl }: Omit<Invoice, "version">, { eventType }: InboundEvent) => ({
  invoiceId: id,
  due: toWire(due),
  hostedUrl,
  isActionRequired: eventType === "invoice.payment_action_required",
});

/** Nothing that anybody would be told of has changed. */
function isSame(before: Subscription | undefined, after: Omit<Subscription, "version">): boolean {
  const names = ["status", "priceId", "currentPeriodEnd", "cancelAtPeriodEnd", "trialEnd"] as const;
  return before !== undefined && names.every((name) => before[name] === after[name]);
}
