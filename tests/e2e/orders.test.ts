import { expect, test } from "vitest";
import type { HttpAnswer } from "../support/client.ts";
import { emulatorPids, newHome, startSystem, type System } from "./system.ts";

interface Order {
  id: string;
  status: string;
  lines: { fulfilled: number; returned: number; open: number }[];
  fulfilments: { trackingNumber: string; lines: { parts: { lots: { cost: object }[] }[] }[] }[];
}

const usd = (amount: string) => ({ amount, currency: "USD" });

/** The whole of it at once, as a machine that loses its power. */
async function killAll(system: System): Promise<void> {
  const emulators = emulatorPids(system.home);
  await system.kill();
  for (const pid of emulators) {
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      // It has ended with its parent.
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}

test("an order goes from stock to its return through a system that is killed at each of its steps, and each counts once", async () => {
  const home = newHome();
  let system = await startSystem(home);
  const { id: productId } = await system.client.post<{ id: string }>("/v1/products", {
    sku: "TSHIRT-RED-M",
    name: "T-shirt, red, M",
    cost: usd("8.00"),
    price: usd("15.00"),
  });

  /** Sends a request, kills the system after its answer or before it, and sends it again to the one that comes after. */
  const through = async <T>(path: string, body: unknown, killed: "answered" | "unanswered"): Promise<HttpAnswer<T>> => {
    const call = { body, headers: { "idempotency-key": `the one of ${path}` } };
    const sent = system.client.request<T>("POST", path, call).catch(() => undefined);
    const first = killed === "answered" ? await sent : undefined;
    await killAll(system);
    await sent;
    system = await startSystem(home);
    const again = await system.client.request<T>("POST", path, call);
    expect(again.status, again.text).toBeLessThan(300);
    if (first) {
      expect(again.headers.get("idempotency-replayed")).toBe("true");
      expect({ status: again.status, body: again.body }).toEqual({ status: first.status, body: first.body });
    }
    return again;
  };

  const restock = { changeType: "restock", quantity: 5, unitCost: usd("8.00") };
  await system.client.post(`/v1/inventory/${productId}/adjustments`, restock);
  const lines = [{ productId, quantity: 2, unitPrice: usd("15.00") }];
  const placed = await through<Order>("/v1/orders", { channel: "shop", lines }, "answered");
  expect(placed.status).toBe(201);
  const path = `/v1/orders/${placed.body.id}`;
  await through(`${path}/pay`, { method: "credit_card" }, "unanswered");
  const sent = await through<Order>(`${path}/fulfil`, { trackingNumber: "T-1" }, "answered");
  expect(sent.body).toMatchObject({ status: "fulfilled", fulfilments: [{ trackingNumber: "T-1" }] });
  const back = await through<Order>(`${path}/return`, { lines: [{ lineId: "1", quantity: 1 }] }, "unanswered");
  expect(back.body).toMatchObject({ status: "partiallyReturned", lines: [{ fulfilled: 2, returned: 1, open: 0 }] });

  const { client } = system;
  const { items: history } = await client.get<{ items: { action: string }[] }>(`${path}/history`);
  expect(history.map(({ action }) => action)).toEqual(["place", "pay", "fulfil", "return"]);
  expect(await client.get(`/v1/inventory/${productId}`)).toMatchObject({ onHand: 4, reserved: 0, available: 4 });
  expect(await client.get("/v1/inventory/valuation")).toMatchObject({ units: 4, values: [usd("32.00")] });
  const books = await client.get<{ items: { type: string; amount: { amount: string } }[] }>(`${path}/transactions`);
  expect(books.items.map(({ type, amount }) => `${type} ${amount.amount}`).toSorted()).toEqual([
    "costOfGoods -16.00",
    "costOfGoods 8.00",
    "sale 30.00",
  ]);
  expect(await client.get("/v1/orders?status=partiallyReturned")).toMatchObject({ total: 1 });
}, 120_000);
