import { describe, expect, it } from "vitest";
import * as Imports from "../../../core/imports/index.ts";
import { cloudContext } from "../../support/cloud.ts";
import { allOrders } from "../../support/orders.ts";
import { importContent, importRecords } from "../../support/work.ts";

describe("an import of a marketplace's JSON", () => {
  const sale = (number: number, price = "120") => ({
    orderNumber: `${number}-${number}`,
    amount: price,
    currencyCode: "USD",
    status: "COMPLETED",
    createdAt: "2024-05-01T10:00:00Z",
    product: { productName: "Jordan 1", styleId: "DZ5485-612" },
    variant: { variantValue: "10" },
  });

  it.each([
    ["a page", JSON.stringify({ orders: [sale(1), sale(2)] }, null, 2)],
    ["a list", JSON.stringify([sale(1), sale(2)])],
    ["lines", `${JSON.stringify(sale(1))}\n${JSON.stringify(sale(2))}\n`],
  ])("takes each order of %s once", async (_name, content) => {
    const ctx = cloudContext();
    const spec = { kind: "orders", format: "stockxOrders" };
    expect(await importContent(ctx, content, spec)).toMatchObject({ total: 2, accepted: 2, created: 2 });
    expect((await allOrders(ctx)).map(({ channel, totalMinor }) => [channel, totalMinor])).toEqual([
      ["stockx", 12_000],
      ["stockx", 12_000],
    ]);
    expect(await importContent(ctx, content, spec)).toMatchObject({ accepted: 0, unchanged: 2 });
  });

  it("brings an order up to what the marketplace says of it later, and knows what it has heard", async () => {
    const ctx = cloudContext();
    const spec = { kind: "orders", format: "stockxOrders" };
    const at = (status: string) => JSON.stringify([{ ...sale(1), status }]);
    await importContent(ctx, at("CREATED"), spec);
    const [before] = await allOrders(ctx);
    const done = await importContent(ctx, at("COMPLETED"), spec);
    expect(done).toMatchObject({ accepted: 1, created: 0, updated: 1 });
    const [after] = await allOrders(ctx);
    expect(after?.id).toBe(before?.id);
    expect(after?.status).not.toBe(before?.status);
    expect(await importContent(ctx, at("COMPLETED"), spec)).toMatchObject({ unchanged: 1, updated: 0 });
  });

  it("refuses a bad order, not its page, and gives it back as it came", async () => {
    const ctx = cloudContext();
    const content = JSON.stringify({ orders: [sale(1), { orderNumber: "2" }, sale(1)] });
    const done = await importContent(ctx, content, { kind: "orders", format: "stockxOrders" });
    expect(done).toMatchObject({ total: 3, accepted: 1, rejected: 2 });
    const [bad, repeated] = await importRecords(ctx, done.id, "rejected");
    expect(bad).toMatchObject({ row: 2 });
    expect(repeated).toMatchObject({ row: 3, faults: [{ path: "externalId", code: "DUPLICATE_IN_FILE" }] });
    const refused = await (await fetch(await Imports.importRefusedUrl(ctx, done.id))).text();
    expect(refused).toContain('"{""orderNumber"":""2""}"');
  });

  it.each([
    ["{ not json", "NOT_JSON"],
    [`[${JSON.stringify({ pad: "x".repeat(21 * 1024 * 1024) })}]`, "DOCUMENT_TOO_LARGE"],
  ])("fails as a whole where it cannot be read", async (content, code) => {
    const ctx = cloudContext();
    const done = await importContent(ctx, content, { kind: "orders", format: "ebayOrders" });
    expect(done).toMatchObject({ status: "failed", error: { code } });
  });
});
