import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { connector } from "../../../core/connectors/shopify/connector.ts";
import { manifest } from "../../../core/connectors/shopify/manifest.ts";
import { readOrders } from "../../../core/orders/channels/index.ts";
import { putProduct, putVariant, sell, touch } from "../../../local/sandbox/shopify/demo.ts";
import { SHOPIFY_DEMO, type ShopifySandbox, startShopifySandbox } from "../../../local/sandbox/shopify/server.ts";
import { sandboxConnection, type SandboxOptions } from "../../support/connectors.ts";
import { stoppedClock } from "../../support/recording.ts";
import { shopOrders } from "../../support/shopify.ts";

const HOUR_MS = 3_600_000;
const clock = stoppedClock();
const { now } = clock;
let sandbox: ShopifySandbox;

beforeEach(async () => {
  sandbox = await startShopifySandbox({ now });
});

afterEach(() => sandbox.stop());

const open = (options: SandboxOptions = {}) =>
  sandboxConnection(manifest, { api: sandbox.url }, { ...SHOPIFY_DEMO, now, ...options });

const variants = () => Object.values(sandbox.state.variants);

describe("the catalogue", () => {
  const page = async (ask: { cursor?: string; limit: number }) => {
    const found = await connector.catalogue?.page(await open(), ask);
    if (!found) throw new Error("There is no catalogue");
    return found;
  };

  test("has a product for each variant, with its own SKU, price, cost and stock", async () => {
    const found = await page({ limit: 100 });
    expect(found.total).toBe(60);
    expect(found.unreadable).toEqual([]);
    expect(found.products).toHaveLength(60);
    expect(found.products[2]).toEqual({
      externalId: String(variants()[2]?.id),
      sku: "DEMO-SHOP-0003",
      name: "Demo product 3 - Black",
      description: "<p>Demo product 3 of the sandbox.</p>",
      price: { minor: 1_419, currency: "USD" },
      cost: { minor: 709, currency: "USD" },
      quantity: 8,
      isAvailable: true,
      brand: "Demo Vendor",
      categories: ["Demo", "Goods"],
      images: ["https://demo.myshopify.invalid/demo-product-3.png"],
      attributes: {
        productId: String(variants()[2]?.productId),
        handle: "demo-product-3",
        productType: "Demo goods",
        tags: "demo",
        inventoryPolicy: "DENY",
        Colour: "Black",
      },
      options: [],
      restrictions: [],
      url: "https://demo.myshopify.invalid/products/demo-product-3",
      updatedAt: new Date(now()).toISOString(),
    });
  });

  test("goes on from where it was, though the variant that it ended with is gone", async () => {
    sandbox.points.take = () => true;
    const first = await page({ limit: 20 });
    const rest = await page({ limit: 99, ...(first.nextCursor ? { cursor: first.nextCursor } : {}) });
    expect(rest.mayMiss).toBeUndefined();
    delete sandbox.state.variants[Number(first.nextCursor)];
    const without = await page({ limit: 99, ...(first.nextCursor ? { cursor: first.nextCursor } : {}) });
    expect(without.mayMiss).toBe(true);
    expect(without.products).toEqual(rest.products);
    expect([...first.products, ...rest.products]).toHaveLength(60);
  });

  test.each(["missingPage", "duplicatedPage"] as const)(
    "comes once each though %s happens on the way",
    async (kind) => {
      const first = await page({ limit: 20 });
      sandbox.faults.set([{ kind, times: 1, match: "/graphql.json" }]);
      const second = await page({ limit: 20, ...(first.nextCursor ? { cursor: first.nextCursor } : {}) });
      expect(second.mayMiss).toBeUndefined();
      const ids = [...first.products, ...second.products].map(({ externalId }) => externalId);
      expect(ids).toEqual(
        variants()
          .slice(0, 40)
          .map(({ id }) => String(id)),
      );
    },
  );

  test("sets a variant aside whose price cannot be read, with its reason", async () => {
    const [first] = variants();
    if (first) first.price = "12.345";
    const found = await page({ limit: 100 });
    expect(found.products).toHaveLength(59);
    expect(found.unreadable).toMatchObject([
      { externalId: String(first?.id), reasons: [expect.stringMatching(/^price: "12.345" USD has more decimals/)] },
    ]);
  });

  test("tells of all variants of what has changed, and of their state by now", async () => {
    clock.advance(HOUR_MS);
    const [, , third] = variants();
    if (third) touch(sandbox.state, third, now());
    const connection = await open();
    const { changes } = connector.catalogue ?? {};
    const changed = await changes?.page(connection, { from: now() - 1_000, to: now() });
    const ofProduct = variants().filter(({ productId }) => productId === third?.productId);
    expect(changed).toEqual({ ids: ofProduct.map(({ id }) => String(id)) });
    const gone = String(ofProduct[1]?.id);
    delete sandbox.state.variants[Number(gone)];
    const found = await changes?.byIds(connection, changed?.ids ?? []);
    expect(found?.products.map(({ externalId }) => externalId)).toEqual(changed?.ids.filter((id) => id !== gone));
  });

  test("of many changes comes in pages, each product once", async () => {
    clock.advance(HOUR_MS);
    for (const one of variants()) touch(sandbox.state, one, now());
    const connection = await open();
    for (let product = 0; product < 40; product++)
      putVariant(sandbox.state, {
        productId: putProduct(sandbox.state, { title: "More", now: now() }),
        sku: null,
        quantity: 1,
        now: now(),
      });
    const ids: string[] = [];
    for (let cursor: string | undefined, isMore = true; isMore; isMore = cursor !== undefined) {
      const ask = { from: now() - 1_000, to: now(), ...(cursor ? { cursor } : {}) };
      const found = await connector.catalogue?.changes?.page(connection, ask);
      ids.push(...(found?.ids ?? []));
      cursor = found?.nextCursor;
    }
    expect(ids).toEqual(variants().map(({ id }) => String(id)));
  });
});

