import fc from "fast-check";
import { expect } from "vitest";
import * as Inventory from "../../core/inventory/index.ts";
import * as Production from "../../core/production/index.ts";
import { at, type Command, command, nth, place, product, units } from "./shop-command.ts";
import { attempt, type Model, move, type Real } from "./shop-model.ts";
import { ORDER_COMMANDS } from "./shop-order-commands.ts";
import { usd } from "./stock.ts";
import { sweepLots, sweepReservations } from "./sweeps.ts";

const DAY_MS = 24 * 3600 * 1000;

const adjust = (real: Real, p: number, l: number, input: object) =>
  attempt(() =>
    Inventory.adjust(real.ctx, {
      productId: at(real.productIds, p),
      input: { ...input, locationId: at(real.locations, l) },
    }),
  );

const restock = fc
  .record({
    p: product,
    l: place,
    q: fc.integer({ min: 1, max: 25 }),
    cost: fc.option(fc.integer({ min: 0, max: 700 })),
    days: fc.option(fc.integer({ min: -1, max: 3 })),
  })
  .map(({ p, l, q, cost, days }) =>
    command(
      `restock(${p}@${l} × ${q}${cost === null ? "" : ` at ${cost} cents`}${days === null ? "" : `, ${days} days`})`,
      async (model, real) => {
        const unitCost = cost === null ? {} : { unitCost: usd((cost / 100).toFixed(2)) };
        const day = new Date(real.ctx.now() + (days ?? 0) * DAY_MS).toISOString().slice(0, 10);
        const dated = days === null ? {} : { expirationDate: day };
        const result = await adjust(real, p, l, { changeType: "restock", quantity: q, ...unitCost, ...dated });
        expect(result).toHaveProperty("done");
        move(model, p, { onHand: q });
      },
    ),
  );

const lose = fc
  .record({ p: product, l: place, q: units, type: fc.constantFrom("spoil", "trash", "damaged", "sale", "manual") })
  .map(({ p, l, q, type }) =>
    command(`${type}(${p}@${l} × ${q})`, async (model, real) => {
      const out = type === "manual" ? { direction: "out" } : {};
      const result = await adjust(real, p, l, { changeType: type, quantity: q, ...out });
      if ("done" in result) move(model, p, { onHand: -q });
    }),
  );

const recount = fc.record({ p: product, l: place, q: fc.integer({ min: 0, max: 9 }) }).map(({ p, l, q }) =>
  command(`recount(${p}@${l} = ${q})`, async (model, real) => {
    const [before] = (await Inventory.stockOfProduct(real.ctx, at(real.productIds, p))).filter(
      ({ locationId }) => locationId === at(real.locations, l),
    );
    const result = await adjust(real, p, l, { changeType: "recount", quantity: q });
    if ("done" in result) move(model, p, { onHand: q - (before?.onHand ?? 0) });
  }),
);

const hold = fc.record({ p: product, l: place, q: units, isBack: fc.boolean() }).map(({ p, l, q, isBack }) =>
  command(`${isBack ? "unreserved" : "reserved"}(${p}@${l} × ${q})`, async (model, real) => {
    const result = await adjust(real, p, l, { changeType: isBack ? "unreserved" : "reserved", quantity: q });
    if ("refused" in result) return;
    const by = isBack ? -q : q;
    move(model, p, { reserved: by });
    model.byHand[p] = (model.byHand[p] ?? 0) + by;
    expect(model.byHand[p]).toBeGreaterThanOrEqual(0);
  }),
);

const buffer = fc.record({ p: product, l: place, q: fc.integer({ min: 0, max: 4 }) }).map(({ p, l, q }) =>
  command(`buffer(${p}@${l} = ${q})`, async (model, real) => {
    const locationId = at(real.locations, l);
    await Inventory.setBuffer(real.ctx, { productId: at(real.productIds, p), input: { quantity: q, locationId } });
    const name = `${p}@${l}`;
    move(model, p, { buffer: q - (model.buffers.get(name) ?? 0) });
    model.buffers.set(name, q);
  }),
);

