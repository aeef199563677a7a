import { expect, test, vi } from "vitest";
import { newHome, startSystem } from "./system.ts";

interface Listing {
  id: string;
  status: string;
  published?: { quantity: number; as: string };
  update: { state: string; reason?: { code: string } };
}

const PATIENCE = { timeout: 60_000, interval: 50 };
const CHANGES = 20;
const usd = (amount: string) => ({ amount, currency: "USD" });

test("S0-55: a change of stock is what the shop shows moments later, and how long it took is measured", async () => {
  const { client } = await startSystem(newHome());
  const product = { sku: "E2E-1", name: "Listed", cost: usd("10.00"), price: usd("20.00") };
  const { id: productId } = await client.post<{ id: string }>("/v1/products", product);
  await client.post(`/v1/products/${productId}/activate`, {}, 200);
  const adjust = (changeType: string, quantity: number) =>
    client.request("POST", `/v1/inventory/${productId}/adjustments`, { body: { changeType, quantity } });
  expect((await adjust("restock", 100)).status).toBeLessThan(300);
  const list = (platformType: string) =>
    client.post<Listing>("/v1/listings", { productId, platformType, platformSku: "E2E-1", buffer: 1 });
  const [shop, ebay] = [await list("shop"), await list("ebay")];
  for (const { id } of [shop, ebay]) await client.post(`/v1/listings/${id}/publish`, {}, 200);
  const shows = (quantity: number) =>
    vi.waitFor(async () => {
      const listing = await client.get<Listing>(`/v1/listings/${shop.id}`);
      expect(listing).toMatchObject({ status: "active", published: { quantity, as: "inStock" } });
    }, PATIENCE);
  await shows(99);
  await vi.waitFor(async () => {
    const waiting = await client.get<{ items: Listing[] }>("/v1/listings?update=waiting");
    expect(waiting.items).toMatchObject([
      { id: ebay.id, status: "publishing", update: { reason: { code: "NO_ACCOUNT" } } },
    ]);
  }, PATIENCE);

  for (let n = 0; n < CHANGES; n++) await adjust("damaged", 1);
  await shows(99 - CHANGES);
  await client.post(`/v1/listings/${shop.id}/end`, {}, 200);
  await vi.waitFor(async () => expect(await list("shop")).toMatchObject({ status: "draft" }), PATIENCE);

  const metrics = (await client.request("GET", "/metrics")).text;
  const figure = (name: string) => Number(new RegExp(`^${name} (.+)$`, "m").exec(metrics)?.[1]);
  for (const name of ["channel_update_queue_seconds", "channel_update_publish_seconds"]) {
    const [sum, count] = [figure(`${name}_sum`), figure(`${name}_count`)];
    expect(count).toBeGreaterThan(0);
    process.stdout.write(`${name}: ${((sum / count) * 1000).toFixed(0)} ms on average of ${count}\n`);
  }
});