describe("orders", () => {
  const sellHourly = (count: number) => {
    const productId = putProduct(sandbox.state, { title: "Busy", now: now() });
    putVariant(sandbox.state, { productId, sku: "BUSY", quantity: 10_000, now: now() });
    return Array.from({ length: count }, (_, second) => {
      const order = sell(sandbox.state, { sku: "BUSY" }, now() - HOUR_MS + second * 1_000);
      if (!order) throw new Error("Nothing was sold");
      return order;
    });
  };

  test("that change while they are paged push no other past its page", async () => {
    const made = sellHourly(600);
    const changed = new Set<string>();
    const window = { from: now() - 2 * HOUR_MS, to: now() - 1_000 };
    const ids = await shopOrders(await open(), window, () => {
      // Among them the one that the page ended with.
      for (const { id } of made.slice(changed.size, changed.size + 250)) {
        changed.add(String(id));
        sandbox.change(id);
      }
    });
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set([...ids, ...changed])).toEqual(new Set(made.map(({ id }) => String(id))));
    // Those that left are in the next window.
    const next = await shopOrders(await open(), { from: window.to - 600_000, to: now() });
    for (const id of changed) expect(next).toContain(id);
  });

  test.each(["missingPage", "duplicatedPage"] as const)("come once each though %s happens on the way", async (kind) => {
    const made = sellHourly(600);
    sandbox.faults.set([{ kind, match: "/orders.json", after: 1, times: 1 }]);
    const ids = await shopOrders(await open(), { from: now() - 2 * HOUR_MS, to: now() });
    expect(ids).toEqual(made.map(({ id }) => String(id)));
  });

  test("are read as the webhooks' are, cancelled ones among them, with sums that add up", async () => {
    const [, second] = sellHourly(2);
    sandbox.change(second?.id ?? 0, { cancel: true });
    const page = await connector.orders?.page(await open(), { from: now() - 2 * HOUR_MS, to: now() });
    const drafts = readOrders("shopify", page?.orders).map((read) => ("draft" in read ? read.draft : read.faults));
    expect(drafts).toMatchObject([
      { status: "paid", warnings: [], lines: [{ sku: "BUSY" }] },
      { status: "cancelled", warnings: [] },
    ]);
  });
});

