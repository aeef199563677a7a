import { expect, test, vi } from "vitest";
import { newHome, startSystem } from "./system.ts";

interface Entry {
  number: number;
  action: string;
  address?: string;
  data: Record<string, unknown>;
}

test("npm start keeps the audit log of what is done over its API, from where, in one chain", async () => {
  const { client, stop } = await startSystem(newHome());
  const money = (amount: string) => ({ amount, currency: "USD" });
  for (const sku of ["AUDITED-1", "AUDITED-2"])
    await client.post("/v1/products", { sku, name: sku, cost: money("5.00"), price: money("9.00") });
  const entries = await vi.waitFor(async () => {
    const { items } = await client.get<{ items: Entry[] }>("/v1/audit?action=product.created");
    expect(items.map(({ data }) => data["sku"])).toEqual(["AUDITED-2", "AUDITED-1"]);
    return items;
  });
  expect(entries[0]?.address).toMatch(/127\.0\.0\.1|::1/);
  const lines = await client.request("GET", "/v1/audit/export", { expected: 200 });
  const numbers = lines.text
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as Entry).number);
  expect(numbers).toEqual(numbers.map((_, index) => numbers.length - index));
  expect(await stop()).toBe(0);
});
