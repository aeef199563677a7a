import { describe, expect, it } from "vitest";
import * as Inventory from "../../../core/inventory/index.ts";
import { AppError } from "../../../core/platform/errors.ts";
import { expectBalanced } from "../../support/balanced.ts";
import { cloudContext } from "../../support/cloud.ts";
import { stoppedClock } from "../../support/recording.ts";
import { stocked } from "../../support/stock.ts";
import { type Fate, sdkError, storeFaults, transactionCanceled } from "../../support/store-faults.ts";
import { sweepReservations } from "../../support/sweeps.ts";

/**
 * What the emulator never does by itself: conflicts, throttles, and answers that are lost after the effect. Only for so
 * many transactions, since nobody tries for ever.
 */
function unkind(howOften: number) {
  let transactions = 0;
  return storeFaults(({ operation }): Fate => {
    if (operation !== "TransactWriteItems") return "pass";
    if (++transactions > howOften) return "pass";
    if (transactions % 3 === 0) return { failWith: transactionCanceled("TransactionConflict", "None") };
    if (transactions % 5 === 0) return { failWith: sdkError("ThrottlingException") };
    if (transactions % 7 === 0) return { loseAnswerWith: sdkError("InternalServerError") };
    return "pass";
  });
}

describe("a database that conflicts, throttles and loses answers", () => {
  it("gives away no unit twice and none less than there are: reservations, releases, transfers and sweeps at once", async () => {
    const clock = stoppedClock();
    const plain = cloudContext({ now: clock.now });
    const unkindly = (howOften: number) =>
      cloudContext({ actor: plain.actor, now: clock.now, around: unkind(howOften).around });
    const shopping = unkindly(60);
    const { id: productId } = await stocked(plain, "A", 20);
    const { id: to } = await Inventory.createLocation(plain, { name: "Shop" });
    const reserve = async (expiresInSeconds: number) => {
      try {
        return await Inventory.createReservation(shopping, { lines: [{ productId, quantity: 1 }], expiresInSeconds });
      } catch (error) {
        if (error instanceof AppError && error.code === "INSUFFICIENT_STOCK") return undefined;
        throw error;
      }
    };
    const made = (await Promise.all(Array.from({ length: 40 }, (_, n) => reserve(n % 2 === 0 ? 60 : 3600)))).filter(
      (one) => one !== undefined,
    );
    expect(made).toHaveLength(20);
    expect(await Inventory.getStock(plain, productId)).toMatchObject({ onHand: 20, reserved: 20, available: 0 });
    clock.advance(60_000);
    const long = made.filter(({ heldUntil }) => Date.parse(heldUntil) > clock.now());
    const ctx = unkindly(20);
    const move = { productId, quantity: 1, fromLocationId: Inventory.MAIN_LOCATION, toLocationId: to };
    await Promise.all([
      sweepReservations(ctx),
      ...long.slice(0, 4).map(({ id }) => Inventory.releaseReservation(ctx, { id })),
      sweepReservations(ctx),
      ...Array.from({ length: 4 }, () => Inventory.createTransfer(ctx, move).catch(() => undefined)),
    ]);
    await sweepReservations(plain);
    const { items } = await Inventory.listReservations(plain, { limit: 100 });
    const open = items.filter(({ status }) => status === "open").length;
    expect(open).toBe(long.length - 4);
    expect(await Inventory.getStock(plain, productId)).toMatchObject({
      onHand: 20,
      reserved: open,
      available: 20 - open,
    });
    await expectBalanced(plain, productId);
  });
});
