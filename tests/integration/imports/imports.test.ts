import { describe, expect, it } from "vitest";
import * as Catalog from "../../../core/catalog/index.ts";
import * as Imports from "../../../core/imports/index.ts";
import { wakeStuckWork } from "../../../core/ingest/index.ts";
import { AppError } from "../../../core/platform/errors.ts";
import * as Uploads from "../../../core/uploads/index.ts";
import { cloudContext } from "../../support/cloud.ts";
import { stoppedClock } from "../../support/recording.ts";
import { storeFaults } from "../../support/store-faults.ts";
import { finishImport, importContent, importRecords, queueImport, uploadFile } from "../../support/work.ts";

const mapping = { sku: "sku", name: "name", cost: "cost", price: "price", gtin: "gtin", brand: "brand" };
const csv = { format: "csv", mapping };
const file = (...rows: string[]) => ["sku,name,cost,price,gtin,brand", ...rows, ""].join("\n");
const rows = (count: number, price = "15.00") =>
  Array.from({ length: count }, (_, index) => `S-${index},Name ${index},10.00,${price},,`);
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => "taken",
    (error: unknown) => (error instanceof AppError ? error.code : error),
  );

describe("an import", () => {
  it("takes each row or refuses it with its reasons, and the counts add up", async () => {
    const ctx = cloudContext();
    const done = await importContent(
      ctx,
      file(
        "A,Good,10.00,15.00,194817794556,Nike",
        "B,Too cheap,10.00,10.00,,",
        "C,No cost,,15.00,,",
        ",No SKU,1.00,2.00,,",
        "D,Bad GTIN,1.00,2.00,123,",
        "A,Again,1.00,2.00,,",
      ),
      csv,
    );
    expect(done).toMatchObject({
      status: "succeeded",
      total: 6,
      processed: 6,
      accepted: 2,
      rejected: 4,
      unchanged: 0,
      created: 2,
      hasRefusedRows: true,
    });
    const verdicts = (await importRecords(ctx, done.id)).map(({ row, status, faults }) => [
      row,
      status,
      faults?.map(({ code }) => code),
    ]);
    expect(verdicts.map(([row, status]) => [row, status])).toEqual([
      [1, "accepted"],
      [2, "rejected"],
      [3, "accepted"],
      [4, "rejected"],
      [5, "rejected"],
      [6, "rejected"],
    ]);
    expect(verdicts[1]?.[2]).toEqual(["INVALID_PRICING"]);
    expect(verdicts[5]?.[2]).toEqual(["DUPLICATE_IN_FILE"]);
    const product = await Catalog.getProductBySku(ctx, "A");
    expect(product).toMatchObject({ gtin: "00194817794556", status: "draft", price: { minor: 1500, currency: "USD" } });
    expect((await Catalog.listBrands(ctx, {})).items).toMatchObject([{ id: product.brandId, name: "Nike" }]);
  });

  it("gives the refused rows as a file with row number and reasons, formulas made harmless", async () => {
    const ctx = cloudContext();
    const done = await importContent(ctx, file("A,=cmd|'/c calc'!A1,10.00,9.00,,", "B,Good,1.00,2.00,,"), csv);
    const text = await (await fetch(await Imports.importRefusedUrl(ctx, done.id))).text();
    const [header, row, ...rest] = text.trimEnd().split(/\r?\n/);
    expect(header).toBe("row,reasons,sku,name,cost,price,gtin,brand");
    expect(row).toMatch(/^1,price: INVALID_PRICING .*,A,'=cmd\|'\/c calc'!A1,10\.00,9\.00,,$/);
    expect(rest).toEqual([]);
    expect(
      await refusal(Imports.importRefusedUrl(ctx, (await importContent(ctx, file("C,Fine,1.00,2.00,,"), csv)).id)),
    ).toBe("NOT_FOUND");
  });

  it("of the same file again changes nothing and says so, whatever users did in between", async () => {
    const ctx = cloudContext();
    const content = file(...rows(120), "S-3,Repeated,10.00,15.00,,");
    expect(await importContent(ctx, content, csv)).toMatchObject({ accepted: 120, rejected: 1, created: 120 });
    const product = await Catalog.getProductBySku(ctx, "S-5");
    await Catalog.updateProduct(ctx, { id: product.id, changes: { name: "Renamed by hand" } });
    expect(await importContent(ctx, content, csv)).toMatchObject({
      accepted: 0,
      rejected: 1,
      unchanged: 120,
      created: 0,
      updated: 0,
    });
    expect((await Catalog.getProductBySku(ctx, "S-5")).name).toBe("Renamed by hand");
    expect((await Catalog.listProducts(ctx, {})).total).toBe(120);
  });

  it("of a changed file updates what changed, and records from what to what", async () => {
    const ctx = cloudContext();
    await importContent(ctx, file(...rows(10)), csv);
    const changed = [...rows(9), "S-9,Name 9,10.00,19.00,,", "S-10,New,1.00,2.00,,"];
    const done = await importContent(ctx, file(...changed), csv);
    expect(done).toMatchObject({ accepted: 2, unchanged: 9, created: 1, updated: 1 });
    const [updated] = (await importRecords(ctx, done.id, "accepted")).filter(({ action }) => action === "updated");
    expect(updated?.changes).toMatchObject({
      price: [
        { amount: "15.00", currency: "USD" },
        { amount: "19.00", currency: "USD" },
      ],
    });
    expect((await Catalog.getProductBySku(ctx, "S-9")).version).toBe(2);
  });

  it("prices what comes without a price, and such a price follows the cost while a set one stays", async () => {
    const ctx = cloudContext();
    const costs = { format: "csv", mapping: { sku: "sku", name: "name", cost: "cost" }, margin: "0.5" };
    const sheet = (cost: string) => `sku,name,cost\nA,a,${cost}\nB,b,${cost}\n`;
    await importContent(ctx, sheet("10.00"), costs);
    const b = await Catalog.getProductBySku(ctx, "B");
    expect(b).toMatchObject({ price: { minor: 1500 }, priceSource: "calculated" });
    await Catalog.updateProduct(ctx, { id: b.id, changes: { price: { amount: "40.00", currency: "USD" } } });
    await importContent(ctx, sheet("20.00"), costs);
    expect(await Catalog.getProductBySku(ctx, "A")).toMatchObject({ price: { minor: 3000 } });
    expect(await Catalog.getProductBySku(ctx, "B")).toMatchObject({ price: { minor: 4000 }, cost: { minor: 2000 } });
  });

  it("under rejectEverything writes nothing for one bad row, and everything without one", async () => {
    const ctx = cloudContext();
    const spec = { ...csv, onError: "rejectEverything" };
    const failed = await importContent(ctx, file(...rows(150), "BAD,Too cheap,10.00,10.00,,"), spec);
    expect(failed).toMatchObject({
      status: "failed",
      total: 151,
      processed: 151,
      accepted: 0,
      rejected: 151,
      error: { code: "ROWS_REFUSED", details: { refused: 1 } },
    });
    expect((await Catalog.listProducts(ctx, {})).total).toBe(0);
    const records = await importRecords(ctx, failed.id, "rejected");
    expect(records).toHaveLength(151);
    expect(records.at(-1)?.faults?.[0]?.code).toBe("INVALID_PRICING");
    expect(records[0]?.faults?.[0]?.code).toBe("REJECTED_WITH_OTHERS");
    expect(await importContent(ctx, file(...rows(150)), spec)).toMatchObject({ status: "succeeded", accepted: 150 });
    expect((await Catalog.listProducts(ctx, {})).total).toBe(150);
  });

  it("under ignoreFailed takes a row without its bad optional fields, and says which", async () => {
    const ctx = cloudContext();
    const done = await importContent(ctx, file("A,Good,10.00,15.00,123,", "B,,10.00,15.00,,"), {
      ...csv,
      onError: "ignoreFailed",
    });
    expect(done).toMatchObject({ accepted: 1, rejected: 1 });
    const [first] = await importRecords(ctx, done.id, "accepted");
    expect(first?.warnings?.map(({ path }) => path)).toEqual(["gtin"]);
    expect((await Catalog.getProductBySku(ctx, "A")).gtin).toBeUndefined();
  });

  it("rehearsed counts as it would, and writes neither products nor brands", async () => {
    const ctx = cloudContext();
    const content = file(...rows(5), "X,Branded,1.00,2.00,,Nike");
    expect(await importContent(ctx, content, { ...csv, dryRun: true })).toMatchObject({
      status: "succeeded",
      accepted: 6,
      created: 6,
      dryRun: true,
    });
    expect((await Catalog.listProducts(ctx, {})).total).toBe(0);
    expect((await Catalog.listBrands(ctx, {})).items).toEqual([]);
  });

  it("works in steps when time is short, each going on where the last ended", async () => {
    const ctx = cloudContext();
    const id = await queueImport(ctx, file(...rows(350)), csv);
    let asked = 0;
    const oneStep = () => (asked++ % 3 === 2 ? 0 : 60_000);
    expect(await finishImport(ctx, id, oneStep)).toMatchObject({
      status: "succeeded",
      total: 350,
      accepted: 350,
      created: 350,
    });
    expect((await importRecords(ctx, id)).map(({ row }) => row)).toEqual(
      Array.from({ length: 350 }, (_, index) => index + 1),
    );
  });

  it("S2-11, budget: an unchanged page costs one batch read, one commit and no write to products", async () => {
    const { around, calls } = storeFaults();
    const ctx = cloudContext({ around });
    const content = file(...rows(100));
    await importContent(ctx, content, csv);
    const id = await queueImport(ctx, content, csv);
    calls.length = 0;
    await Imports.runImport(ctx, { id, remainingMs: () => 600_000 });
    const table = calls.filter((call) => call.endsWith("Item") || call.endsWith("Items") || call === "Query");
    // Claim; scanned; page: guards, commit; to finish; closed.
    expect(table).toEqual([
      "UpdateItem",
      "TransactWriteItems",
      "BatchGetItem",
      "TransactWriteItems",
      "TransactWriteItems",
      "TransactWriteItems",
    ]);
  });
});

describe("an import's file", () => {
  it.each([
    ["is empty", "", "EMPTY_FILE"],
    ["is a zip named .csv", Buffer.from("504b030414000000080000000000", "hex"), "NOT_TEXT"],
    ["is UTF-16", Buffer.from("\ufeffsku,name\nA,B\n", "utf16le"), "WRONG_ENCODING"],
    ["lacks a mapped column", "sku,title\nA,B\n", "HEADER_MISSING"],
    [
      "has a million columns",
      `${Array.from({ length: 1_000_000 }, (_, index) => `c${index}`).join(",")}\n`,
      "TOO_MANY_COLUMNS",
    ],
  ])("that %s fails the import with its reason", async (_what, content, code) => {
    const ctx = cloudContext();
    const uploadId = await uploadFile(ctx, content.length === 0 ? " " : content);
    const { id } = await Imports.createImport(ctx, { kind: "products", uploadId, ...csv });
    expect(await finishImport(ctx, id)).toMatchObject({ status: "failed", accepted: 0, error: { code } });
    expect((await Catalog.listProducts(ctx, {})).total).toBe(0);
  });

  it("with a cell of 5 MB loses that row only", async () => {
    const ctx = cloudContext();
    const done = await importContent(
      ctx,
      file(...rows(3), `HUGE,${"x".repeat(5_000_000)},1.00,2.00,,`, "LAST,Last,1.00,2.00,,"),
      csv,
    );
    expect(done).toMatchObject({ status: "succeeded", total: 5, accepted: 4, rejected: 1 });
    const [refused] = await importRecords(ctx, done.id, "rejected");
    expect(refused).toMatchObject({ row: 4 });
  });
});

describe("an upload", () => {
  it("is asked for before it arrived, after it expired, or of another organisation: each is refused as what it is", async () => {
    const clock = stoppedClock();
    const ctx = cloudContext({ now: clock.now });
    const { id: uploadId } = await Uploads.createUpload(ctx, { filename: "a.csv", contentType: "text/csv", size: 10 });
    const start = (on = ctx) => refusal(Imports.createImport(on, { kind: "products", uploadId, ...csv }));
    expect(await start()).toBe("STATE_CONFLICT");
    expect(await start(cloudContext())).toBe("NOT_FOUND");
    clock.advance(16 * 60_000);
    expect(await start()).toBe("UPLOAD_EXPIRED");
  });

  it("of another size than announced is refused", async () => {
    const ctx = cloudContext();
    const ticket = await Uploads.createUpload(ctx, { filename: "a.csv", contentType: "text/csv", size: 10 });
    const upload = await ctx.table.query<{ key: string }>({
      pk: `${ctx.actor.organizationId}#UPLOAD` as never,
      limit: 1,
    });
    await ctx.objects.put(upload.items[0]?.key ?? "", "longer than ten bytes", "text/csv");
    await expect(Uploads.requireUploaded(ctx, ticket.id)).rejects.toMatchObject({
      code: "VALIDATION_ERROR",
      details: { announced: { size: 10 }, received: { size: 21 } },
    });
  });
});

describe("work that got stuck", () => {
  it("is queued again by the sweep once its lease has ended, and not before", async () => {
    const clock = stoppedClock();
    const sent: string[] = [];
    const quiet = cloudContext({ now: clock.now });
    const ctx = {
      ...quiet,
      queues: {
        ...quiet.queues,
        send: async (_queue: string, message: Record<string, unknown>) => void sent.push(String(message["id"])),
      },
    };
    const id = await queueImport(ctx, file(...rows(3)), csv);
    sent.length = 0;
    await wakeStuckWork(ctx);
    expect(sent).not.toContain(id);
    clock.advance(31_000);
    await wakeStuckWork(ctx);
    expect(sent).toContain(id);
    await finishImport(ctx, id);
    sent.length = 0;
    clock.advance(31_000);
    await wakeStuckWork(ctx);
    expect(sent).not.toContain(id);
  });

  it("is worked by one of two at a time; the other finds it busy, and done afterwards", async () => {
    const ctx = cloudContext();
    const id = await queueImport(ctx, file(...rows(250)), csv);
    const run = () => Imports.runImport(ctx, { id, remainingMs: () => 600_000 });
    expect((await Promise.all([run(), run()])).toSorted()).toEqual(["busy", "done"]);
    expect(await run()).toBe("done");
    expect(await Imports.getImport(ctx, id)).toMatchObject({ accepted: 250, processed: 250 });
  });
});
