import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SeenKeys } from "../../../core/ingest/seen.ts";

describe("the keys of a file", () => {
  it("behave as a map from key to first row, however much they grow", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 4 }), { maxLength: 3_000 }), (keys) => {
        const seen = new SeenKeys(4);
        const model = new Map<string, number>();
        keys.forEach((key, index) => {
          expect(seen.add(key, index + 1)).toBe(model.get(key));
          if (!model.has(key)) model.set(key, index + 1);
        });
        expect(seen.size).toBe(model.size);
        for (const key of [...keys, "never added"]) expect(seen.has(key)).toBe(model.has(key));
      }),
      { numRuns: 30 },
    );
  });
});
