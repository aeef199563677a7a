import { describe, expect, it } from "vitest";
import { faultsOf, jsonLinesSpec, readAll, skusOf } from "../../../support/records.ts";

const SPEC = jsonLinesSpec({
  sku: "id",
  name: "title",
  price: { column: "offers.0.price", currencyColumn: "offers.0.currency" },
  brand: "brand.name",
  images: { column: "images", list: "json" },
  attributeLists: [{ column: "specs", json: "nameValue" }],
});

const line = (value: object) => `${JSON.stringify(value)}\n`;

describe("JSON lines", () => {
  it("are read by keys and by paths into what they hold", async () => {
    const { records } = await readAll(
      line({
        id: 7,
        title: "Lamp",
        offers: [{ price: 12.5, currency: "EUR" }],
        brand: { name: "Acme" },
        images: ["https://x/1"],
        specs: [{ name: "Color", value: "Red" }],
      }),
      SPEC,
    );
    expect(records[0]?.record).toEqual({
      sku: "7",
      name: "Lamp",
      brand: "Acme",
      price: { minor: 1250, currency: "EUR" },
      images: ["https://x/1"],
      attributes: { Color: "Red" },
    });
  });

  it("keep every digit of numbers that a double cannot hold", async () => {
    const { records } = await readAll(
      '{"id":12345678901234567890,"title":"Lamp","offers":[{"price":0.1000000000000000055,"currency":"USD"}]}\n',
      SPEC,
    );
    expect(skusOf(records)).toEqual(["12345678901234567890"]);
    expect(records[0]?.faults?.[0]?.message).toContain("0.1000000000000000055");
  });

  it("that are no objects are refused alone, and empty ones are no rows", async () => {
    const { records } = await readAll(
      `\uFEFF${line({ id: 1, title: "A" })}\r\n{"id":2,\n"text"\n${line({ id: 3, title: "C" })}`,
      SPEC,
    );
    expect(faultsOf(records)).toEqual(["2:INVALID_JSON", "3:INVALID_JSON"]);
    expect(skusOf(records)).toEqual(["1", "3"]);
    expect(records[1]?.raw).toEqual([['{"id":2,']]);
  });

  it("lacking a key lack the field", async () => {
    const { records } = await readAll(
      line({ id: 1 }) + line({ id: 2, title: null }) + line({ id: 3, title: "C" }),
      SPEC,
    );
    expect(faultsOf(records)).toEqual(["1:name REQUIRED", "2:name REQUIRED"]);
  });

  it("are not a JSON list, which is refused with what to do", async () => {
    await expect(readAll('[{"id":1}]', SPEC)).rejects.toMatchObject({ code: "NOT_JSON_LINES" });
  });

  it("can be gone on with from any record", async () => {
    const file = ["é", "b", "c"].map((id) => line({ id, title: id })).join("\n");
    const whole = await readAll(file, SPEC, { sizes: [1] });
    for (const [index, from] of whole.states.entries()) {
      expect((await readAll(file, SPEC, { from })).records).toEqual(whole.records.slice(index + 1));
    }
  });
});
