import { describe, expect, it } from "vitest";
import * as Inventory from "../../../core/inventory/index.ts";
import { runDue } from "../../../core/platform/due.ts";
import { allEntries, expectBalanced } from "../../support/balanced.ts";
import { cloudContext } from "../../support/cloud.ts";
import { testActor } from "../../support/context.ts";
import { stoppedClock } from "../../support/recording.ts";
import { stocked, usd } from "../../support/stock.ts";
import { storeFaults } from "../../support/store-faults.ts";
import { only, sweepReservations } from "../../support/sweeps.ts";

type Ctx = ReturnType<typeof cloudContext>;

const reserve = (ctx: Ctx, productId: string, quantity: number, more: Record<string, unknown> = {}) =>
  Inventory.createReservation(ctx, { lines: [{ productId, quantity }], ...more });
const reservedOf = async (ctx: Ctx, productId: string) => (await Inventory.getStock(ctx, productId)).reserved;
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: { code?: string }) => error.code,
  );

describe("a reservation", () => {
  it("holds all lines in two calls, for a quarter of an hour unless it is told otherwise", async () => {
    const { now } = stoppedClock(Date.UTC(2026, 0, 15));
    const { around, calls } = storeFaults();
    const ctx = cloudContext({ now, around });
    const [a, b] = [await stocked(ctx, "A", 5), await stocked(ctx, "B", 5)];
    calls.length = 0;
    const lines = [
      { productId: a.id, quantity: 2 },
      { productId: b.id, quantity: 5 },
      { productId: a.id, quantity: 3 },
    ];
    const made = await Inventory.createReservation(ctx, { lines, reference: "cart 17" });
    expect(calls).toEqual(["BatchGetItem", "TransactWriteItems"]);
    expect(Inventory.viewReservation(made)).toMatchObject({
      status: "open",
      reference: "cart 17",
      expiresAt: "2026-01-15T00:15:00.000Z",
      version: 1,
    });
    expect(await Inventory.getReservation(ctx, made.id)).toEqual(made);
    expect((await Inventory.listReservations(ctx, {})).items).toEqual([made]);
    for (const { id } of [a, b]) {
      expect(await Inventory.getStock(ctx, id)).toMatchObject({ onHand: 5, reserved: 5, available: 0 });
      await expectBalanced(ctx, id);
    }
  });

  it("holds nothing when one line is short, and says of each line what is missing", async () => {
    const ctx = cloudContext();
    const [a, b, c] = [await stocked(ctx, "A", 5), await stocked(ctx, "B", 5), await stocked(ctx, "C", 0)];
    const lines = [
      { productId: a.id, quantity: 5 },
      { productId: b.id, quantity: 4 },
      { productId: c.id, quantity: 1 },
      { productId: b.id, quantity: 2 },
    ];
    const place = { locationId: Inventory.MAIN_LOCATION };
    await expect(Inventory.createReservation(ctx, { lines })).rejects.toMatchObject({
      code: "INSUFFICIENT_STOCK",
      details: {
        lines: [
          { line: 1, productId: b.id, ...place, quantity: 4, requested: 6, available: 5 },
          { line: 2, productId: c.id, ...place, quantity: 1, requested: 1, available: 0 },
          { line: 3, productId: b.id, ...place, quantity: 2, requested: 6, available: 5 },
        ],
      },
    });
    for (const { id } of [a, b, c]) expect(await reservedOf(ctx, id)).toBe(0);
    expect((await Inventory.listReservations(ctx, {})).items).toEqual([]);
  });

  it("leaves the safety buffer alone", async () => {
    const ctx = cloudContext();
    const { id } = await stocked(ctx, "A", 5);
    await Inventory.setBuffer(ctx, { productId: id, input: { quantity: 2 } });
    await expect(reserve(ctx, id, 4)).rejects.toMatchObject({ details: { lines: [{ available: 3 }] } });
    await reserve(ctx, id, 3);
  });

  it("of a bundle holds its components, summed with what other lines hold of them", async () => {
    const ctx = cloudContext();
    const [can, pack] = [await stocked(ctx, "CAN", 10), await stocked(ctx, "SIX-PACK", 0)];
    const components = [{ productId: can.id, quantity: 6 }];
    await Inventory.setBundle(ctx, { productId: pack.id, input: { components } });
    const lines = (cans: number) => [
      { productId: pack.id, quantity: 1 },
      { productId: can.id, quantity: cans },
    ];
    const asked = { productId: can.id, locationId: Inventory.MAIN_LOCATION, requested: 11, available: 10 };
    await expect(Inventory.createReservation(ctx, { lines: lines(5) })).rejects.toMatchObject({
      details: {
        lines: [
          { line: 0, bundleId: pack.id, quantity: 6, ...asked },
          { line: 1, quantity: 5, ...asked },
        ],
      },
    });
    const { id, holds } = await Inventory.createReservation(ctx, { lines: lines(4) });
    expect(holds).toEqual([{ productId: can.id, locationId: Inventory.MAIN_LOCATION, quantity: 10 }]);
    // The bundle may become another one: what was held is what is given back.
    await Inventory.setBundle(ctx, { productId: pack.id, input: { components: [{ productId: can.id, quantity: 4 }] } });
    await Inventory.releaseReservation(ctx, { id });
    expect(await reservedOf(ctx, can.id)).toBe(0);
    await expectBalanced(ctx, can.id);
  });

  it("takes forty lines, and more stock items than fit in one step only in several", async () => {
    const ctx = cloudContext();
    const parts = await Promise.all(Array.from({ length: 46 }, (_, index) => stocked(ctx, `P-${index}`, 1)));
    const lines = parts.slice(0, 40).map(({ id }) => ({ productId: id, quantity: 1 }));
    expect((await Inventory.createReservation(ctx, { lines })).holds).toHaveLength(40);
    const sets = await Promise.all(
      [0, 16, 32].map(async (from) => {
        const { id } = await stocked(ctx, `SET-${from}`, 0);
        const components = parts.slice(from, from + 16).map((part) => ({ productId: part.id, quantity: 1 }));
        await Inventory.setBundle(ctx, { productId: id, input: { components } });
        return { productId: id, quantity: 1 };
      }),
    );
    expect(await codeOf(Inventory.createReservation(ctx, { lines: sets }))).toBe("STATE_CONFLICT");
  });

  it("does not know other organisations' products and locations, and refuses times that cannot be", async () => {
    const ctx = cloudContext();
    const { id } = await stocked(ctx, "A", 5);
    expect(await codeOf(reserve({ ...ctx, actor: testActor() }, id, 1))).toBe("NOT_FOUND");
    expect(await codeOf(reserve(ctx, "prd_none", 1))).toBe("NOT_FOUND");
    const lines = [{ productId: id, quantity: 1, locationId: "loc_none" }];
    expect(await codeOf(Inventory.createReservation(ctx, { lines }))).toBe("NOT_FOUND");
    const wrong = [
      { expiresAt: "2020-01-01T00:00:00Z" },
      { expiresAt: "9999-01-01T00:00:00Z" },
      { expiresAt: "tomorrow" },
      { expiresInSeconds: 0 },
      { expiresInSeconds: 60, expiresAt: "2027-01-01T00:00:00Z" },
    ];
    for (const time of wrong) expect(await codeOf(reserve(ctx, id, 1, time))).toBe("VALIDATION_ERROR");
    expect(await reservedOf(ctx, id)).toBe(0);
  });

  it("of one unit, asked for fifty times at once on twenty units, is given exactly twenty times", async () => {
    const ctx = cloudContext();
    const { id } = await stocked(ctx, "A", 20);
    const results = await Promise.all(Array.from({ length: 50 }, () => codeOf(reserve(ctx, id, 1))));
    expect(results.filter((code) => code === "done")).toHaveLength(20);
    expect(results.filter((code) => code === "INSUFFICIENT_STOCK")).toHaveLength(30);
    expect(await Inventory.getStock(ctx, id)).toMatchObject({ onHand: 20, reserved: 20, available: 0 });
    await expectBalanced(ctx, id);
  });

  it("is released once, however many try at once, and a repeat with the same key gets the first answer", async () => {
    const ctx = cloudContext();
    const { id: productId } = await stocked(ctx, "A", 5);
    const [{ id }, other] = [await reserve(ctx, productId, 2), await reserve(ctx, productId, 2)];
    const results = await Promise.all(
      Array.from({ length: 5 }, () => codeOf(Inventory.releaseReservation(ctx, { id }))),
    );
    expect(results.filter((code) => code === "done")).toHaveLength(1);
    expect(results.filter((code) => code === "STATE_CONFLICT")).toHaveLength(4);
    expect(await reservedOf(ctx, productId)).toBe(2);
    const once = { ...ctx, idempotencyKey: "release" };
    const first = await Inventory.releaseReservation(once, { id: other.id });
    expect(await Inventory.releaseReservation(once, { id: other.id })).toEqual(first);
    expect(first).toMatchObject({ status: "released", version: 2 });
    expect(await reservedOf(ctx, productId)).toBe(0);
    await expectBalanced(ctx, productId);
  });

  it("that is changed with an old version is refused", async () => {
    const ctx = cloudContext();
    const { id: productId } = await stocked(ctx, "A", 5);
    const { id } = await reserve(ctx, productId, 2);
    const input = { expiresInSeconds: 3600 };
    expect(await Inventory.extendReservation(ctx, { id, expectedVersion: 1, input })).toMatchObject({ version: 2 });
    expect(await codeOf(Inventory.releaseReservation(ctx, { id, expectedVersion: 1 }))).toBe("VERSION_CONFLICT");
    expect(await codeOf(Inventory.extendReservation(ctx, { id, input: {} }))).toBe("VALIDATION_ERROR");
    expect(await codeOf(Inventory.releaseReservation({ ...ctx, actor: testActor() }, { id }))).toBe("NOT_FOUND");
  });

  it("that somebody took over is nobody else's to release, and does not expire", async () => {
    const clock = stoppedClock();
    const ctx = cloudContext({ now: clock.now });
    const { id: productId } = await stocked(ctx, "A", 5);
    const { id } = await reserve(ctx, productId, 2);
    const order = { kind: "order", id: "ord_1" };
    const [taken, late] = await Promise.all([
      Inventory.consumeReservation(ctx, id, order),
      Inventory.consumeReservation(ctx, id, order),
    ]);
    expect(taken.holds).toEqual([{ productId, locationId: Inventory.MAIN_LOCATION, quantity: 2 }]);
    await ctx.table.transact(taken.writes);
    await expect(ctx.table.transact(late.writes)).rejects.toThrow("ConditionalCheckFailed");
    expect(await codeOf(Inventory.releaseReservation(ctx, { id }))).toBe("STATE_CONFLICT");
    clock.advance(3_600_000);
    expect(await sweepReservations(ctx)).toBe(0);
    expect(await Inventory.getReservation(ctx, id)).toMatchObject({ status: "consumed", consumedBy: order });
    expect(await reservedOf(ctx, productId)).toBe(2);
  });
});

