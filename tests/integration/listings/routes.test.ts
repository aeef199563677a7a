import { describe, expect, it } from "vitest";
import * as Listings from "../../../core/listings/index.ts";
import { apiHarness, expectError, type Harness } from "../../support/harness.ts";
import { hostileBattery } from "../../support/hostile.ts";
import { productOnSale, settled } from "../../support/listings.ts";

const TOMORROW = () => new Date(Date.now() + 24 * 60 * 60 * 1000).toISOString();

/** A listing of the harness's organisation, as far in its life as it is moved. */
async function listing(api: Harness, ...commands: ("publish" | "pause")[]): Promise<string> {
  const productId = await productOnSale(api.ctx);
  const { id } = await Listings.createListing(api.ctx, { productId, platformType: "shop", platformSku: productId });
  for (const command of commands) await Listings.command(api.ctx, { id, command });
  return id;
}

hostileBattery("POST /v1/listings", {
  permission: "listings.write",
  hasBody: true,
  repeatable: true,
  prepare: async (api) => ({
    method: "POST",
    path: "/v1/listings",
    body: { productId: await productOnSale(api.ctx), platformType: "shop", platformSku: "A-1", buffer: 1 },
    status: 201,
  }),
});

hostileBattery("GET /v1/listings", {
  permission: "listings.read",
  prepare: async () => ({ method: "GET", path: "/v1/listings?update=waiting&platformType=ebay", status: 200 }),
});

hostileBattery("GET /v1/listings/{id}", {
  permission: "listings.read",
  hasId: true,
  prepare: async (api) => ({ method: "GET", path: `/v1/listings/${await listing(api)}`, status: 200 }),
});

hostileBattery("PATCH /v1/listings/{id}", {
  permission: "listings.write",
  hasId: true,
  hasBody: true,
  prepare: async (api) => ({
    method: "PATCH",
    path: `/v1/listings/${await listing(api)}`,
    body: { buffer: 2, maxQuantity: null },
    status: 200,
  }),
});

for (const [command, before] of [
  ["publish", []],
  ["pause", ["publish"]],
  ["resume", ["publish", "pause"]],
  ["end", []],
] as const) {
  hostileBattery(`POST /v1/listings/{id}/${command}`, {
    permission: "listings.write",
    hasId: true,
    repeatable: true,
    prepare: async (api) => ({
      method: "POST",
      path: `/v1/listings/${await listing(api, ...before)}/${command}`,
      body: {},
      status: 200,
    }),
  });
}

hostileBattery("POST /v1/listings/{id}/presale", {
  permission: "listings.write",
  hasId: true,
  hasBody: true,
  repeatable: true,
  prepare: async (api) => ({
    method: "POST",
    path: `/v1/listings/${await listing(api)}/presale`,
    body: { availableFrom: TOMORROW(), quantity: 3 },
    status: 200,
  }),
});

describe("listings over HTTP", () => {
  it("go from draft to active, with a version for If-Match at each step", async () => {
    const api = await apiHarness();
    const id = await listing(api);
    const path = `/v1/listings/${id}`;
    const patch = { body: { buffer: 1 }, headers: { "if-match": '"1"' } };
    const patched = await api.request("PATCH", path, { ...patch, expected: 200 });
    expect(patched.headers.get("etag")).toBe('"2"');
    expectError(await api.request("PATCH", path, patch), 409, "VERSION_CONFLICT");
    expectError(await api.request("POST", `${path}/pause`, { body: {} }), 409, "STATE_CONFLICT");
    const stale = { body: {}, headers: { "if-match": '"1"' } };
    expectError(await api.request("POST", `${path}/publish`, stale), 409, "VERSION_CONFLICT");
    await api.request("POST", `${path}/publish`, { expected: 200 });
    await settled(api.ctx, [id]);
    const { body } = await api.request("GET", path, { expected: 200 });
    expect(body).toMatchObject({
      status: "active",
      desired: { quantity: 0, as: "inStock" },
      published: { quantity: 0, as: "inStock" },
      update: { state: "published" },
      publishable: { quantity: 0 },
    });
    expect(Object.keys(body)).not.toContain("currency");
  });

  it("take no unknown fields, no odd channels and no quantities that are none", async () => {
    const api = await apiHarness();
    const productId = await productOnSale(api.ctx);
    const good = { productId, platformType: "shop", platformSku: "A-1" };
    for (const spoiled of [
      { platformType: "SHOP#1" },
      { platformType: "" },
      { platformSku: "" },
      { platformSku: "a\u0000b" },
      { buffer: -1 },
      { buffer: 1.5 },
      { maxQuantity: 0 },
      { minQuantity: 3, maxQuantity: 2 },
      { locations: [] },
      { presale: { availableFrom: "tomorrow" } },
      { stock: 7 },
    ])
      expectError(
        await api.request("POST", "/v1/listings", { body: { ...good, ...spoiled } }),
        400,
        "VALIDATION_ERROR",
      );
    for (const query of ["update=published", "status=gone", "limit=0", "limit=101", "platformType=A%23B", "x=1"])
      expectError(await api.request("GET", `/v1/listings?${query}`), 400, "VALIDATION_ERROR");
    const stranger = await apiHarness();
    expectError(await stranger.request("POST", "/v1/listings", { body: good }), 404, "NOT_FOUND");
  });

  it("need no other permission than their own", async () => {
    const api = await apiHarness();
    const productId = await productOnSale(api.ctx);
    const secret = await api.keyWith(["listings.write"]);
    const body = { productId, platformType: "shop", platformSku: "A-1" };
    const made = await api.request<{ id: string }>("POST", "/v1/listings", { body, secret, expected: 201 });
    await api.request("POST", `/v1/listings/${made.body.id}/publish`, { body: {}, secret, expected: 200 });
    const reader = await api.keyWith(["listings.read"]);
    await api.request("GET", `/v1/listings/${made.body.id}`, { secret: reader, expected: 200 });
  });
});
