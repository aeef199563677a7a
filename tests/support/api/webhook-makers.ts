import { createHmac } from "node:crypto";
import { fresh, make, type Shop } from "./makers.ts";

const SECRET = "of-the-tests-only-0123456789";

/** An address for webhooks of the shop's own sender. */
export const webhookSource = async (shop: Shop) =>
  (await make(shop, "/v1/webhook-sources", { provider: "generic", name: fresh(shop), secret: SECRET })).id;

/** An event that the sender signed and that was kept; nothing is made of it. */
export async function webhookEvent(shop: Shop): Promise<string> {
  const raw = JSON.stringify({ type: "something.happened", what: fresh(shop) });
  const [id, seconds] = [fresh(shop), String(Math.floor(shop.ctx.now() / 1000))];
  const signature = createHmac("sha256", SECRET).update(`${id}.${seconds}.${raw}`).digest("base64");
  const answer = await shop.request<{ id: string }>("POST", `/webhooks/generic/${await webhookSource(shop)}`, {
    secret: null,
    raw,
    headers: {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": seconds,
      "webhook-signature": `v1,${signature}`,
    },
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
