import { expect, test, vi } from "vitest";
import { newHome, startSystem, type System } from "./system.ts";

interface Order {
  id: string;
  status: string;
  paid: object;
  total: object;
  payments: object[];
}

const usd = (amount: string) => ({ amount, currency: "USD" });

async function placed({ client }: System): Promise<Order> {
  const lines = [{ sku: "TEE-1", quantity: 1, unitPrice: usd("13.00") }];
  return client.post<Order>("/v1/orders", { channel: "shop", lines });
}

/** Opens a page; the same again is no new one, so it is 200. */
const opened = async ({ client }: System, path: string, body: object = {}) =>
  (await client.request<{ url: string }>("POST", `/v1/billing/${path}`, { body, expected: 200 })).body;

const press = (url: string, how = "") => fetch(`${url}${how}`, { method: "POST", redirect: "manual" });

test("npm start shows a checkout from order to paid, with events reversed and sent twice, and after a restart too", async () => {
  const home = newHome();
  let system = await startSystem(home);
  const { id: productId } = await system.client.post<{ id: string }>("/v1/products", {
    sku: "TEE-1",
    name: "T-shirt",
    cost: usd("8.00"),
    price: usd("13.00"),
  });
  await system.client.post(`/v1/inventory/${productId}/adjustments`, { changeType: "restock", quantity: 9 });

  const pay = async (how: string) => {
    const { id } = await placed(system);
    const { url } = await opened(system, `orders/${id}/checkout`);
    expect(await (await fetch(url)).text()).toContain("1300 USD");
    expect((await press(url, how)).status).toBe(303);
    return id;
  };
  const isPaid = (id: string) =>
    vi.waitFor(
      async () => {
        const order = await system.client.get<Order>(`/v1/orders/${id}`);
        expect(order).toMatchObject({ status: "paid", paid: usd("13.00"), payments: [{ method: "stripe" }] });
        expect(order.payments).toHaveLength(1);
      },
      { timeout: 30_000 },
    );
  for (const how of ["", "?order=reversed", "?order=reversed&times=3&form=2025-06-30.basil"])
    await isPaid(await pay(how));

  const { id } = await placed(system);
  // Where it leads by itself has a port that changes here with each start.
  const leading = { successUrl: "https://shop.example/", cancelUrl: "https://shop.example/" };
  const { url } = await opened(system, `orders/${id}/checkout`, leading);
  expect(await system.stop()).toBe(0);
  system = await startSystem(home);
  const again = await opened(system, `orders/${id}/checkout`, leading);
  expect(new URL(again.url).pathname).toBe(new URL(url).pathname);
  await press(`${system.local.stripe.url}${new URL(again.url).pathname}`);
  await isPaid(id);

  const subscription = await opened(system, "subscription/checkout", { plan: "pro" });
  await press(subscription.url, "?order=reversed&times=2");
  await vi.waitFor(
    async () => {
      const now = await system.client.get("/v1/billing/subscription");
      expect(now).toMatchObject({ plan: { id: "pro" }, status: "active" });
    },
    { timeout: 30_000 },
  );
  const { items } = await system.client.get<{ items: object[] }>("/v1/webhook-events?status=failed");
  expect(items).toEqual([]);
  expect(await system.stop()).toBe(0);
}, 180_000);
