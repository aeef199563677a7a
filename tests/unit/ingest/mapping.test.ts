import { describe, expect, it } from "vitest";
import { type MappingInput, MappingSchema } from "../../../core/ingest/mapping.ts";
import type { ProductRecord } from "../../../core/ingest/record.ts";
import { csvLine } from "../../../core/platform/csv-writer.ts";
import { csvSpec, faultsOf, readAll } from "../../support/records.ts";

/** Reads one row of the columns `sku`, `name` and what is given. */
async function read(mapping: Partial<MappingInput>, row: Record<string, string>) {
  const cells = { sku: "A", name: "Apple", ...row };
  const spec = csvSpec({ sku: "sku", name: "name", ...mapping });
  const { records } = await readAll(csvLine(Object.keys(cells)) + rawLine(Object.values(cells)), spec);
  const [parsed] = records;
  return { record: parsed?.record, faults: faultsOf(records), message: parsed?.faults?.[0]?.message };
}

/** As a supplier's program writes it: nothing is neutralised. */
function rawLine(cells: string[]): string {
  return `${cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",")}\n`;
}

async function field<K extends keyof ProductRecord>(
  key: K,
  mapping: Partial<MappingInput>,
  row: Record<string, string>,
) {
  const { record, faults } = await read(mapping, row);
  return record?.[key] ?? faults;
}

describe("a field of a mapping", () => {
  it("is a column, a constant, a template or the first column that is not empty", async () => {
    expect(await field("brand", { brand: "maker" }, { maker: "Acme" })).toBe("Acme");
    expect(await field("brand", { brand: { column: "Maker" } }, { maker: "Acme" })).toBe("Acme");
    expect(await field("brand", { brand: { constant: "Acme" } }, {})).toBe("Acme");
    expect(await field("sku", { sku: { template: "{a}-{b}" } }, { a: "DD1391", b: "100" })).toBe("DD1391-100");
    expect(await field("brand", { brand: { columns: ["none", "a", "b"] } }, { a: " ", b: "Acme" })).toBe("Acme");
  });

  it("makes no half a code of a template, but a shorter sentence", async () => {
    expect(await field("sku", { sku: { template: "{a}-{b}" } }, { a: "DD1391", b: "null" })).toEqual([
      "1:sku REQUIRED",
    ]);
    expect(await field("name", { name: { template: "{a} {b}" } }, { a: "", b: "Shoe" })).toBe("Shoe");
  });

  it("joins a list to one text", async () => {
    const category = { column: "path", list: "json" } as const;
    expect(await field("category", { category }, { path: '["Home","Lamps"]' })).toBe("Home > Lamps");
    expect(
      await field(
        "category",
        { category: { ...category, list: "split", separator: "/", join: "|" } },
        { path: "Home/Lamps" },
      ),
    ).toBe("Home|Lamps");
    expect((await read({ category }, { path: "Home" })).faults).toEqual(["1:category INVALID_JSON"]);
  });

  it("is trimmed of every kind of space, and empty where the cell says null", async () => {
    expect(await field("sku", {}, { sku: "\u00A0 AB\u200B-1\u3000\uFEFF" })).toBe("AB -1");
    expect(await field("sku", {}, { sku: "'00123" })).toBe("00123");
    expect((await read({ brand: "b" }, { b: "N/A" })).record?.brand).toBeUndefined();
    expect(
      (await read({ brand: { column: "b", nullTexts: ["No Brand"] } }, { b: "No Brand" })).record?.brand,
    ).toBeUndefined();
    expect((await read({}, { name: "null" })).faults).toEqual(["1:name REQUIRED"]);
    expect((await read({}, { sku: " " })).record).toBeUndefined();
  });

  it("gives a formula back that was made harmless in a file of ours", async () => {
    expect(await field("name", {}, { name: "'=SUM(A1)" })).toBe("=SUM(A1)");
    expect(await field("name", {}, { name: "'Tis the season" })).toBe("'Tis the season");
  });

  it("loses the texts that the mapping removes", async () => {
    const remove = ["(품절)", "(+*원)"];
    const option = { column: "o", remove };
    expect(await field("attributes", { attributes: { option } }, { o: "2XL (+2,000원) (품절)" })).toEqual({
      option: "2XL",
    });
    expect(await field("sku", { sku: { template: "7-{o}", remove } }, { o: "블랙 (품절)" })).toBe("7-블랙");
    expect(await field("attributes", { attributes: { option } }, { o: "(+1,000" })).toEqual({ option: "(+1,000" });
  });
});

