import { describe, expect, it } from "vitest";
import * as Inventory from "../../../core/inventory/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import { allEntries, allLots, expectBalanced } from "../../support/balanced.ts";
import { DEATHS, diesAndRepeats, type Step } from "../../support/dying.ts";
import { stocked, usd } from "../../support/stock.ts";
import { sweepLots, sweepReservations } from "../../support/sweeps.ts";

interface Prepared {
  productId: string;
  otherId: string;
  to: string;
  reservationId: string;
}

const DAY_MS = 24 * 3600 * 1000;
const MAIN = Inventory.MAIN_LOCATION;

/** Two products at two places, a lot that has expired since yesterday, and a reservation that ends in a second. */
async function shop(ctx: Context): Promise<Prepared> {
  const before = { ...ctx, now: () => ctx.now() - 2 * DAY_MS };
  const { id: productId } = await stocked(ctx, "A", 10);
  const { id: otherId } = await stocked(ctx, "B", 4);
  const expirationDate = new Date(ctx.now() - DAY_MS).toISOString().slice(0, 10);
  const input = { changeType: "restock", quantity: 5, expirationDate, unitCost: usd("0.07") };
  await Inventory.adjust(before, { productId, input });
  const { id: to } = await Inventory.createLocation(ctx, { name: "Shop" });
  const lines = [
    { productId, quantity: 3 },
    { productId: otherId, quantity: 1 },
  ];
  const { id: reservationId } = await Inventory.createReservation(ctx, { lines, expiresInSeconds: 1 });
  return { productId, otherId, to, reservationId };
}

/** Numbers and order of everything, without the ids, which no two organisations share. */
async function outcome(ctx: Context, { productId, otherId }: Prepared) {
  const products = [];
  for (const id of [productId, otherId]) {
    await expectBalanced(ctx, id);
    const { onHand, reserved, blocked, available } = await Inventory.getStock(ctx, id);
    const lots = (await allLots(ctx, id)).map(({ remaining, cost, blocked: isBlocked }) => [
      remaining,
      cost?.minor,
      isBlocked,
    ]);
    const entries = (await allEntries(ctx, id)).map(({ type, onHandChange, reservedChange, costChange, cause }) =>
      [type, onHandChange, reservedChange, costChange?.minor, cause.kind].join(),
    );
    products.push({
      onHand,
      reserved,
      blocked,
      available,
      lots,
      entries: entries.toSorted((a, b) => a.localeCompare(b)),
    });
  }
  const { items: reservations } = await Inventory.listReservations(ctx, {});
  const { items: transfers } = await Inventory.listTransfers(ctx, {});
  return {
    products,
    reservations: reservations.map(({ status, version }) => [status, version]),
    transfers: transfers.map(({ lines }) => lines.map(({ quantity, lots }) => [quantity, lots.length])),
    worth: await Inventory.valuation(ctx),
    stillDue: await sweepReservations(ctx),
  };
}

/** A sweep goes on after a failure and tells at its end; to a process that dies there is no end. */
const dying = (sweep: Promise<number>) =>
  sweep.then(
    () => undefined,
    (error: unknown) => {
      throw error instanceof AggregateError ? error.errors[0] : error;
    },
  );

const STEPS: Record<string, Step<Prepared>> = {
  "a transfer": {
    prepare: shop,
    run: async (ctx, { productId, otherId, to }) => {
      const lines = [
        { productId, quantity: 6 },
        { productId: otherId, quantity: 2 },
      ];
      const { lines: moved } = await Inventory.createTransfer(ctx, { lines, fromLocationId: MAIN, toLocationId: to });
      return moved.map(({ quantity }) => quantity);
    },
    outcome,
  },
  "a reservation": {
    prepare: shop,
    run: async (ctx, { productId, otherId }) => {
      const lines = [
        { productId, quantity: 2 },
        { productId: otherId, quantity: 3 },
      ];
      return (await Inventory.createReservation(ctx, { lines })).status;
    },
    outcome,
  },
  "a release": {
    prepare: shop,
    run: async (ctx, { reservationId }) => {
      const { status, version } = await Inventory.releaseReservation(ctx, { id: reservationId });
      return { status, version };
    },
    outcome,
  },
  "a batch of adjustments": {
    prepare: shop,
    run: async (ctx, { productId, otherId }) => {
      const items = [
        { productId, changeType: "restock", quantity: 2, unitCost: usd("1.00") },
        // Refused at first; after the row below it would pass, and must not.
        { productId: otherId, changeType: "damaged", quantity: 4 },
        { productId: otherId, changeType: "restock", quantity: 4, unitCost: usd("1.00") },
      ];
      const { accepted, rejected } = await Inventory.adjustMany(ctx, { items });
      return { accepted, rejected };
    },
    outcome,
  },
  "the sweep of reservations": {
    prepare: shop,
    run: async (ctx) => dying(sweepReservations(ctx)),
    outcome,
  },
  "the sweep of expired lots": {
    prepare: shop,
    run: async (ctx) => dying(sweepLots(ctx)),
    outcome: async (ctx, prepared) => ({ left: await sweepLots(ctx), ...(await outcome(ctx, prepared)) }),
  },
};

describe.each(Object.entries(STEPS))("%s killed at any store call", (_name, step) => {
  it.each(DEATHS)("%s the call took effect comes out as if it had not been killed", async (death) => {
    const undisturbed = await diesAndRepeats(step, Number.POSITIVE_INFINITY, death);
    expect(undisturbed.calls).toContain("TransactWriteItems");
    for (const [index, call] of undisturbed.calls.entries()) {
      const { answer, outcome: after } = await diesAndRepeats(step, index + 1, death);
      const name = `killed ${death} call ${index + 1} (${call})`;
      expect(answer, name).toEqual(undisturbed.answer);
      expect(after, name).toEqual(undisturbed.outcome);
    }
  });
});