describe("prices", () => {
  const set = async (updates: readonly [sku: string, minor: number, currency?: string][]) =>
    connector.prices?.setPrices(
      await open(),
      updates.map(([platformSku, minor, currency = "USD"]) => ({
        id: platformSku,
        platformSku,
        price: { minor, currency },
      })),
    );

  test("of one product's variants go together, and each is told of for itself", async () => {
    const [first] = variants();
    const twin = putVariant(sandbox.state, { productId: first?.productId ?? 0, sku: "TWIN", quantity: 1, now: now() });
    putVariant(sandbox.state, { productId: first?.productId ?? 0, sku: "TWIN", quantity: 1, now: now() });
    const outcomes = await set([
      ["DEMO-SHOP-0003", 100],
      ["DEMO-SHOP-0004", 205],
      ["DEMO-SHOP-0005", 300, "EUR"],
      ["NOWHERE", 400],
      ["TWIN", 500],
    ]);
    expect(outcomes).toMatchObject([
      { ok: true },
      { ok: true },
      { ok: false, code: "CURRENCY_DIFFERS", transient: false },
      { ok: false, code: "NOT_PUBLISHED", transient: false },
      { ok: false, code: "AMBIGUOUS_SKU", transient: false },
    ]);
    expect(variants().filter(({ sku }) => sku === "DEMO-SHOP-0004")[0]?.price).toBe("2.05");
    expect(twin.price).toBe("25.00");
  });
});

describe("fulfilments", () => {
  const fulfil = async (order: ReturnType<typeof sell>, changes: object = {}) =>
    connector.fulfilments?.fulfil(await open(), {
      id: "ful_1",
      externalOrderId: String(order?.id),
      lines: [{ externalLineId: String(order?.line_items[0]?.id), quantity: 3 }],
      carrier: "UPS",
      trackingNumber: "1Z0001",
      trackingUrl: "https://tracking.example/1Z0001",
      shippedAt: new Date(now()).toISOString(),
      ...changes,
    });

  test("told twice are one, and what of them was told already is not told again", async () => {
    const order = sandbox.sell({ quantity: 3 });
    const lines = [{ externalLineId: String(order?.line_items[0]?.id), quantity: 1 }];
    expect(await fulfil(order, { lines })).toMatchObject({ ok: true });
    expect(await fulfil(order)).toMatchObject({ ok: true });
    expect(await fulfil(order)).toMatchObject({ ok: true });
    expect(order?.fulfillments.map(({ line_items }) => line_items[0]?.quantity)).toEqual([1, 2]);
    expect(order?.fulfillment_status).toBe("fulfilled");
    expect(await fulfil(order, { trackingNumber: "1Z0002" })).toMatchObject({ ok: false, code: "NOTHING_TO_FULFIL" });
  });

  test("of the same line by the same number are told each, and each of them once", async () => {
    const order = sandbox.sell({ quantity: 3 });
    const lines = [{ externalLineId: String(order?.line_items[0]?.id), quantity: 1 }];
    await fulfil(order, { lines });
    expect(await fulfil(order, { id: "ful_2", lines, toldBefore: lines })).toMatchObject({ ok: true });
    expect(order?.fulfillments).toHaveLength(2);
    expect(await fulfil(order, { id: "ful_2", lines, toldBefore: lines })).toMatchObject({ ok: true });
    expect(order?.fulfillments).toHaveLength(2);
  });

  test("of an order whose parts are at two locations are told for each", async () => {
    const order = sandbox.sell({ quantity: 3 });
    const part = sandbox.state.fulfillmentOrders.find(({ order_id }) => order_id === order?.id);
    const [line] = part?.line_items ?? [];
    if (!part || !line) throw new Error("There is nothing to fulfil");
    line.fulfillable_quantity = 1;
    const there = { ...structuredClone(part), id: part.id + 500, assigned_location_id: 9_002 };
    there.line_items = [{ ...line, id: line.id + 500, fulfillable_quantity: 2 }];
    sandbox.state.fulfillmentOrders.push(there);
    expect(await fulfil(order)).toMatchObject({ ok: true });
    expect(order?.fulfillments.map(({ location_id }) => location_id)).toEqual([9_001, 9_002]);
    expect(order?.fulfillments.every(({ tracking_number }) => tracking_number === "1Z0001")).toBe(true);
    expect(order?.fulfillment_status).toBe("fulfilled");
  });

  test("of an order that does not exist are refused", async () => {
    const nowhere = { externalOrderId: "1", lines: [{ externalLineId: "2", quantity: 1 }] };
    expect(await fulfil(undefined, nowhere)).toMatchObject({ ok: false, transient: false, code: "NOT_FOUND" });
  });
});

test("a stand-in that is started again knows what it knew", async () => {
  const order = sandbox.sell();
  await sandbox.stop();
  sandbox = await startShopifySandbox({ now, saved: structuredClone(sandbox.state) });
  expect(await shopOrders(await open(), { from: now() - 1, to: now() })).toEqual([String(order?.id)]);
});
