import { expect, test, vi } from "vitest";
import { newHome, startSystem } from "./system.ts";

interface Listing {
  platformType: string;
  platformSku: string;
  status: string;
  published?: { quantity: number };
}

const CHANNELS = ["alias", "ebay", "shopify", "stockx"];
/** The sale is met by the next reading of eBay's orders, a minute later at most; then the others are told. */
const SOON = { timeout: 150_000, interval: 500 };

test("npm start opens a business of several suppliers and channels: what one channel sells, the others stop offering", async () => {
  const system = await startSystem(newHome(), { env: { STOCKWRIGHT_DEMO: "whole" } });
  const { client, local } = system;
  const shown = async () => {
    const first = (await client.all<Listing>("/v1/listings")).filter(
      ({ platformSku }) => !/(?:0002|7\.5|0101)$/.test(platformSku),
    );
    return Object.fromEntries(first.map(({ platformType, published }) => [platformType, published?.quantity]));
  };
  const everywhere = (quantity: number) => Object.fromEntries(CHANNELS.map((channel) => [channel, quantity]));

  await vi.waitFor(async () => expect(await shown()).toEqual(everywhere(3)), SOON);
  const accounts = await client.all<{ provider: string; status: string }>("/v1/accounts");
  expect(accounts.map(({ provider, status }) => `${provider} ${status}`).toSorted()).toEqual(
    ["alias", "aliexpress", "ebay", "ownerclan", "shopify", "stockx"].map((name) => `${name} active`),
  );
  // A wholesaler's goods come in by themselves.
  await vi.waitFor(async () => {
    const { total = 0 } = await client.get<{ total?: number }>("/v1/products?limit=1");
    expect(total).toBeGreaterThan(200);
  }, SOON);

  const sold = await fetch(`${local.providers["ebay"]}/sandbox/orders`, {
    method: "POST",
    body: JSON.stringify({ sku: "DEMO-EBAY-0001" }),
  });
  expect(sold.status).toBe(201);
  await vi.waitFor(async () => expect(await shown()).toEqual(everywhere(2)), SOON);
  const orders = await client.all<{ channel: string; status: string; lines: { productId?: string }[] }>("/v1/orders");
  expect(orders).toMatchObject([{ channel: "ebay", status: "paid", lines: [{ productId: expect.any(String) }] }]);
  expect(await system.stop()).toBe(0);
}, 420_000);
