import { describe, expect, test } from "vitest";
import * as Inventory from "../../../core/inventory/index.ts";
import { expectError, apiHarness, type Harness } from "../../support/harness.ts";
import { hostileBattery } from "../../support/hostile.ts";
import { stocked, usd } from "../../support/stock.ts";
import { storeFaults } from "../../support/store-faults.ts";

const read = "inventory.read" as const;
const adjust = "inventory.adjust" as const;
const MAIN = Inventory.MAIN_LOCATION;

const product = async ({ ctx }: Harness, quantity = 5) => (await stocked(ctx, "A", quantity)).id;
const location = async ({ ctx }: Harness) => (await Inventory.createLocation(ctx, { name: "Shop" })).id;
const reservation = async (api: Harness) => {
  const lines = [{ productId: await product(api), quantity: 1 }];
  return (await Inventory.createReservation(api.ctx, { lines })).id;
};
const transfer = async (api: Harness) => {
  const input = { productId: await product(api), quantity: 1, fromLocationId: MAIN, toLocationId: await location(api) };
  return (await Inventory.createTransfer(api.ctx, input)).id;
};

hostileBattery("POST /v1/locations", {
  permission: adjust,
  hasBody: true,
  repeatable: true,
  prepare: async () => ({ method: "POST", path: "/v1/locations", body: { name: "Shop" }, status: 201 }),
});
hostileBattery("GET /v1/locations", {
  permission: read,
  prepare: async () => ({ method: "GET", path: "/v1/locations", status: 200 }),
});
hostileBattery("GET /v1/locations/{id}", {
  permission: read,
  hasId: true,
  prepare: async (api) => ({ method: "GET", path: `/v1/locations/${await location(api)}`, status: 200 }),
});
hostileBattery("PATCH /v1/locations/{id}", {
  permission: adjust,
  hasId: true,
  hasBody: true,
  prepare: async (api) => ({
    method: "PATCH",
    path: `/v1/locations/${await location(api)}`,
    body: { priority: 5 },
    status: 200,
  }),
});
hostileBattery("GET /v1/inventory", {
  permission: read,
  prepare: async () => ({ method: "GET", path: "/v1/inventory", status: 200 }),
});
hostileBattery("GET /v1/inventory/valuation", {
  permission: read,
  prepare: async () => ({ method: "GET", path: "/v1/inventory/valuation", status: 200 }),
});
for (const rest of ["", "/lots", "/ledger"])
  hostileBattery(`GET /v1/inventory/{productId}${rest}`, {
    permission: read,
    hasId: true,
    prepare: async (api) => ({ method: "GET", path: `/v1/inventory/${await product(api)}${rest}`, status: 200 }),
  });
hostileBattery("PUT /v1/inventory/{productId}/buffer", {
  permission: adjust,
  hasId: true,
  hasBody: true,
  prepare: async (api) => ({
    method: "PUT",
    path: `/v1/inventory/${await product(api)}/buffer`,
    body: { quantity: 2 },
    status: 200,
  }),
});
hostileBattery("POST /v1/inventory/{productId}/adjustments", {
  permission: adjust,
  hasId: true,
  hasBody: true,
  repeatable: true,
  prepare: async (api) => ({
    method: "POST",
    path: `/v1/inventory/${await product(api)}/adjustments`,
    body: { changeType: "restock", quantity: 3 },
    status: 201,
  }),
});
hostileBattery("POST /v1/inventory/adjustments", {
  permission: adjust,
  hasBody: true,
  repeatable: true,
  prepare: async (api) => ({
    method: "POST",
    path: "/v1/inventory/adjustments",
    body: { items: [{ productId: await product(api), changeType: "restock", quantity: 3 }] },
    status: 200,
  }),
});
hostileBattery("POST /v1/inventory/transfers", {
  permission: adjust,
  hasBody: true,
  repeatable: true,
  prepare: async (api) => {
    const lines = [{ productId: await product(api), quantity: 2 }];
    const body = { lines, fromLocationId: MAIN, toLocationId: await location(api) };
    return { method: "POST", path: "/v1/inventory/transfers", body, status: 201 };
  },
});
hostileBattery("GET /v1/inventory/transfers", {
  permission: read,
  prepare: async () => ({ method: "GET", path: "/v1/inventory/transfers", status: 200 }),
});
hostileBattery("GET /v1/inventory/transfers/{id}", {
  permission: read,
  hasId: true,
  prepare: async (api) => ({ method: "GET", path: `/v1/inventory/transfers/${await transfer(api)}`, status: 200 }),
});
hostileBattery("POST /v1/inventory/reservations", {
  permission: adjust,
  hasBody: true,
  repeatable: true,
  prepare: async (api) => {
    const body = { lines: [{ productId: await product(api), quantity: 2 }] };
    return { method: "POST", path: "/v1/inventory/reservations", body, status: 201 };
  },
});
hostileBattery("GET /v1/inventory/reservations", {
  permission: read,
  prepare: async () => ({ method: "GET", path: "/v1/inventory/reservations", status: 200 }),
});
hostileBattery("GET /v1/inventory/reservations/{id}", {
  permission: read,
  hasId: true,
  prepare: async (api) => ({
    method: "GET",
    path: `/v1/inventory/reservations/${await reservation(api)}`,
    status: 200,
  }),
});
hostileBattery("POST /v1/inventory/reservations/{id}/release", {
  permission: adjust,
  hasId: true,
  repeatable: true,
  prepare: async (api) => ({
    method: "POST",
    path: `/v1/inventory/reservations/${await reservation(api)}/release`,
    status: 200,
  }),
});
hostileBattery("POST /v1/inventory/reservations/{id}/extend", {
  permission: adjust,
  hasId: true,
  hasBody: true,
  repeatable: true,
  prepare: async (api) => ({
    method: "POST",
    path: `/v1/inventory/reservations/${await reservation(api)}/extend`,
    body: { expiresInSeconds: 3600 },
    status: 200,
  }),
});

