import type { Happened } from "./events.ts";
import { members, nested, number, type Params, text, texts } from "./form.ts";
import { missing, Refused, type State, type StripeObject } from "./state.ts";

const DAY = 24 * 3600;
const MONTH = 30 * DAY;

export interface SandboxPrice {
  id: string;
  amount: number;
  currency: string;
}

export function putPrice(state: State, { id, amount, currency }: SandboxPrice): StripeObject {
  return state.put({
    id,
    object: "price",
    active: true,
    billing_scheme: "per_unit",
    created: state.now(),
    currency,
    livemode: false,
    metadata: {},
    nickname: null,
    product: `prod_${id}`,
    recurring: {
      interval: "month",
      interval_count: 1,
      usage_type: "licensed",
      trial_period_days: null,
      aggregate_usage: null,
    },
    type: "recurring",
    unit_amount: amount,
    unit_amount_decimal: String(amount),
  });
}

/** The subscription and its first invoice, once its page has been gone through. */
export function subscribe(state: State, session: StripeObject): { session: StripeObject; happened: Happened[] } {
  const { price: priceId, data } = session["sandbox"] as { price: string; data: Params };
  const price = state.find("price", priceId);
  if (!price) throw missing("price", priceId);
  const now = state.now();
  const trialDays = number(data["trial_period_days"]) ?? 0;
  const ends = now + (trialDays > 0 ? trialDays * DAY : MONTH);
  const id = state.newId("sub");
  const item = {
    id: state.newId("si"),
    object: "subscription_item",
    created: now,
    metadata: {},
    price,
    quantity: 1,
    subscription: id,
  };
  const subscription = state.put({
    id,
    object: "subscription",
    automatic_tax: { enabled: false },
    billing_cycle_anchor: ends,
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: null,
    collection_method: "charge_automatically",
    created: now,
    current_period_end: ends,
    current_period_start: now,
    customer: session["customer"],
    ended_at: null,
    items: { object: "list", data: [item], has_more: false, url: `/v1/subscription_items?subscription=${id}` },
    livemode: false,
    metadata: texts(data["metadata"]),
    start_date: now,
    status: trialDays > 0 ? "trialing" : "active",
    trial_end: trialDays > 0 ? ends : null,
    trial_start: trialDays > 0 ? now : null,
  });
  const due = trialDays > 0 ? 0 : Number(price["unit_amount"]);
  const invoice = state.put(
    invoiceOf(state, subscription, [line(price, due, now, ends)], { status: "paid", id: state.newId("in") }),
  );
  const paid = state.put({
    ...session,
    status: "complete",
    payment_status: due > 0 ? "paid" : "no_payment_required",
    subscription: id,
    url: null,
  });
  const happened: Happened[] = [
    ["customer.subscription.created", subscription],
    ["invoice.created", { ...invoice, status: "draft", paid: false, amount_paid: 0, amount_remaining: due }],
    ["invoice.finalized", { ...invoice, status: "open", paid: false, amount_paid: 0, amount_remaining: due }],
    ["invoice.paid", invoice],
    ["checkout.session.completed", paid],
  ];
  return { session: paid, happened };
}

/** POST /v1/subscriptions/{id} */
export function changeSubscription(state: State, subscription: StripeObject, params: Params): StripeObject {
  if (subscription["status"] === "canceled")
    throw new Refused(400, "A canceled subscription can only update its metadata");
  const atEnd = text(params["cancel_at_period_end"]);
  const [wanted] = members(params["items"]);
  const [item] = (subscription["items"] as { data: Record<string, unknown>[] }).data;
  let { items } = subscription;
  if (wanted && item) {
    if (text(wanted["id"]) !== item["id"]) throw missing("subscription_item", text(wanted["id"]));
    const price = state.find("price", text(wanted["price"]));
    if (!price) throw missing("price", text(wanted["price"]));
    items = { ...(items as object), data: [{ ...item, price }] };
  }
  const cancels = atEnd === undefined ? subscription["cancel_at_period_end"] : atEnd === "true";
  return state.put({
    ...subscription,
    items,
    cancel_at_period_end: cancels,
    cancel_at: cancels ? subscription["current_period_end"] : null,
    canceled_at: cancels ? (subscription["canceled_at"] ?? state.now()) : null,
  });
}

