import { describe, expect, it } from "vitest";
import * as Inventory from "../../../core/inventory/index.ts";
import { expectBalanced } from "../../support/balanced.ts";
import { cloudContext } from "../../support/cloud.ts";
import { stocked, usd } from "../../support/stock.ts";

async function shop() {
  const ctx = cloudContext();
  const [a, b] = [await stocked(ctx, "A", 5), await stocked(ctx, "B", 5)];
  const onHand = async () => [
    (await Inventory.getStock(ctx, a.id)).onHand,
    (await Inventory.getStock(ctx, b.id)).onHand,
  ];
  return { ctx, a: a.id, b: b.id, onHand };
}

describe("adjusting many products at once", () => {
  it("under rejectEverything does all or nothing, in one transaction, and names the row", async () => {
    const { ctx, a, b, onHand } = await shop();
    const rows = (quantity: number) => ({
      onError: "rejectEverything",
      items: [
        { productId: a, changeType: "restock", quantity: 1, unitCost: usd("1.00") },
        { productId: b, changeType: "damaged", quantity },
      ],
    });
    await expect(Inventory.adjustMany(ctx, rows(6))).rejects.toMatchObject({
      code: "INSUFFICIENT_STOCK",
      field: "items.1",
    });
    expect(await onHand()).toEqual([5, 5]);
    await expect(Inventory.adjustMany(ctx, rows(-1))).rejects.toMatchObject({ field: "items.1.quantity" });
    const { accepted, items } = await Inventory.adjustMany(ctx, rows(5));
    expect(accepted).toBe(2);
    expect(new Set(items.map(({ result }) => result?.adjustmentId)).size).toBe(1);
    expect(await onHand()).toEqual([6, 0]);
    for (const id of [a, b]) await expectBalanced(ctx, id);
  });

  it("under rejectFailedRows does each row for itself, with its reason where it cannot", async () => {
    const { ctx, a, b, onHand } = await shop();
    const items = [
      { productId: a, changeType: "sale", quantity: 6 },
      { productId: b, changeType: "sale", quantity: 2 },
      { productId: "prd_none", changeType: "restock", quantity: 1 },
      { productId: a, changeType: "restock", quantity: 1, expirationDate: "soon" },
    ];
    const done = await Inventory.adjustMany(ctx, { items });
    expect(done).toMatchObject({ accepted: 1, rejected: 3 });
    expect(done.items.map(({ status, error }) => error?.code ?? status)).toEqual([
      "INSUFFICIENT_STOCK",
      "accepted",
      "NOT_FOUND",
      "VALIDATION_ERROR",
    ]);
    expect(await onHand()).toEqual([5, 3]);
  });

  it("under ignoreFailed leaves out an optional field that is at fault, and says so", async () => {
    const { ctx, a, onHand } = await shop();
    const items = [{ productId: a, changeType: "restock", quantity: 1, expirationDate: "soon", notes: "n" }];
    const done = await Inventory.adjustMany(ctx, { onError: "ignoreFailed", items });
    expect(done.items).toMatchObject([{ status: "accepted", ignored: ["expirationDate"] }]);
    expect(await onHand()).toEqual([6, 5]);
  });

  it("repeated with its key answers as at first, also for a row that could be done by now", async () => {
    const { ctx, a, onHand } = await shop();
    const once = { ...ctx, idempotencyKey: "stocktaking" };
    const items = [
      { productId: a, changeType: "sale", quantity: 8 },
      { productId: a, changeType: "restock", quantity: 5 },
    ];
    const first = await Inventory.adjustMany(once, { items });
    expect(first).toMatchObject({ accepted: 1, rejected: 1 });
    expect(await Inventory.adjustMany(once, { items })).toEqual(first);
    expect(await onHand()).toEqual([10, 5]);
    await expect(Inventory.adjustMany(once, { items: items.toReversed() })).rejects.toMatchObject({
      code: "IDEMPOTENCY_MISMATCH",
    });
  });

  it("reserves twice of one product beside a buffer in one transaction", async () => {
    const { ctx, a } = await shop();
    await Inventory.setBuffer(ctx, { productId: a, input: { quantity: 2 } });
    const hold = { productId: a, changeType: "reserved" };
    const items = [
      { ...hold, quantity: 1 },
      { ...hold, quantity: 2 },
    ];
    expect(await Inventory.adjustMany(ctx, { onError: "rejectEverything", items })).toMatchObject({ accepted: 2 });
    expect(await Inventory.getStock(ctx, a)).toMatchObject({ reserved: 3, available: 0 });
  });
});