describe("a reservation's end", () => {
  const held = async () => {
    const clock = stoppedClock();
    const ctx = cloudContext({ now: clock.now });
    const { id: productId } = await stocked(ctx, "A", 5);
    const { id } = await reserve(ctx, productId, 2, { expiresInSeconds: 60 });
    return { clock, ctx, productId, id };
  };

  it("gives the units back, not before its time, and once though it is swept again and again", async () => {
    const { clock, ctx, productId, id } = await held();
    clock.advance(59_999);
    expect(await sweepReservations(ctx)).toBe(0);
    expect(await reservedOf(ctx, productId)).toBe(2);
    clock.advance(1);
    expect(await sweepReservations(ctx)).toBe(1);
    expect(await sweepReservations(ctx)).toBe(0);
    expect(await Inventory.getReservation(ctx, id)).toMatchObject({ status: "expired", version: 2 });
    expect(await reservedOf(ctx, productId)).toBe(0);
    const last = (await allEntries(ctx, productId))[0];
    expect(last).toMatchObject({ type: "unreserved", cause: { kind: "reservation", id }, actor: { kind: "system" } });
    await expectBalanced(ctx, productId);
  });

  it("comes once for two sweeps at once", async () => {
    const { clock, ctx, productId } = await held();
    clock.advance(60_000);
    const done = await Promise.all([sweepReservations(ctx), sweepReservations(ctx), sweepReservations(ctx)]);
    expect(done.toSorted((a, b) => a - b)).toEqual([0, 0, 1]);
    expect(await reservedOf(ctx, productId)).toBe(0);
    await expectBalanced(ctx, productId);
  });

  it("and its release at the same moment give the units back once", async () => {
    for (let round = 0; round < 5; round++) {
      const { clock, ctx, productId, id } = await held();
      clock.advance(60_000);
      const [swept, released] = await Promise.all([
        sweepReservations(ctx),
        codeOf(Inventory.releaseReservation(ctx, { id })),
      ]);
      expect([
        [1, "STATE_CONFLICT"],
        [0, "done"],
      ]).toContainEqual([swept, released]);
      expect(await reservedOf(ctx, productId)).toBe(0);
      await expectBalanced(ctx, productId);
    }
  });

  it("moves when it is extended, and is final once it has come", async () => {
    const { clock, ctx, productId, id } = await held();
    await Inventory.extendReservation(ctx, { id, input: { expiresInSeconds: 600 } });
    clock.advance(60_000);
    expect(await sweepReservations(ctx)).toBe(0);
    clock.advance(540_000);
    // Its time has come, though the sweep has not.
    const extend = () => codeOf(Inventory.extendReservation(ctx, { id, input: { expiresInSeconds: 600 } }));
    expect(await extend()).toBe("STATE_CONFLICT");
    expect(await sweepReservations(ctx)).toBe(1);
    expect(await extend()).toBe("STATE_CONFLICT");
    expect(await reservedOf(ctx, productId)).toBe(0);
  });

  it("that fails stays due and costs the others nothing", async () => {
    const { clock, ctx, productId, id } = await held();
    await reserve(ctx, productId, 1, { expiresInSeconds: 60 });
    clock.advance(60_000);
    const work = {
      [Inventory.RESERVATION_DUE]: async (...[of, due]: Parameters<typeof Inventory.expireReservation>) => {
        if (due.id === id) throw new Error("lost");
        return Inventory.expireReservation(of, due);
      },
    };
    await expect(runDue(only(ctx), work, { until: Number.POSITIVE_INFINITY })).rejects.toThrow(
      "1 due items were not done",
    );
    expect(await reservedOf(ctx, productId)).toBe(2);
    expect(await sweepReservations(ctx)).toBe(1);
    expect(await reservedOf(ctx, productId)).toBe(0);
  });
});

describe("stock in more than one place", () => {
  it("is reserved where the line says", async () => {
    const ctx = cloudContext();
    const { id: productId } = await stocked(ctx, "A", 1);
    const { id: locationId } = await Inventory.createLocation(ctx, { name: "Shop" });
    const restock = { changeType: "restock", quantity: 4, locationId, unitCost: usd("1.00") };
    await Inventory.adjust(ctx, { productId, input: restock });
    await Inventory.createReservation(ctx, { lines: [{ productId, quantity: 3, locationId }] });
    const { locations } = await Inventory.getStock(ctx, productId);
    const reserved = new Map(locations.map((one) => [one.locationId, one.reserved]));
    expect([reserved.get(locationId), reserved.get(Inventory.MAIN_LOCATION)]).toEqual([3, 0]);
  });
});
