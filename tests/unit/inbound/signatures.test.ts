import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Credentials, Delivery, ProviderAdapter } from "../../../core/inbound/providers/adapter.ts";
import { generic } from "../../../core/inbound/providers/generic.ts";
import { shopify } from "../../../core/inbound/providers/shopify.ts";
import { parseStripeSignature, stripe } from "../../../core/inbound/providers/stripe.ts";
import { testContext } from "../../support/context.ts";

const NOW = Date.UTC(2026, 10, 21, 12);
const SECONDS = NOW / 1000;
const BODY = Buffer.from('{"id":"evt_1","name":"Ü 한강"}');
const SECRET = "whsec_c2VjcmV0IG9mIHRoZSB0ZXN0cyBvbmx5ISEh";
const OTHER = "whsec_YW5vdGhlciBzZWNyZXQgb2YgdGhlIHRlc3Rz";
const OLD = "whsec_dGhlIHNlY3JldCBvZiB5ZXN0ZXJkYXkuLi4u";

/** What a sender makes, for a time and under secrets. */
type Sign = (seconds: number, secrets: readonly string[], body?: Buffer) => Record<string, string>;

const key = (secret: string) => Buffer.from(secret.slice("whsec_".length), "base64");
const hmac = (secret: string | Buffer, ...parts: (string | Buffer)[]) =>
  parts.reduce((made, part) => made.update(part), createHmac("sha256", secret));

const signStripe: Sign = (seconds, secrets, body = BODY) => ({
  "stripe-signature": [
    `t=${seconds}`,
    ...secrets.map((secret) => `v1=${hmac(secret, `${seconds}.`, body).digest("hex")}`),
    "v0=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39",
  ].join(","),
});
const signGeneric: Sign = (seconds, secrets, body = BODY) => ({
  "webhook-id": "msg_1",
  "webhook-timestamp": String(seconds),
  "webhook-signature": secrets
    .map((secret) => `v1,${hmac(key(secret), `msg_1.${seconds}.`, body).digest("base64")}`)
    .join(" "),
});
const signShopify: Sign = (_seconds, [secret = ""], body = BODY) => ({
  "x-shopify-hmac-sha256": hmac(secret, body).digest("base64"),
});

const resources = testContext({ now: () => NOW });
const delivery = (headers: Record<string, string>, body: Uint8Array = BODY): Delivery => ({
  body,
  header: (name) => headers[name],
});

/** Undefined when it is verified, else why not. */
function verdict(
  adapter: ProviderAdapter,
  request: Delivery,
  credentials: Credentials[] = [{ secret: SECRET }],
): string | undefined {
  try {
    void adapter.verify(resources, request, credentials);
    return undefined;
  } catch (error) {
    expect(error).toMatchObject({ code: "INVALID_SIGNATURE", status: 400 });
    return (error as { details: { reason: string } }).details.reason;
  }
}

