import { describe, expect, it } from "vitest";
import * as Purchasing from "../../../core/purchasing/index.ts";
import { cloudContext } from "../../support/cloud.ts";
import { draftFor, type PurchasingShop, shop } from "../../support/purchasing.ts";
import { storeFaults } from "../../support/store-faults.ts";

const HOUR = 3_600_000;

/** A purchase by hand of one product, which comes so many hours later, short of so many units. */
async function bought({ ctx, clock, bought: of }: PurchasingShop, hours: number, missing = 0): Promise<string> {
  const { id } = await draftFor(ctx, of, { accountId: null });
  await Purchasing.submitPurchaseOrder(ctx, { id, input: { supplierReference: `SO-${id}` } });
  clock.advance(hours * HOUR);
  const lines = [{ lineId: "1", quantity: 3 - missing, isLast: true }];
  await Purchasing.receivePurchaseOrder(ctx, { id, input: { lines } });
  return id;
}

const partOf = async ({ ctx, bought: { supplierId } }: PurchasingShop, name: string) =>
  (await Purchasing.supplierPerformance(ctx, supplierId)).parts.find((part) => part.name === name);

describe("a supplier's performance", () => {
  it("says what it was made of, and nothing of what too little is known of", async () => {
    const made = await shop(1);
    for (const hours of [12, 20, 24, 24]) await bought(made, hours);
    expect(await partOf(made, "leadTime")).toMatchObject({
      observations: 4,
      because: "Not enough data: 4 of 5",
      inputs: { receivedLines: 4, receivedMedianHours: 24, receivedP90Hours: 24 },
    });
    expect(await partOf(made, "leadTime")).not.toHaveProperty("score");
    await bought(made, 90);
    expect(await partOf(made, "leadTime")).toMatchObject({
      score: 100,
      inputs: { receivedMedianHours: 24, receivedP90Hours: 90 },
    });
    expect(await partOf(made, "fillRate")).toMatchObject({
      observations: 15,
      inputs: { filledUnits: 15, missedUnits: 0 },
    });
    for (const missing of [3, 2]) await bought(made, 24, missing);
    expect(await partOf(made, "fillRate")).toMatchObject({
      observations: 21,
      inputs: { filledUnits: 16, missedUnits: 5 },
    });
    const { score, from, to } = await Purchasing.supplierPerformance(made.ctx, made.bought.supplierId);
    expect(score).toBeLessThan(100);
    expect([from, to]).toEqual(["2025-12", "2026-11"]);
  });

  it("is one bounded read, however much was bought", async () => {
    const made = await shop(1);
    for (let times = 0; times < 3; times++) await bought(made, 24);
    const { around, calls } = storeFaults();
    const counted = cloudContext({ actor: made.ctx.actor, now: made.ctx.now, around });
    await Purchasing.supplierPerformance(counted, made.bought.supplierId);
    expect(calls.toSorted()).toEqual(["GetItem", "Query"]);
  });

  it("forgets what is older than twelve months", async () => {
    const made = await shop(1);
    await bought(made, 24);
    made.clock.advance(370 * 24 * HOUR);
    expect(await partOf(made, "fillRate")).toMatchObject({ observations: 0 });
  });
});

describe("what was bought of a supplier", () => {
  it("is listed newest first, by account where one is named, page by page", async () => {
    const made = await shop(1);
    const { ctx, bought: of } = made;
    const ids: string[] = [];
    for (let times = 0; times < 3; times++) {
      made.clock.advance(1_000);
      ids.unshift((await draftFor(ctx, of, times === 1 ? { accountId: null } : {})).id);
    }
    const list = (query: object) => Purchasing.supplierPurchases(ctx, { id: of.supplierId, query });
    const first = await list({ limit: 2 });
    const second = await list({ limit: 2, cursor: first.nextCursor });
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids);
    const byAccount = await list({ accountId: of.accountId });
    expect(byAccount.items.map(({ id }) => id)).toEqual([ids[0], ids[2]]);
    await expect(list({ cursor: "nonsense" })).rejects.toMatchObject({ code: "INVALID_CURSOR" });
    await expect(Purchasing.supplierPurchases(ctx, { id: "sup_none", query: {} })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });
});
