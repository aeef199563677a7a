import { describe, expect, it } from "vitest";
import * as Finance from "../../../core/finance/index.ts";
import * as Inventory from "../../../core/inventory/index.ts";
import { cloudContext } from "../../support/cloud.ts";
import { testActor } from "../../support/context.ts";
import { stoppedClock } from "../../support/recording.ts";
import { stocked, usd } from "../../support/stock.ts";

type Ctx = ReturnType<typeof cloudContext>;
const adjust = (ctx: Ctx, productId: string, input: Record<string, unknown>) =>
  Inventory.adjust(ctx, { productId, input });

describe("adjusting stock", () => {
  it("S3-14, S3-15: restocks into a lot and answers the new quantity with the adjustment's id", async () => {
    const ctx = cloudContext();
    const { id } = await stocked(ctx, "A", 0);
    const result = await adjust(ctx, id, {
      changeType: "restock",
      quantity: 12,
      lotNumber: "L-1",
      unitCost: usd("2.50"),
    });
    expect(result).toMatchObject({ success: true, itemId: id, newQuantity: 12, available: 12, reserved: 0 });
    expect(result.adjustmentId).toMatch(/^adj_/);
    expect(await Inventory.getStock(ctx, id)).toMatchObject({ sku: "A", onHand: 12, available: 12 });
    expect((await Inventory.listLots(ctx, { productId: id, page: {} })).items).toMatchObject([
      { lotNumber: "L-1", remaining: 12, cost: { minor: 3000, currency: "USD" } },
    ]);
    expect(await Inventory.valuation(ctx)).toEqual({
      units: 12,
      uncosted: 0,
      values: [{ minor: 3000, currency: "USD" }],
    });
  });

  it("takes what expires first, then what came first, and costs it exactly", async () => {
    const { now } = stoppedClock(Date.UTC(2026, 0, 15));
    const ctx = cloudContext({ now });
    const { id } = await stocked(ctx, "A", 0);
    await adjust(ctx, id, { changeType: "restock", quantity: 3, lotNumber: "plain", unitCost: usd("1.00") });
    await adjust(ctx, id, {
      changeType: "restock",
      quantity: 3,
      lotNumber: "late",
      expirationDate: "2026-12-31",
      unitCost: usd("3.00"),
    });
    await adjust(ctx, id, {
      changeType: "restock",
      quantity: 3,
      lotNumber: "soon",
      expirationDate: "2026-02-01",
      unitCost: usd("2.00"),
    });
    await adjust(ctx, id, { changeType: "damaged", quantity: 4 });
    const { items } = await Inventory.listLedger(ctx, { productId: id, page: { limit: 2 } });
    expect(
      items.map(({ lotNumber, onHandChange, costChange, after }) => [
        lotNumber,
        onHandChange,
        costChange?.minor,
        after.onHand,
      ]),
    ).toEqual([
      ["late", -1, -300, 5],
      ["soon", -3, -600, 6],
    ]);
    expect((await Inventory.valuation(ctx)).values).toEqual([{ minor: 900, currency: "USD" }]);
  });

  it("keeps the books of it: what was bought, lost or found, at exactly what its lots cost", async () => {
    const ctx = cloudContext();
    const { id } = await stocked(ctx, "A", 0);
    await adjust(ctx, id, { changeType: "restock", quantity: 3, unitCost: usd("3.33") });
    await adjust(ctx, id, { changeType: "spoil", quantity: 1 });
    await adjust(ctx, id, { changeType: "sale", quantity: 1 });
    await adjust(ctx, id, { changeType: "recount", quantity: 2 });
    const { items } = await Finance.listTransactions(ctx, {});
    expect(items.map(({ type, amount }) => `${type} ${amount.amount}`).toSorted()).toEqual([
      "adjustment 3.33",
      "costOfGoods -3.33",
      "purchase -9.99",
      "writeOff -3.33",
    ]);
  });

  it("refuses what would take reserved units, and says which numbers stand in the way", async () => {
    const ctx = cloudContext();
    const { id } = await stocked(ctx, "A", 5);
    await adjust(ctx, id, { changeType: "reserved", quantity: 4 });
    await expect(adjust(ctx, id, { changeType: "spoil", quantity: 2 })).rejects.toMatchObject({
      code: "INSUFFICIENT_STOCK",
      status: 409,
      details: { requested: 2, onHand: 5, reserved: 4, available: 1 },
    });
    await expect(adjust(ctx, id, { changeType: "recount", quantity: 3 })).rejects.toMatchObject({
      code: "INSUFFICIENT_STOCK",
    });
    await expect(adjust(ctx, id, { changeType: "unreserved", quantity: 5 })).rejects.toMatchObject({
      code: "STATE_CONFLICT",
    });
    await adjust(ctx, id, { changeType: "unreserved", quantity: 4 });
    expect(await adjust(ctx, id, { changeType: "recount", quantity: 0 })).toMatchObject({ newQuantity: 0 });
  });

  it("keeps a buffer through sales and what comes back", async () => {
    const ctx = cloudContext();
    const { id } = await stocked(ctx, "A", 10);
    await Inventory.setBuffer(ctx, { productId: id, input: { quantity: 3 } });
    expect(await Inventory.getStock(ctx, id)).toMatchObject({ onHand: 10, buffer: 3, available: 7 });
    await adjust(ctx, id, { changeType: "damaged", quantity: 9 });
    expect(await Inventory.getStock(ctx, id)).toMatchObject({ onHand: 1, buffer: 3, available: 0 });
    await adjust(ctx, id, { changeType: "restock", quantity: 9 });
    expect(await Inventory.getStock(ctx, id)).toMatchObject({ onHand: 10, buffer: 3, available: 7 });
  });

  it("takes in fifty adjustments at once, each exactly once", async () => {
    const ctx = cloudContext();
    const { id } = await stocked(ctx, "A", 20);
    const changes = Array.from({ length: 25 }, (_, index) => (index % 2 === 0 ? "restock" : "trash"));
    await Promise.all(changes.map((changeType) => adjust(ctx, id, { changeType, quantity: 1 })));
    const { items } = await Inventory.listLedger(ctx, { productId: id, page: { limit: 100 } });
    expect(items).toHaveLength(26);
    expect(items[0]?.after.onHand).toBe(21);
    expect(items.at(-1)?.after.onHand).toBe(20);
  });

  it("answers a repeat with the same key from the record, and moves nothing", async () => {
    const ctx = cloudContext({ idempotencyKey: "one" });
    const { id } = await stocked({ ...ctx, idempotencyKey: undefined } as unknown as Ctx, "A", 0);
    const first = await adjust(ctx, id, { changeType: "restock", quantity: 2 });
    expect(await adjust(ctx, id, { changeType: "restock", quantity: 2 })).toEqual(first);
    expect(await Inventory.getStock(ctx, id)).toMatchObject({ onHand: 2 });
  });

  it("does not know another organisation's products and locations", async () => {
    const ctx = cloudContext();
    const { id } = await stocked(ctx, "A", 1);
    const other = { ...ctx, actor: testActor() };
    await expect(adjust(other, id, { changeType: "restock", quantity: 1 })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    await expect(adjust(ctx, id, { changeType: "restock", quantity: 1, locationId: "loc_none" })).rejects.toMatchObject(
      {
        code: "NOT_FOUND",
      },
    );
  });
});
