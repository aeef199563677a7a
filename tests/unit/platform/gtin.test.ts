import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gtinCheckDigit, gtinFault, normalizeGtin } from "../../../core/platform/gtin.ts";

const bodies = fc
  .constantFrom(7, 11, 12, 13)
  .chain((length) =>
    fc.string({ unit: fc.constantFrom(..."0123456789".split("")), minLength: length, maxLength: length }),
  );

describe("normalizeGtin", () => {
  it.each([
    ["96385074", "00000096385074"],
    ["036000291452", "00036000291452"],
    ["4006381333931", "04006381333931"],
    ["10614141000415", "10614141000415"],
    ["978-0-306-40615-7", "09780306406157"],
    ["4 006381 333931", "04006381333931"],
  ])("reads %s as %s", (text, gtin) => {
    expect(normalizeGtin(text)).toBe(gtin);
  });

  it("takes any body with its own check digit, in 14 digits, and always the same", () => {
    fc.assert(
      fc.property(bodies, (body) => {
        const gtin = normalizeGtin(body + String(gtinCheckDigit(body)));
        expect(gtin).toHaveLength(14);
        expect(normalizeGtin(gtin ?? "")).toBe(gtin);
      }),
    );
  });

  it("notices every single wrong digit", () => {
    fc.assert(
      fc.property(bodies, fc.nat(), fc.integer({ min: 1, max: 9 }), (body, place, step) => {
        const right = body + String(gtinCheckDigit(body));
        const at = place % right.length;
        const wrong = right.slice(0, at) + String((Number(right[at]) + step) % 10) + right.slice(at + 1);
        expect(normalizeGtin(wrong)).toBeUndefined();
      }),
    );
  });

  it.each(["", "123", "4006381333932", "400638133393x", "123456789", "4.00638E+12", "４００６３８１３３３９３１"])(
    "refuses %j",
    (text) => {
      expect(normalizeGtin(text)).toBeUndefined();
    },
  );
});

describe("gtinFault", () => {
  it("names what is wrong, and the digit that was expected", () => {
    expect(gtinFault("4006381333932")).toBe("has the check digit 2, expected 1");
    expect(gtinFault("123")).toContain("not 3");
    expect(gtinFault("4.00638E+12")).toContain("spreadsheet");
    expect(gtinFault("abc")).toBe("must be digits only");
  });
});