const reserve = fc
  .record({ p: product, l: place, q: units, minutes: fc.integer({ min: 1, max: 4_000 }) })
  .map(({ p, l, q, minutes }) =>
    command(`reserve(${p}@${l} × ${q} for ${minutes} min)`, async (model, real) => {
      const lines = [{ productId: at(real.productIds, p), locationId: at(real.locations, l), quantity: q }];
      const expiresInSeconds = minutes * 60;
      const result = await attempt(() => Inventory.createReservation(real.ctx, { lines, expiresInSeconds }));
      if ("refused" in result) return;
      model.reservations.push({ id: result.done.id, units: p === 0 ? [q, 0] : [0, q], isOpen: true });
      move(model, p, { reserved: q });
    }),
  );

const close = (model: Model, one: Model["reservations"][number]) => {
  if (!one.isOpen) return;
  one.isOpen = false;
  for (const [p, quantity] of one.units.entries()) move(model, p, { reserved: -quantity });
};

const release = nth.map((n) =>
  command(
    `release(reservation ${n})`,
    async (model, real) => {
      const one = at(model.reservations, n);
      const result = await attempt(() => Inventory.releaseReservation(real.ctx, { id: one.id }));
      expect("done" in result).toBe(one.isOpen);
      close(model, one);
    },
    ({ reservations }) => reservations.length > 0,
  ),
);

const transfer = fc.record({ p: product, from: place, q: units }).map(({ p, from, q }) =>
  command(`transfer(${p}@${from} → ${1 - from} × ${q})`, async (_model, real) => {
    const [fromLocationId, toLocationId] = [at(real.locations, from), at(real.locations, 1 - from)];
    const productId = at(real.productIds, p);
    await attempt(() => Inventory.createTransfer(real.ctx, { fromLocationId, toLocationId, productId, quantity: q }));
  }),
);

/** Two of the first product become three of the second. */
const startBatch = fc.integer({ min: 1, max: 2 }).map((runs) =>
  command(`startBatch(${runs})`, async (model, real) => {
    const { id } = await Production.planBatch(real.ctx, { recipeId: real.recipeId, runs });
    const result = await attempt(() => Production.startBatch(real.ctx, { id }));
    if ("refused" in result) return;
    model.batches.push({ id, state: "started" });
    move(model, 0, { onHand: -2 * runs });
  }),
);

const endBatch = fc.record({ n: nth, q: fc.nat({ max: 6 }), isCancelled: fc.boolean() }).map(({ n, q, isCancelled }) =>
  command(
    isCancelled ? `cancelBatch(${n})` : `finishBatch(${n} × ${q})`,
    async (model, real) => {
      const batch = at(model.batches, n);
      const { id } = batch;
      const result = await attempt(() =>
        isCancelled
          ? Production.cancelBatch(real.ctx, { id })
          : Production.finishBatch(real.ctx, { id, input: { quantity: q } }),
      );
      if ("refused" in result) return;
      batch.state = "over";
      if (isCancelled) move(model, 0, { onHand: 2 * result.done.runs });
      else move(model, 1, { onHand: q });
    },
    ({ batches }) => batches.length > 0,
  ),
);

const sleep = fc.integer({ min: 1, max: 60 }).map((hours) =>
  command(`sleep(${hours} h)`, async (model, real) => {
    real.advance(hours * 3_600_000);
    await sweepReservations(real.ctx);
    await sweepLots(real.ctx);
    for (const one of model.reservations) {
      const { status } = await Inventory.getReservation(real.ctx, one.id);
      if (status === "expired") close(model, one);
    }
  }),
);

/** Everything that can be done with stock, what does most coming up most. */
export const ANY_COMMAND: fc.Arbitrary<Command>[] = [
  ...ORDER_COMMANDS,
  restock,
  restock,
  lose,
  recount,
  hold,
  buffer,
  reserve,
  release,
  transfer,
  startBatch,
  endBatch,
  sleep,
];
