import { type Context, timestamp } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { idOf, integer, type Json, list, record, text, timeOf } from "./json.ts";
import { type Kept, recordStore, type Tenant } from "./record.store.ts";

/** A subscription of the organisation to a plan, as Stripe last said it is. Times are RFC 3339 UTC. */
export interface Subscription extends Kept {
  /** Stripe's (`sub_…`). */
  id: string;
  customerId: string;
  /** Stripe's own word: trialing, active, past_due, unpaid, paused, canceled, incomplete, incomplete_expired. */
  status: string;
  priceId?: string;
  /** Stripe's id of its one line (`si_…`), which a change of plan names. */
  itemId?: string;
  currentPeriodStart?: string;
  currentPeriodEnd?: string;
  cancelAtPeriodEnd: boolean;
  cancelAt?: string;
  canceledAt?: string;
  trialEnd?: string;
  startedAt: string;
  updatedAt: string;
}

/** By Stripe's id of them; an organisation has had few. */
export const subscriptions = recordStore<Subscription>("BILLING_SUBSCRIPTION");

const PAID_FOR = new Set(["trialing", "active", "past_due"]);
const OVER = new Set(["canceled", "incomplete_expired"]);

/** Does it give its plan? Stripe tries a late payment for a while before it gives up. */
export const isPaidFor = ({ status }: Pick<Subscription, "status">): boolean => PAID_FOR.has(status);

/** Can it become anything again? */
export const isOver = ({ status }: Pick<Subscription, "status">): boolean => OVER.has(status);

/**
 * Reads a subscription in any version's form: until 2025-03-31 its period stands on it, since then on its items; before
 * prices there were plans. Undefined for what is none.
 */
export function subscriptionOf(ctx: Context, object: Json): Omit<Subscription, "version"> | undefined {
  const id = text(object["id"]);
  const customerId = idOf(object["customer"]);
  const status = text(object["status"]);
  if (id === undefined || customerId === undefined || status === undefined) return undefined;
  const [item = {}] = list(record(object["items"])["data"]);
  const period = (name: string) => timeOf(integer(object[name]) ?? item[name]);
  return defined({
    id,
    customerId,
    status,
    priceId: idOf(item["price"]) ?? idOf(item["plan"]) ?? idOf(object["plan"]),
    itemId: text(item["id"]),
    currentPeriodStart: period("current_period_start"),
    currentPeriodEnd: period("current_period_end"),
    cancelAtPeriodEnd: object["cancel_at_period_end"] === true,
    cancelAt: timeOf(object["cancel_at"]),
    canceledAt: timeOf(object["canceled_at"]),
    trialEnd: timeOf(object["trial_end"]),
    startedAt: timeOf(object["start_date"]) ?? timeOf(object["created"]) ?? timestamp(ctx),
    updatedAt: timestamp(ctx),
  });
}

/** The one that counts: what is paid for before what is not, what may be again before what is over, then the newest. */
export async function currentSubscription(ctx: Tenant): Promise<Subscription | undefined> {
  const rank = (one: Subscription) => (isPaidFor(one) ? 0 : isOver(one) ? 2 : 1);
  const all = await subscriptions.all(ctx);
  const [current] = all.toSorted((a, b) => rank(a) - rank(b) || (a.startedAt < b.startedAt ? 1 : -1));
  return current;
}
