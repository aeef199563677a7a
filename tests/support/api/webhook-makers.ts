import { createHmac } from "node:crypto";
import { of, type Prepare } from "./good.ts";
import { fresh, make, type Shop } from "./makers.ts";

const SECRET = "of-the-tests-only-0123456789";

/** An address for webhooks of the shop's own sender. */
export const webhookSource = async (shop: Shop) =>
  (await make(shop, "/v1/webhook-sources", { provider: "generic", name: fresh(shop), secret: SECRET })).id;

/** A delivery as Standard Webhooks has it, for a caller to send. */
export function signedDelivery(id: string, payload: object, secret: string, nowMs: number) {
  const raw = JSON.stringify(payload);
  const seconds = String(Math.floor(nowMs / 1000));
  const signature = createHmac("sha256", secret).update(`${id}.${seconds}.${raw}`).digest("base64");
  const headers = {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": seconds,
    "webhook-signature": `v1,${signature}`,
  };
  return { raw, headers };
}

/** An event that the sender signed and that was kept; nothing is made of it. */
export async function webhookEvent(shop: Shop): Promise<string> {
  const payload = { type: "something.happened", what: fresh(shop) };
  const answer = await shop.request<{ id: string }>("POST", `/webhooks/generic/${await webhookSource(shop)}`, {
    secret: null,
    ...signedDelivery(fresh(shop), payload, SECRET, shop.ctx.now()),
    expected: 200,
  });
  return answer.body.id;
}

export const webhookEndpoint = async (shop: Shop) =>
  (
    await make(shop, "/v1/webhook-endpoints", {
      url: `https://shop.example.com/${fresh(shop)}`,
      eventTypes: ["order.*"],
    })
  ).id;

export const webhookDelivery = async (shop: Shop) =>
  (await make(shop, `/v1/webhook-endpoints/${await webhookEndpoint(shop)}/test`, { eventType: "order.placed" })).id;

export const WEBHOOK_REQUESTS: Record<string, Prepare> = {
  "get /v1/webhook-sources/{id}": of(webhookSource),
  "patch /v1/webhook-sources/{id}": of(webhookSource, { name: "The shop in Seoul" }),
  "delete /v1/webhook-sources/{id}": of(webhookSource),
  "post /v1/webhook-sources/{id}/roll-secret": of(webhookSource, { secret: "another-of-the-tests-0123456789" }),
  "get /v1/webhook-events/{id}": of(webhookEvent),
  "post /v1/webhook-events/{id}/replay": of(webhookEvent, { force: true }),
  "get /v1/webhook-endpoints/{id}": of(webhookEndpoint),
  "patch /v1/webhook-endpoints/{id}": of(webhookEndpoint, { eventTypes: ["order.*"] }),
  "delete /v1/webhook-endpoints/{id}": of(webhookEndpoint),
  "post /v1/webhook-endpoints/{id}/rotate-secret": of(webhookEndpoint, {}),
  "post /v1/webhook-endpoints/{id}/test": of(webhookEndpoint, { eventType: "order.placed" }),
  "post /v1/webhook-endpoints/{id}/replay": of(webhookEndpoint, { since: new Date().toISOString() }),
  "get /v1/webhook-deliveries/{id}": of(webhookDelivery),
  "post /v1/webhook-deliveries/{id}/replay": of(webhookDelivery, {}),
};
