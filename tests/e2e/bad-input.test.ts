import { deflateRawSync, gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import type { Client } from "../support/client.ts";
import { newOrganization } from "./organization.ts";
import { newHome, startSystem, type System } from "./system.ts";

const mapping = { sku: "sku", name: "name", cost: "cost", price: "price" };
const CSV = { format: "csv", mapping };
const HEADER = "sku,name,cost,price";
const GOOD = `${HEADER}\nKEPT-1,Kept,1.00,2.00\nKEPT-2,Kept too,1.00,2.00\n`;

let system: System;

beforeAll(async () => {
  system = await startSystem(newHome());
});

/** An organisation that has two products already. */
async function shop(): Promise<Client> {
  const client = await newOrganization(system);
  expect(await client.importFile(GOOD, CSV)).toMatchObject({ status: "succeeded", accepted: 2 });
  return client;
}

async function losesNothing(client: Client, further: string[] = []): Promise<void> {
  const products = await client.all<{ sku: string; name: string }>("/v1/products");
  expect(products.map(({ sku }) => sku).sort()).toEqual(["KEPT-1", "KEPT-2", ...further].sort());
  expect(await client.importFile(GOOD, CSV), "and goes on").toMatchObject({ status: "succeeded", unchanged: 2 });
}

/** A ZIP archive with one compressed file in it, as a mail program makes them. */
function zip(content: string): Buffer {
  const packed = deflateRawSync(content);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(8, 8);
  header.writeUInt32LE(packed.length, 18);
  header.writeUInt16LE(5, 26);
  return Buffer.concat([header, Buffer.from("a.csv"), packed]);
}

describe("a file that cannot be read as a whole fails with its reason, and loses nothing", () => {
  const pixels = Buffer.from(Array.from({ length: 5_000 }, (_, index) => (index * 7_919) % 256));
  const files: [what: string, content: string | Buffer, code: string, says: RegExp][] = [
    ["random bytes", pixels, "NOT_TEXT", /zero byte at offset \d+/],
    ["a picture named .csv", Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), pixels]), "NOT_TEXT", /PNG/],
    ["a zip named .csv", zip(GOOD), "NOT_TEXT", /ZIP archive/],
    ["a gzip named .csv", gzipSync(GOOD), "NOT_TEXT", /gzip/],
    ["UTF-16, as Excel's Unicode text", Buffer.from(`\ufeff${GOOD}`, "utf16le"), "WRONG_ENCODING", /UTF-16/],
    ["Latin-1 in the header", Buffer.from(`pr\xe9nom,${GOOD}`, "latin1"), "WRONG_ENCODING", /0xE9 at offset 2.*UTF-8/],
    ["Latin-1 in a row", Buffer.from(`${GOOD}A,Caf\xe9,1.00,2.00\n`, "latin1"), "WRONG_ENCODING", /0xE9 at offset/],
    ["a web page", "<!doctype html>\n<html><body>Please log in</body></html>\n", "HEADER_MISSING", /sku/],
    ["prose", "Dear customer,\nplease find our list attached.\n", "HEADER_MISSING", /sku.*name/],
    ["no header", "KEPT-1,Kept,1.00,2.00\n", "HEADER_MISSING", /sku/],
    ["a header without a mapped column", "sku,name,cost\nA,a,1.00\n", "HEADER_MISSING", /price/],
    ["a header with a mapped column twice", `${HEADER},price\nA,a,1.00,2.00,3.00\n`, "HEADER_DUPLICATE", /price/],
    ["a million columns", `${HEADER},${"x,".repeat(1_000_000)}\n`, "TOO_MANY_COLUMNS", /1000/],
    ["an empty line only", "\n", "EMPTY_FILE", /./],
  ];

  it.each(files)("%s", async (_what, content, code, says) => {
    const client = await shop();
    const work = await client.importFile(content, CSV);
    expect(work).toMatchObject({
      status: "failed",
      accepted: 0,
      error: { code, message: expect.stringMatching(says) },
    });
    await losesNothing(client);
  });

  it("a JSON list where one object a line is wanted", async () => {
    const client = await shop();
    const work = await client.importFile('[{"sku":"A","name":"a"}]', {
      format: "jsonl",
      mapping: { sku: "sku", name: "name" },
    });
    expect(work).toMatchObject({ status: "failed", error: { code: "NOT_JSON_LINES" } });
    await losesNothing(client);
  });
});

