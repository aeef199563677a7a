import { beforeAll, expect, test } from "vitest";
import type { Client } from "../support/client.ts";
import { newOrganization } from "./organization.ts";
import { newHome, startSystem, type System } from "./system.ts";

interface Product {
  id: string;
  sku: string;
  name: string;
  status: string;
  version: number;
  price?: { amount: string; currency: string };
}
interface ProductPage {
  items: Product[];
  nextCursor?: string;
  total: number;
}

let system: System;

beforeAll(async () => {
  system = await startSystem(newHome());
});

const usd = (amount: string) => ({ amount, currency: "USD" });
const product = (sku: string, name: string, price = "13.00") => ({ sku, name, cost: usd("8.00"), price: usd(price) });
const skus = (page: ProductPage) => page.items.map(({ sku }) => sku);

/** Search follows the table's stream: it knows a product a moment after the answer that made it. */
const searched = (client: Client, query: string, total: number) =>
  client.reached(`/v1/products?${query}`, (page) => (page as unknown as ProductPage).total === total);

test("a product goes from draft over active to archived, is found by words and filters, and explains its price", async () => {
  const client = await newOrganization(system);
  const category = await client.post("/v1/categories", { name: "Demo shirts", minMargin: "0.4" });
  const made = await client.request<Product>("POST", "/v1/products", {
    body: { ...product("TEE-1", "Green Cotton T-Shirt"), categoryId: category["id"], gtin: "194817794556" },
    expected: 201,
  });
  expect(made.body).toMatchObject({ status: "draft", version: 1, gtin: "00194817794556", price: usd("13.00") });
  expect(made.headers.get("etag")).toBe('"1"');
  const path = `/v1/products/${made.body.id}`;
  expect(await client.get(path)).toEqual(made.body);
  expect(await client.get("/v1/products/by-sku/TEE-1")).toEqual(made.body);

  const active = await client.post<Product>(`${path}/activate`, {}, 200);
  expect(active).toMatchObject({ status: "active", version: 2 });
  await client.post("/v1/products", product("MUG-1", "Green Mug", "19.00"));
  await searched(client, "query=green", 2);
  expect(skus(await client.get(`/v1/products?query=${encodeURIComponent("cotton GREEN")}`))).toEqual(["TEE-1"]);
  expect(skus(await client.get("/v1/products?query=green&status=active"))).toEqual(["TEE-1"]);
  expect(skus(await client.get("/v1/products?minPrice=13.01&maxPrice=19.00"))).toEqual(["MUG-1"]);
  expect(skus(await client.get(`/v1/products?categoryId=${String(category["id"])}`))).toEqual(["TEE-1"]);

  const price = await client.get(`${path}/pricing?margin=0.3`);
  expect(price).toMatchObject({ basePrice: usd("11.20"), salePrice: usd("10.08"), conflicts: [] });
  const preview = { cost: usd("10.00"), competitorPrice: usd("11.00"), margin: "0.3" };
  expect(await client.post("/v1/pricing/preview", preview, 200)).toMatchObject({
    basePrice: usd("10.45"),
    minPrice: usd("11.00"),
    conflicts: ["BELOW_MIN_PRICE"],
  });

  expect(await client.post(`${path}/archive`, {}, 200)).toMatchObject({ status: "archived", version: 3 });
  expect(await client.request("POST", `${path}/activate`, { body: {} })).toMatchObject({
    status: 409,
    body: { error: { code: "STATE_CONFLICT" } },
  });
});

test("brands are found in titles by their patterns, in the order of their positions", async () => {
  const client = await newOrganization(system);
  const brand = await client.post("/v1/brands", { name: "Demo Runner" });
  const pattern = { brandId: brand["id"], kind: "words", pattern: "demo runner", position: 10 };
  await client.post("/v1/brand-patterns", pattern);
  const hit = await client.post("/v1/brand-patterns/test", { text: "New: DEMO  Runner 42" }, 200);
  expect(hit).toMatchObject({ match: { brandId: brand["id"], confidence: 0.9 } });
  expect(await client.post("/v1/brand-patterns/test", { text: "demorunner" }, 200)).toMatchObject({ match: null });
});

test("pages follow each other by cursors that hold for one organisation and one query", async () => {
  const client = await newOrganization(system);
  for (let n = 1; n <= 7; n++) await client.post("/v1/products", product(`P-${n}`, `Plate ${n}`));
  expect((await client.all<Product>("/v1/products", 3)).map(({ sku }) => sku)).toEqual(
    [7, 6, 5, 4, 3, 2, 1].map((n) => `P-${n}`),
  );
  const first = await client.get<ProductPage>("/v1/products?limit=3");
  expect(first.total).toBe(7);
  const next = `/v1/products?limit=3&cursor=${String(first.nextCursor)}`;
  const stranger = await newOrganization(system);
  for (const [caller, path] of [
    [stranger, next],
    [client, `${next}&status=active`],
    [client, "/v1/products?cursor=made-up"],
  ] as const) {
    expect(await caller.request("GET", path)).toMatchObject({
      status: 400,
      body: { error: { code: "INVALID_CURSOR" } },
    });
  }
});

