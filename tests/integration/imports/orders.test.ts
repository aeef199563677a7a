import { describe, expect, it } from "vitest";
import * as Imports from "../../../core/imports/index.ts";
import * as Orders from "../../../core/orders/index.ts";
import { cloudContext } from "../../support/cloud.ts";
import { testActor } from "../../support/context.ts";
import { allOrders, booksOf } from "../../support/orders.ts";
import { finishImport, importContent, importRecords, queueImport, uploadFile } from "../../support/work.ts";

const MAPPING = {
  groupBy: "no",
  sku: "sku",
  title: "title",
  quantity: "qty",
  unitPrice: "price",
  placedAt: "at",
  customer: { externalId: "customer" },
  country: "country",
  cancellation: { prefix: "C" },
  currency: "GBP",
};
const csv = { kind: "orders", format: "csv", mapping: MAPPING };
const HEADER = "no,sku,title,qty,price,at,customer,country";
const file = (...rows: string[]) => [HEADER, ...rows, ""].join("\n");

const linesOf = ({ lines }: Orders.Order) =>
  lines.map(({ sku, quantity, totalMinor, returned }) => `${sku} ${quantity} ${totalMinor} ${returned}`);

describe("an import of orders", () => {
  it("makes one order of the rows of one number, wherever they stand, and books what they come to", async () => {
    const ctx = cloudContext();
    const done = await importContent(
      ctx,
      file(
        "1,A,Lamp,2,1.10,2010-12-01 08:00:00,77,UK",
        "2,B,Cup,1,5.00,2010-12-01 09:00:00,78,France",
        "1,A,Lamp,2,1.10,2010-12-01 08:01:00,77,UK",
        "3,C,Tray,1,0,2010-12-01 10:00:00,,UK",
        "1,POST,POSTAGE,1,18.00,2010-12-01 08:00:00,77,UK",
      ),
      csv,
    );
    expect(done).toMatchObject({ status: "succeeded", total: 5, processed: 5, accepted: 5, rejected: 0, created: 3 });
    const orders = await allOrders(ctx);
    expect(orders.map((order) => [order.externalId, order.placedAt, order.status, ...linesOf(order)])).toEqual([
      ["2", "2010-12-01T09:00:00.000Z", "fulfilled", "B 1 500 0"],
      ["3", "2010-12-01T10:00:00.000Z", "fulfilled", "C 1 0 0"],
      ["1", "2010-12-01T08:00:00.000Z", "fulfilled", "A 2 220 0", "A 2 220 0", "POST 1 1800 0"],
    ]);
    expect(orders[0]).toMatchObject({
      channel: "file",
      currency: "GBP",
      customer: { externalId: "78" },
      shippingAddress: { country: "France" },
      affectsStock: false,
    });
    expect(await booksOf(ctx, "2010-12-01", "2010-12-01")).toMatchObject({ "GBP sale": "27.40", "GBP cash": "27.40" });
    const records = await importRecords(ctx, done.id);
    expect(records.map(({ row, status, id }) => [row, status, id === orders[2]?.id])).toEqual([
      [1, "accepted", true],
      [2, "accepted", false],
      [3, "accepted", true],
      [4, "accepted", false],
      [5, "accepted", true],
    ]);
  });

  it("changes nothing the second time, and refuses what an order did not say before", async () => {
    const ctx = cloudContext();
    const rows = [
      "1,A,Lamp,2,1.10,2010-12-01,77,UK",
      "C2,A,Lamp,-1,1.10,2010-12-02,77,UK",
      "3,X,lost,-4,0,2010-12-03,,",
    ];
    const first = await importContent(ctx, file(...rows), csv);
    expect(first).toMatchObject({ accepted: 3, created: 3 });
    const orders = await allOrders(ctx);
    const books = await booksOf(ctx, "2010-12-01", "2010-12-31");
    const second = await importContent(ctx, file(...rows.toReversed()), csv);
    expect(second).toMatchObject({ status: "succeeded", accepted: 0, rejected: 0, unchanged: 3, created: 0 });
    const third = await importContent(ctx, file(rows[0]?.replace(",2,", ",3,") ?? "", "4,B,New,1,1,2010-12-04,,"), csv);
    expect(third).toMatchObject({ accepted: 1, rejected: 1 });
    expect(await importRecords(ctx, third.id, "rejected")).toMatchObject([
      { row: 1, faults: [{ path: "externalId", code: "DIFFERS_FROM_IMPORTED" }] },
    ]);
    expect((await allOrders(ctx)).slice(0, 1)).toEqual(orders);
    expect(await booksOf(ctx, "2010-12-01", "2010-12-03")).toEqual(books);
  });

  it("takes cancellations back from the latest order that has the units, and keeps the others as credits", async () => {
    const ctx = cloudContext();
    const done = await importContent(
      ctx,
      file(
        "C9,A,Lamp,-2,1.10,2010-12-05,77,UK",
        "C9,A,Lamp,-5,1.10,2010-12-05,77,UK",
        "C9,D,Discount,-1,3.00,2010-12-05,77,UK",
        "1,A,Lamp,6,1.10,2010-12-01,77,UK",
        "2,A,Lamp,2,1.10,2010-12-02,77,UK",
        "3,A,Lamp,9,1.10,2010-12-06,77,UK",
        "4,A,Lamp,9,1.10,2010-12-04,78,UK",
      ),
      csv,
    );
    expect(done).toMatchObject({ status: "succeeded", accepted: 7, rejected: 0, created: 5 });
    const orders = await allOrders(ctx);
    const state = orders.map((order) => [order.externalId, order.status, order.refundedMinor, ...linesOf(order)]);
    expect(state).toEqual([
      ["1", "partiallyReturned", 550, "A 6 660 5"],
      ["2", "returned", 220, "A 2 220 2"],
      ["3", "fulfilled", 0, "A 9 990 0"],
      ["4", "fulfilled", 0, "A 9 990 0"],
    ]);
    expect(await booksOf(ctx, "2010-12-01", "2010-12-31")).toMatchObject({
      "GBP sale": "28.60",
      "GBP refund": "-10.70",
      "GBP cash": "17.90",
    });
    const records = await importRecords(ctx, done.id);
    const credit = records.filter(({ row }) => row <= 3);
    expect(credit.map(({ id, warnings }) => [id, warnings?.map(({ code }) => code)])).toEqual([
      [orders[1]?.id, undefined],
      [orders[0]?.id, undefined],
      [expect.stringMatching(/^ret_/), ["ORIGINAL_NOT_FOUND"]],
    ]);
  });

  it("counts units also of an SKU that is a word of the language, and of a customer with a very long name", async () => {
    const ctx = cloudContext();
    const customer = "가".repeat(500);
    const rows = ["constructor", "__proto__", "toString"].flatMap((sku, index) => [
      `${index},${sku},t,2,1.00,2010-12-01,${customer},UK`,
      `C${index},${sku},t,-1,1.00,2010-12-02,${customer},UK`,
    ]);
    const done = await importContent(ctx, file(...rows), csv);
    expect(done).toMatchObject({ status: "succeeded", accepted: 6, rejected: 0 });
    expect(await booksOf(ctx, "2010-12-01", "2010-12-31")).toMatchObject({ "GBP cash": "3.00" });
  });

  it("finds the order of a cancellation that another file brought", async () => {
    const ctx = cloudContext();
    await importContent(ctx, file("1,A,Lamp,6,1.10,2010-12-01,77,UK"), csv);
    await importContent(ctx, file("C2,A,Lamp,-6,1.10,2010-12-02,77,UK"), csv);
    expect((await allOrders(ctx)).map(({ status, refundedMinor }) => [status, refundedMinor])).toEqual([
      ["returned", 660],
    ]);
  });

  it("keeps equal rows without numbers as so many sales, once, whatever pages they fall on", async () => {
    const ctx = cloudContext();
    const mapping = {
      channel: { constant: "stockx" },
      title: "name",
      size: "size",
      unitPrice: "price",
      currency: "USD",
      placedAt: "at",
    };
    const sales = { kind: "orders", format: "csv", mapping };
    const rows = Array.from(
      { length: 130 },
      (_, index) => `2018-06-30,Butter,9,${index % 3 === 0 ? 285 : 300 + index}`,
    );
    const content = ["at,name,size,price", ...rows, ""].join("\n");
    const first = await importContent(ctx, content, sales);
    expect(first).toMatchObject({ accepted: 130, created: 130 });
    const orders = await allOrders(ctx);
    expect(new Set(orders.map(({ externalId }) => externalId)).size).toBe(130);
    expect(orders.filter(({ totalMinor }) => totalMinor === 28_500)).toHaveLength(44);
    const second = await importContent(ctx, content, sales);
    expect(second).toMatchObject({ accepted: 0, unchanged: 130 });
    const more = await importContent(ctx, `${content}2018-06-30,Butter,9,285\n`, sales);
    expect(more).toMatchObject({ accepted: 1, unchanged: 130 });
  });

  it("refuses an order with its bad row, and gives all its rows back to be corrected", async () => {
    const ctx = cloudContext();
    const content = file(
      "1,A,Lamp,2,1.10,2010-12-01,77,UK",
      "1,B,Cup,many,1.10,2010-12-01,77,UK",
      "2,C,Tray,1,1.00,2010-12-01,77,UK",
      "short,row",
      ",A,Lamp,1,1.00,2010-12-01,77,UK",
    );
    const done = await importContent(ctx, content, csv);
    expect(done).toMatchObject({ accepted: 1, rejected: 4, created: 1, hasRefusedRows: true });
    const codes = (await importRecords(ctx, done.id)).map(
      ({ row, faults }) => `${row} ${faults?.map(({ path, code }) => `${path} ${code}`).join() ?? "taken"}`,
    );
    expect(codes).toEqual([
      "1  RECORD_REFUSED",
      "2 quantity NOT_A_NUMBER",
      "3 taken",
      "4  COLUMN_COUNT",
      "5 externalId REQUIRED",
    ]);
    const refused = await (await fetch(await Imports.importRefusedUrl(ctx, done.id))).text();
    const rows = refused.trimEnd().split("\n");
    expect(rows[0]).toBe(`row,reasons,${HEADER}`);
    expect(rows.slice(1).map((row) => row.slice(0, 2))).toEqual(["1,", "2,", "4,", "5,"]);
    expect(rows[1]).toContain("Belongs to the record of row 2, which was refused");
    const corrected = file("1,A,Lamp,2,1.10,2010-12-01,77,UK", "1,B,Cup,1,1.10,2010-12-01,77,UK");
    expect(await importContent(ctx, corrected, csv)).toMatchObject({ accepted: 2, created: 1 });
  });

  it("takes an order without its bad row where that is asked for, and says so", async () => {
    const ctx = cloudContext();
    const content = file("1,B,Cup,many,1.10,2010-12-01,77,UK", "1,A,Lamp,2,1.10,2010-12-01,77,UK");
    const done = await importContent(ctx, content, { ...csv, onError: "ignoreFailed" });
    expect(done).toMatchObject({ accepted: 1, rejected: 1, created: 1 });
    const [order] = await allOrders(ctx);
    expect(order?.lines).toHaveLength(1);
    expect(await importRecords(ctx, done.id)).toMatchObject([
      { row: 1, status: "rejected", faults: [{ code: "NOT_A_NUMBER" }] },
      { row: 2, status: "accepted", action: "created", warnings: [{ code: "ROWS_LEFT_OUT" }] },
    ]);
  });

  it("writes nothing under rejectEverything while one row is bad, nor in a dry run", async () => {
    const ctx = cloudContext();
    const good = [
      "1,A,Lamp,2,1.10,2010-12-01,77,UK",
      "2,A,Lamp,2,1.10,2010-12-01,77,UK",
      "1,B,Cup,1,1,2010-12-01,77,UK",
    ];
    const refused = await importContent(ctx, file(...good, "3,A,Lamp,x,1.10,2010-12-01,77,UK"), {
      ...csv,
      onError: "rejectEverything",
    });
    expect(refused).toMatchObject({ status: "failed", accepted: 0, rejected: 4, error: { code: "ROWS_REFUSED" } });
    const rehearsed = await importContent(ctx, file(...good), { ...csv, dryRun: true });
    expect(rehearsed).toMatchObject({ status: "succeeded", accepted: 3, created: 2 });
    expect(await allOrders(ctx)).toEqual([]);
    const done = await importContent(ctx, file(...good), { ...csv, onError: "rejectEverything" });
    expect(done).toMatchObject({ status: "succeeded", accepted: 3, created: 2 });
    expect(await allOrders(ctx)).toHaveLength(2);
  });

  it("goes on where time ran out, in every phase, and comes out the same", async () => {
    const ctx = cloudContext();
    const rows = Array.from({ length: 900 }, (_, index) => `${index % 300},S${index},t,1,1.25,2010-12-01,7,UK`);
    const id = await queueImport(ctx, file(...rows), csv);
    let calls = 0;
    // Every other look at the clock says that it is time to stop.
    const done = await finishImport(ctx, id, () => (calls++ % 3 === 2 ? 0 : 600_000));
    expect(done).toMatchObject({ status: "succeeded", accepted: 900, created: 300 });
    expect(await booksOf(ctx, "2010-12-01", "2010-12-01")).toMatchObject({ "GBP sale": "1125.00" });
  });

  it("keeps a write-off that no order has, and takes an order whose word it does not know with care", async () => {
    const ctx = cloudContext();
    const mapping = { ...MAPPING, status: "title", statuses: { shipped: "fulfilled" } };
    const content = file(
      "1,A,SHIPPED,1,1.00,2010-12-01,7,UK",
      "2,A,mystery,1,1.00,2010-12-01,7,UK",
      "3,A,damaged,-5,0.0,2010-12-01,,",
    );
    const done = await importContent(ctx, content, { ...csv, mapping });
    expect(done).toMatchObject({ accepted: 3, created: 3 });
    expect((await allOrders(ctx)).map(({ status, channelStatus }) => [status, channelStatus])).toEqual([
      ["fulfilled", "SHIPPED"],
      ["pending", "mystery"],
    ]);
    const [, , writeOff] = await importRecords(ctx, done.id);
    expect(writeOff).toMatchObject({ status: "accepted", action: "created", id: expect.stringMatching(/^adj_/) });
  });

  it("leaves an order as it is that came another way", async () => {
    const ctx = cloudContext();
    const mapping = { ...MAPPING, channel: { constant: "shopify" } };
    const draft = {
      channel: "shopify",
      externalId: "1",
      status: "paid" as const,
      isStatusKnown: true,
      placedAt: "2010-12-01T00:00:00.000Z",
      currency: "GBP",
      lines: [{ sku: "A", quantity: 1, total: { minor: 100, currency: "GBP" } }],
      warnings: [],
    };
    const { orderId } = await Orders.recordOrder(ctx, draft, { affectsStock: false });
    const done = await importContent(ctx, file("1,A,Lamp,2,1.10,2010-12-01,77,UK"), { ...csv, mapping });
    expect(done).toMatchObject({ accepted: 0, unchanged: 1 });
    expect(await importRecords(ctx, done.id)).toMatchObject([{ id: orderId, warnings: [{ code: "KNOWN_OTHERWISE" }] }]);
  });

  it("is refused when it cannot be meant: unknown words of ours, a mapping too many or too few, no permission", async () => {
    const ctx = cloudContext();
    const uploadId = await uploadFile(ctx, file());
    const refusal = async (change: object) =>
      Imports.createImport(ctx, { ...csv, uploadId, ...change }).then(
        () => "taken",
        (error: { field?: string; code?: string }) => `${error.code} ${error.field ?? ""}`,
      );
    expect(await refusal({ mapping: { ...MAPPING, status: { constant: "sent" } } })).toBe(
      "VALIDATION_ERROR mapping.status.constant",
    );
    expect(await refusal({ mapping: { ...MAPPING, channel: { constant: "etsy" } } })).toBe(
      "VALIDATION_ERROR mapping.channel.constant",
    );
    expect(await refusal({ mapping: undefined })).toBe("VALIDATION_ERROR mapping");
    expect(await refusal({ format: "ebayOrders" })).toBe("VALIDATION_ERROR mapping");
    expect(await refusal({ margin: "0.3" })).toContain("VALIDATION_ERROR");
    const reader = cloudContext({ actor: testActor({ permissions: new Set(["imports.write"]) }) });
    await expect(Imports.createImport(reader, { ...csv, uploadId })).rejects.toMatchObject({ code: "FORBIDDEN" });
  });
});
