import { expect, test } from "vitest";
import * as Inventory from "../../../core/inventory/index.ts";
import { apiHarness, type Harness } from "../../support/harness.ts";
import { hostileBattery } from "../../support/hostile.ts";
import { stocked } from "../../support/stock.ts";

const read = { permission: "inventory.read" } as const;
const write = { permission: "inventory.adjust" } as const;
const rule = { minimum: 10, leadTimeDays: 7, packSize: 6 };

const product = async ({ ctx }: Harness) => (await stocked(ctx, "MUG", 3)).id;

async function ruled(api: Harness): Promise<string> {
  const productId = await product(api);
  await Inventory.setReorderRule(api.ctx, { productId, input: rule });
  return `/v1/inventory/${productId}/reorder-rule`;
}

async function expected(api: Harness): Promise<string> {
  const { id } = await Inventory.expectDelivery(api.ctx, { productId: await product(api), quantity: 5 });
  return `/v1/inventory/expected/${id}`;
}

for (const list of ["reorder-suggestions", "reorder-rules", "expected"])
  hostileBattery(`GET /v1/inventory/${list}`, {
    ...read,
    prepare: async (api) => {
      await ruled(api);
      return { method: "GET", path: `/v1/inventory/${list}`, status: 200 };
    },
  });

hostileBattery("PUT /v1/inventory/{productId}/reorder-rule", {
  ...write,
  hasId: true,
  hasBody: true,
  prepare: async (api) => ({
    method: "PUT",
    path: `/v1/inventory/${await product(api)}/reorder-rule`,
    body: rule,
    status: 200,
  }),
});

for (const [method, permission, status] of [
  ["GET", read, 200],
  ["DELETE", write, 204],
] as const)
  hostileBattery(`${method} /v1/inventory/{productId}/reorder-rule`, {
    ...permission,
    hasId: true,
    prepare: async (api) => ({ method, path: await ruled(api), status }),
  });

hostileBattery("POST /v1/inventory/expected", {
  ...write,
  hasBody: true,
  repeatable: true,
  prepare: async (api) => {
    const body = { productId: await product(api), quantity: 5 };
    return { method: "POST", path: "/v1/inventory/expected", body, status: 201 };
  },
});

hostileBattery("GET /v1/inventory/expected/{id}", {
  ...read,
  hasId: true,
  prepare: async (api) => ({ method: "GET", path: await expected(api), status: 200 }),
});

for (const [step, body] of [
  ["receive", { quantity: 2 }],
  ["cancel", {}],
] as const)
  hostileBattery(`POST /v1/inventory/expected/{id}/${step}`, {
    ...write,
    hasId: true,
    // Whoever has nothing to say may send no body.
    hasBody: step === "receive",
    repeatable: true,
    prepare: async (api) => ({ method: "POST", path: `${await expected(api)}/${step}`, body, status: 200 }),
  });

test("a suggestion goes away with the delivery that was ordered by it", async () => {
  const api = await apiHarness();
  await ruled(api);
  const path = "/v1/inventory/reorder-suggestions";
  const { body } = await api.request<{ items: { productId: string; quantity: number }[] }>("GET", path, {
    expected: 200,
  });
  const [suggestion] = body.items;
  expect(suggestion).toMatchObject({ sku: "MUG", quantity: 12, steps: expect.arrayContaining([expect.anything()]) });
  const order = { productId: suggestion?.productId, quantity: suggestion?.quantity };
  await api.request("POST", "/v1/inventory/expected", { body: order, expected: 201 });
  expect((await api.request("GET", path)).body).toEqual({ items: [], checked: 1 });
});
