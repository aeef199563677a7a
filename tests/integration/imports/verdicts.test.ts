import { describe, expect, it } from "vitest";
import * as Catalog from "../../../core/catalog/index.ts";
import * as Imports from "../../../core/imports/index.ts";
import { cloudContext } from "../../support/cloud.ts";
import { stoppedClock } from "../../support/recording.ts";
import { finishImport, importContent, importRecords, queueImport } from "../../support/work.ts";

type Ctx = ReturnType<typeof cloudContext>;
const csv = { format: "csv", mapping: { sku: "sku", name: "name", cost: "cost", price: "price" } };
const file = (count: number) =>
  ["sku,name,cost,price", ...Array.from({ length: count }, (_, n) => `S-${n},Name ${n},10.00,15.00`), ""].join("\n");

async function rowsInPagesOf(ctx: Ctx, id: string, limit: number, status?: string): Promise<number[]> {
  const rows: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await Imports.listImportRecords(ctx, { id, page: { limit, cursor, status } });
    rows.push(...page.items.map(({ row }) => row));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return rows;
}

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n + 1);

describe("the verdicts of an import", () => {
  it("are there for every row, once, however small the pages: also where images stand between variants", async () => {
    const ctx = cloudContext();
    const lines = ["Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Image Src"];
    // The last row belongs to the first variant's record: with 100 variants a page ends between them.
    for (let n = 0; n < 102; n++) lines.push(`h,Title,Size,${n},S${n},10.00,`);
    lines.push("h,,,,,,https://x.test/2.png", "");
    const done = await importContent(ctx, lines.join("\n"), { format: "shopify" });
    expect(done).toMatchObject({ status: "succeeded", total: 103, processed: 103 });
    for (const limit of [1, 2, 100])
      expect((await rowsInPagesOf(ctx, done.id, limit)).toSorted((a, b) => a - b)).toEqual(numbers(103));
  });

  it("fit where records have many rows", async () => {
    const ctx = cloudContext();
    const lines = ["Handle,Title,Variant SKU,Variant Price,Image Src"];
    for (let product = 0; product < 30; product++) {
      lines.push(`h${product},Title,S${product},10.00,https://x.test/${product}-0.png`);
      for (let image = 1; image < 200; image++) lines.push(`h${product},,,,https://x.test/${product}-${image}.png`);
    }
    const done = await importContent(ctx, `${lines.join("\n")}\n`, { format: "shopify" });
    expect(done).toMatchObject({ status: "succeeded", total: 6_000, processed: 6_000 });
    expect(await rowsInPagesOf(ctx, done.id, 100)).toEqual(numbers(6_000));
  });

  it("fit where rows have many and long faults, and are listed whole though the store cuts its answers", async () => {
    const ctx = cloudContext();
    const columns = Array.from({ length: 40 }, (_, n) => `${"열".repeat(60)}${n}`);
    const mapping = {
      ...csv.mapping,
      attributes: Object.fromEntries(columns.map((column) => [column.slice(0, 100), column])),
    };
    const cells = columns.map(() => "x".repeat(2_001)).join(",");
    const rows = Array.from({ length: 400 }, (_, n) => `S${n},n,1.00,2.00,${cells}`);
    const content = ["sku,name,cost,price", ...columns].join(",");
    const done = await importContent(ctx, `${content}\n${rows.join("\n")}\n`, { format: "csv", mapping });
    expect(done).toMatchObject({ status: "succeeded", total: 400, rejected: 400 });
    expect(await rowsInPagesOf(ctx, done.id, 100, "rejected")).toEqual(numbers(400));
    const [first] = await importRecords(ctx, done.id, "rejected");
    expect(first?.faults).toHaveLength(11);
    expect(first?.faults?.at(-1)).toMatchObject({ code: "AND_MORE", message: "30 more of this row are not shown" });
  });

  it("expire with the file of refused rows", async () => {
    const clock = stoppedClock();
    const ctx = cloudContext({ now: clock.now });
    const { id } = await importContent(ctx, file(1), csv);
    const { items } = await ctx.table.query<{ expiresAt: number }>({
      pk: `${ctx.actor.organizationId}#BATCH#${id}` as never,
    });
    expect(items.map(({ expiresAt }) => expiresAt)).toEqual([clock.now() / 1000 + 90 * 24 * 3600]);
  });
});

describe("under rejectEverything", () => {
  const spec = { ...csv, onError: "rejectEverything" };

  it("what the check found is not shown as done while the rows are being applied", async () => {
    const ctx = cloudContext();
    const id = await queueImport(ctx, file(150), spec);
    let asked = 0;
    // Time is short after the check's two pages and the first page of the applying.
    await Imports.runImport(ctx, { id, remainingMs: () => (asked++ < 5 ? 600_000 : 0) });
    expect(await Imports.getImport(ctx, id)).toMatchObject({ phase: "apply", processed: 100 });
    expect(await importRecords(ctx, id)).toHaveLength(100);
    expect(await finishImport(ctx, id)).toMatchObject({ accepted: 150 });
  });

  it("a row that is refused only after the check does not make it say that nothing was taken", async () => {
    const ctx = cloudContext();
    const { id: productId } = await Catalog.createProduct(ctx, {
      sku: "S-1",
      name: "On sale",
      cost: { amount: "1.00", currency: "USD" },
      price: { amount: "20.00", currency: "USD" },
    });
    const id = await queueImport(ctx, "sku,name,price\nS-0,New,15.00\nS-1,Changed,15.00\n", {
      format: "csv",
      mapping: { sku: "sku", name: "name", price: "price" },
      onError: "rejectEverything",
    });
    let asked = 0;
    await Imports.runImport(ctx, { id, remainingMs: () => (asked++ < 3 ? 600_000 : 0) });
    expect((await Imports.getImport(ctx, id)).phase).toBe("apply");
    await Catalog.updateProduct(ctx, {
      id: productId,
      changes: { cost: { amount: "18.00", currency: "USD" } },
    });
    const done = await finishImport(ctx, id);
    expect(done).toMatchObject({ status: "succeeded", accepted: 1, rejected: 1 });
    expect(done.warnings?.[0]).toMatch(/^REFUSED_LATE: 1 /);
    expect((await Catalog.getProductBySku(ctx, "S-0")).name).toBe("New");
  });
});
