import { describe, expect, it } from "vitest";
import * as Inventory from "../../../core/inventory/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import { runDue } from "../../../core/platform/due.ts";
import { cloudContext } from "../../support/cloud.ts";
import { testActor } from "../../support/context.ts";
import { stoppedClock } from "../../support/recording.ts";
import { stocked, usd } from "../../support/stock.ts";
import { Killed, storeFaults } from "../../support/store-faults.ts";
import { only } from "../../support/sweeps.ts";

async function shelf(ctx: Context) {
  const [mug, lamp, pen] = [
    await stocked(ctx, "MUG", 10),
    await stocked(ctx, "LAMP", 6, { unitCost: usd("3.33") }),
    await stocked(ctx, "PEN", 4),
  ];
  return { mug, lamp, pen };
}

const adjust = (ctx: Context, productId: string, input: object) => Inventory.adjust(ctx, { productId, input });
const onHand = async (ctx: Context, productId: string) => (await Inventory.getStock(ctx, productId)).onHand;

describe("a count", () => {
  it("brings each line to what was counted, and reports what differed and what that cost", async () => {
    const ctx = cloudContext();
    const { mug, lamp, pen } = await shelf(ctx);
    await adjust(ctx, pen.id, { changeType: "reserved", quantity: 3 });
    const lines = [
      { productId: mug.id, counted: 12 },
      { productId: lamp.id, counted: 4 },
      { productId: pen.id, counted: 2 },
      { productId: "prd_none", counted: 1 },
    ];
    const report = await Inventory.createCount(ctx, { lines, notes: "Year's end" });
    expect(report).toMatchObject({
      status: "finished",
      locationId: "loc_main",
      lineCount: 4,
      summary: {
        matched: 0,
        corrected: 2,
        refused: 2,
        expected: 16,
        counted: 16,
        found: 2,
        missing: 2,
        costChanges: [{ minor: 2000 - 666, currency: "USD" }],
      },
      lines: [
        { sku: "MUG", verdict: "corrected", expected: 10, counted: 12, difference: 2, costChange: { minor: 2000 } },
        { sku: "LAMP", verdict: "corrected", expected: 6, counted: 4, difference: -2, costChange: { minor: -666 } },
        {
          sku: "PEN",
          verdict: "refused",
          expected: 4,
          counted: 2,
          difference: -2,
          error: { code: "INSUFFICIENT_STOCK", details: { reserved: 3 } },
        },
        { productId: "prd_none", verdict: "refused", error: { code: "NOT_FOUND" } },
      ],
    });
    expect([await onHand(ctx, mug.id), await onHand(ctx, lamp.id), await onHand(ctx, pen.id)]).toEqual([12, 4, 4]);
    expect(await Inventory.getCount(ctx, report.id ?? "")).toEqual(report);
    const [entry] = (await Inventory.listLedger(ctx, { productId: lamp.id, page: {} })).items;
    expect(entry).toMatchObject({ type: "recount", cause: { kind: "count", id: report.id }, notes: "Year's end" });
    expect((await Inventory.listCounts(ctx, {})).items).toMatchObject([{ id: report.id, status: "finished" }]);
  });

  it("is only looked at in a preview: the same report, and nothing kept", async () => {
    const ctx = cloudContext();
    const { mug, lamp } = await shelf(ctx);
    const lines = [
      { productId: mug.id, counted: 9 },
      { productId: lamp.id, counted: 6 },
    ];
    const preview = await Inventory.createCount(ctx, { lines, preview: true });
    expect(preview).toMatchObject({ status: "preview", summary: { matched: 1, corrected: 1, missing: 1 } });
    expect(preview).not.toHaveProperty("id");
    expect(await onHand(ctx, mug.id)).toBe(10);
    expect((await Inventory.listCounts(ctx, {})).items).toEqual([]);
    const real = await Inventory.createCount(ctx, { lines });
    expect([real.lines, real.summary]).toEqual([preview.lines, preview.summary]);
  });

  it("counts lot by lot, and what is found of a lot number expires as that does", async () => {
    const { now } = stoppedClock(Date.UTC(2026, 0, 15));
    const ctx = cloudContext({ now });
    const milk = await stocked(ctx, "MILK", 0);
    await adjust(ctx, milk.id, {
      changeType: "restock",
      quantity: 5,
      lotNumber: "A",
      expirationDate: "2026-02-01",
      unitCost: usd("1.00"),
    });
    await adjust(ctx, milk.id, { changeType: "restock", quantity: 5, lotNumber: "B", unitCost: usd("2.00") });
    const { lines } = await Inventory.createCount(ctx, {
      lines: [
        { productId: milk.id, lotNumber: "A", counted: 7 },
        { productId: milk.id, lotNumber: "B", counted: 1 },
      ],
    });
    expect(lines.map(({ expected, difference, costChange }) => [expected, difference, costChange?.minor])).toEqual([
      [5, 2, 300],
      [5, -4, -800],
    ]);
    const { items } = await Inventory.listLots(ctx, { productId: milk.id, page: {} });
    expect(items.map(({ lotNumber, remaining, expirationDate }) => [lotNumber, remaining, expirationDate])).toEqual([
      ["A", 5, "2026-02-01"],
      ["A", 2, "2026-02-01"],
      ["B", 1, undefined],
    ]);
  });

  it("refuses lines that would count the same units twice, and places that there are not", async () => {
    const ctx = cloudContext();
    const { mug } = await shelf(ctx);
    const one = { productId: mug.id, counted: 1 };
    for (const lines of [
      [one, one],
      [one, { ...one, lotNumber: "A" }],
      [{ ...one, lotNumber: "A" }, one],
      [
        { ...one, lotNumber: "A" },
        { ...one, lotNumber: "A" },
      ],
    ])
      await expect(Inventory.createCount(ctx, { lines })).rejects.toMatchObject({
        code: "VALIDATION_ERROR",
        field: "lines.1.productId",
      });
    await expect(Inventory.createCount(ctx, { lines: [one], locationId: "loc_none" })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });

  it("is known to nobody else", async () => {
    const ctx = cloudContext();
    const { mug } = await shelf(ctx);
    const { id = "" } = await Inventory.createCount(ctx, { lines: [{ productId: mug.id, counted: 1 }] });
    const other = { ...ctx, actor: testActor() };
    await expect(Inventory.getCount(other, id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("answers in time with what it has come to, and the sweep does the rest", async () => {
    const actor = testActor();
    const clock = stoppedClock();
    const plain = cloudContext({ actor, now: clock.now });
    const { mug } = await shelf(plain);
    const lines = Array.from({ length: 6 }, (_, index) => ({ productId: mug.id, lotNumber: `L-${index}`, counted: 1 }));
    // Every transaction takes eight seconds; the first keeps the count.
    const { around } = storeFaults((call) => {
      if (call.operation === "TransactWriteItems") clock.advance(8_000);
      return "pass";
    });
    const slow = cloudContext({ actor, now: clock.now, around, idempotencyKey: "one" });
    const first = await Inventory.createCount(slow, { lines });
    expect(first).toMatchObject({ status: "open", lineCount: 6, summary: { corrected: 3 } });
    clock.advance(61_000);
    const registry = { [Inventory.COUNT_DUE]: Inventory.resumeCount };
    await runDue(only(plain), registry, { until: Number.POSITIVE_INFINITY });
    expect(await Inventory.getCount(plain, first.id ?? "")).toMatchObject({
      status: "finished",
      summary: { corrected: 6, found: 6 },
    });
    expect(await onHand(plain, mug.id)).toBe(16);
  });

  it("goes on by itself where the process died, and applies each line once", async () => {
    const actor = testActor();
    const clock = stoppedClock();
    const plain = cloudContext({ actor, now: clock.now });
    const products = [];
    for (let index = 0; index < 12; index++) products.push(await stocked(plain, `P-${index}`, 5));
    const lines = products.map(({ id }, index) => ({ productId: id, counted: index }));
    let transactions = 0;
    const { around } = storeFaults((call) => {
      if (call.operation === "TransactWriteItems") transactions++;
      return transactions > 5 ? { failWith: new Killed("in the middle") } : "pass";
    });
    const dying = cloudContext({ actor, now: clock.now, around });
    await expect(Inventory.createCount(dying, { lines })).rejects.toThrow("in the middle");
    const [open] = (await Inventory.listCounts(plain, {})).items;
    expect(open).toMatchObject({ status: "open" });
    const registry = { [Inventory.COUNT_DUE]: Inventory.resumeCount };
    const sweep = () => runDue(only(plain), registry, { until: Number.POSITIVE_INFINITY });
    await sweep();
    expect(await Inventory.getCount(plain, open?.id ?? "")).toMatchObject({ status: "open" });
    clock.advance(61_000);
    await sweep();
    expect(await Inventory.getCount(plain, open?.id ?? "")).toMatchObject({
      status: "finished",
      summary: { matched: 1, corrected: 11, refused: 0 },
    });
    expect(await Promise.all(products.map(({ id }) => onHand(plain, id)))).toEqual(lines.map(({ counted }) => counted));
    const ledgers = await Promise.all(
      products.map(({ id }) => Inventory.listLedger(plain, { productId: id, page: { limit: 100 } })),
    );
    for (const [index, { items }] of ledgers.entries())
      expect(items.filter(({ type }) => type === "recount")).toHaveLength(index === 5 ? 0 : 1);
  });
});
