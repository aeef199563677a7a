import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as Catalog from "../../../core/catalog/index.ts";
import * as Suppliers from "../../../core/suppliers/index.ts";
import type { OwnerclanSandbox } from "../../../local/sandbox/ownerclan/server.ts";
import { cloudContext } from "../../support/cloud.ts";
import { connectedSupplier, goingClock, offersById, startOwnerclan, withOwnerclan } from "../../support/ownerclan.ts";
import { storeFaults } from "../../support/store-faults.ts";
import { finishSync } from "../../support/work.ts";

const MINUTE = 60_000;

let clock = goingClock();
let sandbox: OwnerclanSandbox;

beforeEach(async () => {
  clock = goingClock();
  sandbox = await startOwnerclan({ size: 40, mostPerPage: 10, now: clock.now });
});
afterEach(() => sandbox.stop());

const context = (options: Parameters<typeof cloudContext>[0] = {}) =>
  withOwnerclan(cloudContext({ now: clock.now, ...options }), sandbox);
type Ctx = ReturnType<typeof context>;

async function sync(ctx: Ctx, supplierId: string, input: Record<string, unknown> = {}) {
  const { id } = await Suppliers.startSync(ctx, { supplierId, input });
  return finishSync(ctx, id);
}

const asked = (what: string) => sandbox.calls.filter(({ query }) => query.includes(what)).length;

