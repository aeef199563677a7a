import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chooseLocations, type Demand } from "../../../core/orders/allocation.ts";
import { takeFromHolds } from "../../../core/orders/fulfil.ts";
import { lineOf } from "./orders.ts";

const PRODUCTS = ["prd_a", "prd_b", "prd_c"];
const PLACES = ["loc_1", "loc_2", "loc_3"];
const units = (holds: readonly { quantity: number }[]) => holds.reduce((sum, { quantity }) => sum + quantity, 0);

const STOCK = fc.dictionary(
  fc.constantFrom(...PRODUCTS.flatMap((product) => PLACES.map((place) => `${product}#${place}`))),
  fc.integer({ min: -3, max: 20 }),
);
const DEMANDS = fc
  .array(
    fc.record({
      productId: fc.constantFrom(...PRODUCTS),
      quantity: fc.integer({ min: 1, max: 15 }),
      locationId: fc.option(fc.constantFrom(...PLACES), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 10 },
  )
  .map((demands) => demands.map((demand, at): Demand => ({ line: String(at + 1), ...demand })));

describe("choosing where to reserve", () => {
  test("never gives more of a product at a place than there is, however its lines share it", () => {
    fc.assert(
      fc.property(STOCK, DEMANDS, (stock, demands) => {
        const there = (productId: string, place: string) => stock[`${productId}#${place}`] ?? 0;
        const { holds } = chooseLocations(demands, PLACES, there);
        const taken = Map.groupBy(
          [...holds.values()].flat(),
          ({ productId, locationId }) => `${productId}#${locationId}`,
        );
        for (const [name, parts] of taken) expect(units(parts), name).toBeLessThanOrEqual(stock[name] ?? 0);
      }),
    );
  });

  test("gives each line all it wants, where the caller said, or says what it lacks", () => {
    fc.assert(
      fc.property(STOCK, DEMANDS, (stock, demands) => {
        const { holds, shortages } = chooseLocations(demands, PLACES, (id, place) => stock[`${id}#${place}`] ?? 0);
        for (const { line, productId, quantity, locationId } of demands) {
          const short = shortages.find((one) => one.line === line);
          if (short) {
            expect(short).toMatchObject({ productId, requested: quantity });
            expect(short.available).toBeLessThan(quantity);
            expect(holds.has(line)).toBe(false);
            continue;
          }
          const parts = holds.get(line) ?? [];
          expect(units(parts)).toBe(quantity);
          for (const part of parts) {
            expect(part.productId).toBe(productId);
            expect(part.quantity).toBeGreaterThan(0);
            if (locationId !== undefined) expect(part.locationId).toBe(locationId);
          }
        }
      }),
    );
  });

  test("takes the first place that has all of it rather than parts of several", () => {
    const at = { "prd_a#loc_1": 2, "prd_a#loc_2": 5, "prd_a#loc_3": 5 } as Record<string, number>;
    const { holds } = chooseLocations(
      [{ line: "1", productId: "prd_a", quantity: 4 }],
      PLACES,
      (id, place) => at[`${id}#${place}`] ?? 0,
    );
    expect(holds.get("1")).toEqual([{ productId: "prd_a", locationId: "loc_2", quantity: 4 }]);
  });
});

/** A line with so many units open, each made of so many of each component, which lie at several places. */
const LINES = fc
  .record({
    open: fc.integer({ min: 1, max: 20 }),
    perUnit: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }),
    cuts: fc.array(fc.nat(80), { minLength: 3, maxLength: 3 }),
  })
  .map(({ open, perUnit, cuts }) => {
    const holds = perUnit.flatMap((each, at) => {
      const whole = open * each;
      const first = Math.min(cuts[at] ?? 0, whole);
      return [first, whole - first].flatMap((quantity, place) =>
        quantity > 0 ? [{ productId: `prd_${at}`, locationId: `loc_${place}`, quantity }] : [],
      );
    });
    return { open, perUnit, line: lineOf({ quantity: open, holds }) };
  });

describe("sending some units of a line", () => {
  test("takes of each component what those units are made of, and leaves the rest where it is", () => {
    fc.assert(
      fc.property(LINES, fc.nat(), ({ open, perUnit, line }, seed) => {
        const quantity = 1 + (seed % open);
        const { taken, left } = takeFromHolds(line, quantity);
        perUnit.forEach((each, at) => {
          expect(units(taken.filter(({ productId }) => productId === `prd_${at}`))).toBe(quantity * each);
        });
        for (const hold of line.holds) {
          const same = (one: typeof hold) => one.productId === hold.productId && one.locationId === hold.locationId;
          expect(units(taken.filter(same)) + units(left.filter(same))).toBe(hold.quantity);
        }
        for (const { quantity: part } of [...taken, ...left]) expect(part).toBeGreaterThan(0);
      }),
    );
  });
});
