import { expect, test } from "vitest";
import * as Inventory from "../../../core/inventory/index.ts";
import { apiHarness, expectError, type Harness } from "../../support/harness.ts";
import { hostileBattery } from "../../support/hostile.ts";
import { stocked, usd } from "../../support/stock.ts";

const read = { permission: "inventory.read" } as const;

async function withLot({ ctx }: Harness): Promise<string> {
  const restock = { lotNumber: "L 7", unitCost: usd("10.00") };
  return (await stocked(ctx, "MUG", 5, restock)).id;
}

hostileBattery("GET /v1/inventory/lots/trace", {
  ...read,
  prepare: async (api) => {
    await withLot(api);
    return { method: "GET", path: "/v1/inventory/lots/trace?lotNumber=L%207", status: 200 };
  },
});

hostileBattery("POST /v1/inventory/counts", {
  permission: "inventory.adjust",
  hasBody: true,
  repeatable: true,
  prepare: async (api) => {
    const lines = [{ productId: await withLot(api), counted: 4 }];
    return { method: "POST", path: "/v1/inventory/counts", body: { lines }, status: 201 };
  },
});

hostileBattery("GET /v1/inventory/counts", {
  ...read,
  prepare: async () => ({ method: "GET", path: "/v1/inventory/counts", status: 200 }),
});

hostileBattery("GET /v1/inventory/counts/{id}", {
  ...read,
  hasId: true,
  prepare: async (api) => {
    const lines = [{ productId: await withLot(api), counted: 4 }];
    const { id } = await Inventory.createCount(api.ctx, { lines });
    return { method: "GET", path: `/v1/inventory/counts/${id}`, status: 200 };
  },
});

test("a count's and a trace's amounts are text, and another organisation's lot numbers are not found", async () => {
  const api = await apiHarness();
  const lines = [{ productId: await withLot(api), counted: 3 }];
  const { body } = await api.request("POST", "/v1/inventory/counts", { body: { lines }, expected: 201 });
  expect(body).toMatchObject({
    summary: { missing: 2, costChanges: [{ amount: "-20.00", currency: "USD" }] },
    lines: [{ costChange: { amount: "-20.00", currency: "USD" } }],
  });
  const path = "/v1/inventory/lots/trace?lotNumber=L%207";
  const trace = await api.request("GET", path, { expected: 200 });
  expect(trace.body).toMatchObject({
    lots: [
      {
        lotNumber: "L 7",
        sku: "MUG",
        receivedFrom: { cost: { amount: "50.00", currency: "USD" } },
        writtenOff: [{ type: "recount", quantity: 2, cause: { kind: "count" } }],
        sums: { received: 5, remaining: 3, writtenOff: 2, unexplained: 0 },
      },
    ],
  });
  const stranger = await apiHarness();
  expectError(await stranger.request("GET", path), 404, "NOT_FOUND");
});
