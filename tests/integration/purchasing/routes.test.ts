import { beforeAll, describe, expect, test } from "vitest";
import { orgPartition } from "../../../core/platform/keys.ts";
import { readDocument } from "../../support/api/document.ts";
import { goodRequest } from "../../support/api/good-requests.ts";
import { aShop, fresh, make, product, type Shop, supplier, usd } from "../../support/api/makers.ts";
import { pathOf } from "../../support/api/document.ts";
import { expectError } from "../../support/harness.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await aShop();
});

const draft = async () => {
  const lines = [{ externalId: fresh(shop), productId: await product(shop), quantity: 5, unitCost: usd("4.00") }];
  const recipient = { name: "Demo shop", line1: "1 Demo Street" };
  return make<{ id: string; version: number }>(shop, "/v1/purchase-orders", {
    supplierId: await supplier(shop),
    recipient,
    lines,
  });
};

describe("/v1/purchase-orders", () => {
  test("answers amounts as money, and not where it goes", async () => {
    const { id } = await draft();
    const { body } = await shop.request("GET", `/v1/purchase-orders/${id}`, { expected: 200 });
    expect(body).toMatchObject({
      status: "draft",
      destination: "location",
      tolerance: "0.05",
      expected: usd("20.00"),
      lines: [{ unitCost: usd("4.00"), expected: usd("20.00"), received: 0 }],
      hasRecipient: true,
    });
    expect(JSON.stringify(body)).not.toContain("Demo Street");
    const stored = await shop.ctx.table.get({
      pk: orgPartition(shop.organization.id, "PURCHASE_ORDER"),
      sk: id,
    });
    expect(JSON.stringify(stored)).not.toContain("Demo Street");
  });

  test("takes a step of the version that was read, and no other", async () => {
    const { id, version } = await draft();
    const headers = { "if-match": `"${version + 1}"` };
    const body = { supplierReference: "SO-1" };
    const path = `/v1/purchase-orders/${id}/submit`;
    expectError(await shop.request("POST", path, { body, headers }), 409, "VERSION_CONFLICT");
    await shop.request("POST", path, { body, headers: { "if-match": `"${version}"` }, expected: 202 });
    expectError(await shop.request("POST", path, { body }), 409, "STATE_CONFLICT");
  });

  test("refuses lines that contradict each other, naming each", async () => {
    const [productId, supplierId] = [await product(shop), await supplier(shop)];
    const one = { externalId: "A", productId, quantity: 1, unitCost: usd("1.00") };
    const asked = (lines: object[]) => shop.request("POST", "/v1/purchase-orders", { body: { supplierId, lines } });
    expectError(await asked([one, one]), 400, "VALIDATION_ERROR");
    expectError(await asked([one, { ...one, externalId: "B" }]), 400, "VALIDATION_ERROR");
    expectError(await asked([{ ...one, unitCost: undefined }]), 400, "VALIDATION_ERROR");
    const won = { amount: "1000", currency: "KRW" };
    expectError(
      await asked([one, { ...one, externalId: "B", productId: await product(shop), unitCost: won }]),
      400,
      "VALIDATION_ERROR",
    );
  });

  test("answers every step that is repeated with its Idempotency-Key as it did at first", async () => {
    const { operations } = await readDocument(shop);
    const posts = operations.filter(({ name }) => name.startsWith("post /v1/purchase-orders"));
    expect(posts).toHaveLength(9);
    for (const operation of posts) {
      const good = await goodRequest(shop, operation);
      const path = pathOf(operation, { params: good.params ?? {}, query: {} });
      const call = { body: good.body, headers: { "idempotency-key": `once, ${operation.name}` } };
      const first = await shop.request(operation.method, path, call);
      expect(first.status, first.text).toBeLessThan(300);
      const again = await shop.request(operation.method, path, call);
      expect([again.status, again.body], operation.name).toEqual([first.status, first.body]);
      expect(again.headers.get("idempotency-replayed"), operation.name).toBe("true");
    }
    expect(shop.failures()).toEqual([]);
  });

  test("receives several lines with one key once, however often that is asked", async () => {
    const { id } = await make<{ id: string }>(shop, "/v1/purchase-orders", {
      supplierId: await supplier(shop),
      lines: [
        { externalId: "A", productId: await product(shop), quantity: 5, unitCost: usd("4.00") },
        { externalId: "B", productId: await product(shop), quantity: 5, unitCost: usd("4.00") },
      ],
    });
    await make(shop, `/v1/purchase-orders/${id}/submit`, { supplierReference: "SO-7" });
    const body = {
      lines: [
        { lineId: "1", quantity: 2 },
        { lineId: "2", quantity: 3 },
      ],
    };
    const call = { body, headers: { "idempotency-key": `receive ${id}` }, expected: 200 };
    for (let times = 0; times < 3; times++) await shop.request("POST", `/v1/purchase-orders/${id}/receive`, call);
    const { body: order } = await shop.request("GET", `/v1/purchase-orders/${id}`);
    expect(order).toMatchObject({ status: "partlyReceived", lines: [{ received: 2 }, { received: 3 }] });
  });
});

test("GET /v1/suppliers/{id}/performance says what is not known yet", async () => {
  const { body } = await shop.request<{ parts: { because: string }[] }>(
    "GET",
    `/v1/suppliers/${await supplier(shop)}/performance`,
    { expected: 200 },
  );
  expect(body).not.toHaveProperty("score");
  for (const { because } of body.parts) expect(because).toContain("Not enough data: 0 of");
});
