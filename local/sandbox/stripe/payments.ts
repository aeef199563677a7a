import { members, nested, number, type Params, text, texts } from "./form.ts";
import { missing, parameterMissing, Refused, type State, type StripeObject } from "./state.ts";

const DAY = 24 * 3600;
const LEAST_AMOUNT = 1;

/** A payment as it is made with its checkout, before anybody has paid. */
function paymentIntent(state: State, amount: number, currency: string, data: Params): StripeObject {
  const id = state.newId("pi");
  return state.put({
    id,
    object: "payment_intent",
    amount,
    amount_capturable: 0,
    amount_received: 0,
    canceled_at: null,
    capture_method: "automatic",
    charges: { object: "list", data: [], has_more: false, url: `/v1/charges?payment_intent=${id}` },
    client_secret: `${id}_secret_of_the_sandbox`,
    confirmation_method: "automatic",
    created: state.now(),
    currency,
    customer: null,
    description: text(data["description"]) ?? null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    metadata: texts(data["metadata"]),
    next_action: null,
    payment_method_types: ["card"],
    status: "requires_payment_method",
  });
}

/** What the lines come to, and their currency. Throws as Stripe refuses. */
function totalOf(state: State, lines: Params[]): { amount: number; currency: string; price?: StripeObject } {
  if (lines.length === 0) throw parameterMissing("line_items");
  const parts = lines.map((line) => {
    const quantity = number(line["quantity"]) ?? 1;
    const data = nested(line["price_data"]);
    const named = text(line["price"]);
    const price = named === undefined ? undefined : state.find("price", named);
    if (named !== undefined && !price) throw missing("price", named);
    const unit = price ? Number(price["unit_amount"]) : number(data["unit_amount"]);
    const currency = price ? String(price["currency"]) : text(data["currency"]);
    if (unit === undefined || currency === undefined) throw parameterMissing("line_items[0][price_data]");
    return { amount: unit * quantity, currency, ...(price ? { price } : {}) };
  });
  const [first = { amount: 0, currency: "usd" }] = parts;
  return { ...first, amount: parts.reduce((sum, { amount }) => sum + amount, 0) };
}

/** POST /v1/checkout/sessions */
export function createSession(state: State, params: Params, page: string): StripeObject {
  const mode = text(params["mode"]);
  if (mode !== "payment" && mode !== "subscription") throw parameterMissing("mode");
  if (text(params["success_url"]) === undefined) throw parameterMissing("success_url");
  const customer = text(params["customer"]);
  if (customer !== undefined && !state.find("customer", customer)) throw missing("customer", customer);
  const { amount, currency, price } = totalOf(state, members(params["line_items"]));
  if (mode === "payment" && amount < LEAST_AMOUNT)
    throw new Refused(400, "The total is too small", { code: "amount_too_small" });
  if (mode === "subscription" && !price?.["recurring"]) throw new Refused(400, "The price does not recur");
  const now = state.now();
  const expiresAt = number(params["expires_at"]) ?? now + DAY;
  if (expiresAt < now + 1_800 || expiresAt > now + DAY)
    throw new Refused(400, "expires_at must be between 30 minutes and 24 hours from now", { param: "expires_at" });
  const intent =
    mode === "payment" ? paymentIntent(state, amount, currency, nested(params["payment_intent_data"])) : undefined;
  const id = state.newId("cs_test");
  return state.put({
    id,
    object: "checkout.session",
    after_expiration: null,
    allow_promotion_codes: null,
    amount_subtotal: amount,
    amount_total: amount,
    automatic_tax: { enabled: false, status: null },
    billing_address_collection: null,
    cancel_url: text(params["cancel_url"]) ?? text(params["success_url"]),
    client_reference_id: text(params["client_reference_id"]) ?? null,
    created: now,
    currency,
    customer: customer ?? null,
    customer_details: null,
    customer_email: text(params["customer_email"]) ?? null,
    expires_at: expiresAt,
    livemode: false,
    locale: null,
    metadata: texts(params["metadata"]),
    mode,
    payment_intent: intent?.id ?? null,
    payment_link: null,
    payment_method_types: ["card"],
    payment_status: "unpaid",
    setup_intent: null,
    shipping_options: [],
    status: "open",
    submit_type: null,
    subscription: null,
    success_url: text(params["success_url"]),
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    url: `${page}/pay/${id}`,
    // Not Stripe's: what the page makes of it once it is paid.
    ...(mode === "subscription" ? { sandbox: { price: price?.id, data: nested(params["subscription_data"]) } } : {}),
  });
}

/** POST /v1/checkout/sessions/{id}/expire */
export function expireSession(state: State, session: StripeObject): StripeObject {
  if (session["status"] !== "open")
    throw new Refused(
      400,
      `Only Checkout Sessions with a status in ["open"] can be expired. This one is ${String(session["status"])}.`,
    );
  return state.put({ ...session, status: "expired", url: null });
}

