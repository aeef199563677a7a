import { deflateRawSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { MAX_ROW_BYTES } from "../../../../core/ingest/formats/row-scanner.ts";
import { csvSpec, faultsOf, jsonLinesSpec, readAll, SHOPIFY, skusOf } from "../../../support/records.ts";
import { readRecords, START } from "../../../../core/ingest/formats/index.ts";

const SPEC = csvSpec({ sku: "sku", name: "name" });
const refusal = async (file: string | Uint8Array, spec = SPEC) =>
  readAll(file, spec).then(
    () => "taken",
    (error: unknown) => (error instanceof Error && "code" in error ? `${String(error.code)} ${error.message}` : error),
  );

const ZIP = Buffer.concat([Buffer.from("504b0304140000000800", "hex"), deflateRawSync(Buffer.from("sku,name\n"))]);

describe("a file that is no text", () => {
  it.each<[string, Uint8Array, string]>([
    ["a ZIP archive or workbook", ZIP, "ZIP"],
    ["a gzip archive", gzipSync("sku,name\nA,Apple\n"), "gzip"],
    ["an old workbook", Buffer.from("d0cf11e0a1b11ae1", "hex"), "xls"],
    ["a PDF", Buffer.from("%PDF-1.7\n"), "PDF"],
    ["anything with zero bytes", Buffer.from("sku,name\nA,\0pple\n"), "offset 11"],
  ])("is refused as a whole: %s", async (_what, file, words) => {
    const message = await refusal(file);
    expect(message).toMatch(/^NOT_TEXT /);
    expect(message).toContain(words);
  });

  it("is refused as empty when it is", async () => {
    expect(await refusal("")).toMatch(/^EMPTY_FILE /);
    expect(await refusal("\uFEFF")).toMatch(/^EMPTY_FILE /);
    expect(await refusal("\n\n\n")).toMatch(/^EMPTY_FILE /);
    expect(await refusal(",,\n")).toMatch(/^EMPTY_FILE /);
  });
});

describe("a file in another encoding", () => {
  it("is refused with the byte that shows it", async () => {
    const latin = Buffer.from("sku,name\nA,Apple\nB,Caf\u00E9\n", "latin1");
    expect(await refusal(latin)).toMatch(/^WRONG_ENCODING .*0xE9 at offset 22/);
    expect(await refusal(Buffer.from("sku,na\u00EFve\nA,x\n", "latin1"))).toMatch(/^WRONG_ENCODING .*0xEF at offset 6/);
  });

  it("is refused when it is UTF-16, with or without a mark", async () => {
    expect(await refusal(Buffer.from("\uFEFFsku,name\n", "utf16le"))).toMatch(/^WRONG_ENCODING .*UTF-16/);
    expect(await refusal(Buffer.from("sku,name\nA,Apple\n", "utf16le"))).toMatch(/^WRONG_ENCODING .*UTF-16/);
    expect(await refusal(Buffer.from("sku,name\nA,Apple\n", "utf16le").swap16())).toMatch(/^WRONG_ENCODING .*UTF-16/);
  });

  it("is told from one damaged row in a file that is UTF-8", async () => {
    const file = Buffer.concat([Buffer.from("sku,name\nA,Café\nB,Caf"), Buffer.from([0xc3]), Buffer.from("\nC,Thé\n")]);
    const { records } = await readAll(file, SPEC);
    expect(faultsOf(records)).toEqual(["2:BAD_ENCODING"]);
    expect(skusOf(records)).toEqual(["A", "C"]);
  });
});

describe("a header", () => {
  it("that lacks a mapped column is refused with what is missing and what is there", async () => {
    expect(await refusal("id,title\n1,Apple\n")).toBe(
      'HEADER_MISSING The header lacks "sku", "name". It has "id", "title"',
    );
    expect(await refusal("sku,title\n")).toMatch(/^HEADER_MISSING .*"name"/);
    expect(await refusal("id,name\n1,Apple\n", SHOPIFY)).toMatch(/^HEADER_MISSING .*"Handle or URL handle", "Title"/);
    expect(await refusal("<!DOCTYPE html>\n<html>\n")).toMatch(/^HEADER_MISSING .*DOCTYPE/);
  });

  it("that has a mapped column twice is refused, and one that is not mapped is not", async () => {
    expect(await refusal("sku,name,name\nA,a,b\n")).toMatch(/^HEADER_DUPLICATE .*"name" 2 times/);
    expect(await refusal("sku,name,x,x,,\nA,a,,,,\n")).toBe("taken");
  });

  it("with a million columns is refused without being held", async () => {
    const columns = Array.from({ length: 1_000_000 }, (_, index) => `c${index}`).join(",");
    expect(await refusal(`${columns}\n`)).toMatch(/^TOO_MANY_COLUMNS .* or more columns, at most 1000/);
    expect(await refusal(`sku,name${",x".repeat(1_000)}\n`)).toMatch(/^TOO_MANY_COLUMNS .*1002/);
  });

  it("that never ends is refused", async () => {
    expect(await refusal("x".repeat(100_000))).toMatch(/^HEADER_UNREADABLE /);
    expect(await refusal('sku,"name\n')).toMatch(/^HEADER_UNREADABLE .*never closed/);
  });
});

describe("a row that is too large", () => {
  const big = "x".repeat(5_000_000);

  it.each([
    ["in one cell", `B,${big}\n`],
    ["in one quoted cell", `B,"${big}"\n`],
    ["in a quoted cell of many lines", `B,"${"<p>some text here</p>\n".repeat(250_000)}"\n`],
    ["in a million cells", `B${",".repeat(2_000_000)}\n`],
  ])("is refused with its number, and reading goes on behind it: %s", async (_where, row) => {
    const { records } = await readAll(`sku,name\nA,Apple\n${row}C,Pear\n`, SPEC);
    expect(faultsOf(records)).toEqual(["2:ROW_TOO_LARGE"]);
    expect(skusOf(records)).toEqual(["A", "C"]);
    expect(JSON.stringify(records[1]?.raw).length).toBeLessThan(1_000);
  });

  it("is found at the same byte however the file is cut", async () => {
    for (const extra of [-1, 0, 1, 2]) {
      const file = `sku,name\nA,"${"x".repeat(MAX_ROW_BYTES - 4 + extra)}"\nB,Pear\n`;
      const whole = await readAll(file, SPEC, { sizes: [file.length] });
      const cut = await readAll(file, SPEC, { sizes: [100_001] });
      expect(cut).toEqual(whole);
      expect(faultsOf(whole.records)).toEqual(extra > 0 ? ["1:ROW_TOO_LARGE"] : []);
    }
  });

  it("is not held, nor is a file of any size", async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('sku,name\nA,"');
      const chunk = Buffer.alloc(65_536, "x");
      for (let count = 0; count < 1_600; count++) yield chunk;
      yield Buffer.from('"\nB,Pear\n');
    }
    const before = process.memoryUsage().arrayBuffers;
    const skus: (string | undefined)[] = [];
    let most = 0;
    for await (const { record } of readRecords(endless(), SPEC, { ...START })) {
      skus.push(record?.sku);
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }
    expect(skus).toEqual([undefined, "B"]);
    expect(most).toBeLessThan(60_000_000);
  });

  it("of JSON lines is refused too", async () => {
    const lines = `{"sku":"A","name":"Apple"}\n{"sku":"B","name":"${big}"}\n{"sku":"C","name":"Pear"}\n`;
    const { records } = await readAll(lines, jsonLinesSpec({ sku: "sku", name: "name" }));
    expect(faultsOf(records)).toEqual(["2:ROW_TOO_LARGE"]);
    expect(skusOf(records)).toEqual(["A", "C"]);
  });
});

describe("formulas", () => {
  it("are text", async () => {
    const { records } = await readAll(`sku,name\n=cmd|'/C calc'!A0,"=HYPERLINK(""http://x"")"\n-5,@SUM(A1)\n`, SPEC);
    expect(records.map(({ record }) => [record?.sku, record?.name])).toEqual([
      ["=cmd|'/C calc'!A0", '=HYPERLINK("http://x")'],
      ["-5", "@SUM(A1)"],
    ]);
  });
});
