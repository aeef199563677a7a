import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Bundle, bundleAvailability, componentsOf, expandBundles } from "../../../core/inventory/bundle.ts";

const at = "2026-01-01T00:00:00.000Z";
const bundle = (productId: string, components: Bundle["components"]): Bundle => ({
  productId,
  components,
  version: 1,
  createdAt: at,
  updatedAt: at,
});
const six = bundle("six", [{ productId: "can", quantity: 6 }]);
const set = bundle("set", [
  { productId: "can", quantity: 1 },
  { productId: "cup", quantity: 2 },
]);
const bundles = new Map([six, set].map((one) => [one.productId, one]));

describe("what lines need of stock", () => {
  it("sums what bundles and plain lines need of the same product, before anyone checks it", () => {
    const lines = [
      { productId: "six", quantity: 2 },
      { productId: "can", quantity: 3 },
      { productId: "set", quantity: 4 },
    ];
    expect(expandBundles(lines, bundles)).toEqual([
      { productId: "can", quantity: 19 },
      { productId: "cup", quantity: 8 },
    ]);
  });

  it("is a line's own product where that is no bundle", () => {
    expect(componentsOf({ productId: "cup", quantity: 2 }, bundles)).toEqual([{ productId: "cup", quantity: 2 }]);
  });

  it("is the same in whatever order the lines come and however they are split", () => {
    const line = fc.record({
      productId: fc.constantFrom("six", "set", "can", "cup", "other"),
      quantity: fc.integer({ min: 1, max: 1_000 }),
    });
    const sums = (lines: { productId: string; quantity: number }[]) =>
      expandBundles(lines, bundles).toSorted((a, b) => (a.productId < b.productId ? -1 : 1));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
        const units = lines.flatMap(({ productId, quantity }) =>
          Array.from({ length: Math.min(quantity, 20) }, () => ({ productId, quantity: 1 })),
        );
        const capped = lines.map(({ productId, quantity }) => ({ productId, quantity: Math.min(quantity, 20) }));
        expect(sums(units)).toEqual(sums(capped.toReversed()));
      }),
    );
  });
});

describe("how many bundles there are", () => {
  const there = (locationId: string, productId: string, available: number) => ({ locationId, productId, available });

  it("is the least of what its components allow, at each location by itself", () => {
    const stock = [there("a", "can", 5), there("a", "cup", 3), there("b", "can", 100)];
    expect(bundleAvailability(set, stock, ["a", "b"])).toEqual([
      { locationId: "a", available: 1 },
      { locationId: "b", available: 0 },
    ]);
  });

  it("is none, never less, while a buffer is larger than what is free", () => {
    expect(bundleAvailability(six, [there("a", "can", -7)], ["a"])).toEqual([{ locationId: "a", available: 0 }]);
  });

  it("is as many as can be demanded, and one more cannot", () => {
    const units = fc.integer({ min: -20, max: 500 });
    const per = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(fc.array(fc.tuple(units, per), { minLength: 1, maxLength: 5 }), (rows) => {
        const components = rows.map(([, quantity], index) => ({ productId: `p${index}`, quantity }));
        const stock = rows.map(([available], index) => there("a", `p${index}`, available));
        const [{ available } = { available: -1 }] = bundleAvailability({ components }, stock, ["a"]);
        const isEnough = (count: number) => rows.every(([free, quantity]) => quantity * count <= Math.max(0, free));
        expect(isEnough(available)).toBe(true);
        expect(isEnough(available + 1)).toBe(false);
      }),
    );
  });
});
