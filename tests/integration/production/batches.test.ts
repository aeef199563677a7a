import { describe, expect, it } from "vitest";
import * as Inventory from "../../../core/inventory/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import * as Production from "../../../core/production/index.ts";
import { cloudContext } from "../../support/cloud.ts";
import { bakery, lotsOf, onHand, worth } from "../../support/production.ts";
import { stoppedClock } from "../../support/recording.ts";
import { stocked, usd } from "../../support/stock.ts";

const restock = (ctx: Context, productId: string, input: object) =>
  Inventory.adjust(ctx, { productId, input: { changeType: "restock", ...input } });

describe("a batch", () => {
  it("S3-20: takes its ingredients by lot, first expired first, and brings what it made as one lot at their cost", async () => {
    const { now } = stoppedClock(Date.UTC(2026, 0, 15));
    const ctx = cloudContext({ now });
    const { flour, sugar, cake, recipe } = await bakery(ctx, { flour: 0, sugar: 30 });
    await restock(ctx, flour.id, { quantity: 5, lotNumber: "F-late", unitCost: usd("1.00") });
    const soon = { lotNumber: "F-soon", expirationDate: "2026-02-01", unitCost: usd("0.33") };
    await restock(ctx, flour.id, { quantity: 3, ...soon });
    const planned = await Production.planBatch(ctx, { recipeId: recipe.id, runs: 2, lotNumber: "C-1" });
    expect(planned).toMatchObject({ status: "planned", nominalQuantity: 20, expectedQuantity: 18, version: 1 });
    expect(await onHand(ctx, flour.id)).toBe(8);

    const started = await Production.startBatch(ctx, { id: planned.id });
    expect(started).toMatchObject({
      status: "started",
      version: 2,
      cost: { minor: 3 * 33 + 100 + 6 * 1000, currency: "USD" },
      uncosted: 0,
      consumed: [
        {
          productId: flour.id,
          quantity: 4,
          lots: [
            { lotNumber: "F-soon", quantity: 3, costMinor: 99 },
            { lotNumber: "F-late", quantity: 1, costMinor: 100 },
          ],
        },
        { productId: sugar.id, quantity: 6, lots: [{ quantity: 6, costMinor: 6000 }] },
      ],
    });
    expect([await onHand(ctx, flour.id), await onHand(ctx, sugar.id), await worth(ctx)]).toEqual([4, 24, 24_400]);

    const finished = await Production.finishBatch(ctx, { id: planned.id, input: { quantity: 17 } });
    expect(finished).toMatchObject({
      status: "finished",
      output: { quantity: 17, expirationDate: "2026-01-20", yieldPercent: 85 },
    });
    expect(await lotsOf(ctx, cake.id)).toMatchObject([
      {
        lotId: finished.output?.lotId,
        lotNumber: "C-1",
        remaining: 17,
        expirationDate: "2026-01-20",
        cost: { minor: 6199, currency: "USD" },
      },
    ]);
    expect(await worth(ctx)).toBe(24_400 + 6199);
    const [entry] = (await Inventory.listLedger(ctx, { productId: cake.id, page: {} })).items;
    expect(entry).toMatchObject({ type: "produced", cause: { kind: "batch", id: planned.id } });
  });

  it("takes all or none, and says of every ingredient that is short what is there", async () => {
    const { now } = stoppedClock(Date.UTC(2026, 0, 15));
    const ctx = cloudContext({ now });
    const { flour, sugar, recipe } = await bakery(ctx, { flour: 20, sugar: 5 });
    await restock(ctx, sugar.id, { quantity: 50, expirationDate: "2026-01-14" });
    const { id } = await Production.planBatch(ctx, { recipeId: recipe.id, runs: 11 });
    const place = { locationId: "loc_main" };
    await expect(Production.startBatch(ctx, { id })).rejects.toMatchObject({
      code: "INSUFFICIENT_STOCK",
      details: {
        lines: [
          { productId: flour.id, ...place, requested: 22, available: 20, missing: 2 },
          { productId: sugar.id, ...place, requested: 33, available: 5, missing: 28 },
        ],
      },
    });
    expect([await onHand(ctx, flour.id), await onHand(ctx, sugar.id)]).toEqual([20, 55]);
    expect(await Production.getBatch(ctx, id)).toMatchObject({ status: "planned", version: 1 });
  });

  it("does not take what is promised to orders", async () => {
    const ctx = cloudContext();
    const { flour, recipe } = await bakery(ctx);
    await Inventory.adjust(ctx, { productId: flour.id, input: { changeType: "reserved", quantity: 19 } });
    const { id } = await Production.planBatch(ctx, { recipeId: recipe.id, runs: 1 });
    await expect(Production.startBatch(ctx, { id })).rejects.toMatchObject({
      details: { lines: [{ productId: flour.id, requested: 2, available: 1, missing: 1 }] },
    });
  });

  it("that is cancelled before its start moves nothing", async () => {
    const ctx = cloudContext();
    const { flour, recipe } = await bakery(ctx);
    const { id } = await Production.planBatch(ctx, { recipeId: recipe.id, runs: 1 });
    expect(await Production.cancelBatch(ctx, { id })).toMatchObject({ status: "cancelled" });
    expect((await Inventory.listLedger(ctx, { productId: flour.id, page: {} })).items).toHaveLength(1);
  });

  it("that is cancelled after its start gives the same lots back at the same cost, once", async () => {
    const ctx = cloudContext();
    const { flour, recipe } = await bakery(ctx, { flour: 1, sugar: 30 });
    await restock(ctx, flour.id, {
      quantity: 3,
      lotNumber: "F-2",
      unitCost: usd("0.11"),
      expirationDate: "2990-01-01",
    });
    await restock(ctx, flour.id, { quantity: 4, lotNumber: "F-3" });
    const before = [await lotsOf(ctx, flour.id), await worth(ctx)];
    const { id } = await Production.planBatch(ctx, { recipeId: recipe.id, runs: 3 });
    expect(await Production.startBatch(ctx, { id })).toMatchObject({ uncosted: 2 });
    await Production.cancelBatch(ctx, { id });
    const facts = (lots: unknown) => (lots as object[]).map((lot) => ({ ...lot, receivedAt: "" }));
    expect([facts(await lotsOf(ctx, flour.id)), await worth(ctx)]).toEqual([facts(before[0]), before[1]]);
    await expect(Production.cancelBatch(ctx, { id })).rejects.toMatchObject({
      code: "STATE_CONFLICT",
      details: { status: "cancelled", action: "cancel", allowed: [] },
    });
    expect(await worth(ctx)).toBe(before[1]);
  });

  it("gives back what expired meanwhile as expired", async () => {
    const clock = stoppedClock(Date.UTC(2026, 0, 15));
    const ctx = cloudContext({ now: clock.now });
    const { flour, recipe } = await bakery(ctx, { flour: 0, sugar: 30 });
    await restock(ctx, flour.id, { quantity: 2, expirationDate: "2026-01-16" });
    const { id } = await Production.planBatch(ctx, { recipeId: recipe.id, runs: 1 });
    await Production.startBatch(ctx, { id });
    clock.advance(3 * 86_400_000);
    await Production.cancelBatch(ctx, { id });
    expect(await Inventory.getStock(ctx, flour.id)).toMatchObject({ onHand: 2, blocked: 2, available: 0 });
  });

  it("that came to nothing is finished with none, and loses what went in", async () => {
    const ctx = cloudContext();
    const { cake, recipe } = await bakery(ctx);
    const { id } = await Production.planBatch(ctx, { recipeId: recipe.id, runs: 1 });
    await Production.startBatch(ctx, { id });
    const { output, cost } = await Production.finishBatch(ctx, { id, input: { quantity: 0 } });
    expect(output).toMatchObject({ quantity: 0, yieldPercent: 0 });
    expect(output).not.toHaveProperty("lotId");
    expect(cost).toEqual({ minor: 5_000, currency: "USD" });
    expect(await lotsOf(ctx, cake.id)).toEqual([]);
    expect(await worth(ctx)).toBe(45_000);
  });

  it("refuses what its status does not allow, with the reason and what it does allow", async () => {
    const ctx = cloudContext();
    const { recipe } = await bakery(ctx);
    const { id } = await Production.planBatch(ctx, { recipeId: recipe.id, runs: 1 });
    await expect(Production.finishBatch(ctx, { id, input: { quantity: 1 } })).rejects.toMatchObject({
      code: "STATE_CONFLICT",
      details: { status: "planned", allowed: ["start", "cancel"], reason: expect.stringContaining("start it first") },
    });
    await expect(Production.startBatch(ctx, { id, expectedVersion: 7 })).rejects.toMatchObject({
      code: "VERSION_CONFLICT",
    });
    await Production.startBatch(ctx, { id, expectedVersion: 1 });
    await expect(Production.startBatch(ctx, { id })).rejects.toMatchObject({
      details: { allowed: ["finish", "cancel"] },
    });
  });

  it("that is started eight times at once is started once, also when there is stock for one only", async () => {
    for (const flour of [100, 2]) {
      const ctx = cloudContext();
      const { flour: product, recipe } = await bakery(ctx, { flour, sugar: 30 });
      const { id } = await Production.planBatch(ctx, { recipeId: recipe.id, runs: 1 });
      const results = await Promise.allSettled(Array.from({ length: 8 }, () => Production.startBatch(ctx, { id })));
      expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      const codes = results.flatMap((result) => (result.status === "rejected" ? [result.reason.code] : []));
      for (const code of codes) expect(["VERSION_CONFLICT", "STATE_CONFLICT"]).toContain(code);
      expect(await onHand(ctx, product.id)).toBe(flour - 2);
    }
  });

  it("is planned, started and finished once by repeated requests", async () => {
    const ctx = cloudContext();
    const { recipe, flour } = await bakery(ctx);
    const keyed = (idempotencyKey: string) => ({ ...ctx, idempotencyKey });
    const plan = () => Production.planBatch(keyed("plan"), { recipeId: recipe.id, runs: 1 });
    const { id } = await plan();
    expect((await plan()).id).toBe(id);
    const start = () => Production.startBatch(keyed("start"), { id });
    expect(await start()).toEqual(await start());
    const finish = () => Production.finishBatch(keyed("finish"), { id, input: { quantity: 9 } });
    expect(await finish()).toEqual(await finish());
    expect(await onHand(ctx, flour.id)).toBe(18);
  });

  it("has no cost in two currencies", async () => {
    const ctx = cloudContext();
    const { flour, recipe } = await bakery(ctx, { flour: 0, sugar: 30 });
    await restock(ctx, flour.id, { quantity: 9, unitCost: { amount: "1.00", currency: "EUR" } });
    const { id } = await Production.planBatch(ctx, { recipeId: recipe.id, runs: 1 });
    await expect(Production.startBatch(ctx, { id })).rejects.toMatchObject({
      code: "STATE_CONFLICT",
      details: { currencies: ["EUR", "USD"] },
    });
  });

  it("is found by its status", async () => {
    const ctx = cloudContext();
    const { recipe } = await bakery(ctx);
    const plan = () => Production.planBatch(ctx, { recipeId: recipe.id, runs: 1 });
    const [first, second, third] = [await plan(), await plan(), await plan()];
    await Production.startBatch(ctx, { id: second.id });
    const ids = async (input: object) => (await Production.listBatches(ctx, input)).items.map(({ id }) => id);
    expect(await ids({})).toEqual([third.id, second.id, first.id]);
    expect(await ids({ status: "planned" })).toEqual([third.id, first.id]);
    const page = await Production.listBatches(ctx, { status: "planned", limit: 1 });
    expect(await ids({ status: "planned", limit: 1, cursor: page.nextCursor })).toEqual([first.id]);
    await expect(ids({ cursor: page.nextCursor })).rejects.toMatchObject({ code: "INVALID_CURSOR" });
  });

  it("is made at another location from what is there", async () => {
    const ctx = cloudContext();
    const { flour, sugar, cake, recipe } = await bakery(ctx);
    const shed = await Inventory.createLocation(ctx, { name: "Shed" });
    for (const { id } of [flour, sugar]) await restock(ctx, id, { quantity: 3, locationId: shed.id });
    const { id } = await Production.planBatch(ctx, { recipeId: recipe.id, runs: 1, locationId: shed.id });
    await Production.startBatch(ctx, { id });
    await Production.finishBatch(ctx, { id, input: { quantity: 10 } });
    expect(await lotsOf(ctx, cake.id)).toMatchObject([{ locationId: shed.id, remaining: 10 }]);
    expect(await onHand(ctx, flour.id)).toBe(21);
    const other = await stocked(ctx, "OTHER", 0);
    expect(await onHand(ctx, other.id)).toBe(0);
  });
});
