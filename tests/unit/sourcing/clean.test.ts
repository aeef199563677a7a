import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cleanProduct, cleanText, isUsableAddress } from "../../../core/sourcing/clean.ts";
import { sourceProduct } from "../../support/offers.ts";

describe("a text", () => {
  test.each([
    ["<b>Desk</b> Lamp<script>alert(1)</script>", "Desk Lamp"],
    ["Desk &amp; Chair &#39;set&#x27; &nbsp; of&quot;2&quot;", `Desk & Chair 'set' of"2"`],
    ["&lt;script&gt;alert(1)&lt;/script&gt;Lamp", "Lamp"],
    ["&amp;lt;b&amp;gt;Lamp", "Lamp"],
    ["Lamp\u0000\u0007\r\n\tof \u202Eevil\u202C\u200B", "Lamp of evil"],
    ["5 < 6 & 7", "5 < 6 & 7"],
    ["<\u200Bscript>alert(1)</\u202Escript>Lamp", "Lamp"],
    ["&amp;\u202Elt;b>Lamp", "Lamp"],
    ["  검은색   램프 ", "검은색 램프"],
    ["👨‍👩‍👧 lamp", "👨‍👩‍👧 lamp"],
  ])("%j is shown as %j", async (text, expected) => {
    expect(await cleanText(text)).toBe(expected);
  });

  test("holds no tag and changes no more when it is cleaned again, whatever it was", async () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom("<b>", "</", "<", "&lt;", "&amp;", "&#60;", "lt;", "amp;", "script>", "&", "\u202E", " "),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
        const once = await cleanText(pieces.join(""));
        expect(once).not.toMatch(/<[a-z!/?][^<>]*>/i);
        expect(once).not.toMatch(/[\p{Cc}]/u);
        expect(await cleanText(once)).toBe(once);
      }),
      { numRuns: 2_000 },
    );
  });
});

test.each([
  ["https://shop.example.com/a", true],
  ["javascript:alert(1)", false],
  ["https://user:word@shop.example.com/", false],
  ["http://localhost/a.jpg", false],
  ["not an address", false],
  [`https://shop.example.com/${"x".repeat(2_048)}`, false],
])("%.60s is an address that can be used: %s", (address, expected) => {
  expect(isUsableAddress(address)).toBe(expected);
});

test("of a product every text is cleaned and every address that cannot be used is left out", async () => {
  const cleaned = await cleanProduct(
    sourceProduct({
      name: "<i>Lamp</i>",
      brand: "  ",
      vendor: "A &amp; B",
      gtin: "not one",
      url: "javascript:alert(1)",
      affiliateUrl: "https://click.demo.invalid/x",
      images: ["nothing", "https://images.demo.invalid/1.jpg"],
      attributes: { "<b>color</b>": "black\u0000", empty: "<br>" },
      categories: ["<p></p>", "Lights"],
    }),
  );
  expect(cleaned).toMatchObject({
    name: "Lamp",
    url: "",
    vendor: "A & B",
    affiliateUrl: "https://click.demo.invalid/x",
    images: ["https://images.demo.invalid/1.jpg"],
    attributes: { color: "black" },
    categories: ["Lights"],
  });
  for (const field of ["brand", "gtin"]) expect(cleaned).not.toHaveProperty(field);
});