describe("a row that cannot be taken is refused with its number and reason, and the others are taken", () => {
  const rows: [what: string, row: string | Buffer, code: string][] = [
    ["a cell of 5 MB", `BIG,${"x".repeat(5 * 1024 * 1024)},1.00,2.00`, "ROW_TOO_LARGE"],
    [
      "bytes that are not UTF-8, in a file that otherwise is",
      Buffer.from("B,Caf\xe9,1.00,2.00", "latin1"),
      "BAD_ENCODING",
    ],
    ["a SKU that came before", "NEW-1,Twice,1.00,2.00", "DUPLICATE_IN_FILE"],
    ["a cell too few", "C,Short,1.00", "COLUMN_COUNT"],
    ["a cell too many", "C,Long,1.00,2.00,3.00", "COLUMN_COUNT"],
    ["a price under its cost", "C,Cheap,2.00,1.00", "INVALID_PRICING"],
    ["an amount that means two things", 'C,Comma,"1,234",2000.00', "NOT_A_NUMBER"],
    ["an amount beyond the minor unit", "C,Mills,1.001,2.00", "TOO_PRECISE"],
    ["a negative cost", "C,Minus,-1.00,2.00", "NEGATIVE"],
    ["text behind a closing quote", 'C,"In"side,1.00,2.00', "BAD_QUOTES"],
  ];

  it.each(rows)("%s", async (_what, row, code) => {
    const client = await shop();
    const file = Buffer.concat([
      Buffer.from(`${HEADER}\nNEW-1,Première,1.00,2.00\n`),
      Buffer.from(row),
      Buffer.from("\nNEW-2,Last,1.00,2.00\n"),
    ]);
    const work = await client.importFile(file, CSV);
    expect(work).toMatchObject({ status: "succeeded", total: 3, processed: 3, accepted: 2, rejected: 1 });
    const refused = await client.records(work.id, "rejected");
    expect(refused.map(({ row, faults }) => [row, faults?.map((fault) => fault.code)])).toEqual([[2, [code]]]);
    expect(refused[0]?.faults?.[0]?.message.length).toBeGreaterThan(10);
    await losesNothing(client, ["NEW-1", "NEW-2"]);
  });

  it("formulas are text: taken as they are, harmless in what is downloaded, and the same when that is imported", async () => {
    const client = await shop();
    const formulas = ["=cmd|'/c calc'!A1", "+1+1", "-2+3", "@SUM(A1)"];
    const file = formulas.map((text, n) => `F-${n},${text},1.00,2.00\nBAD-${n},${text},2.00,1.00\n`).join("");
    const work = await client.importFile(`${HEADER}\n${file}`, CSV);
    expect(work).toMatchObject({ accepted: 4, rejected: 4 });
    expect(await client.get("/v1/products/by-sku/F-0")).toMatchObject({ name: formulas[0] });
    const { headers } = await client.request("GET", `/v1/imports/${work.id}/refused.csv`, { expected: 302 });
    const refused = await (await fetch(headers.get("location") ?? "")).text();
    for (const line of refused.trim().split(/\r?\n/))
      expect(line.split(/,(?=[^,]*,[^,]*,[^,]*$)/)[1]).not.toMatch(/^"?[=+@-]/);
    const corrected = refused.replaceAll("2.00,1.00", "2.00,3.00");
    expect(await client.importFile(corrected, CSV)).toMatchObject({ status: "succeeded", accepted: 4, rejected: 0 });
    expect(await client.get("/v1/products/by-sku/BAD-0")).toMatchObject({ name: formulas[0] });
  });
});

describe("an upload that is not what it should be is refused at once, and loses nothing", () => {
  const announce = (client: Client, changes: Record<string, unknown> = {}) =>
    client.request<{ id: string; url: string; headers: Record<string, string> }>("POST", "/v1/uploads", {
      body: { filename: "a.csv", contentType: "text/csv", size: GOOD.length, ...changes },
    });
  const importOf = (client: Client, uploadId: string) =>
    client.request("POST", "/v1/imports", { body: { kind: "products", uploadId, ...CSV } });

  it("one that never arrived", async () => {
    const client = await shop();
    const { body } = await announce(client);
    expect(await importOf(client, body.id)).toMatchObject({
      status: 409,
      body: { error: { code: "STATE_CONFLICT", field: "uploadId", message: expect.stringContaining("not arrived") } },
    });
    await losesNothing(client);
  });

  it.each([
    ["shorter than announced", GOOD.slice(0, 30), {}],
    ["longer than announced", `${GOOD}MORE,More,1.00,2.00\n`, {}],
    ["of another type", GOOD, { "content-type": "application/json" }],
  ])("one that is %s: either the PUT or the import says so", async (_what, content, headers) => {
    const client = await shop();
    const { body } = await announce(client);
    // A sender of another file sends that file's length.
    const { "content-length": _announced, ...signed } = body.headers;
    const sent = await fetch(body.url, { method: "PUT", headers: { ...signed, ...headers }, body: content });
    const text = await sent.text();
    const answer = await importOf(client, body.id);
    if (sent.ok)
      expect(answer).toMatchObject({ status: 400, body: { error: { code: "VALIDATION_ERROR", field: "uploadId" } } });
    else expect([sent.status, answer.status], text).toEqual([403, 409]);
    await losesNothing(client);
  });

  it.each([
    ["nothing", { size: 0 }],
    ["more than a gibibyte", { size: 1024 ** 3 + 1 }],
    ["a picture", { contentType: "image/png" }],
    ["a path for a name", { filename: "../../etc/passwd" }],
  ])("one that announces %s", async (_what, changes) => {
    const answer = await announce(await newOrganization(system), changes);
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { code: "VALIDATION_ERROR", field: Object.keys(changes)[0] } },
    });
  });

  it("another organisation's, which reads like one that does not exist", async () => {
    const [owner, stranger] = [await shop(), await shop()];
    const uploadId = await owner.upload(GOOD);
    const [foreign, unknown] = [
      await importOf(stranger, uploadId),
      await importOf(stranger, "upl_00000000000000000000000000"),
    ];
    expect(foreign).toMatchObject({ status: 404, body: { error: { code: "NOT_FOUND", message: "Upload not found" } } });
    expect(unknown).toMatchObject({ status: 404, body: { error: { code: "NOT_FOUND", message: "Upload not found" } } });
    expect((await stranger.all("/v1/imports")).length, "no work was queued").toBe(1);
    await losesNothing(owner);
  });

  it("an import without the mapping that its format needs", async () => {
    const client = await shop();
    const uploadId = await client.upload(GOOD);
    const answer = await client.request("POST", "/v1/imports", { body: { kind: "products", uploadId, format: "csv" } });
    expect(answer).toMatchObject({ status: 400, body: { error: { code: "VALIDATION_ERROR", field: "mapping" } } });
    await losesNothing(client);
  });
});
