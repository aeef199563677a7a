import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Context } from "../../../core/platform/context.ts";
import { decodeCursor, encodeCursor } from "../../../core/platform/cursor.ts";
import { AppError } from "../../../core/platform/errors.ts";
import { testConfig, testContext } from "../../support/context.ts";

const ctx = testContext();
const query = { list: "products", status: "active" };

function refusal(context: Context, asked: unknown, cursor: string): unknown {
  try {
    decodeCursor(context, asked, cursor);
    return undefined;
  } catch (error) {
    return error instanceof AppError ? error.code : error;
  }
}

describe("cursor", () => {
  it("gives back the place it was made of, for any query", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (asked, position) => {
        const expected: unknown = JSON.parse(JSON.stringify(position));
        expect(decodeCursor(ctx, asked, encodeCursor(ctx, asked, position))).toEqual(expected);
      }),
    );
  });

  it("is opaque: fit for a URL, and short", () => {
    const cursor = encodeCursor(ctx, query, { pk: "a", sk: "prd_01" });
    expect(cursor).toMatch(/^[\w-]+$/);
    expect(cursor.length).toBeLessThan(120);
  });

  it("is refused when any of its characters is another", () => {
    const cursor = encodeCursor(ctx, query, { sk: "prd_01" });
    fc.assert(
      fc.property(fc.nat({ max: cursor.length - 1 }), fc.constantFrom("A", "z", "0", "-", "_"), (place, character) => {
        if (cursor[place] === character) return;
        const altered = cursor.slice(0, place) + character + cursor.slice(place + 1);
        expect(refusal(ctx, query, altered)).toBe("INVALID_CURSOR");
      }),
    );
  });

  it("is refused when it is cut, lengthened or no cursor at all", () => {
    const cursor = encodeCursor(ctx, query, { sk: "prd_01" });
    for (const text of [
      "",
      "x",
      cursor.slice(0, 10),
      cursor.slice(0, 22),
      cursor.slice(0, -1),
      `${cursor}A`,
      "é".repeat(40),
    ]) {
      expect(refusal(ctx, query, text)).toBe("INVALID_CURSOR");
    }
  });

  it("is refused by another organisation", () => {
    const cursor = encodeCursor(ctx, query, { sk: "prd_01" });
    expect(refusal(testContext(), query, cursor)).toBe("INVALID_CURSOR");
  });

  it("is refused for another query, but not for the same one with its fields in another order", () => {
    const cursor = encodeCursor(ctx, query, "prd_01");
    expect(refusal(ctx, { ...query, status: "draft" }, cursor)).toBe("INVALID_CURSOR");
    expect(decodeCursor(ctx, { status: "active", list: "products" }, cursor)).toBe("prd_01");
  });

  it("is refused under another secret", () => {
    const cursor = encodeCursor(ctx, query, "prd_01");
    const elsewhere = { ...ctx, config: testConfig({ SECRET_KEY: "another-secret-of-the-tests-0123456789" }) };
    expect(refusal(elsewhere, query, cursor)).toBe("INVALID_CURSOR");
  });
});
