import { createHmac } from "node:crypto";
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
