import { defined } from "../../platform/defined.ts";
import { checkHmac, checkTime, MAX_SIGNATURES, refused } from "../signature.ts";
import { type ProviderAdapter, text, timeOf } from "./adapter.ts";

const SECONDS = /^\d{1,11}$/;
const VERSION_1 = /^v1,([A-Za-z0-9+/]{43}=)$/;
const PREFIX = "whsec_";

/** Standard Webhooks: HMAC-SHA256 of `id.timestamp.body`, as most senders that follow no other form do it. */
export const generic: ProviderAdapter = {
  verify({ now }, { header, body }, credentials) {
    const [id, seconds, given] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map(header);
    if (id === undefined || seconds === undefined || given === undefined) throw refused("missing");
    const signatures = given.split(" ").flatMap((part) => VERSION_1.exec(part)?.[1] ?? []);
    if (!SECONDS.test(seconds) || signatures.length === 0 || signatures.length > MAX_SIGNATURES)
      throw refused("malformed");
    const secrets = credentials.map(({ secret }) =>
      secret.startsWith(PREFIX) ? Buffer.from(secret.slice(PREFIX.length), "base64") : secret,
    );
    const expected = signatures.map((signature) => Buffer.from(signature, "base64"));
    checkHmac(expected, secrets, [`${id}.${seconds}.`, body]);
    checkTime(Number(seconds) * 1000, now());
  },

  describe: ({ header }, payload) =>
    defined({
      externalEventId: header("webhook-id"),
      eventType: text(payload["type"]) ?? text(payload["event_type"]) ?? text(payload["event"]),
      occurredAtMs: timeOf(payload["timestamp"]) ?? Number(header("webhook-timestamp")) * 1000,
    }),

  essence: (payload) => payload,
};