test("a POST repeated under its Idempotency-Key makes one thing, and another body under it is refused", async () => {
  const client = await newOrganization(system);
  const headers = { "idempotency-key": "demo-key-1" };
  const send = (body: unknown) => client.request("POST", "/v1/products", { body, headers });
  const both = await Promise.all([send(product("ONE", "Once")), send(product("ONE", "Once"))]);
  const again = await send(product("ONE", "Once"));
  expect(new Set([...both, again].map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
  expect(again.headers.get("idempotency-replayed")).toBe("true");
  expect(await send(product("ONE", "Another"))).toMatchObject({
    status: 422,
    body: { error: { code: "IDEMPOTENCY_MISMATCH" } },
  });
  expect((await client.get<ProductPage>("/v1/products")).total).toBe(1);
});

test("of two changes to one version the second is refused, and says which version there is", async () => {
  const client = await newOrganization(system);
  const { id } = await client.post<Product>("/v1/products", product("ONE", "First"));
  const change = (name: string) =>
    client.request("PATCH", `/v1/products/${id}`, { body: { name }, headers: { "if-match": '"1"' } });
  expect((await change("Second")).headers.get("etag")).toBe('"2"');
  expect(await change("Third")).toMatchObject({
    status: 409,
    body: { error: { code: "VERSION_CONFLICT", details: { expected: 1, current: 2 } } },
  });
  expect(await client.get(`/v1/products/${id}`)).toMatchObject({ name: "Second", version: 2 });
});

test("fifty callers who want one SKU at once get one product", async () => {
  const client = await newOrganization(system);
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, n) => client.request("POST", "/v1/products", { body: product("HOT", `Try ${n}`) })),
  );
  expect(answers.map(({ status }) => String(status)).sort()).toEqual(["201", ...Array<string>(49).fill("409")]);
  expect((await client.get<ProductPage>("/v1/products")).total).toBe(1);
});

test("every refusal has one form, and every answer its request id and security headers", async () => {
  const client = await newOrganization(system);
  const answer = await client.request("POST", "/v1/products", {
    body: { ...product("X", "X", "8.00") },
    headers: { "x-request-id": "mine-1" },
    expected: 400,
  });
  expect(answer.body).toEqual({
    error: { code: "INVALID_PRICING", message: expect.any(String), field: "price", details: expect.anything() },
    requestId: "mine-1",
    timestamp: expect.stringMatching(/Z$/),
  });
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    "x-request-id": "mine-1",
    "content-type": "application/json",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "content-security-policy": expect.any(String),
  });
  const wrongs: [string, string, number, string][] = [
    ["GET", "/v1/nothing", 404, "NOT_FOUND"],
    ["PUT", "/v1/products", 405, "METHOD_NOT_ALLOWED"],
    ["GET", "/v1/products/prd_00000000000000000000000000", 404, "NOT_FOUND"],
    ["GET", "/v1/products?limit=0", 400, "VALIDATION_ERROR"],
    ["GET", "/v1/products?colour=red", 400, "VALIDATION_ERROR"],
  ];
  for (const [method, path, status, code] of wrongs) {
    expect(await client.request(method, path), path).toMatchObject({ status, body: { error: { code } } });
  }
});

test("answers above a kilobyte are compressed for who takes gzip, and say the same", async () => {
  const client = await newOrganization(system);
  for (let n = 0; n < 5; n++) await client.post("/v1/products", product(`G-${n}`, `Glass ${n}`));
  const packed = await client.request("GET", "/v1/products", { headers: { "accept-encoding": "gzip" } });
  const plain = await client.request("GET", "/v1/products", { headers: { "accept-encoding": "identity" } });
  expect(packed.headers.get("content-encoding")).toBe("gzip");
  expect(plain.headers.get("content-encoding")).toBeNull();
  expect(packed.text).toBe(plain.text);
});

test("the metrics name what was asked and collected, without any tenant's data", async () => {
  const client = await newOrganization(system);
  await client.importFile("sku,name\nMETRIC-1,Counted\n", { format: "csv", mapping: { sku: "sku", name: "name" } });
  const { text } = await client.request("GET", "/metrics", { expected: 200 });
  expect(text).toMatch(/^http_requests_total\{.*endpoint="\/v1\/imports".*\} \d+$/m);
  expect(text).toMatch(/^products_collected_total\{source="products".*\} \d+$/m);
  expect(text).not.toContain("METRIC-1");
});
