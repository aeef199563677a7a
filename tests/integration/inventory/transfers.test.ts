import { describe, expect, it } from "vitest";
import * as Inventory from "../../../core/inventory/index.ts";
import { allLots, expectBalanced } from "../../support/balanced.ts";
import { cloudContext } from "../../support/cloud.ts";
import { testActor } from "../../support/context.ts";
import { stoppedClock } from "../../support/recording.ts";
import { stocked, usd } from "../../support/stock.ts";
import { storeFaults } from "../../support/store-faults.ts";

type Ctx = ReturnType<typeof cloudContext>;
const MAIN = Inventory.MAIN_LOCATION;
const january = () => stoppedClock(Date.UTC(2026, 0, 15));

const shop = async (ctx: Ctx) => (await Inventory.createLocation(ctx, { name: "Shop" })).id;
const restock = (ctx: Ctx, productId: string, input: Record<string, unknown>) =>
  Inventory.adjust(ctx, { productId, input: { changeType: "restock", ...input } });
const lotsAt = async (ctx: Ctx, productId: string, at: string) =>
  (await allLots(ctx, productId)).filter(({ locationId }) => locationId === at);

/** Three lots: the last one to come expires first. */
async function threeLots(ctx: Ctx) {
  const { id } = await stocked(ctx, "A", 0);
  await restock(ctx, id, { quantity: 3, lotNumber: "plain", unitCost: usd("1.00") });
  await restock(ctx, id, { quantity: 3, lotNumber: "late", expirationDate: "2026-12-31", unitCost: usd("3.00") });
  await restock(ctx, id, { quantity: 3, lotNumber: "soon", expirationDate: "2026-02-01", unitCost: usd("2.00") });
  return id;
}

