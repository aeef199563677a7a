import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayBefore, demandOf } from "../../../core/inventory/reorder/demand.ts";
import type { ReorderRule } from "../../../core/inventory/reorder/rule.ts";
import { suggest } from "../../../core/inventory/reorder/suggestion.ts";
import { emptyStock } from "../../../core/inventory/stock.ts";

const place = { productId: "prd_1", locationId: "loc_main" };
const at = "2026-01-01T00:00:00.000Z";
const rule = (changes: Partial<ReorderRule> = {}): ReorderRule => ({
  id: "r",
  version: 1,
  createdAt: at,
  updatedAt: at,
  ...place,
  minimum: 5,
  leadTimeDays: 7,
  packSize: 6,
  minimumOrder: 0,
  ...changes,
});
const stock = (onHand: number, reserved = 0, blocked = 0) => ({
  ...emptyStock(place),
  onHand,
  reserved,
  blocked,
  free: onHand - reserved - blocked,
});
const to = "2026-03-10";
const daily = (units: number[]) =>
  Object.fromEntries(units.map((left, index) => [dayBefore(to, units.length - 1 - index), left]));

describe("the demand of the last days", () => {
  it("is what left in whole days up to the last closed one", () => {
    const days = { ...daily([4, 1, 2, 3]), "2026-03-11": 100 };
    expect(demandOf(days, { to, days: 3 })).toEqual({
      from: "2026-03-08",
      to,
      days: 3,
      units: 6,
      counted: 6,
      dayLimit: 6,
      spikes: [],
    });
  });

  it("counts a day that stands out for three times the median of the days on which anything left", () => {
    const demand = demandOf(daily([0, 1, 0, 2, 0, 40, 0]), { to, days: 7 });
    expect(demand).toMatchObject({ units: 43, counted: 9, dayLimit: 6, spikes: [{ day: "2026-03-09", units: 40 }] });
  });

  it("is still there for what sells seldom, though most days have none", () => {
    const seldom = daily([3, ...Array.from({ length: 27 }, () => 0)]);
    expect(demandOf(seldom, { to, days: 28 })).toMatchObject({ units: 3, counted: 3 });
  });

  it("is none where nothing left, and a cancelled batch takes no day under nothing", () => {
    expect(demandOf({}, { to, days: 28 })).toMatchObject({ units: 0, counted: 0, spikes: [] });
    expect(demandOf(daily([5, -5]), { to, days: 2 })).toMatchObject({ units: 5, counted: 5 });
  });

  it("never counts more than left, nor less than the largest day that does not stand out", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 500 }), { minLength: 1, maxLength: 60 }), (units) => {
        const demand = demandOf(daily(units), { to, days: units.length });
        expect(demand.units).toBe(units.reduce((sum, left) => sum + left, 0));
        expect(demand.counted).toBeLessThanOrEqual(demand.units);
        const ordinary = units.filter((left) => left <= (demand.dayLimit ?? 0));
        expect(demand.counted).toBeGreaterThanOrEqual(ordinary.reduce((sum, left) => sum + left, 0));
      }),
    );
  });
});

describe("a suggestion", () => {
  const demand = demandOf(daily([2, 2, 2, 2, 2, 2, 2]), { to, days: 7 });

  it("orders whole packs up to the target, and explains every number", () => {
    const suggestion = suggest(rule({ target: 40, supplierId: "sup_1" }), {
      stock: stock(12, 3, 1),
      expected: 6,
      demand,
    });
    expect(suggestion).toMatchObject({ quantity: 30, packs: 5, daysLeft: 4, supplierId: "sup_1" });
    expect(suggestion?.steps).toEqual([
      { name: "free", value: 8, because: "12 on hand − 3 reserved − 1 blocked" },
      { name: "position", value: 14, because: "8 free + 6 expected from open deliveries" },
      {
        name: "leadTimeDemand",
        value: 14,
        because: "14 units in 7 days × 7 days until a delivery comes, rounded up",
      },
      { name: "reorderPoint", value: 19, because: "5 minimum + 14 until a delivery comes" },
      { name: "orderUpTo", value: 40, because: "the larger of 40 target and 19 reorder point" },
      { name: "wanted", value: 26, because: "40 to order up to − 14 position" },
      { name: "atLeast", value: 26, because: "the supplier takes orders from 0 units" },
      { name: "packs", value: 5, because: "26 units in packs of 6, rounded up" },
      { name: "quantity", value: 30, because: "5 packs of 6" },
    ]);
  });

  it("is none while there is enough, counting what is on its way", () => {
    expect(suggest(rule(), { stock: stock(19), expected: 0, demand })).toBeUndefined();
    expect(suggest(rule(), { stock: stock(0), expected: 19, demand })).toBeUndefined();
    expect(suggest(rule(), { stock: stock(18), expected: 0, demand })).toMatchObject({ quantity: 6 });
  });

  it("keeps to what the supplier takes an order for", () => {
    const once = suggest(rule({ minimumOrder: 50, packSize: 12 }), { stock: stock(18), expected: 0, demand });
    expect(once).toMatchObject({ quantity: 60, packs: 5 });
  });

  it("says which days it left out", () => {
    const spiky = demandOf(daily([1, 1, 50, 1]), { to, days: 4 });
    const suggestion = suggest(rule({ leadTimeDays: 4 }), { stock: stock(0), expected: 0, demand: spiky });
    expect(suggestion?.steps[2]).toEqual({
      name: "leadTimeDemand",
      value: 6,
      because:
        "6 units in 4 days × 4 days until a delivery comes, rounded up; 47 units of 1 days that stand out are left out, where a day counts for 3 at most",
    });
  });

  it("always fills up to the goal with whole packs, and never with a pack more than it takes", () => {
    const unit = fc.nat({ max: 400 });
    fc.assert(
      fc.property(
        fc.record({ minimum: unit, leadTimeDays: fc.nat({ max: 60 }), packSize: fc.integer({ min: 1, max: 48 }) }),
        fc.record({ extra: fc.option(unit), minimumOrder: unit, onHand: unit, reserved: unit, expected: unit }),
        fc.array(fc.nat({ max: 60 }), { minLength: 1, maxLength: 30 }),
        (given, { extra, minimumOrder, onHand, reserved, expected }, units) => {
          const target = extra === null ? {} : { target: given.minimum + extra };
          const left = demandOf(daily(units), { to, days: units.length });
          const one = suggest(rule({ ...given, ...target, minimumOrder }), {
            stock: stock(onHand, reserved),
            expected,
            demand: left,
          });
          const value = (name: string) => one?.steps.find((step) => step.name === name)?.value ?? 0;
          const position = onHand - reserved + expected;
          const point = given.minimum + Math.ceil((left.counted * given.leadTimeDays) / left.days);
          expect(one === undefined).toBe(position >= point);
          if (!one) return;
          expect(one.quantity % given.packSize).toBe(0);
          const least = Math.max(value("orderUpTo") - position, minimumOrder);
          expect(one.quantity).toBeGreaterThanOrEqual(least);
          expect(one.quantity - given.packSize).toBeLessThan(least);
        },
      ),
    );
  });
});
