import { describe, expect, it } from "vitest";
import * as Inventory from "../../../core/inventory/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import { cloudContext } from "../../support/cloud.ts";
import { testActor } from "../../support/context.ts";
import { stoppedClock } from "../../support/recording.ts";
import { stocked, usd } from "../../support/stock.ts";
import { storeFaults } from "../../support/store-faults.ts";

const DAY_MS = 86_400_000;
const adjust = (ctx: Context, productId: string, changeType: string, quantity: number) =>
  Inventory.adjust(ctx, { productId, input: { changeType, quantity } });
const setRule = (ctx: Context, productId: string, input: object) =>
  Inventory.setReorderRule(ctx, { productId, input: { minimum: 4, leadTimeDays: 7, ...input } });
const suggestions = (ctx: Context, input: object = {}) => Inventory.listReorderSuggestions(ctx, input);

/** So many units sold each day, one day after the other. */
async function sellDaily(ctx: Context, clock: { advance: (ms: number) => void }, productId: string, days: number[]) {
  for (const units of days) {
    if (units > 0) await adjust(ctx, productId, "sale", units);
    clock.advance(DAY_MS);
  }
}

describe("reorder suggestions", () => {
  it("count what was sold by the ledger, what is there and what is on its way, and say how", async () => {
    const clock = stoppedClock(Date.UTC(2026, 0, 5, 12));
    const ctx = cloudContext({ now: clock.now });
    const { id } = await stocked(ctx, "MUG", 100);
    await sellDaily(ctx, clock, id, [2, 2, 60, 2, 2, 2, 0]);
    await setRule(ctx, id, { packSize: 6, target: 48 });
    const { items, checked } = await suggestions(ctx, { days: 7 });
    expect(checked).toBe(1);
    expect(items).toEqual([]);
    await adjust(ctx, id, "spoil", 16);
    const short = await suggestions(ctx, { days: 7 });
    expect(short.items).toMatchObject([
      {
        sku: "MUG",
        quantity: 36,
        packs: 6,
        daysLeft: 6,
        demand: {
          from: "2026-01-05",
          to: "2026-01-11",
          units: 70,
          counted: 16,
          spikes: [{ day: "2026-01-07", units: 60 }],
        },
      },
    ]);
    await Inventory.expectDelivery(ctx, { productId: id, quantity: 6, reference: "PO-1" });
    expect((await suggestions(ctx, { days: 7 })).items).toEqual([]);
  });

  it("read a stretch of the ledger once, then a page of rules in two calls", async () => {
    const clock = stoppedClock(Date.UTC(2026, 0, 5, 12));
    const { around, calls } = storeFaults();
    const ctx = cloudContext({ now: clock.now, around });
    const products = [];
    for (let index = 0; index < 20; index++) {
      const { id } = await stocked(ctx, `P-${index}`, 1);
      await setRule(ctx, id, {});
      products.push(id);
    }
    calls.length = 0;
    const first = await suggestions(ctx);
    expect(first.items).toHaveLength(20);
    expect(calls).toHaveLength(2 + 20 * 2);
    calls.length = 0;
    expect(await suggestions(ctx)).toEqual(first);
    expect(calls).toEqual(["Query", "BatchGetItem"]);
    const page = await suggestions(ctx, { limit: 15 });
    const rest = await suggestions(ctx, { limit: 15, cursor: page.nextCursor });
    expect([...page.items, ...rest.items]).toEqual(first.items);
  });

  it("count each sale once, over days and over requests at the same moment", async () => {
    const clock = stoppedClock(Date.UTC(2026, 0, 5, 12));
    const ctx = cloudContext({ now: clock.now });
    const { id } = await stocked(ctx, "MUG", 50);
    await setRule(ctx, id, { minimum: 1000 });
    const units = async () => (await suggestions(ctx, { days: 90 })).items[0]?.demand.units;
    expect(await units()).toBe(0);
    await sellDaily(ctx, clock, id, [3]);
    await adjust(ctx, id, "sale", 4);
    expect(await Promise.all([units(), units(), units()])).toEqual([3, 3, 3]);
    clock.advance(DAY_MS);
    expect(await units()).toBe(7);
    expect(await units()).toBe(7);
    clock.advance(100 * DAY_MS);
    expect(await units()).toBe(0);
  });

  it("are of one location, by its own rule", async () => {
    const ctx = cloudContext();
    const { id } = await stocked(ctx, "MUG", 3);
    const shed = await Inventory.createLocation(ctx, { name: "Shed" });
    await setRule(ctx, id, { locationId: shed.id });
    expect((await suggestions(ctx)).items).toMatchObject([{ locationId: shed.id, quantity: 4 }]);
  });

  it("come of rules that are set, changed and removed by version, for products that have stock", async () => {
    const ctx = cloudContext();
    const { id } = await stocked(ctx, "MUG", 3);
    const rule = await setRule(ctx, id, { target: 9 });
    expect(rule).toMatchObject({ version: 1, productId: id, locationId: "loc_main", packSize: 1, minimumOrder: 0 });
    const again = await setRule(ctx, id, { packSize: 2 });
    expect(again).toMatchObject({ version: 2, packSize: 2 });
    expect(again).not.toHaveProperty("target");
    expect(await Inventory.getReorderRule(ctx, { productId: id, query: {} })).toEqual(again);
    expect((await Inventory.listReorderRules(ctx, {})).items).toEqual([again]);
    for (const expectedVersion of [1, 7])
      await expect(
        Inventory.removeReorderRule(ctx, { productId: id, expectedVersion, query: {} }),
      ).rejects.toMatchObject({ code: "VERSION_CONFLICT" });
    const other = { ...ctx, actor: testActor() };
    await expect(Inventory.getReorderRule(other, { productId: id, query: {} })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    await Inventory.removeReorderRule(ctx, { productId: id, expectedVersion: 2, query: {} });
    expect((await suggestions(ctx)).checked).toBe(0);
    await expect(setRule(ctx, "prd_none", {})).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(setRule(ctx, id, { target: 3 })).rejects.toMatchObject({ code: "VALIDATION_ERROR", field: "target" });
  });
});

describe("an expected delivery", () => {
  it("comes in parts as lots with their costs, and is closed by the last", async () => {
    const ctx = cloudContext();
    const { id: productId } = await stocked(ctx, "MUG", 0);
    const { id } = await Inventory.expectDelivery(ctx, { productId, quantity: 10, expectedAt: "2027-01-31" });
    const part = await Inventory.receiveDelivery(ctx, {
      id,
      input: { quantity: 4, unitCost: usd("2.50"), lotNumber: "L-1", expirationDate: "2990-01-01" },
    });
    expect(part).toMatchObject({ status: "open", remaining: 6, version: 2, receipts: [{ quantity: 4 }] });
    expect((await Inventory.listLots(ctx, { productId, page: {} })).items).toMatchObject([
      { lotId: part.receipts[0]?.lotId, lotNumber: "L-1", remaining: 4, cost: { minor: 1000 } },
    ]);
    expect(await Inventory.receiveDelivery(ctx, { id, input: { quantity: 7 } })).toMatchObject({
      status: "received",
      remaining: 0,
    });
    await expect(Inventory.receiveDelivery(ctx, { id, input: { quantity: 1 } })).rejects.toMatchObject({
      code: "STATE_CONFLICT",
      details: { status: "received", allowed: [] },
    });
    expect((await Inventory.getStock(ctx, productId)).onHand).toBe(11);
    expect(await Inventory.getDelivery(ctx, id)).toMatchObject({ receipts: [{ quantity: 4 }, { quantity: 7 }] });
  });

  it("counts as on its way exactly while it is open, however it ends and whoever is faster", async () => {
    const ctx = cloudContext();
    const { id: productId } = await stocked(ctx, "MUG", 0);
    await setRule(ctx, productId, { minimum: 1_000 });
    const position = async () =>
      (await suggestions(ctx)).items[0]?.steps.find(({ name }) => name === "position")?.value;
    const expectOne = async (quantity: number) => (await Inventory.expectDelivery(ctx, { productId, quantity })).id;
    const [short, gone, raced] = [await expectOne(10), await expectOne(20), await expectOne(30)];
    expect(await position()).toBe(60);
    await Inventory.receiveDelivery(ctx, { id: short, input: { quantity: 8, isLast: true } });
    expect(await position()).toBe(8 + 50);
    await Inventory.cancelDelivery(ctx, { id: gone });
    expect(await position()).toBe(8 + 30);
    const race = await Promise.allSettled([
      Inventory.cancelDelivery(ctx, { id: raced }),
      Inventory.receiveDelivery(ctx, { id: raced, input: { quantity: 30 } }),
    ]);
    expect(race.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const [cancelled] = race;
    expect(await position()).toBe(cancelled.status === "fulfilled" ? 8 : 38);
  });

  it("is received once by a repeated request", async () => {
    const ctx = cloudContext();
    const { id: productId } = await stocked(ctx, "MUG", 0);
    const { id } = await Inventory.expectDelivery(ctx, { productId, quantity: 10 });
    const keyed = { ...ctx, idempotencyKey: "one" };
    const receive = () => Inventory.receiveDelivery(keyed, { id, input: { quantity: 10 } });
    expect(await receive()).toEqual(await receive());
    expect((await Inventory.getStock(ctx, productId)).onHand).toBe(10);
    expect((await Inventory.listDeliveries(ctx, {})).items).toMatchObject([{ id, status: "received" }]);
  });
});
