import { expect, test } from "vitest";
import * as Inventory from "../../../core/inventory/index.ts";
import * as Production from "../../../core/production/index.ts";
import { apiHarness, type Harness } from "../../support/harness.ts";
import { hostileBattery } from "../../support/hostile.ts";
import { bakery } from "../../support/production.ts";
import { stocked } from "../../support/stock.ts";

async function planned({ ctx }: Harness): Promise<string> {
  const { recipe } = await bakery(ctx);
  return (await Production.planBatch(ctx, { recipeId: recipe.id, runs: 1 })).id;
}

async function started(api: Harness): Promise<string> {
  const id = await planned(api);
  await Production.startBatch(api.ctx, { id });
  return id;
}

async function bundled({ ctx }: Harness) {
  const [can, six] = [await stocked(ctx, "CAN", 20), await stocked(ctx, "SIX", 0)];
  const body = { components: [{ productId: can.id, quantity: 6 }] };
  return { path: `/v1/bundles/${six.id}`, productId: six.id, body };
}

const write = { permission: "inventory.adjust" } as const;
const read = { permission: "inventory.read" } as const;

hostileBattery("POST /v1/recipes", {
  ...write,
  hasBody: true,
  repeatable: true,
  prepare: async ({ ctx }) => {
    const { flour, cake } = await bakery(ctx);
    const ingredients = [{ productId: flour.id, quantity: 1 }];
    return {
      method: "POST",
      path: "/v1/recipes",
      body: { productId: cake.id, outputQuantity: 1, ingredients },
      status: 201,
    };
  },
});

hostileBattery("PATCH /v1/recipes/{id}", {
  ...write,
  hasId: true,
  hasBody: true,
  prepare: async ({ ctx }) => {
    const { recipe } = await bakery(ctx);
    return { method: "PATCH", path: `/v1/recipes/${recipe.id}`, body: { notes: "Sieve it" }, status: 200 };
  },
});

for (const rest of ["", "/shortages?runs=3"])
  hostileBattery(`GET /v1/recipes/{id}${rest}`, {
    ...read,
    hasId: true,
    prepare: async ({ ctx }) => {
      const { recipe } = await bakery(ctx);
      return { method: "GET", path: `/v1/recipes/${recipe.id}${rest}`, status: 200 };
    },
  });

for (const list of ["recipes", "batches", "bundles"])
  hostileBattery(`GET /v1/${list}`, {
    ...read,
    prepare: async () => ({ method: "GET", path: `/v1/${list}`, status: 200 }),
  });

hostileBattery("POST /v1/batches", {
  ...write,
  hasBody: true,
  repeatable: true,
  prepare: async ({ ctx }) => {
    const { recipe } = await bakery(ctx);
    return { method: "POST", path: "/v1/batches", body: { recipeId: recipe.id, runs: 2 }, status: 201 };
  },
});

hostileBattery("GET /v1/batches/{id}", {
  ...read,
  hasId: true,
  prepare: async (api) => ({ method: "GET", path: `/v1/batches/${await started(api)}`, status: 200 }),
});

for (const [step, before, body] of [
  ["start", planned, {}],
  ["finish", started, { quantity: 9 }],
  ["cancel", started, {}],
] as const)
  hostileBattery(`POST /v1/batches/{id}/${step}`, {
    ...write,
    hasId: true,
    // Whoever has nothing to say may send no body.
    hasBody: step === "finish",
    repeatable: true,
    prepare: async (api) => ({ method: "POST", path: `/v1/batches/${await before(api)}/${step}`, body, status: 200 }),
  });

hostileBattery("PUT /v1/bundles/{productId}", {
  ...write,
  hasId: true,
  hasBody: true,
  prepare: async (api) => {
    const { path, body } = await bundled(api);
    return { method: "PUT", path, body, status: 200 };
  },
});

for (const [method, permission, status] of [
  ["GET", read, 200],
  ["DELETE", write, 204],
] as const)
  hostileBattery(`${method} /v1/bundles/{productId}`, {
    ...permission,
    hasId: true,
    prepare: async (api) => {
      const { path, productId, body } = await bundled(api);
      await Inventory.setBundle(api.ctx, { productId, input: body });
      return { method, path, status };
    },
  });

test("S3-20: a batch goes from its plan into stock over the API, with amounts as text and versions as tags", async () => {
  const api = await apiHarness();
  const { recipe, flour } = await bakery(api.ctx);
  const plan = await api.request<{ id: string }>("POST", "/v1/batches", {
    body: { recipeId: recipe.id, runs: 11 },
    expected: 201,
  });
  const path = `/v1/batches/${plan.body.id}`;
  const short = await api.request("POST", `${path}/start`, { body: {}, expected: 409 });
  expect(short.body).toMatchObject({
    error: { code: "INSUFFICIENT_STOCK", details: { lines: [{ productId: flour.id, requested: 22, missing: 2 }, {}] } },
  });
  await api.request("POST", `${path}/cancel`, { body: {}, expected: 200 });
  const again = await api.request<{ id: string }>("POST", "/v1/batches", {
    body: { recipeId: recipe.id, runs: 1 },
    expected: 201,
  });
  const next = `/v1/batches/${again.body.id}`;
  const start = await api.request("POST", `${next}/start`, { body: {}, headers: { "if-match": '"1"' }, expected: 200 });
  expect(start.headers.get("etag")).toBe('"2"');
  expect(start.body).toMatchObject({ status: "started", cost: { amount: "50.00", currency: "USD" } });
  await api.request("POST", `${next}/finish`, { body: { quantity: 9 }, expected: 200 });
  const { body } = await api.request("GET", next, { expected: 200 });
  expect(body).toMatchObject({
    output: { quantity: 9, yieldPercent: 90 },
    consumed: [{ productId: flour.id, lots: [{ quantity: 2, cost: { amount: "20.00", currency: "USD" } }] }, {}],
  });
});
