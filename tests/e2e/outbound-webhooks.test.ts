import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { newHome, startSystem } from "./system.ts";

const PATIENCE = { timeout: 60_000, interval: 50 };
const usd = (amount: string) => ({ amount, currency: "USD" });

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

/** A shop's own server. */
async function receiver(): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`, received };
}

test("npm start tells a receiver of an order that is placed, under a signature that its secret makes", async () => {
  const { client, stop } = await startSystem(newHome());
  const { url, received } = await receiver();
  const endpoint = { url, eventTypes: ["order.*"] };
  const { id, secret } = await client.post<{ id: string; secret: string }>("/v1/webhook-endpoints", endpoint);
  const product = { sku: "HOOK-1", name: "Told of", cost: usd("10.00"), price: usd("20.00") };
  const { id: productId } = await client.post<{ id: string }>("/v1/products", product);
  await client.post(`/v1/products/${productId}/activate`, {}, 200);
  const restock = { changeType: "restock", quantity: 5 };
  await client.request("POST", `/v1/inventory/${productId}/adjustments`, { body: restock });
  const lines = [{ sku: "HOOK-1", quantity: 1 }];
  const order = await client.post<{ id: string }>("/v1/orders", { channel: "shop", lines });

  const { headers, body } = await vi.waitFor(() => {
    const found = received.find((each) => each.body.includes('"order.placed"'));
    if (!found) throw new Error("Nothing arrived yet");
    return found;
  }, PATIENCE);
  expect(JSON.parse(body)).toMatchObject({ id: headers["webhook-id"], type: "order.placed", data: { id: order.id } });
  const hmac = createHmac("sha256", Buffer.from(secret.slice("whsec_".length), "base64"));
  const [webhookId, timestamp] = [String(headers["webhook-id"]), String(headers["webhook-timestamp"])];
  const signature = hmac.update(`${webhookId}.${timestamp}.${body}`).digest("base64");
  expect(headers["webhook-signature"]).toBe(`v1,${signature}`);
  expect(Math.abs(Date.now() / 1000 - Number(timestamp))).toBeLessThan(300);

  await vi.waitFor(async () => {
    const log = await client.get<{ items: unknown[] }>(`/v1/webhook-deliveries?endpointId=${id}&status=delivered`);
    expect(log.items).toContainEqual(expect.objectContaining({ eventType: "order.placed", attempts: 1 }));
  }, PATIENCE);
  expect(await stop()).toBe(0);
});