describe("an amount", () => {
  const price = async (text: string, field: object = {}, mapping: Partial<MappingInput> = {}) => {
    const { record, faults } = await read({ price: { column: "p", ...field }, ...mapping }, { p: text });
    return record?.price ?? faults;
  };
  const refused = (code: string) => [`1:price ${code}`];

  it("is exact, in scientific notation too, and in its currency's own minor unit", async () => {
    expect(await price("12.34")).toEqual({ minor: 1234, currency: "USD" });
    expect(await price("12.3400")).toEqual({ minor: 1234, currency: "USD" });
    expect(await price("1.000000000000000e-02")).toEqual({ minor: 1, currency: "USD" });
    expect(await price("1.3E+4", { currency: "KRW" })).toEqual({ minor: 13_000, currency: "KRW" });
    expect(await price("1.234", { currency: "KWD" })).toEqual({ minor: 1234, currency: "KWD" });
    expect(await price("'12.34")).toEqual({ minor: 1234, currency: "USD" });
  });

  it("with more decimals than its currency is refused with its text, unless the mapping rounds", async () => {
    const { faults, message } = await read({ price: "p" }, { p: "12.345" });
    expect(faults).toEqual(refused("TOO_PRECISE"));
    expect(message).toContain('"12.345" USD');
    expect(await price("12.345", { rounding: "halfUp" })).toEqual({ minor: 1235, currency: "USD" });
    expect(await price("6.906999999999999e+01", {}, { rounding: "halfUp" })).toEqual({ minor: 6907, currency: "USD" });
  });

  it("is refused when it is negative, no number or too large", async () => {
    expect(await price("-1")).toEqual(refused("NEGATIVE"));
    expect(await price("1,234")).toEqual(refused("NOT_A_NUMBER"));
    expect(await price("$12")).toEqual(refused("NOT_A_NUMBER"));
    expect(await price("1e30")).toEqual(refused("OUT_OF_RANGE"));
    expect(await price("NaN")).toEqual(refused("NOT_A_NUMBER"));
  });

  it("has thousands separators where the mapping announces them, and only between thousands", async () => {
    expect(await price("1,234,567.50", {}, { groupSeparator: "," })).toEqual({ minor: 123_456_750, currency: "USD" });
    expect(await price("1.234,50", {}, { decimalSeparator: ",", groupSeparator: "." })).toEqual({
      minor: 123_450,
      currency: "USD",
    });
    expect(await price("1\u202F234,50", {}, { decimalSeparator: ",", groupSeparator: " " })).toEqual({
      minor: 123_450,
      currency: "USD",
    });
    expect(await price("12,34", {}, { groupSeparator: "," })).toEqual(refused("NOT_A_NUMBER"));
    expect(await price("1.50", {}, { decimalSeparator: ",", groupSeparator: "." })).toEqual(refused("NOT_A_NUMBER"));
  });

  it("takes its currency from the row, the field, the mapping, and then the organisation", async () => {
    const currency = async (field: object, mapping: Partial<MappingInput>, c: string) => {
      const { record, faults } = await read({ price: { column: "p", ...field }, ...mapping }, { p: "5", c });
      return record?.price?.currency ?? faults;
    };
    expect(await currency({ currencyColumn: "c" }, { currency: "EUR" }, "myr ")).toBe("MYR");
    expect(await currency({ currency: "GBP" }, { currency: "EUR" }, "")).toBe("GBP");
    expect(await currency({}, {}, "")).toBe("USD");
    expect(await currency({ currencyColumn: "c" }, {}, "XXQ")).toEqual(refused("UNKNOWN_CURRENCY"));
    expect(await currency({ currencyColumn: "c" }, {}, "")).toEqual(refused("UNKNOWN_CURRENCY"));
  });

  it("has what its option costs more added", async () => {
    const field = { currency: "KRW", surcharge: { column: "o", add: "(+*원)", subtract: "(-*원)" } };
    const price = async (o: string) =>
      (await read({ price: { column: "p", ...field } }, { p: "29900", o })).record?.price?.minor;
    expect(await price("2XL (+2,000원)")).toBe(31_900);
    expect(await price("S (-900원) (품절)")).toBe(29_000);
    expect(await price("(데님) M (+5)")).toBe(29_900);
    expect(await price("크림 (+끈 1,000원)")).toBe(29_900);
    expect((await read({ price: { column: "p", ...field } }, { p: "100", o: "(-900원)" })).faults).toEqual(
      refused("NEGATIVE"),
    );
  });

  it("is unknown where the cell is empty or holds a text that means so", async () => {
    expect(await price("")).toEqual([]);
    expect(await price("0", { nullTexts: ["0"] })).toEqual([]);
    expect(await price("0")).toEqual({ minor: 0, currency: "USD" });
  });
});

