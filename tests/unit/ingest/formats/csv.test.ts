import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvLine } from "../../../../core/platform/csv-writer.ts";
import { feedText, FEED_MAPPING } from "../../../support/generate-feed.ts";
import { csvSpec, faultsOf, readAll, skusOf } from "../../../support/records.ts";

const SPEC = csvSpec({ sku: "sku", name: "name" });
const names = async (file: string | Buffer) => (await readAll(file, SPEC)).records.map(({ record }) => record?.name);

describe("rows of a CSV file", () => {
  it("are read with CRLF, a byte-order mark, quoted line ends, doubled quotes and multi-byte text", async () => {
    const file = '\uFEFFsku,name\r\nA,"two\r\nlines"\r\n\r\nB,"say ""hi"""\r\nC,운동화 👟\r\n';
    const { records, state } = await readAll(file, csvSpec({ sku: "sku", name: "name", description: "name" }));
    expect(records.map(({ record }) => record?.description)).toEqual(["two\nlines", 'say "hi"', "운동화 👟"]);
    expect(records.map(({ rows }) => rows)).toEqual([[1], [2], [3]]);
    expect(state.offset).toBe(Buffer.byteLength(file));
  });

  it("are read with old Macintosh line ends", async () => {
    expect(await names("sku,name\rA,Apple\rB,Pear\r")).toEqual(["Apple", "Pear"]);
  });

  it.each([
    [";", "sku;name\nA;Apple, red\n"],
    ["\t", "sku\tname\nA\tApple, red\n"],
    ["|", "sku|name\nA|Apple, red\n"],
    ["sep=", "sep=;\nsku;name\nA;Apple, red\n"],
  ])("are parted by %j where the header is", async (_delimiter, file) => {
    expect(await names(file)).toEqual(["Apple, red"]);
  });

  it("keep a quote within a cell, as in a screen's size", async () => {
    expect(await names('sku,name\nA,31.5" Vase\nB,5" x 6"\n')).toEqual(['31.5" Vase', '5" x 6"']);
  });

  it("are refused with too few or too many cells, but not for empty cells at the end", async () => {
    const { records } = await readAll("sku,name\nA,Apple,,\nB\nC,Pear,x\nD,Plum\n", SPEC);
    expect(faultsOf(records)).toEqual(["2:COLUMN_COUNT", "3:COLUMN_COUNT"]);
    expect(skusOf(records)).toEqual(["A", "D"]);
    expect(records[2]?.raw).toEqual([["C", "Pear", "x"]]);
  });

  it("are refused when all cells are empty, while an empty line is no row", async () => {
    const { records } = await readAll("sku,name\n\n,\nA,Apple\n\n", SPEC);
    expect(records.map(({ rows }) => rows)).toEqual([[1], [2]]);
    expect(faultsOf(records)).toEqual(["1:EMPTY_ROW"]);
  });

  it("are refused alone when text follows a closing quote", async () => {
    const { records } = await readAll('sku,name\nA,"Apple"x\nB,Pear\n', SPEC);
    expect(faultsOf(records)).toEqual(["1:BAD_QUOTES"]);
    expect(skusOf(records)).toEqual(["B"]);
    expect(records[0]?.raw).toEqual([['A,"Apple"x']]);
  });

  it("lose nothing behind a quote that is never closed: only its own line is refused", async () => {
    const { records } = await readAll('sku,name\nA,"Apple\nB,Pear\nC,Plum\n', SPEC);
    expect(faultsOf(records)).toEqual(["1:UNCLOSED_QUOTE"]);
    expect(skusOf(records)).toEqual(["B", "C"]);
  });

  it("lose nothing behind an unclosed quote that a later quote seems to close", async () => {
    const file = 'sku,name,note\nA,"Apple,x\nB,Pear,x\nC,"Plum",x\nD,Fig,x\n';
    const { records } = await readAll(file, SPEC);
    expect(faultsOf(records)).toEqual(["1:UNCLOSED_QUOTE"]);
    expect(skusOf(records)).toEqual(["B", "C", "D"]);
  });

  it("lose nothing behind an unclosed quote when the rest of the file is larger than a row may be", async () => {
    const rest = Array.from({ length: 60_000 }, (_, index) => `S${index},Product number ${index}\n`).join("");
    const { records } = await readAll(`sku,name\nA,"Apple\n${rest}`, SPEC);
    expect(faultsOf(records)).toEqual(["1:UNCLOSED_QUOTE"]);
    expect(records).toHaveLength(60_001);
  });

  it("say how far a refused row reaches when its lines are no rows of their own", async () => {
    const { records } = await readAll('sku,name\nA,"one\ntwo\nthree" x\nB,Pear\n', SPEC);
    expect(faultsOf(records)).toEqual(["1:BAD_QUOTES"]);
    expect(records[0]?.faults?.[0]?.message).toContain("3 lines");
    expect(skusOf(records)).toEqual(["B"]);
  });

  it("are the same however the bytes are cut, and from wherever reading goes on", async () => {
    const cell = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 8 }),
      fc.string({ unit: fc.constantFrom('"', ",", "\n", "\r", "a", " ", "é", "품", "'", "="), maxLength: 10 }),
    );
    const file = fc
      .array(fc.tuple(cell, cell, fc.constantFrom("\n", "\r\n"), fc.boolean()), { maxLength: 12 })
      .map((rows) =>
        rows.map(([a, b, end, broken]) => (broken ? `${a},${b}${end}` : csvLine([a, b]).replace(/\n$/, end))).join(""),
      );
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(file, sizes, fc.boolean(), async (body, cuts, bom) => {
        // Valid text beyond ASCII in front: a lone surrogate of the generator is then a damaged row at most.
        const bytes = Buffer.from(`${bom ? "\uFEFF" : ""}sku,name\nÄ,Ö\n${body}`);
        const whole = await readAll(bytes, SPEC);
        expect((await readAll(bytes, SPEC, { sizes: cuts })).records).toEqual(whole.records);
        for (const [index, from] of whole.states.entries()) {
          const rest = await readAll(bytes, SPEC, { from, sizes: cuts });
          expect(rest.records).toEqual(whole.records.slice(index + 1));
        }
      }),
      { numRuns: 150 },
    );
  });

  it("come back as they were written, whatever they hold", async () => {
    const cells = fc.array(fc.string({ unit: "grapheme", maxLength: 12 }), { minLength: 3, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          cells.filter((row) => row.some((cell) => cell.trim() !== "")),
          { maxLength: 10 },
        ),
        async (rows) => {
          const file = csvLine(["sku", "name", "note"]) + rows.map(csvLine).join("");
          const { records } = await readAll(file, SPEC);
          const neutral = rows.map((row) => row.map((cell) => (/^'*[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell)));
          expect(records.map(({ raw }) => raw[0])).toEqual(neutral);
        },
      ),
    );
  });

  it("of a generated feed are all taken", async () => {
    const { records } = await readAll(
      feedText({ rows: 300, currencies: ["USD", "KRW", "EUR"] }),
      csvSpec(FEED_MAPPING),
    );
    expect(faultsOf(records)).toEqual([]);
    expect(records).toHaveLength(300);
    expect(new Set(records.map(({ record }) => record?.price?.currency))).toEqual(new Set(["USD", "KRW", "EUR"]));
  });
});
