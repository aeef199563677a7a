import { describe, expect, it } from "vitest";
import * as Inventory from "../../../core/inventory/index.ts";
import { allEntries, allLots, expectBalanced } from "../../support/balanced.ts";
import { cloudContext } from "../../support/cloud.ts";
import { stoppedClock } from "../../support/recording.ts";
import { stocked, usd } from "../../support/stock.ts";
import { sweepLots } from "../../support/sweeps.ts";

type Ctx = ReturnType<typeof cloudContext>;
const DAY_MS = 24 * 3600 * 1000;

/** Five units that may be sold until the 20th and two that never expire; today is the 20th. */
async function perishable() {
  const clock = stoppedClock(Date.UTC(2026, 0, 20, 12));
  const ctx = cloudContext({ now: clock.now });
  const { id: productId } = await stocked(ctx, "A", 2);
  const input = { changeType: "restock", quantity: 5, expirationDate: "2026-01-20", unitCost: usd("3.00") };
  await Inventory.adjust(ctx, { productId, input });
  return { clock, ctx, productId };
}

const adjust = (ctx: Ctx, productId: string, changeType: string, quantity: number) =>
  Inventory.adjust(ctx, { productId, input: { changeType, quantity } });

describe("a lot whose last day is past", () => {
  it("is taken off sale by the sweep of the next day and not before, once", async () => {
    const { clock, ctx, productId } = await perishable();
    expect(await sweepLots(ctx)).toBe(0);
    clock.advance(DAY_MS / 2 - 1);
    expect(await sweepLots(ctx)).toBe(0);
    expect(await Inventory.getStock(ctx, productId)).toMatchObject({ onHand: 7, blocked: 0, available: 7 });
    clock.advance(1);
    expect((await Promise.all([sweepLots(ctx), sweepLots(ctx)])).toSorted((a, b) => a - b)).toEqual([0, 1]);
    expect(await sweepLots(ctx)).toBe(0);
    expect(await Inventory.getStock(ctx, productId)).toMatchObject({ onHand: 7, blocked: 5, available: 2 });
    const entries = await allEntries(ctx, productId);
    expect(entries.filter(({ type }) => type === "expired")).toMatchObject([
      { blockedChange: 5, onHandChange: 0, cause: { kind: "expiry" }, actor: { kind: "system" } },
    ]);
    await expectBalanced(ctx, productId);
  });

  it("is not sold, not even before the sweep", async () => {
    const { clock, ctx, productId } = await perishable();
    clock.advance(DAY_MS);
    await expect(adjust(ctx, productId, "sale", 3)).rejects.toMatchObject({ code: "INSUFFICIENT_STOCK" });
    await adjust(ctx, productId, "sale", 2);
    expect((await allLots(ctx, productId)).map(({ remaining }) => remaining)).toEqual([5]);
  });

  it("is written off by spoiling it: blocked goes down, what is available stays", async () => {
    const { clock, ctx, productId } = await perishable();
    clock.advance(DAY_MS);
    await sweepLots(ctx);
    expect(await adjust(ctx, productId, "spoil", 3)).toMatchObject({ newQuantity: 4, available: 2 });
    expect(await Inventory.getStock(ctx, productId)).toMatchObject({ onHand: 4, blocked: 2, available: 2 });
    expect(await adjust(ctx, productId, "spoil", 2)).toMatchObject({ newQuantity: 2, available: 2 });
    expect((await Inventory.valuation(ctx)).values).toEqual([usdMinor(2000)]);
    await expectBalanced(ctx, productId);
  });

  it("that was promised is a shortfall in sight of the operator, and can be written off all the same", async () => {
    const { clock, ctx, productId } = await perishable();
    await Inventory.createReservation(ctx, { lines: [{ productId, quantity: 6 }], expiresInSeconds: 30 * 24 * 3600 });
    clock.advance(DAY_MS);
    await sweepLots(ctx);
    expect(await Inventory.getStock(ctx, productId)).toMatchObject({
      reserved: 6,
      blocked: 5,
      available: 0,
      shortfall: 4,
    });
    await adjust(ctx, productId, "spoil", 5);
    expect(await Inventory.getStock(ctx, productId)).toMatchObject({
      onHand: 2,
      reserved: 6,
      blocked: 0,
      shortfall: 4,
    });
    await expect(adjust(ctx, productId, "spoil", 1)).rejects.toMatchObject({ code: "INSUFFICIENT_STOCK" });
    await expectBalanced(ctx, productId);
  });

  it("costs the sweep nothing when it is gone, and is off sale from the start when it comes too late", async () => {
    const { clock, ctx, productId } = await perishable();
    await adjust(ctx, productId, "trash", 5);
    clock.advance(DAY_MS);
    expect(await sweepLots(ctx)).toBe(0);
    const input = { changeType: "restock", quantity: 4, expirationDate: "2026-01-19", unitCost: usd("1.00") };
    expect(await Inventory.adjust(ctx, { productId, input })).toMatchObject({ newQuantity: 6, available: 2 });
    expect(await sweepLots(ctx)).toBe(0);
    expect(await Inventory.getStock(ctx, productId)).toMatchObject({ blocked: 4, available: 2 });
    await expectBalanced(ctx, productId);
  });

  it("and is sold from at the same moment, is sold or blocked to the unit", async () => {
    const { clock, ctx, productId } = await perishable();
    clock.advance(DAY_MS);
    await Promise.all([
      sweepLots(ctx),
      ...Array.from({ length: 4 }, () => adjust(ctx, productId, "sale", 1).catch(() => undefined)),
      adjust(ctx, productId, "spoil", 1),
      sweepLots(ctx),
    ]);
    expect(await Inventory.getStock(ctx, productId)).toMatchObject({ onHand: 4, blocked: 4, available: 0 });
    await expectBalanced(ctx, productId);
  });
});

const usdMinor = (minor: number) => ({ minor, currency: "USD" });