describe("stock", () => {
  it.each([
    ["12", 12],
    ["12.0", 12],
    ["-3", ["1:stock NEGATIVE"]],
    ["1.5", ["1:stock NOT_WHOLE"]],
    ["many", ["1:stock NOT_A_NUMBER"]],
  ])("of %j is %j", async (text, expected) => {
    const { record, faults } = await read({ stock: "s" }, { s: text });
    expect(record?.stock ?? faults).toEqual(expected);
  });
});

describe("a GTIN", () => {
  it.each([
    ["194817794556", "00194817794556"],
    ["0 194817-794556", "00194817794556"],
    ["'0194817794556", "00194817794556"],
    ["6291041500213", "06291041500213"],
  ])("%j is kept with 14 digits", async (text, gtin) => {
    expect(await field("gtin", { gtin: "g" }, { g: text })).toBe(gtin);
  });

  it.each([
    ["6291041500214", "expected 3"],
    ["1.94818E+11", "spreadsheet"],
    ["94817794556", "not 11"],
    ["0000000000000", "zeros"],
    ["ABC", "digits only"],
  ])("%j is refused with its reason, and the rest of the row stands", async (text, reason) => {
    const { record, faults, message } = await read({ gtin: "g" }, { g: text });
    expect(faults).toEqual(["1:gtin INVALID_GTIN"]);
    expect(message).toContain(reason);
    expect(record).toMatchObject({ sku: "A", name: "Apple" });
    expect(record?.gtin).toBeUndefined();
  });
});

describe("lists", () => {
  it("of images come from several columns, each once", async () => {
    const images: MappingInput["images"] = [
      "main",
      { column: "all", list: "json" },
      { column: "more", list: "split", separator: "|" },
    ];
    const row = { main: "https://x/1", all: '["https://x/1","https://x/2"]', more: "https://x/3| " };
    expect(await field("images", { images }, row)).toEqual(["https://x/1", "https://x/2", "https://x/3"]);
    expect((await read({ images }, { ...row, all: "[" })).faults).toEqual(["1:images INVALID_JSON"]);
  });

  it("of names and values become attributes, and a mapped attribute has the last word", async () => {
    const mapping: Partial<MappingInput> = {
      attributes: { Color: "c" },
      attributeLists: [{ column: "specs", json: "nameValue" }],
    };
    const specs =
      '[{"name":"Color","value":"Red"},{"name":"Size","value":9.5},{"name":"Fit","value":"A"},{"name":"Fit","value":"B"},{"x":1}]';
    expect(await field("attributes", mapping, { c: "Blue", specs })).toEqual({
      Color: "Blue",
      Size: "9.5",
      Fit: "A, B",
    });
    expect(await field("attributes", mapping, { c: "", specs: "null" })).toEqual({});
    expect((await read(mapping, { c: "", specs: '{"Color":"Red"}' })).faults).toEqual(["1:attributes INVALID_JSON"]);
  });
});

describe("a mapping", () => {
  it.each([
    ["without a SKU", { name: "n" }],
    ["with a field it does not know", { sku: "s", name: "n", colour: "c" }],
    ["with two currencies", { sku: "s", name: "n", price: { column: "p", currency: "USD", currencyColumn: "c" } }],
    ["with an unknown currency", { sku: "s", name: "n", price: { column: "p", currency: "ABC" } }],
    ["with an amount from nowhere", { sku: "s", name: "n", price: { currency: "USD" } }],
    ["with one sign for two things", { sku: "s", name: "n", groupSeparator: "." }],
    ["with a template without a column", { sku: { template: "x" }, name: "n" }],
  ])("%s is refused", (_what, mapping) => {
    expect(MappingSchema.safeParse(mapping).success).toBe(false);
  });
});