describe("a transfer", () => {
  it("moves what expires first, and it arrives as the same lots with their numbers, dates and costs", async () => {
    const ctx = cloudContext({ now: january().now });
    const productId = await threeLots(ctx);
    const to = await shop(ctx);
    const before = new Map((await allLots(ctx, productId)).map((lot) => [lot.lotNumber, lot]));
    const transfer = await Inventory.createTransfer(ctx, {
      productId,
      quantity: 4,
      fromLocationId: MAIN,
      toLocationId: to,
      notes: "for the weekend",
    });
    expect(transfer.lines).toEqual([
      {
        productId,
        quantity: 4,
        lots: [
          expect.objectContaining({ lotNumber: "soon", quantity: 3, costMinor: 600, currency: "USD" }),
          expect.objectContaining({ lotNumber: "late", quantity: 1, costMinor: 300 }),
        ],
      },
    ]);
    expect(await lotsAt(ctx, productId, to)).toMatchObject([
      { lotId: before.get("soon")?.lotId, expirationDate: "2026-02-01", remaining: 3, cost: { minor: 600 } },
      { lotId: before.get("late")?.lotId, expirationDate: "2026-12-31", remaining: 1, cost: { minor: 300 } },
    ]);
    expect((await Inventory.valuation(ctx)).values).toEqual([{ minor: 1800, currency: "USD" }]);
    expect(await Inventory.getTransfer(ctx, transfer.id)).toEqual(transfer);
    expect((await Inventory.listTransfers(ctx, {})).items).toEqual([transfer]);
    const { items } = await Inventory.listLedger(ctx, { productId, page: { limit: 4 } });
    expect(items.every(({ type, cause }) => type === "transfer" && cause.id === transfer.id)).toBe(true);
    await expectBalanced(ctx, productId);
  });

  it("joins what is there of the same lot, and back again leaves all as it was", async () => {
    const ctx = cloudContext({ now: january().now });
    const productId = await threeLots(ctx);
    const to = await shop(ctx);
    const before = await allLots(ctx, productId);
    const move = (fromLocationId: string, toLocationId: string, quantity: number) =>
      Inventory.createTransfer(ctx, { productId, quantity, fromLocationId, toLocationId });
    await move(MAIN, to, 2);
    await move(MAIN, to, 5);
    expect((await lotsAt(ctx, productId, to)).map(({ remaining }) => remaining)).toEqual([3, 3, 1]);
    await move(to, MAIN, 7);
    const facts = (lots: typeof before) => lots.map(({ receivedAt: _receivedAt, ...lot }) => lot);
    expect(facts(await allLots(ctx, productId))).toEqual(facts(before));
    await expectBalanced(ctx, productId);
  });

  it("moves the lot that is named, also an expired one, which stays off sale where it arrives", async () => {
    const clock = january();
    const ctx = cloudContext({ now: clock.now });
    const productId = await threeLots(ctx);
    const to = await shop(ctx);
    clock.advance(30 * 24 * 3600 * 1000);
    const move = (quantity: number, lotNumber?: string) =>
      Inventory.createTransfer(ctx, { productId, quantity, lotNumber, fromLocationId: MAIN, toLocationId: to });
    await expect(move(7)).rejects.toMatchObject({ code: "INSUFFICIENT_STOCK" });
    await move(3, "soon");
    expect(await lotsAt(ctx, productId, to)).toMatchObject([{ lotNumber: "soon", remaining: 3, blocked: true }]);
    expect(await Inventory.getStock(ctx, productId)).toMatchObject({ onHand: 9, blocked: 3, available: 6 });
    await expectBalanced(ctx, productId);
  });

  it("leaves promised units where they are, and is all lines or none with each line that is short", async () => {
    const ctx = cloudContext();
    const to = await shop(ctx);
    const [a, b] = [await stocked(ctx, "A", 5), await stocked(ctx, "B", 5)];
    await Inventory.adjust(ctx, { productId: b.id, input: { changeType: "reserved", quantity: 2 } });
    const lines = [
      { productId: a.id, quantity: 5 },
      { productId: b.id, quantity: 4 },
    ];
    const refused = Inventory.createTransfer(ctx, { lines, fromLocationId: MAIN, toLocationId: to });
    await expect(refused).rejects.toMatchObject({
      code: "INSUFFICIENT_STOCK",
      details: { lines: [{ line: 1, productId: b.id, requested: 4, onHand: 5, reserved: 2 }] },
    });
    expect(await Inventory.getStock(ctx, a.id)).toMatchObject({ locations: [{ locationId: MAIN, onHand: 5 }] });
    for (const { id } of [a, b]) await expectBalanced(ctx, id);
  });

  it("refuses the same place twice, places and products that are not there, and costs of another currency", async () => {
    const ctx = cloudContext();
    const to = await shop(ctx);
    const { id: productId } = await stocked(ctx, "A", 5);
    const move = (changes: Record<string, unknown>, by: Ctx = ctx) =>
      Inventory.createTransfer(by, { productId, quantity: 1, fromLocationId: MAIN, toLocationId: to, ...changes });
    await expect(move({ toLocationId: MAIN })).rejects.toMatchObject({
      code: "VALIDATION_ERROR",
      field: "toLocationId",
    });
    await expect(move({ lines: [{ productId, quantity: 1 }] })).rejects.toMatchObject({ field: "lines" });
    await expect(move({ toLocationId: "loc_none" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(move({ productId: "prd_none" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(move({ toLocationId: to }, { ...ctx, actor: testActor() })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    await restock(ctx, productId, { quantity: 1, locationId: to, unitCost: { amount: "9.00", currency: "EUR" } });
    await expect(move({})).rejects.toMatchObject({ code: "STATE_CONFLICT", field: "lines.0" });
    await expectBalanced(ctx, productId);
  });

  it("happens once for each key, and reads each thing once: location, stock, product, lots", async () => {
    const { around, calls } = storeFaults();
    const ctx = cloudContext({ around });
    const to = await shop(ctx);
    const { id: productId } = await stocked(ctx, "A", 5);
    const once = { ...ctx, idempotencyKey: "move" };
    const input = { productId, quantity: 3, fromLocationId: MAIN, toLocationId: to };
    calls.length = 0;
    const first = await Inventory.createTransfer(once, input);
    expect(calls).toEqual(["GetItem", "BatchGetItem", "BatchGetItem", "Query", "TransactWriteItems"]);
    expect(await Inventory.createTransfer(once, input)).toEqual(first);
    expect(await Inventory.getStock(ctx, productId)).toMatchObject({
      onHand: 5,
      locations: [{ onHand: 3 }, { onHand: 2 }],
    });
  });

  it("takes twelve lines at once, to a place where nothing is yet", async () => {
    const ctx = cloudContext();
    const to = await shop(ctx);
    const perishable = { unitCost: usd("1.00"), expirationDate: "2990-01-01" };
    const products = await Promise.all(Array.from({ length: 12 }, (_, n) => stocked(ctx, `P-${n}`, 2, perishable)));
    const lines = products.map(({ id }) => ({ productId: id, quantity: 1 }));
    await Inventory.createTransfer(
      { ...ctx, idempotencyKey: "all" },
      { lines, fromLocationId: MAIN, toLocationId: to },
    );
    for (const { id } of products) await expectBalanced(ctx, id);
  });

  it("run twenty at once to and fro, loses and makes no unit", async () => {
    const ctx = cloudContext();
    const to = await shop(ctx);
    const { id: productId } = await stocked(ctx, "A", 12);
    await restock(ctx, productId, { quantity: 12, locationId: to, unitCost: usd("7.00") });
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        Inventory.createTransfer(ctx, {
          productId,
          quantity: 1 + (index % 3),
          fromLocationId: index % 2 === 0 ? MAIN : to,
          toLocationId: index % 2 === 0 ? to : MAIN,
        }).catch((error: { code?: string }) => expect(error.code).toBe("INSUFFICIENT_STOCK")),
      ),
    );
    expect(await Inventory.getStock(ctx, productId)).toMatchObject({ onHand: 24, available: 24 });
    expect((await Inventory.valuation(ctx)).values).toEqual([{ minor: 12 * 1000 + 12 * 700, currency: "USD" }]);
    await expectBalanced(ctx, productId);
  });
});