describe("stock over HTTP", () => {
  test("S3-15: answers an adjustment with what was done, by whom it can be found, and what is there now", async () => {
    const api = await apiHarness();
    const productId = await product(api, 0);
    const body = { changeType: "restock", quantity: 12, lotNumber: "L-1", unitCost: usd("2.50") };
    const path = `/v1/inventory/${productId}/adjustments`;
    const answer = await api.request("POST", path, { body, expected: 201 });
    expect(answer.body).toEqual({
      success: true,
      message: "restock of 12 recorded",
      itemId: productId,
      newQuantity: 12,
      adjustmentId: expect.stringMatching(/^adj_/),
      timestamp: expect.stringMatching(/Z$/),
      locationId: MAIN,
      reserved: 0,
      available: 12,
    });
    const ledger = await api.request<{ items: object[] }>("GET", `/v1/inventory/${productId}/ledger`);
    expect(ledger.body.items).toMatchObject([
      {
        type: "restock",
        onHandChange: 12,
        costChange: { amount: "30.00", currency: "USD" },
        cause: { kind: "adjustment", id: answer.body["adjustmentId"] },
        actor: { kind: "apiKey", id: api.keyId },
        after: { onHand: 12, available: 12 },
      },
    ]);
  });

  test("S3-14: takes no change without more than nothing, of no known type, with too long a note or lot number", async () => {
    const api = await apiHarness();
    const path = `/v1/inventory/${await product(api)}/adjustments`;
    const good = { changeType: "restock", quantity: 1 };
    const wrong: [Record<string, unknown>, string][] = [
      [{ quantity: 0 }, "quantity"],
      [{ quantity: -1 }, "quantity"],
      [{ quantity: 1.5 }, "quantity"],
      [{ changeType: "stolen" }, "changeType"],
      [{ notes: "x".repeat(501) }, "notes"],
      [{ lotNumber: "x".repeat(101) }, "lotNumber"],
      [{ expirationDate: "2026-02-30" }, "expirationDate"],
      [{ direction: "in" }, "direction"],
      [{ changeType: "manual" }, "direction"],
    ];
    for (const [change, field] of wrong) {
      const answer = await api.request("POST", path, { body: { ...good, ...change } });
      expectError(answer, 400, "VALIDATION_ERROR");
      expect(answer.body, JSON.stringify(change)).toMatchObject({ error: { field } });
    }
    await api.request("POST", path, { body: { changeType: "recount", quantity: 0 }, expected: 201 });
  });

  test("shows amounts in their wire form wherever stock has a cost", async () => {
    const api = await apiHarness();
    const productId = await product(api, 3);
    const amount = { amount: "30.00", currency: "USD" };
    const get = async (path: string) => (await api.request("GET", path, { expected: 200 })).body;
    expect(await get("/v1/inventory")).toMatchObject({ items: [{ productId, sku: "A", onHand: 3, value: amount }] });
    expect(await get(`/v1/inventory/${productId}`)).toMatchObject({ onHand: 3, locations: [{ value: amount }] });
    expect(await get(`/v1/inventory/${productId}/lots`)).toMatchObject({ items: [{ remaining: 3, cost: amount }] });
    expect(await get("/v1/inventory/valuation")).toEqual({ units: 3, uncosted: 0, values: [amount] });
    const body = { productId, quantity: 1, fromLocationId: MAIN, toLocationId: await location(api) };
    const moved = await api.request("POST", "/v1/inventory/transfers", { body, expected: 201 });
    const lines = [{ lots: [{ quantity: 1, cost: { amount: "10.00", currency: "USD" } }] }];
    expect(moved.body).toMatchObject({ lines });
    expect(await get("/v1/inventory/transfers")).toMatchObject({ items: [{ lines }] });
    expect(JSON.stringify([moved.body, await get("/v1/inventory")])).not.toContain("Minor");
  });

  test("S3-22: lists stock with a bounded number of calls, whatever there is of it", async () => {
    const { around, calls } = storeFaults();
    const api = await apiHarness({ around });
    for (let count = 0; count < 12; count++) await stocked(api.ctx, `S-${count}`, 1);
    const seen: unknown[] = [];
    let cursor: string | undefined;
    do {
      calls.length = 0;
      const more = cursor === undefined ? "" : `&cursor=${cursor}`;
      const path = `/v1/inventory?limit=5${more}`;
      const page = await api.request<{ items: { sku: string }[]; nextCursor?: string }>("GET", path, { expected: 200 });
      // The first also reads the key and its organisation.
      expect(calls.length).toBeLessThanOrEqual(seen.length === 0 ? 4 : 2);
      seen.push(...page.body.items.map(({ sku }) => sku));
      cursor = page.body.nextCursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(Array.from({ length: 12 }, (_, index) => `S-${index}`));
  });

  test("says of each line of a reservation that is short what is missing", async () => {
    const api = await apiHarness();
    const productId = await product(api, 2);
    const body = { lines: [{ productId, quantity: 3 }] };
    const answer = await api.request("POST", "/v1/inventory/reservations", { body });
    expectError(answer, 409, "INSUFFICIENT_STOCK");
    const lines = [{ line: 0, productId, locationId: MAIN, quantity: 3, requested: 3, available: 2 }];
    expect(answer.body).toMatchObject({ error: { details: { lines } } });
    const held = await api.request("POST", "/v1/inventory/reservations", {
      body: { lines: [{ productId, quantity: 2 }], expiresAt: "2026-12-31T12:00:00+01:00" },
      expected: 201,
    });
    expect(held.body).toMatchObject({ status: "open", expiresAt: "2026-12-31T11:00:00.000Z" });
    const path = `/v1/inventory/reservations/${String(held.body["id"])}/release`;
    const stale = await api.request("POST", path, { headers: { "if-match": '"7"' } });
    expectError(stale, 409, "VERSION_CONFLICT");
    const released = await api.request("POST", path, { headers: { "if-match": '"1"' }, expected: 200 });
    expect(released.body).toMatchObject({ status: "released", version: 2 });
    expect(released.headers.get("etag")).toBe('"2"');
  });

  test("changes a location that nobody has changed meanwhile, the main one too", async () => {
    const api = await apiHarness();
    const path = `/v1/locations/${MAIN}`;
    const main = await api.request("GET", path, { expected: 200 });
    const headers = { "if-match": main.headers.get("etag") ?? "" };
    const body = { name: "Warehouse" };
    expect((await api.request("PATCH", path, { body, headers, expected: 200 })).body).toMatchObject({ version: 1 });
    expectError(await api.request("PATCH", path, { body, headers }), 409, "VERSION_CONFLICT");
    const list = await api.request("GET", "/v1/locations", { expected: 200 });
    expect(list.body).toMatchObject({ items: [{ id: MAIN, name: "Warehouse", sellsOrders: true }] });
  });

  test("sets a buffer again and again to the same without a change", async () => {
    const api = await apiHarness();
    const productId = await product(api, 5);
    const put = (quantity: number) =>
      api.request("PUT", `/v1/inventory/${productId}/buffer`, { body: { quantity }, expected: 200 });
    await put(2);
    expect((await put(2)).body).toMatchObject({ onHand: 5, buffer: 2, available: 3 });
    const ledger = await api.request<{ items: object[] }>("GET", `/v1/inventory/${productId}/ledger`);
    expect(ledger.body.items).toHaveLength(2);
  });
});
