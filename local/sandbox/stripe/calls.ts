import { type Params, text, texts } from "./form.ts";
import { type Happened, listEvents } from "./events.ts";
import { createRefund, createSession, expireSession } from "./payments.ts";
import { missing, Refused, type State, type StripeObject } from "./state.ts";
import { changeSubscription, upcomingInvoice } from "./subscriptions.ts";

/** What a call answers, and what it brings about that webhooks tell of. */
export interface Answer {
  body: object;
  happened?: readonly Happened[];
}

interface Call {
  state: State;
  params: Params;
  /** The id in the path. */
  id: string;
  /** Where the stand-in is. */
  origin: string;
}

/** The calls that billing makes, as the specification names them. A test holds them against it. */
export const CALLS: Readonly<Record<string, (call: Call) => Answer>> = {
  "POST /v1/customers": ({ state, params }) => made(createCustomer(state, params), "customer.created"),
  "GET /v1/customers/{customer}": ({ state, id }) => ({ body: of(state, "customer", id) }),
  "POST /v1/checkout/sessions": ({ state, params, origin }) => ({ body: createSession(state, params, origin) }),
  "GET /v1/checkout/sessions/{session}": ({ state, id }) => ({ body: of(state, "checkout.session", id) }),
  "POST /v1/checkout/sessions/{session}/expire": ({ state, id }) =>
    made(expireSession(state, of(state, "checkout.session", id)), "checkout.session.expired"),
  "GET /v1/payment_intents/{intent}": ({ state, id }) => ({ body: of(state, "payment_intent", id) }),
  "GET /v1/disputes/{dispute}": ({ state, id }) => ({ body: of(state, "dispute", id) }),
  "GET /v1/invoices/{invoice}": ({ state, id }) => ({ body: of(state, "invoice", id) }),
  "POST /v1/refunds": ({ state, params }) => {
    const { refund, charge } = createRefund(state, params);
    return {
      body: refund,
      happened: [
        ["refund.created", refund],
        ["charge.refunded", charge],
      ],
    };
  },
  "GET /v1/subscriptions/{subscription_exposed_id}": ({ state, id }) => ({ body: of(state, "subscription", id) }),
  "POST /v1/subscriptions/{subscription_exposed_id}": ({ state, id, params }) =>
    made(changeSubscription(state, of(state, "subscription", id), params), "customer.subscription.updated"),
  "GET /v1/invoices/upcoming": ({ state, params }) => ({ body: upcomingInvoice(state, params) }),
  "POST /v1/billing_portal/sessions": ({ state, params, origin }) => ({ body: portalSession(state, params, origin) }),
  "GET /v1/events": ({ state, params }) => ({ body: listEvents(state, params) }),
};

/** Finds the call of a request: the longest path that fits, so that `upcoming` is no invoice's id. */
export function callOf(method: string, path: string): { name: string; id: string } | undefined {
  const exact = `${method} ${path}`;
  if (Object.hasOwn(CALLS, exact)) return { name: exact, id: "" };
  for (const name of Object.keys(CALLS)) {
    const pattern = new RegExp(`^${name.replaceAll(/\{\w+\}/g, "([\\w-]+)")}$`);
    const [, id] = pattern.exec(exact) ?? [];
    if (id !== undefined) return { name, id };
  }
  return undefined;
}

const made = (object: StripeObject, type: string): Answer => ({ body: object, happened: [[type, object]] });

function of(state: State, object: string, id: string): StripeObject {
  const found = state.find(object, id);
  if (!found) throw missing(object, id);
  return found;
}

function createCustomer(state: State, params: Params): StripeObject {
  return state.put({
    id: state.newId("cus"),
    object: "customer",
    balance: 0,
    created: state.now(),
    currency: null,
    default_source: null,
    delinquent: false,
    description: text(params["description"]) ?? null,
    email: text(params["email"]) ?? null,
    invoice_settings: { custom_fields: null, default_payment_method: null, footer: null },
    livemode: false,
    metadata: texts(params["metadata"]),
    name: text(params["name"]) ?? null,
    shipping: null,
  });
}

function portalSession(state: State, params: Params, origin: string): StripeObject {
  const customer = text(params["customer"]);
  if (!state.find("customer", customer)) throw missing("customer", customer);
  const id = state.newId("bps");
  const returnUrl = text(params["return_url"]);
  if (returnUrl === undefined) throw new Refused(400, "You must provide a return_url", { param: "return_url" });
  return {
    id,
    object: "billing_portal.session",
    configuration: "bpc_sandbox",
    created: state.now(),
    customer,
    livemode: false,
    locale: null,
    on_behalf_of: null,
    return_url: returnUrl,
    url: `${origin}/portal/${id}`,
  };
}
