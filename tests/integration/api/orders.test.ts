import { describe, expect, it } from "vitest";
import * as Inventory from "../../../core/inventory/index.ts";
import { type Metrics, NO_METRICS } from "../../../core/platform/metrics.ts";
import { apiHarness, expectError, type Harness } from "../../support/harness.ts";
import { stocked, usd } from "../../support/stock.ts";

interface Order {
  id: string;
  orderNumber: string;
  status: string;
  version: number;
  total: object;
  message?: string;
}

const ADDRESS = { street: "123 Main St", city: "Anytown", state: "CA", postalCode: "12345", country: "US" };

async function shop(quantity = 10): Promise<{ api: Harness; productId: string }> {
  const api = await apiHarness();
  const { id: productId } = await stocked(api.ctx, "A", quantity);
  return { api, productId };
}

const place = (api: Harness, changes: Record<string, unknown> = {}, expected = 201) =>
  api.request<Order>("POST", "/v1/orders", {
    body: { channel: "shop", lines: [{ sku: "A", quantity: 2 }], ...changes },
    expected,
  });

const take = (api: Harness, { id }: Order, step: string, body?: unknown, expected = 200) =>
  api.request<Order>("POST", `/v1/orders/${id}/${step}`, { body, expected });

describe("orders over HTTP", () => {
  it("S0-20: places the sample, and answers 201 with it, its number and what is reserved", async () => {
    const { api, productId } = await shop();
    const body = {
      channel: "shop",
      lines: [{ productId, quantity: 2, unitPrice: usd("15.00") }],
      shippingAddress: ADDRESS,
      paymentMethod: "credit_card",
    };
    const { body: order, headers } = await api.request<Order>("POST", "/v1/orders", { body, expected: 201 });
    expect(order).toMatchObject({
      status: "pending",
      version: 1,
      orderNumber: expect.stringMatching(/^\d{6}-/),
      lines: [{ id: "1", sku: "A", open: 2, reserved: [{ productId, locationId: "loc_main", quantity: 2 }] }],
      total: usd("30.00"),
      paid: usd("0.00"),
      shippingAddress: ADDRESS,
      paymentMethod: "credit_card",
    });
    expect(headers.get("etag")).toBe('"1"');
    expect((await api.request("GET", `/v1/orders/${order.id}`, { expected: 200 })).body).toEqual(order);
  });

  it("answers a sale that its channel told before with 200 and the first order", async () => {
    const { api } = await shop(2);
    const sale = { channel: "ebay", externalId: "12-34567-89012" };
    const first = await place(api, sale);
    const again = await place(api, sale, 200);
    expect(again.body).toEqual(first.body);
    await take(api, first.body, "pay");
    expect((await place(api, { ...sale, lines: [{ sku: "A", quantity: 9 }] }, 200)).body).toMatchObject({
      id: first.body.id,
      status: "paid",
    });
  });

  it("answers 409 with what each line wants and what there is when stock is short", async () => {
    const { api, productId } = await shop(3);
    const answer = await place(api, { lines: [{ sku: "A", quantity: 4 }] }, 409);
    expectError(answer, 409, "INSUFFICIENT_STOCK");
    expect(answer.body).toMatchObject({
      error: { details: { lines: [{ line: 0, lineId: "1", productId, sku: "A", requested: 4, available: 3 }] } },
    });
    expect((await Inventory.getStock(api.ctx, productId)).reserved).toBe(0);
  });

  it("S0-13: answers 400 naming each field at fault, and 404 for what is not in the catalogue", async () => {
    const { api } = await shop();
    const wrong = await place(api, { lines: [{ sku: "A", quantity: 0 }], channel: "bazaar" }, 400);
    expect(wrong.body).toMatchObject({
      error: { code: "VALIDATION_ERROR", details: [{ path: "channel" }, { path: "lines.0.quantity" }] },
    });
    expectError(await place(api, { lines: [{ sku: "NOPE", quantity: 1 }] }, 404), 404, "NOT_FOUND");
  });

  it("S0-14: lists by status and channel, newest first, with the total, page by page", async () => {
    const { api } = await shop(20);
    const first = (await place(api)).body;
    const second = (await place(api, { channel: "stockx", externalId: "1" })).body;
    const third = (await place(api)).body;
    await take(api, first, "pay");
    const list = async (query: string) => (await api.request("GET", `/v1/orders?${query}`, { expected: 200 })).body;
    const ids = (...orders: Order[]) => orders.map(({ id }) => expect.objectContaining({ id }));
    expect(await list("")).toEqual({ items: ids(third, second, first), total: 3 });
    expect(await list("status=paid")).toEqual({ items: ids(first), total: 1 });
    expect(await list("channel=stockx")).toEqual({ items: ids(second), total: 1 });
    expect(await list("status=pending&channel=shop")).toEqual({ items: ids(third), total: 1 });
    const page = await list("limit=2");
    expect(page).toMatchObject({ items: ids(third, second), total: 3 });
    expect(await list(`limit=2&cursor=${String(page["nextCursor"])}`)).toEqual({ items: ids(first), total: 3 });
    for (const query of ["status=lost", "limit=101", "page=2"])
      expectError(await api.request("GET", `/v1/orders?${query}`), 400, "VALIDATION_ERROR");
  });

  it("S0-15, S0-16: changes what may change, and not over somebody else's change", async () => {
    const { api } = await shop();
    const order = (await place(api, { notes: "Ring twice" })).body;
    const change = (version: string, body: unknown) =>
      api.request<Order>("PATCH", `/v1/orders/${order.id}`, { body, headers: { "if-match": version } });
    const changed = await change('"1"', { notes: null, shippingAddress: ADDRESS });
    expect(changed.body).toMatchObject({ version: 2, shippingAddress: ADDRESS });
    expect(changed.body).not.toHaveProperty("notes");
    expectError(await change('"1"', { notes: "Late" }), 409, "VERSION_CONFLICT");
    expectError(await change("*", { lines: [] }), 400, "VALIDATION_ERROR");
    expectError(
      await api.request("POST", `/v1/orders/${order.id}/pay`, { headers: { "if-match": '"1"' } }),
      409,
      "VERSION_CONFLICT",
    );
    expectError(await api.request("GET", "/v1/orders/ord_01M7ZCZGXZ3G809X7FJES7TV17"), 404, "NOT_FOUND");
  });

  it("S0-17: says that it cancelled, or why it is unable to", async () => {
    const { api } = await shop();
    const order = (await place(api)).body;
    const cancelled = await take(api, order, "cancel");
    expect(cancelled.body).toMatchObject({
      id: order.id,
      status: "cancelled",
      message: "Order cancelled successfully",
    });
    const again = await take(api, order, "cancel", undefined, 409);
    expectError(again, 409, "STATE_CONFLICT");
    expect(again.body).toMatchObject({
      error: {
        message: expect.stringMatching(/^Unable to cancel order: it is cancelled, and must be draft or /),
        details: { id: order.id, status: "cancelled", reasons: [expect.any(String)] },
      },
    });
  });

  it("goes from draft to delivered and back without a body where there is nothing to say", async () => {
    const { api, productId } = await shop();
    const order = (await place(api, { draft: true })).body;
    const statuses: string[] = [];
    for (const step of ["submit", "pay", "allocate", "fulfil", "deliver", "return", "refund"])
      statuses.push((await take(api, order, step)).body.status);
    expect(statuses).toEqual(["pending", "paid", "allocated", "fulfilled", "delivered", "returned", "refunded"]);
    expect(await Inventory.getStock(api.ctx, productId)).toMatchObject({ onHand: 10, reserved: 0 });
  });

  it("tells every step with who took it, and amounts as money", async () => {
    const { api } = await shop();
    const order = (await place(api)).body;
    await take(api, order, "pay", { method: "card", reference: "ch_1" });
    await take(api, order, "fulfil", { trackingNumber: "T-1" });
    const path = `/v1/orders/${order.id}/history`;
    const { items } = (await api.request<{ items: object[] }>("GET", path, { expected: 200 })).body;
    expect(items).toMatchObject([
      { version: 1, action: "place", to: "pending", actor: { kind: "apiKey", id: api.keyId } },
      { version: 2, action: "pay", from: "pending", to: "paid", details: { payment: { amount: usd("30.00") } } },
      { version: 3, action: "fulfil", details: { fulfilment: { trackingNumber: "T-1" } } },
    ]);
    expect(JSON.stringify(items)).not.toContain("Minor");
    expect(JSON.stringify(items)).toContain('"cost":{"amount":"20.00","currency":"USD"}');
    const paged = await api.request<{ items: object[]; nextCursor: string }>("GET", `${path}?limit=2`);
    const rest = await api.request<{ items: object[] }>("GET", `${path}?cursor=${paged.body.nextCursor}`);
    expect([...paged.body.items, ...rest.body.items]).toEqual(items);
  });

  it("answers a split with all its parts", async () => {
    const { api } = await shop();
    const order = (
      await place(api, { lines: ["sup_a", "sup_b"].map((supplierId) => ({ sku: "A", quantity: 1, supplierId })) })
    ).body;
    const { items } = (await take(api, order, "split", { by: "supplier" })).body as unknown as { items: Order[] };
    expect(items).toMatchObject([
      { id: order.id, total: usd("15.00"), splitInto: [items[1]?.id] },
      { splitFrom: order.id, total: usd("15.00"), orderNumber: `${order.orderNumber}-2` },
    ]);
    expectError(await take(api, order, "split", { by: "supplier" }, 409), 409, "STATE_CONFLICT");
  });

  it("S0-18: refuses whoever has no key", async () => {
    const { api } = await shop();
    expectError(await api.request("GET", "/v1/orders", { secret: null }), 401, "UNAUTHENTICATED");
  });

  it("S0-21: times the placing of orders by their type, those that are refused too", async () => {
    const types: unknown[] = [];
    const metrics: Metrics = {
      ...NO_METRICS,
      observe: (name, labels) => {
        if (name === "order_processing_duration_seconds") types.push(labels["order_type"]);
      },
    };
    const api = await apiHarness({ resources: { metrics } });
    await stocked(api.ctx, "A", 4);
    await place(api);
    await place(api, { draft: true });
    await place(api, { channel: "alias" });
    await place(api, {}, 409);
    expect(types).toEqual(["standard", "draft", "marketplace", "standard"]);
  });
});