/** Somebody pays: the payment, its charge and the session as they are afterwards. */
export function payIntent(
  state: State,
  session: StripeObject,
): { intent: StripeObject; charge: StripeObject; session: StripeObject } {
  const before = state.find("payment_intent", String(session["payment_intent"]));
  if (!before) throw missing("payment_intent", String(session["payment_intent"]));
  const charge = state.put(chargeOf(state, before, "succeeded"));
  const intent = state.put({
    ...before,
    status: "succeeded",
    amount_received: before["amount"],
    latest_charge: charge.id,
    charges: { ...(before["charges"] as object), data: [charge] },
    last_payment_error: null,
  });
  const paid = state.put({ ...session, status: "complete", payment_status: "paid", url: null });
  return { intent, charge, session: paid };
}

/** The card is declined: the payment waits for another one, and the page stays open. */
export function declineIntent(state: State, session: StripeObject): { intent: StripeObject; charge: StripeObject } {
  const before = state.find("payment_intent", String(session["payment_intent"]));
  if (!before) throw missing("payment_intent", String(session["payment_intent"]));
  const charge = state.put(chargeOf(state, before, "failed"));
  const error = {
    type: "card_error",
    code: "card_declined",
    decline_code: "generic_decline",
    message: "Your card was declined.",
    charge: charge.id,
  };
  return { charge, intent: state.put({ ...before, status: "requires_payment_method", last_payment_error: error }) };
}

function chargeOf(state: State, intent: StripeObject, status: "succeeded" | "failed"): StripeObject {
  const isPaid = status === "succeeded";
  const id = state.newId("ch");
  return {
    id,
    object: "charge",
    amount: intent["amount"],
    amount_captured: isPaid ? intent["amount"] : 0,
    amount_refunded: 0,
    balance_transaction: null,
    billing_details: { address: null, email: null, name: null, phone: null },
    captured: isPaid,
    created: state.now(),
    currency: intent["currency"],
    customer: intent["customer"],
    description: intent["description"],
    disputed: false,
    failure_code: isPaid ? null : "card_declined",
    livemode: false,
    metadata: intent["metadata"],
    paid: isPaid,
    payment_intent: intent.id,
    refunded: false,
    refunds: { object: "list", data: [], has_more: false, url: `/v1/charges/${id}/refunds` },
    status,
  };
}

/** POST /v1/refunds */
export function createRefund(state: State, params: Params): { refund: StripeObject; charge: StripeObject } {
  const named = text(params["payment_intent"]);
  const intent = state.find("payment_intent", named);
  const charge = state.find("charge", text(params["charge"]) ?? String(intent?.["latest_charge"]));
  if (!charge) throw missing("payment_intent", named);
  const left = Number(charge["amount"]) - Number(charge["amount_refunded"]);
  const amount = number(params["amount"]) ?? left;
  if (amount <= 0 || amount > left)
    throw new Refused(400, `Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`, {
      code: "charge_already_refunded",
    });
  const refund = state.put({
    id: state.newId("re"),
    object: "refund",
    amount,
    balance_transaction: null,
    charge: charge.id,
    created: state.now(),
    currency: charge["currency"],
    metadata: texts(params["metadata"]),
    payment_intent: charge["payment_intent"],
    reason: text(params["reason"]) ?? null,
    receipt_number: null,
    status: "succeeded",
  });
  const total = Number(charge["amount_refunded"]) + amount;
  return { refund, charge: state.put({ ...charge, amount_refunded: total, refunded: total === charge["amount"] }) };
}

/** What Stripe takes from the account when a dispute is opened: the money, and a fee. */
function withdrawal(state: State, charge: StripeObject): object {
  const [amount, fee] = [-Number(charge["amount"]), 1_500];
  return {
    id: state.newId("txn"),
    object: "balance_transaction",
    amount,
    available_on: state.now(),
    created: state.now(),
    currency: charge["currency"],
    description: null,
    exchange_rate: null,
    fee,
    fee_details: [
      { amount: fee, application: null, currency: charge["currency"], description: null, type: "stripe_fee" },
    ],
    net: amount - fee,
    reporting_category: "dispute",
    source: charge.id,
    status: "pending",
    type: "adjustment",
  };
}

/** A buyer disputes the payment; `status` as it goes on: needs_response, won, lost. */
export function dispute(state: State, intentId: string, status: string): StripeObject {
  const intent = state.find("payment_intent", intentId);
  const charge = state.find("charge", String(intent?.["latest_charge"]));
  if (!charge) throw missing("payment_intent", intentId);
  const before = state.all("dispute").find((one) => one["charge"] === charge.id);
  return state.put({
    id: state.newId("dp"),
    object: "dispute",
    amount: charge["amount"],
    balance_transactions: [withdrawal(state, charge)],
    charge: charge.id,
    created: state.now(),
    currency: charge["currency"],
    evidence: {},
    evidence_details: { due_by: state.now() + 7 * DAY, has_evidence: false, past_due: false, submission_count: 0 },
    is_charge_refundable: false,
    livemode: false,
    metadata: {},
    payment_intent: intentId,
    reason: "fraudulent",
    ...before,
    status,
  });
}