/** GET /v1/invoices/upcoming: what is left of the period, given back at the old price and charged at the new. */
export function upcomingInvoice(state: State, params: Params): StripeObject {
  const subscription = state.find("subscription", text(params["subscription"]));
  if (!subscription) throw missing("subscription", text(params["subscription"]));
  const [item] = (subscription["items"] as { data: { price: StripeObject }[] }).data;
  const [wanted] = members(params["subscription_items"]);
  const next = wanted ? state.find("price", text(wanted["price"])) : item?.price;
  if (!item || !next) throw missing("price", text(nested(wanted)["price"]));
  const [starts, ends] = [Number(subscription["current_period_start"]), Number(subscription["current_period_end"])];
  const from = number(params["subscription_proration_date"]) ?? state.now();
  const share = Math.max(0, Math.min(1, (ends - from) / (ends - starts)));
  const isTrial = subscription["status"] === "trialing";
  const part = (price: StripeObject) => (isTrial ? 0 : Math.round(Number(price["unit_amount"]) * share));
  const changes =
    next.id === item.price.id
      ? []
      : [line(item.price, -part(item.price), from, ends, true), line(next, part(next), from, ends, true)];
  const lines = [...changes, line(next, Number(next["unit_amount"]), ends, ends + MONTH)];
  // An upcoming invoice has no id: it is not there yet.
  const { id: _id, ...upcoming } = invoiceOf(state, subscription, lines, { status: "draft", id: "" });
  return upcoming as StripeObject;
}

function line(price: StripeObject, amount: number, start: number, end: number, proration = false) {
  const what = proration ? (amount < 0 ? "Unused time" : "Remaining time") : "1 ×";
  return {
    id: `il_${price.id}_${amount < 0 ? "unused" : "used"}`,
    object: "line_item",
    amount,
    currency: price["currency"],
    description: `${what} ${price.id}`,
    period: { start, end },
    price,
    proration,
    quantity: 1,
    type: "subscription",
  };
}

function invoiceOf(
  state: State,
  subscription: StripeObject,
  lines: ReturnType<typeof line>[],
  { status, id }: { status: string; id: string },
): StripeObject {
  const total = lines.reduce((sum, { amount }) => sum + amount, 0);
  const isPaid = status === "paid";
  const now = state.now();
  return {
    id,
    object: "invoice",
    amount_due: Math.max(0, total),
    amount_paid: isPaid ? total : 0,
    amount_remaining: isPaid ? 0 : Math.max(0, total),
    attempt_count: isPaid ? 1 : 0,
    attempted: isPaid,
    automatic_tax: { enabled: false, status: null },
    billing_reason: "subscription_create",
    collection_method: "charge_automatically",
    created: now,
    currency: lines[0]?.currency,
    customer: subscription["customer"],
    default_tax_rates: [],
    hosted_invoice_url: isPaid ? `https://invoice.example/${id}` : null,
    invoice_pdf: null,
    lines: { object: "list", data: lines, has_more: false, url: `/v1/invoices/${id}/lines` },
    livemode: false,
    metadata: {},
    number: isPaid ? `SANDBOX-${now}` : null,
    paid: isPaid,
    paid_out_of_band: false,
    payment_intent: null,
    payment_settings: { payment_method_options: null, payment_method_types: null },
    period_end: subscription["current_period_end"],
    period_start: subscription["current_period_start"],
    post_payment_credit_notes_amount: 0,
    pre_payment_credit_notes_amount: 0,
    starting_balance: 0,
    status,
    status_transitions: {
      finalized_at: isPaid ? now : null,
      marked_uncollectible_at: null,
      paid_at: isPaid ? now : null,
      voided_at: null,
    },
    subscription: subscription.id,
    subtotal: total,
    total,
    total_tax_amounts: [],
  };
}