describe.each([
  ["Stripe", stripe, signStripe, "stripe-signature"],
  ["Standard Webhooks", generic, signGeneric, "webhook-signature"],
  ["Shopify", shopify, signShopify, "x-shopify-hmac-sha256"],
] as const)("a signature of %s", (name, adapter, sign, header) => {
  const good = sign(SECONDS, [SECRET]);

  it("verifies the body that it was made for", () => {
    expect(verdict(adapter, delivery(good))).toBeUndefined();
  });

  it("is refused when it is missing, or no source has a secret", () => {
    expect(verdict(adapter, delivery({}))).toBe("missing");
    expect(verdict(adapter, delivery(good), [])).toBe("mismatch");
  });

  it("is refused under another secret", () => {
    expect(verdict(adapter, delivery(sign(SECONDS, [OTHER])))).toBe("mismatch");
  });

  it("verifies under any of the secrets in use, and under none that is not any more", () => {
    const both = [{ secret: SECRET }, { secret: OLD }];
    expect(verdict(adapter, delivery(sign(SECONDS, [OLD])), both)).toBeUndefined();
    expect(verdict(adapter, delivery(sign(SECONDS, [SECRET])), both)).toBeUndefined();
    expect(verdict(adapter, delivery(sign(SECONDS, [OLD])))).toBe("mismatch");
  });

  it("is refused for a body of which any bit is another, or that is longer or shorter", () => {
    for (let at = 0; at < BODY.length; at++) {
      const altered = Buffer.from(BODY);
      altered[at] = (altered[at] ?? 0) ^ 1;
      expect(verdict(adapter, delivery(good, altered)), `byte ${at}`).toBe("mismatch");
    }
    expect(verdict(adapter, delivery(good, BODY.subarray(1)))).toBe("mismatch");
    expect(verdict(adapter, delivery(good, Buffer.concat([BODY, Buffer.from(" ")])))).toBe("mismatch");
  });

  it("that cannot be read is refused, not thrown over", () => {
    const odd = ["", "x", "=", ",", "t=", "t=1", "v1=", "t=x,v1=00", "v1,", "v1,===", "\u0000", "é".repeat(500)];
    const huge = `t=${SECONDS},${Array.from({ length: 20 }, () => `v1=${"a".repeat(64)}`).join(",")}`;
    for (const value of [...odd, huge, "a".repeat(100_000)])
      expect(verdict(adapter, delivery({ ...good, [header]: value })), value.slice(0, 20)).toMatch(
        /malformed|mismatch/,
      );
  });

  if (name === "Shopify") return;

  it("is refused when its time is more than 300 s ago or ahead, though it was signed with it", () => {
    for (const [offset, expected] of [
      [-300, undefined],
      [-301, "expired"],
      [300, undefined],
      [301, "future"],
    ] as const)
      expect(verdict(adapter, delivery(sign(SECONDS + offset, [SECRET]))), String(offset)).toBe(expected);
  });

  it("is refused under another time than it was signed with", () => {
    const later = Object.fromEntries(
      Object.entries(good).map(([field, value]) => [field, value.replace(String(SECONDS), String(SECONDS + 1))]),
    );
    expect(verdict(adapter, delivery(later))).toBe("mismatch");
  });

  it("verifies by any one of several, while the sender rolls its secret", () => {
    expect(verdict(adapter, delivery(sign(SECONDS, [OTHER, SECRET])))).toBeUndefined();
    expect(verdict(adapter, delivery(sign(SECONDS, [OTHER, OLD])))).toBe("mismatch");
  });
});

describe("Stripe's header", () => {
  const hex = "ab".repeat(32);

  it("is read with spaces, unknown schemes and in any order", () => {
    const { seconds, signatures } = parseStripeSignature(`v1=${hex}, v0=00, t=123, v2=xyz, v1=${hex.toUpperCase()}`);
    expect(seconds).toBe("123");
    expect(signatures.map((signature) => signature.toString("hex"))).toEqual([hex, hex]);
  });

  it.each([
    ["two times", `t=1,t=2,v1=${hex}`],
    ["no time", `v1=${hex}`],
    ["a negative time", `t=-1,v1=${hex}`],
    ["a time that is not whole", `t=1.5,v1=${hex}`],
    ["only the scheme of tests", `t=1,v0=${hex}`],
    ["a signature cut short", `t=1,v1=${hex.slice(2)}`],
  ])("with %s is refused", (_what, header) => {
    expect(() => parseStripeSignature(header)).toThrow("cannot be read");
  });
});

it("the published example of Standard Webhooks verifies", () => {
  const body = Buffer.from('{"event_type":"ping","data":{"success":true}}');
  const headers: Record<string, string> = {
    "webhook-id": "msg_loFOjxBNrRLzqYUf",
    "webhook-timestamp": "1731705121",
    "webhook-signature": "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=",
  };
  const then = testContext({ now: () => 1_731_705_121_000 });
  const credentials = [{ secret: "whsec_plJ3nmyCDGBKInavdOK15jsl" }];
  expect(() => generic.verify(then, delivery(headers, body), credentials)).not.toThrow();
});

it("a secret of Standard Webhooks that is plain text is used as it is", () => {
  const secret = "a plain secret of the tests";
  const signature = hmac(secret, `msg_1.${SECONDS}.`, BODY).digest("base64");
  const headers = { ...signGeneric(SECONDS, []), "webhook-signature": `v1,${signature}` };
  expect(verdict(generic, delivery(headers), [{ secret }])).toBeUndefined();
});