describe("a supplier that is read by its account", () => {
  test("becomes offers and drafts, an option each, in the source's own currency", async () => {
    const ctx = context();
    const id = await connectedSupplier(ctx);
    const done = await sync(ctx, id);
    // Four of forty items have three options each.
    expect(done).toMatchObject({
      status: "succeeded",
      kind: "supplier-catalogue",
      fetched: 40,
      accepted: 48,
      created: 48,
      rejected: 0,
      vanished: 0,
    });
    const offers = await offersById(ctx, id);
    expect(offers.size).toBe(48);
    expect(offers.get("W000001")).toMatchObject({
      availability: "available",
      stock: 6,
      cost: { amount: "1370", currency: "KRW" },
      itemId: "W000001",
      vendor: "V001",
      shipping: { kind: "inAdvance", fee: { amount: "3000", currency: "KRW" } },
    });
    const [plain, dearer] = [offers.get("W00000D#1"), offers.get("W00000D#3")];
    expect(Number(dearer?.cost?.amount) - Number(plain?.cost?.amount)).toBe(2_000);
    expect(plain).toMatchObject({ itemId: "W00000D", optionId: "1" });
    const product = await Catalog.getProductBySku(ctx, "W00000D-1");
    expect(product).toMatchObject({
      status: "draft",
      familyKey: "W00000D",
      name: "[데모] 텀블러 13 (블랙 / FREE)",
      cost: { currency: "KRW" },
      attributes: { 색상: "블랙", 사이즈: "FREE", origin: "중국" },
    });
  });

  test("reads only what has changed the next time, and twice the interval before that once more", async () => {
    const ctx = context();
    const id = await connectedSupplier(ctx, { connection: { everyMinutes: 30 } });
    await sync(ctx, id);
    clock.advance(30 * MINUTE);
    const [key = ""] = sandbox.catalogue.drift(1);
    sandbox.calls.length = 0;
    const done = await sync(ctx, id);
    expect(done).toMatchObject({ kind: "supplier-changes", fetched: 1, vanished: 0, rejected: 0 });
    expect(done.updated).toBeGreaterThan(0);
    expect((await offersById(ctx, id)).get(key)?.cost?.amount).toBe(String(sandbox.catalogue.get(key)?.price));
    expect(asked("itemHistories")).toBe(1);
    const [, from = ""] =
      /dateFrom%3A\+(\d+)/.exec(sandbox.calls.find(({ query }) => query.includes("itemHist"))?.query ?? "") ?? [];
    expect(clock.now() - Number(from)).toBeGreaterThan(90 * MINUTE);
  });

  test.each([
    ["when only changes are read", false],
    ["when everything is read", true],
  ])("takes back what has gone, item by item and option by option, %s", async (_when, full) => {
    const ctx = context();
    const id = await connectedSupplier(ctx);
    await sync(ctx, id);
    sandbox.catalogue.remove("W000001");
    const item = sandbox.catalogue.get("W00000D");
    if (!item) throw new Error("The stand-in has lost an item");
    sandbox.catalogue.put(
      { ...item, options: item.options.slice(0, 2) },
      { kind: "priceDecreased", valueBefore: null, valueAfter: null },
    );
    const done = await sync(ctx, id, { full });
    // The option's end is told with its item where that changed.
    expect(done).toMatchObject({ vanished: full ? 2 : 1 });
    expect(done.warnings ?? []).toEqual([]);
    const offers = await offersById(ctx, id);
    expect(offers.get("W000001")?.availability).toBe("unavailable");
    expect(offers.get("W00000D#3")?.availability).toBe("unavailable");
    expect(offers.get("W00000D#2")?.availability).toBe("available");
    expect(offers.size).toBe(48);
  });

  test("asks three times for what changed, however much there is", async () => {
    await sandbox.stop();
    sandbox = await startOwnerclan({ size: 200, mostPerPage: 25, now: clock.now });
    const { around, calls } = storeFaults();
    const ctx = context({ around });
    const id = await connectedSupplier(ctx);
    await sync(ctx, id);
    expect(asked("allItems")).toBeGreaterThan(8);
    sandbox.catalogue.drift(20);
    sandbox.calls.length = calls.length = 0;
    expect(await sync(ctx, id)).toMatchObject({ kind: "supplier-changes", fetched: 20 });
    expect(sandbox.calls.map(({ query, method }) => /%7B\+(\w+)/.exec(query)?.[1] ?? method)).toEqual([
      "itemHistories",
      "allItems",
      "itemsByKeys",
    ]);
    expect(calls.length).toBeLessThan(50);
  });

  test("finds what is new by the items' own times", async () => {
    const ctx = context();
    const id = await connectedSupplier(ctx);
    await sync(ctx, id);
    const key = sandbox.catalogue.add();
    expect(await sync(ctx, id)).toMatchObject({ created: 1 });
    expect((await offersById(ctx, id)).has(key)).toBe(true);
  });

  test("is read as a whole once in a while, and when somebody asks for it", async () => {
    const ctx = context();
    const id = await connectedSupplier(ctx, { connection: { fullEveryMinutes: 60 } });
    await sync(ctx, id);
    expect(await sync(ctx, id)).toMatchObject({ kind: "supplier-changes" });
    expect(await sync(ctx, id, { full: true })).toMatchObject({ kind: "supplier-catalogue", unchanged: 48 });
    clock.advance(61 * MINUTE);
    expect(await sync(ctx, id)).toMatchObject({ kind: "supplier-catalogue", unchanged: 48, vanished: 0 });
  });

  test("keeps what cannot be read, with its reasons", async () => {
    const ctx = context();
    const id = await connectedSupplier(ctx);
    const item = sandbox.catalogue.get("W000001");
    if (!item) throw new Error("The stand-in has lost an item");
    sandbox.catalogue.put({ ...item, price: 0.5 }, { kind: "priceDecreased", valueBefore: null, valueAfter: null });
    const done = await sync(ctx, id);
    expect(done).toMatchObject({ status: "succeeded", rejected: 1, accepted: 47, hasRefusedRows: true });
    const { items } = await Suppliers.listSyncRecords(ctx, { id: done.id, page: { status: "rejected" } });
    expect(items[0]?.faults).toEqual([
      { path: "", code: "UNREADABLE", message: expect.stringMatching(/^price: "0\.5" KRW has more decimals/) },
    ]);
    const refused = await fetch(await Suppliers.syncRefusedUrl(ctx, done.id));
    expect(await refused.text()).toContain("W000001");
  });

  test("writes nothing in a dry run, and knows nothing afterwards", async () => {
    const ctx = context();
    const id = await connectedSupplier(ctx);
    expect(await sync(ctx, id, { dryRun: true })).toMatchObject({ accepted: 48, created: 48 });
    expect((await offersById(ctx, id)).size).toBe(0);
    expect(await sync(ctx, id)).toMatchObject({ kind: "supplier-catalogue", created: 48 });
  });

  test("is due as feeds are", async () => {
    const ctx = context();
    const id = await connectedSupplier(ctx, { connection: { everyMinutes: 5 } });
    clock.advance(6 * MINUTE);
    await Suppliers.startDueSyncs(ctx);
    await expect(Suppliers.startSync(ctx, { supplierId: id, input: {} })).rejects.toMatchObject({
      code: "STATE_CONFLICT",
      details: { syncId: expect.any(String) },
    });
  });

  test("has one source, and an account that is there", async () => {
    const ctx = context();
    const id = await connectedSupplier(ctx);
    const feed = { format: "shopify" };
    const { connection } = await Suppliers.getSupplier(ctx, id);
    const refused = (work: Promise<unknown>) => expect(work).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
    const given = { accountId: connection?.accountId };
    await refused(Suppliers.createSupplier(ctx, { name: "Both", feed, connection: given }));
    await refused(Suppliers.updateSupplier(ctx, { id, changes: { feed } }));
    await refused(Suppliers.createSupplier(ctx, { name: "None", connection: { accountId: "acc_unknown" } }));
    await refused(Suppliers.startSync(ctx, { supplierId: id, input: { uploadId: "upl_x" } }));
    const changed = await Suppliers.updateSupplier(ctx, { id, changes: { feed, connection: null } });
    expect(changed.connection).toBeUndefined();
  });
});

