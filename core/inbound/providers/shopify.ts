import { defined } from "../../platform/defined.ts";
import { checkHmac, refused } from "../signature.ts";
import { type ProviderAdapter, timeOf } from "./adapter.ts";

const SHA256_BASE64 = /^[A-Za-z0-9+/]{43}=$/;

/**
 * Only the body is signed, with the app's client secret, and no time with it: what keeps a captured delivery from being
 * applied again is its id and, in the effects, the time of the object that it carries.
 */
export const shopify: ProviderAdapter = {
  verify(_resources, { header, body }, credentials) {
    const given = header("x-shopify-hmac-sha256");
    if (given === undefined) throw refused("missing");
    if (!SHA256_BASE64.test(given)) throw refused("malformed");
    const secrets = credentials.map(({ secret }) => secret);
    checkHmac([Buffer.from(given, "base64")], secrets, [body]);
  },

  describe: ({ header }, payload, nowMs) =>
    defined({
      // The same through all tries of one subscription; the event id is shared by every topic that one action sets off.
      externalEventId: header("x-shopify-webhook-id"),
      eventType: header("x-shopify-topic"),
      occurredAtMs: timeOf(payload["updated_at"]) ?? timeOf(header("x-shopify-triggered-at")) ?? nowMs,
    }),

  essence: (payload) => payload,
};
