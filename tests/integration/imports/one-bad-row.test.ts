import { describe, expect, it } from "vitest";
import * as Catalog from "../../../core/catalog/index.ts";
import { cloudContext } from "../../support/cloud.ts";
import { importContent, importRecords } from "../../support/work.ts";

const priced = { format: "csv", mapping: { sku: "sku", name: "name", cost: "cost" } };
const columns = Array.from({ length: 100 }, (_, index) => `c${index}`);
const wide = {
  format: "csv",
  mapping: { sku: "sku", name: "name", attributes: Object.fromEntries(columns.map((column) => [column, column])) },
};
const wideRow = (sku: string, cell: string) => [sku, "name", ...columns.map(() => cell)].join(",");
const wideFile = (...rows: string[]) => [`sku,name,${columns.join(",")}`, ...rows, ""].join("\n");

describe("one row that cannot be kept costs that row only", () => {
  it("where its cost is so high that no price can be calculated", async () => {
    const ctx = cloudContext();
    const done = await importContent(ctx, "sku,name,cost\nA,a,90071992547409.91\nB,b,1.00\n", priced);
    expect(done).toMatchObject({ status: "succeeded", accepted: 1, rejected: 1 });
    const [refused] = await importRecords(ctx, done.id, "rejected");
    expect(refused).toMatchObject({ row: 1, faults: [{ code: "INVALID_PRICING" }] });
  });

  it("where its text is more than one item of the table takes", async () => {
    const ctx = cloudContext();
    const done = await importContent(ctx, wideFile(wideRow("A", "가".repeat(2_000)), wideRow("B", "x")), wide);
    expect(done).toMatchObject({ status: "succeeded", accepted: 1, rejected: 1 });
    const [refused] = await importRecords(ctx, done.id, "rejected");
    expect(refused).toMatchObject({ row: 1, faults: [{ code: "TOO_LARGE" }] });
  });

  it("where a product has grown, file by file, to more attributes than it may have", async () => {
    const ctx = cloudContext();
    expect(await importContent(ctx, wideFile(wideRow("A", "x")), wide)).toMatchObject({ accepted: 1 });
    const more = { ...wide, mapping: { ...wide.mapping, attributes: { "one more": "c0" } } };
    const done = await importContent(ctx, wideFile(wideRow("A", "y"), wideRow("B", "y")), more);
    expect(done).toMatchObject({ status: "succeeded", accepted: 1, rejected: 1 });
    expect(Object.keys((await Catalog.getProductBySku(ctx, "A")).attributes)).toHaveLength(100);
  });

  it("where cleaning makes a text fit that the scan found too long, and another row repeats its SKU", async () => {
    const ctx = cloudContext();
    const shrinks = `<p style='${"x".repeat(20_000)}'>ok</p>`;
    const done = await importContent(ctx, `sku,name,description\nA,first,${shrinks}\nA,second,fine\n`, {
      format: "csv",
      mapping: { sku: "sku", name: "name", description: "description" },
    });
    expect(done).toMatchObject({ status: "succeeded", accepted: 1, rejected: 1 });
    const [refused] = await importRecords(ctx, done.id, "rejected");
    expect(refused).toMatchObject({ row: 2, faults: [{ code: "DUPLICATE_IN_FILE" }] });
  });

  it("where cleaning leaves nothing of its name: a later, good row with its SKU is taken", async () => {
    const ctx = cloudContext();
    const done = await importContent(ctx, "sku,name\nA,<b></b>\nA,good\n", {
      format: "csv",
      mapping: { sku: "sku", name: "name" },
    });
    expect(done).toMatchObject({ status: "succeeded", accepted: 1, rejected: 1 });
    expect((await Catalog.getProductBySku(ctx, "A")).name).toBe("good");
  });

  it("or no row at all, where a brand's name folds into more text than a key may have", async () => {
    const ctx = cloudContext();
    const long = "\uFDFA".repeat(100);
    const spec = { format: "csv", mapping: { sku: "sku", name: "name", brand: "brand", category: "category" } };
    const done = await importContent(ctx, `sku,name,brand,category\nA,a,${long},${long}\nB,b,${long},${long}\n`, spec);
    expect(done).toMatchObject({ status: "succeeded", accepted: 2 });
    expect((await Catalog.listBrands(ctx, {})).items).toHaveLength(1);
    expect((await Catalog.listCategories(ctx, {})).items).toHaveLength(1);
  });
});
