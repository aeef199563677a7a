import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createIds, ID_PREFIX, idAt } from "../../../core/platform/ids.ts";

const LAST_ULID_MS = 2 ** 48 - 1;

describe("createIds", () => {
  it("names the kind and is 26 characters of Crockford's base 32 after it", () => {
    const newId = createIds(() => 1_795_000_000_000);
    for (const [kind, prefix] of Object.entries(ID_PREFIX) as [keyof typeof ID_PREFIX, string][]) {
      expect(newId(kind)).toMatch(new RegExp(`^${prefix}_[0-9A-HJKMNP-TV-Z]{26}$`));
    }
  });

  it("gives every kind a prefix of its own", () => {
    expect(new Set(Object.values(ID_PREFIX)).size).toBe(Object.keys(ID_PREFIX).length);
  });

  it("sorts ids in the order they were made, also within one millisecond and when the clock steps back", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 2, maxLength: 50 }), (steps) => {
        let time = 1_795_000_000_000;
        const newId = createIds(() => time);
        const made = steps.map((step) => {
          time += step;
          return newId("product");
        });
        expect(made.toSorted()).toEqual(made);
        expect(new Set(made).size).toBe(made.length);
      }),
    );
  });
});

describe("idAt", () => {
  it("is not above any id of that millisecond and above every id of the one before", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: LAST_ULID_MS }), (time) => {
        expect(idAt("import", time) <= createIds(() => time)("import")).toBe(true);
        expect(idAt("import", time) > createIds(() => time - 1)("import")).toBe(true);
      }),
    );
  });
});
