import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as Catalog from "../../../core/catalog/index.ts";
import { AppError } from "../../../core/platform/errors.ts";
import { createHttpClient } from "../../../core/platform/http/resilient-client.ts";
import * as Suppliers from "../../../core/suppliers/index.ts";
import { cloudContext } from "../../support/cloud.ts";
import { stoppedClock } from "../../support/recording.ts";
import { storeFaults } from "../../support/store-faults.ts";
import { finishSync, uploadFile } from "../../support/work.ts";

const mapping = { sku: "sku", externalId: "id", name: "name", cost: "cost", stock: "stock" };
const sheet = (...rows: string[]) => ["id,sku,name,cost,stock", ...rows, ""].join("\n");
const many = (count: number, cost = "10.00") =>
  Array.from({ length: count }, (_, index) => `x${index},S-${index},Thing ${index},${cost},5`);
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => "taken",
    (error: unknown) => (error instanceof AppError ? error.code : error),
  );
type Ctx = ReturnType<typeof cloudContext>;

const supplier = (ctx: Ctx, input: Record<string, unknown> = {}) =>
  Suppliers.createSupplier(ctx, { name: "Demo Wholesale", feed: { format: "csv", mapping }, ...input });

async function sync(ctx: Ctx, supplierId: string, content: string) {
  const uploadId = await uploadFile(ctx, content);
  const { id } = await Suppliers.startSync(ctx, { supplierId, input: { uploadId } });
  return finishSync(ctx, id);
}

const offers = async (ctx: Ctx, id: string) =>
  (await Suppliers.listSupplierOffers(ctx, { id, page: { limit: 100 } })).items;

describe("a supplier's feed", () => {
  it("becomes offers and priced drafts, and the same feed again writes nothing", async () => {
    const { around, calls } = storeFaults();
    const ctx = cloudContext({ around });
    const { id } = await supplier(ctx);
    const first = await sync(ctx, id, sheet(...many(120)));
    expect(first).toMatchObject({ status: "succeeded", total: 120, accepted: 120, created: 120, vanished: 0 });
    const product = await Catalog.getProductBySku(ctx, "S-7");
    expect(product).toMatchObject({ status: "draft", price: { minor: 1300 }, priceSource: "calculated" });
    expect((await offers(ctx, id)).find(({ externalId }) => externalId === "x7")).toMatchObject({
      productId: product.id,
      stock: 5,
      availability: "available",
      cost: { amount: "10.00" },
    });
    const uploadId = await uploadFile(ctx, sheet(...many(120)));
    const again = await Suppliers.startSync(ctx, { supplierId: id, input: { uploadId } });
    calls.length = 0;
    expect(await finishSync(ctx, again.id)).toMatchObject({ accepted: 0, unchanged: 120, vanished: 0 });
    expect(calls.filter((call) => call === "BatchGetItem")).toHaveLength(2);
    expect((await Catalog.getProductBySku(ctx, "S-7")).version).toBe(1);
  });

  it("says what changed, and carries the cost into the calculated price", async () => {
    const ctx = cloudContext();
    const { id } = await supplier(ctx, { policy: { margin: "0.5" } });
    await sync(ctx, id, sheet(...many(3)));
    const done = await sync(ctx, id, sheet("x0,S-0,Thing 0,12.00,2", ...many(3).slice(1)));
    expect(done).toMatchObject({ accepted: 1, unchanged: 2, updated: 1 });
    const { items } = await Suppliers.listSyncRecords(ctx, { id: done.id, page: { status: "accepted" } });
    expect(items[0]).toMatchObject({
      row: 1,
      action: "updated",
      changes: {
        cost: [{ amount: "10.00" }, { amount: "12.00" }],
        stock: [5, 2],
        price: [{ amount: "15.00" }, { amount: "18.00" }],
      },
    });
  });

  it("marks what vanished unavailable, never deletes it, and takes it back when it returns", async () => {
    const ctx = cloudContext();
    const { id } = await supplier(ctx);
    await sync(ctx, id, sheet(...many(5)));
    expect(await sync(ctx, id, sheet(...many(4)))).toMatchObject({ unchanged: 4, vanished: 1 });
    expect(await offers(ctx, id)).toHaveLength(5);
    const availability = async () =>
      (await offers(ctx, id)).find(({ externalId }) => externalId === "x4")?.availability;
    expect(await availability()).toBe("unavailable");
    expect(await sync(ctx, id, sheet(...many(4)))).toMatchObject({ unchanged: 4, vanished: 0 });
    expect(await sync(ctx, id, sheet(...many(5)))).toMatchObject({ accepted: 1, unchanged: 4 });
    expect(await availability()).toBe("available");
  });

  it("that lost most of its rows at once is taken for broken: nothing is marked, and the sync says so", async () => {
    const ctx = cloudContext();
    const { id } = await supplier(ctx);
    await sync(ctx, id, sheet(...many(60)));
    const done = await sync(ctx, id, sheet(...many(10)));
    expect(done).toMatchObject({ status: "succeeded", unchanged: 10, vanished: 0 });
    expect(done.warnings?.[0]).toMatch(/^VANISHED_HELD: 50 of 60/);
    expect((await offers(ctx, id)).every(({ availability }) => availability === "available")).toBe(true);
  });

  it("keeps to the policy: offers only, or only products that exist", async () => {
    const ctx = cloudContext();
    const { id } = await supplier(ctx, { policy: { createProducts: false } });
    await Catalog.createProduct(ctx, {
      sku: "S-1",
      name: "Mine",
      cost: { amount: "5.00", currency: "USD" },
      price: { amount: "50.00", currency: "USD" },
    });
    expect(await sync(ctx, id, sheet(...many(3)))).toMatchObject({ accepted: 3 });
    expect((await Catalog.listProducts(ctx, {})).total).toBe(1);
    expect(await Catalog.getProductBySku(ctx, "S-1")).toMatchObject({ cost: { minor: 1000 }, price: { minor: 5000 } });
  });

  it("runs once at a time for one supplier, and again after it ended", async () => {
    const ctx = cloudContext();
    const { id } = await supplier(ctx);
    const uploadId = await uploadFile(ctx, sheet(...many(2)));
    const start = () => Suppliers.startSync(ctx, { supplierId: id, input: { uploadId } });
    const running = await start();
    await expect(start()).rejects.toMatchObject({ code: "STATE_CONFLICT", details: { syncId: running.id } });
    await finishSync(ctx, running.id);
    await finishSync(ctx, (await start()).id);
  });

  it("belongs to its organisation", async () => {
    const theirs = cloudContext();
    const { id } = await supplier(theirs);
    const ctx = cloudContext();
    expect(await refusal(Suppliers.getSupplier(ctx, id))).toBe("NOT_FOUND");
    expect(await refusal(Suppliers.listSupplierOffers(ctx, { id, page: {} }))).toBe("NOT_FOUND");
    expect(await refusal(Suppliers.startSync(ctx, { supplierId: id, input: { uploadId: "upl_x" } }))).toBe("NOT_FOUND");
  });
});

