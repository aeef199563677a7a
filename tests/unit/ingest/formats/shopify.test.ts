import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvLine } from "../../../../core/platform/csv-writer.ts";
import { derivedSku } from "../../../../core/ingest/formats/shopify-sheet.ts";
import { faultsOf, readAll, SHOPIFY, skusOf } from "../../../support/records.ts";

/** A file with the columns that its rows name. */
function file(rows: Record<string, string>[]): string {
  const header = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return [header, ...rows.map((row) => header.map((name) => row[name] ?? ""))].map(csvLine).join("");
}

const SHIRT = { Handle: "shirt", Title: "Shirt", "Option1 Name": "Size", "Option1 Value": "S", "Variant Price": "50" };

async function only(row: Record<string, string>) {
  const { records } = await readAll(file([row]), SHOPIFY);
  return {
    record: records[0]?.record,
    faults: faultsOf(records),
    warnings: records[0]?.warnings?.map(({ code }) => code),
  };
}

describe("Shopify's product CSV", () => {
  it("gives one record a variant, which share what stands in the first row", async () => {
    const { records } = await readAll(
      file([
        {
          ...SHIRT,
          Vendor: "Acme",
          "Body (HTML)": "<p>Soft</p>",
          Tags: "a, b",
          "Variant SKU": "S-1",
          "Variant Inventory Qty": "3",
          "Cost per item": "20.5",
        },
        { Handle: "shirt", "Option1 Value": "M", "Variant Price": "51.5", "Variant Compare At Price": "60" },
      ]),
      SHOPIFY,
    );
    expect(records[0]).toMatchObject({
      rows: [1],
      record: {
        sku: "S-1",
        name: "Shirt - S",
        brand: "Acme",
        description: "<p>Soft</p>",
        familyKey: "shirt",
        stock: 3,
        attributes: { Size: "S", tags: "a, b" },
      },
    });
    expect(records[0]?.record).toMatchObject({
      price: { minor: 5000, currency: "USD" },
      cost: { minor: 2050, currency: "USD" },
    });
    expect(records[1]).toMatchObject({
      rows: [2],
      record: {
        sku: "shirt:M",
        name: "Shirt - M",
        brand: "Acme",
        familyKey: "shirt",
        attributes: { Size: "M", compareAtPrice: "60.00" },
      },
    });
  });

  it("reads the new header as it reads the old, whatever the capitals", async () => {
    const { records } = await readAll(
      file([
        {
          title: "Shirt",
          "URL handle": "shirt",
          Description: "Soft",
          SKU: "S-1",
          Barcode: "0194817794556",
          "Option1 name": "Size",
          "Option1 value": "S",
          PRICE: "50",
          "Compare-at price": "60",
          "Inventory quantity": "7",
          "Product image URL": "https://x/1.jpg",
          "Color (product.metafields.shopify.color-pattern)": "navy",
          "Price / Canada": "70",
        },
      ]),
      SHOPIFY,
    );
    expect(records[0]?.record).toEqual({
      sku: "S-1",
      name: "Shirt - S",
      description: "Soft",
      familyKey: "shirt",
      gtin: "00194817794556",
      price: { minor: 5000, currency: "USD" },
      stock: 7,
      images: ["https://x/1.jpg"],
      attributes: { compareAtPrice: "60.00", "shopify.color-pattern": "navy", "Price / Canada": "70", Size: "S" },
    });
  });

  it("attaches rows that only bring an image to the product's first variant, with their row numbers", async () => {
    const image = (url: string, position = "") => ({ "Image Src": url, "Image Position": position });
    const { records } = await readAll(
      file([
        { ...SHIRT, ...image("https://x/2.jpg", "2") },
        { Handle: "shirt", "Option1 Value": "M", "Variant Price": "50", "Variant Image": "https://x/m.jpg" },
        { Handle: "shirt", ...image("https://x/1.jpg", "1") },
        { Handle: "shirt", "Option1 Value": "L", "Variant Price": "50", ...image("https://x/3.jpg") },
      ]),
      SHOPIFY,
    );
    expect(records.map(({ rows }) => rows)).toEqual([[1, 3], [2], [4]]);
    expect(records[0]?.raw).toHaveLength(2);
    expect(records.map(({ record }) => record?.images)).toEqual([
      ["https://x/1.jpg", "https://x/2.jpg", "https://x/3.jpg"],
      ["https://x/m.jpg"],
      ["https://x/1.jpg"],
    ]);
  });

  it("takes a product without options under its own name, with its handle for a SKU", async () => {
    const { record } = await only({ ...SHIRT, "Option1 Name": "Title", "Option1 Value": "Default Title" });
    expect(record).toMatchObject({ sku: "shirt", name: "Shirt", attributes: {} });
    expect((await only({ Handle: "card", Title: "Card" })).record).toMatchObject({ sku: "card", name: "Card" });
  });

  it("refuses a variant alone for its own faults, and all for want of a title", async () => {
    const { records } = await readAll(
      file([
        SHIRT,
        { Handle: "shirt", "Option1 Value": "M", "Variant Price": "-1", "Variant Inventory Qty": "-2" },
        { Handle: "mug", "Variant Price": "5" },
        { Handle: "shirt", "Option1 Value": "L", "Variant Price": "50" },
        { Title: "Nothing" },
      ]),
      SHOPIFY,
    );
    expect(faultsOf(records)).toEqual([
      "2:price NEGATIVE",
      "2:stock NEGATIVE",
      "3:name REQUIRED",
      "4:name REQUIRED",
      "5:familyKey REQUIRED",
    ]);
    expect(records.flatMap(({ rows }) => rows)).toEqual([1, 2, 3, 4, 5]);
  });

  it("keeps a product together around a row that cannot be read", async () => {
    const text = file([SHIRT, { Handle: "shirt", "Option1 Value": "M", "Variant Price": "50" }]).split("\n");
    const { records } = await readAll([text[0], text[1], "too,few", text[2], ""].join("\n"), SHOPIFY);
    expect(faultsOf(records)).toEqual(["2:COLUMN_COUNT"]);
    expect(skusOf(records)).toEqual(["shirt:S", "shirt:M"]);
    expect(records[2]?.record?.name).toBe("Shirt - M");
  });

  it("demands a check digit of what looks like a GTIN and keeps other barcodes as they are", async () => {
    expect(await only({ ...SHIRT, "Variant Barcode": "6291041500214" })).toMatchObject({
      faults: ["1:gtin INVALID_GTIN"],
    });
    expect(await only({ ...SHIRT, "Variant Barcode": "1.94818E+11" })).toMatchObject({
      faults: ["1:gtin INVALID_GTIN"],
    });
    const own = await only({ ...SHIRT, "Variant Barcode": "BOX-17" });
    expect(own).toMatchObject({ faults: [], warnings: ["NOT_A_GTIN"], record: { attributes: { barcode: "BOX-17" } } });
  });

  it("derives SKUs that fit and stay the same", () => {
    expect(derivedSku("shirt", ["S", "Red"])).toBe("shirt:S:Red");
    const long = derivedSku("h".repeat(200), ["S"]);
    expect(long).toHaveLength(100);
    expect(derivedSku("h".repeat(200), ["S"])).toBe(long);
    expect(derivedSku("h".repeat(200), ["M"])).not.toBe(long);
  });

  it("refuses a product beyond Shopify's own bounds, row by row, and takes the next", async () => {
    const rows = Array.from({ length: 2_400 }, (_, index) => ({
      Handle: "huge",
      Title: index === 0 ? "Huge" : "",
      "Option1 Value": `v${index}`,
      "Variant Price": "1",
    }));
    const text = file([...rows, { Handle: "card", Title: "Card" }]);
    const { records, states } = await readAll(text, SHOPIFY);
    expect(records).toHaveLength(2_401);
    expect(new Set(faultsOf(records.slice(0, -1)).map((fault) => fault.replace(/^\d+:/, "")))).toEqual(
      new Set(["FAMILY_TOO_LARGE"]),
    );
    expect(skusOf(records)).toEqual(["card"]);
    for (const index of [5, 2_297, 2_298, 2_299, 2_399]) {
      const rest = await readAll(text, SHOPIFY, { from: states[index] ?? { offset: 0, row: 0 } });
      expect(rest.records).toEqual(records.slice(index + 1));
    }
  });

  it("gives the same records however the bytes are cut, and from wherever reading goes on", async () => {
    const row = fc.record({
      Handle: fc.constantFrom("a", "a", "b", "ç", ""),
      Title: fc.constantFrom("", "", "Näme"),
      "Option1 Value": fc.constantFrom("", "S", "M\nL"),
      "Variant Price": fc.constantFrom("", "1", "x"),
      "Image Src": fc.constantFrom("", "https://x/1"),
    });
    const lines = fc.array(
      fc.oneof({ weight: 6, arbitrary: row }, { weight: 1, arbitrary: fc.constant({ Handle: '"' }) }),
      { minLength: 1, maxLength: 14 },
    );
    await fc.assert(
      fc.asyncProperty(
        lines,
        fc.array(fc.integer({ min: 1, max: 11 }), { minLength: 1, maxLength: 4 }),
        async (rows, sizes) => {
          const text = file([{ ...SHIRT, "Image Src": "https://x/0" }, ...rows]).replaceAll('""""', '"x"y');
          const whole = await readAll(text, SHOPIFY);
          expect((await readAll(text, SHOPIFY, { sizes })).records).toEqual(whole.records);
          expect(whole.records.flatMap((record) => record.rows).sort((a, b) => a - b)).toEqual(
            rows.map((_, index) => index + 1).concat(rows.length + 1),
          );
          for (const [index, from] of whole.states.entries()) {
            expect((await readAll(text, SHOPIFY, { from, sizes })).records).toEqual(whole.records.slice(index + 1));
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});
