import { expect, test, vi } from "vitest";
import { stripeEvent, stripeSignature } from "../support/webhooks.ts";
import { newHome, startSystem } from "./system.ts";

interface Event {
  id: string;
  status: string;
  note?: string;
}

test("npm start takes Stripe's webhooks under the secret that it says, and applies them", async () => {
  const { url, client, local, stop } = await startSystem(newHome());
  const send = async (body: string, secret: string) => {
    const signature = stripeSignature(body, Date.now(), secret);
    const headers = { "stripe-signature": signature, "content-type": "application/json" };
    return fetch(new URL("/webhooks/stripe", url), { method: "POST", headers, body });
  };
  const event = stripeEvent({ type: "test.of_no_known_type" }, { name: "한강 스니커즈 ✓ ü" });
  const refused = await send(JSON.stringify(event), "whsec_of_somebody_else_0123456789");
  expect(refused.status).toBe(400);
  expect((await client.get<{ items: Event[] }>("/v1/webhook-events")).items).toEqual([]);

  for (const space of [0, 2]) {
    const taken = await send(JSON.stringify(event, null, space), local.stripeWebhookSecret);
    expect(taken.status, await taken.text()).toBe(200);
  }
  const events = await vi.waitFor(async () => {
    const { items } = await client.get<{ items: Event[] }>("/v1/webhook-events?provider=stripe");
    expect(items).toMatchObject([{ externalEventId: event.id, status: "ignored", retryCount: 0 }]);
    return items;
  });
  const whole = await client.get(`/v1/webhook-events/${events[0]?.id}`);
  expect(whole).toMatchObject({ payload: event, note: "Nothing is made of events of this type" });
  expect(await stop()).toBe(0);
});