describe("pages that do not tell everything", () => {
  const state = async (ctx: Ctx, id: string) =>
    [...(await offersById(ctx, id)).values()].map(({ externalId, availability }) => `${externalId} ${availability}`);

  test.each([
    ["the first page left out", "missingPage", 0],
    ["another page left out", "missingPage", 2],
    ["a page that comes twice", "duplicatedPage", 2],
  ] as const)("%s, once or again and again, costs no offer its place", async (_which, kind, after) => {
    const ctx = context();
    const id = await connectedSupplier(ctx);
    await sync(ctx, id);
    const before = await state(ctx, id);
    const { length: callsOfAll } = sandbox.calls;
    sandbox.faults.set([{ kind, match: "/v1/graphql", times: 1, after }]);
    sandbox.calls.length = 0;
    const once = await sync(ctx, id, { full: true });
    expect(once).toMatchObject({ status: "succeeded", unchanged: 48, vanished: 0 });
    expect(once.warnings ?? []).toEqual([]);
    expect(sandbox.calls.length, "one page was asked for again").toBeLessThanOrEqual(callsOfAll + 1);
    sandbox.faults.set([{ kind, match: "/v1/graphql", times: 2, after }]);
    const twice = await sync(ctx, id, { full: true });
    expect(twice).toMatchObject({ status: "succeeded", vanished: 0 });
    expect(twice.warnings).toContainEqual(expect.stringMatching(/^MAY_MISS/));
    expect(await state(ctx, id)).toEqual(before);
    const next = await sync(ctx, id);
    expect(next, "it does not trust what it has read").toMatchObject({ kind: "supplier-catalogue", unchanged: 48 });
  });

  test("are not believed that most is gone", async () => {
    const ctx = context();
    const id = await connectedSupplier(ctx);
    await sync(ctx, id);
    for (const { key } of sandbox.catalogue.byChange().slice(0, 30)) sandbox.catalogue.remove(key);
    const changes = await sync(ctx, id);
    expect(changes).toMatchObject({ kind: "supplier-changes", vanished: 0 });
    expect(changes.warnings?.[0]).toMatch(/^VANISHED_HELD: 30 of 30 items/);
    const all = await sync(ctx, id, { full: true });
    expect(all).toMatchObject({ vanished: 0 });
    expect(all.warnings?.[0]).toMatch(/^VANISHED_HELD/);
  });

  test("that never end are given up", async () => {
    const ctx = context();
    const id = await connectedSupplier(ctx);
    sandbox.faults.set([{ kind: "duplicatedPage", match: "/v1/graphql", after: 2 }]);
    const { id: syncId } = await Suppliers.startSync(ctx, { supplierId: id, input: {} });
    const work = { id: syncId, remainingMs: () => 600_000 };
    for (let failures = 1; failures < 8; failures++)
      await expect(Suppliers.runSync(ctx, work)).rejects.toThrow("do not go on");
    expect(await Suppliers.runSync(ctx, work)).toBe("done");
    expect(await Suppliers.getSync(ctx, syncId)).toMatchObject({ status: "failed", error: { code: "GIVEN_UP" } });
  });
});
