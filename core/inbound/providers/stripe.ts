import { checkHmac, checkTime, MAX_SIGNATURES, refused } from "../signature.ts";
import { type Json, type ProviderAdapter, record, text, timeOf } from "./adapter.ts";

const SECONDS = /^\d{1,11}$/;
const SHA256_HEX = /^[0-9a-f]{64}$/i;

/** `t=<seconds>,v1=<hex>[,v1=<hex>…][,v0=…]`: several v1 while the endpoint's secret is rolled. */
export function parseStripeSignature(header: string): { seconds: string; signatures: Buffer[] } {
  const times: string[] = [];
  const signatures: Buffer[] = [];
  for (const part of header.split(",")) {
    const [name, value = ""] = part.trim().split("=", 2);
    if (name === "t") times.push(value);
    if (name === "v1" && SHA256_HEX.test(value)) signatures.push(Buffer.from(value, "hex"));
  }
  const [seconds = ""] = times;
  if (times.length !== 1 || !SECONDS.test(seconds)) throw refused("malformed");
  if (signatures.length === 0 || signatures.length > MAX_SIGNATURES) throw refused("malformed");
  return { seconds, signatures };
}

export const stripe: ProviderAdapter = {
  verify({ now }, { header, body }, credentials) {
    const given = header("stripe-signature");
    if (given === undefined) throw refused("missing");
    const { seconds, signatures } = parseStripeSignature(given);
    // The secret is used as the text it is, `whsec_` and all.
    const secrets = credentials.map(({ secret }) => secret);
    checkHmac(signatures, secrets, [`${seconds}.`, body]);
    checkTime(Number(seconds) * 1000, now());
  },

  describe(_delivery, { id, type, created }) {
    const occurredAtMs = typeof created === "number" ? created * 1000 : timeOf(created);
    return described(id, type, occurredAtMs);
  },

  // How many endpoints still wait for it changes with each delivery.
  essence: ({ pending_webhooks: _pending, ...rest }) => rest,
};

/**
 * Whose a Stripe event may be: what our own calls wrote into it, the customer that it is about, or the payment: refunds
 * and disputes name nothing else.
 */
export function stripeOwnerHints(payload: Json): { organizationId?: string; customer?: string; payment?: string } {
  const object = record(record(payload["data"])["object"]);
  // Not client_reference_id: whoever follows a payment link chooses that.
  const places = [
    object,
    record(object["subscription_details"]),
    record(record(object["parent"])["subscription_details"]),
  ];
  const organizationId = places.map((place) => text(record(place["metadata"])["organizationId"])).find(Boolean);
  const isCustomer = object["object"] === "customer";
  const customer = isCustomer
    ? text(object["id"])
    : (text(object["customer"]) ?? text(record(object["customer"])["id"]));
  const payment = text(object["payment_intent"]) ?? text(record(object["payment_intent"])["id"]);
  return {
    ...(organizationId ? { organizationId } : {}),
    ...(customer ? { customer } : {}),
    ...(payment ? { payment } : {}),
  };
}

function described(id: unknown, type: unknown, occurredAtMs: number | undefined) {
  const externalEventId = text(id);
  const eventType = text(type);
  return {
    ...(externalEventId === undefined ? {} : { externalEventId }),
    ...(eventType === undefined ? {} : { eventType }),
    ...(occurredAtMs === undefined ? {} : { occurredAtMs }),
  };
}
