import { createHmac } from "node:crypto";
import { expect } from "vitest";
import type { Answer, Harness } from "./harness.ts";
import { eventId } from "./webhooks.ts";

export const SHOPIFY_SECRET = "shpss_0123456789abcdef0123456789abcdef";
export const NEXT_SECRET = "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";

export interface WebhookSource {
  id: string;
  path: string;
  version: number;
  secrets: { addedAt: string; expiresAt?: string }[];
}

/** A source of the harness's organisation: a shop of Shopify's, unless `input` says otherwise. */
export async function newSource(api: Harness, input: object = {}): Promise<WebhookSource> {
  const body = { provider: "shopify", name: "The shop", secret: SHOPIFY_SECRET, ...input };
  return (await api.request<WebhookSource>("POST", "/v1/webhook-sources", { body, expected: 201 })).body;
}

/** Sends an order as Shopify does. */
export function sendShopify(
  api: Harness,
  path: string,
  { secret = SHOPIFY_SECRET, id = eventId(), body = '{"id":1}' } = {},
): Promise<Answer> {
  const hmac = createHmac("sha256", secret).update(body).digest("base64");
  const headers = { "x-shopify-hmac-sha256": hmac, "x-shopify-topic": "orders/create", "x-shopify-webhook-id": id };
  return api.request("POST", path, { raw: body, headers, secret: null });
}

/** An event of the harness's organisation. Returns our id of it. */
export async function newShopifyEvent(api: Harness): Promise<string> {
  const { path } = await newSource(api);
  const answer = await sendShopify(api, path);
  expect(answer.status, answer.text).toBe(200);
  return String(answer.body["id"]);
}
