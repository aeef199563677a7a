import { createHmac } from "node:crypto";
import { expect, it } from "vitest";
import { newSecret, sign, signatureHeaders } from "../../../core/outbound/signature.ts";

it("signs the vector of Standard Webhooks as its authors do", () => {
  const signed = {
    id: "msg_loFOjxBNrRLzqYUf",
    timestamp: 1731705121,
    body: '{"event_type":"ping","data":{"success":true}}',
  };
  expect(sign("whsec_plJ3nmyCDGBKInavdOK15jsl", signed)).toBe("v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=");
});

it("makes secrets of 256 bits, each another", () => {
  const secrets = Array.from({ length: 50 }, newSecret);
  expect(new Set(secrets).size).toBe(50);
  for (const secret of secrets) {
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(Buffer.from(secret.slice(6), "base64")).toHaveLength(32);
  }
});

it("signs with every secret that is valid, newest first, over the very bytes of the body", () => {
  const [now, before] = [newSecret(), newSecret()];
  const signed = { id: "evt_1", timestamp: 1_700_000_000, body: '{"name":"café 🦊"}' };
  const headers = signatureHeaders([now, before], signed);
  const expected = [now, before].map((secret) => {
    const hmac = createHmac("sha256", Buffer.from(secret.slice(6), "base64"));
    return `v1,${hmac.update(Buffer.from(`evt_1.1700000000.${signed.body}`, "utf8")).digest("base64")}`;
  });
  expect(headers).toEqual({
    "webhook-id": "evt_1",
    "webhook-timestamp": "1700000000",
    "webhook-signature": expected.join(" "),
  });
});