describe("a feed by URL", () => {
  let answer: { status: number; body: string } = { status: 200, body: "" };
  const server = createServer((_request, response) => response.writeHead(answer.status).end(answer.body));
  let url = "";
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/feed.csv`;
  });
  afterAll(() => void server.close());

  const withHttp = (ctx: Ctx, allowPrivateAddresses = true): Ctx => {
    const { metrics, log, now } = ctx;
    return { ...ctx, http: createHttpClient({ metrics, log, now, allowPrivateAddresses, sleep: async () => {} }) };
  };

  it("is fetched into the bucket and read from there", async () => {
    const ctx = withHttp(cloudContext());
    answer = { status: 200, body: sheet(...many(3)) };
    const { id } = await supplier(ctx, { feed: { url, format: "csv", mapping } });
    const { id: syncId } = await Suppliers.startSync(ctx, { supplierId: id, input: {} });
    expect(await finishSync(ctx, syncId)).toMatchObject({ status: "succeeded", accepted: 3 });
  });

  it("that is not there fails at once with the reason, and frees the supplier", async () => {
    const ctx = withHttp(cloudContext());
    answer = { status: 404, body: "gone" };
    const { id } = await supplier(ctx, { feed: { url, format: "csv", mapping } });
    const start = async () => (await Suppliers.startSync(ctx, { supplierId: id, input: {} })).id;
    expect(await finishSync(ctx, await start())).toMatchObject({
      status: "failed",
      error: { code: "DEPENDENCY_UNAVAILABLE" },
    });
    answer = { status: 200, body: sheet(...many(1)) };
    expect(await finishSync(ctx, await start())).toMatchObject({ status: "succeeded" });
  });

  it("that keeps failing is tried again, then given up in sight of the operator", async () => {
    const clock = stoppedClock();
    const ctx = withHttp(cloudContext({ now: clock.now }));
    answer = { status: 503, body: "busy" };
    const { id } = await supplier(ctx, { feed: { url, format: "csv", mapping } });
    const { id: syncId } = await Suppliers.startSync(ctx, { supplierId: id, input: {} });
    let attempts = 0;
    for (; attempts < 20; attempts++) {
      const ended = await Suppliers.runSync(ctx, { id: syncId, remainingMs: () => 600_000 }).catch(() => "failed");
      if (ended === "done") break;
      clock.advance(60_000);
    }
    expect(attempts).toBe(7);
    expect(await Suppliers.getSync(ctx, syncId)).toMatchObject({ status: "failed", error: { code: "GIVEN_UP" } });
  });

  it("at a private address is refused without a call", async () => {
    const ctx = withHttp(cloudContext(), false);
    const { id } = await supplier(ctx, { feed: { url, format: "csv", mapping } });
    const { id: syncId } = await Suppliers.startSync(ctx, { supplierId: id, input: {} });
    expect(await finishSync(ctx, syncId)).toMatchObject({ status: "failed", error: { code: "VALIDATION_ERROR" } });
  });

  it("on a schedule is started once a slot, and missed slots are not made up for", async () => {
    const clock = stoppedClock();
    const ctx = withHttp(cloudContext({ now: clock.now }));
    answer = { status: 200, body: sheet(...many(1)) };
    const { id, version } = await supplier(ctx, { feed: { url, format: "csv", mapping, everyMinutes: 30 } });
    const mine = async () => {
      const started: string[] = [];
      const queues = {
        ...ctx.queues,
        send: async (_queue: string, message: Record<string, unknown>) =>
          void (message["organizationId"] === ctx.actor.organizationId && started.push(String(message["id"]))),
      };
      await Promise.all([Suppliers.startDueSyncs({ ...ctx, queues }), Suppliers.startDueSyncs({ ...ctx, queues })]);
      for (const syncId of started) await finishSync(ctx, syncId);
      return started.length;
    };
    expect(await mine()).toBe(0);
    clock.advance(30 * 60_000);
    expect(await mine()).toBe(1);
    expect(await mine()).toBe(0);
    clock.advance(200 * 60_000);
    expect(await mine()).toBe(1);
    expect(await mine()).toBe(0);
    await Suppliers.updateSupplier(ctx, {
      id,
      expectedVersion: version,
      changes: { feed: { url, format: "csv", mapping } },
    });
    clock.advance(60 * 60_000);
    expect(await mine()).toBe(0);
  });
});
