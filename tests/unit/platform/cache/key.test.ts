import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cacheKey } from "../../../../core/platform/cache/key.ts";

describe("cacheKey", () => {
  it("is prefix, function, arguments, then named arguments in order", () => {
    expect(cacheKey("product", "bySku", ["A-1", 5], { status: "active", limit: 10 })).toBe(
      "product:bySku:A-1:5:limit=10:status=active",
    );
    expect(cacheKey("product", "all")).toBe("product:all");
  });

  it("does not depend on the order in which named arguments are given", () => {
    expect(cacheKey("p", "f", [], { b: 1, a: 2 })).toBe(cacheKey("p", "f", [], { a: 2, b: 1 }));
    expect(cacheKey("p", "f", [{ b: 1, a: 2 }])).toBe(cacheKey("p", "f", [{ a: 2, b: 1 }]));
  });

  it("never gives two different calls one key", () => {
    const args = fc.array(fc.string({ unit: fc.constantFrom("a", ":", "=", "%", "3", "A") }), { maxLength: 3 });
    const kwargs = fc.dictionary(fc.constantFrom("a", "b=", "c:"), fc.constantFrom("", "1", ":", "=1"), { maxKeys: 2 });
    fc.assert(
      fc.property(args, kwargs, args, kwargs, (args1, kwargs1, args2, kwargs2) => {
        const isSame = JSON.stringify([args1, sorted(kwargs1)]) === JSON.stringify([args2, sorted(kwargs2)]);
        expect(cacheKey("p", "f", args1, kwargs1) === cacheKey("p", "f", args2, kwargs2)).toBe(isSame);
      }),
      { numRuns: 2_000 },
    );
  });
});

function sorted(record: Record<string, string>): [string, string][] {
  return Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1));
}
