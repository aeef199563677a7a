import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, contentHash } from "../../../core/platform/canonical.ts";

/** The same value with every object's keys in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
}

describe("canonicalJson", () => {
  it("is the same text whatever the order of keys", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
        expect(contentHash(reversed(value))).toBe(contentHash(value));
      }),
    );
  });

  it("loses nothing of a JSON value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it("leaves out undefined fields and writes bigints as digits", () => {
    expect(canonicalJson({ b: undefined, a: 12n })).toBe('{"a":"12"}');
  });
});

describe("contentHash", () => {
  it("tells values apart that differ in order of a list, type or nesting", () => {
    const hashes = [[1, 2], [2, 1], ["1", 2], { 0: 1, 1: 2 }, [[1], 2]].map(contentHash);
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});
