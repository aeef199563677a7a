import { describe, expect, test } from "vitest";
import type { PlacedPurchase } from "../../../core/connectors/index.ts";
import { charged } from "../../../core/purchasing/amounts.ts";
import { told } from "../../../core/purchasing/news.ts";
import { statsOfChange } from "../../../core/purchasing/stats.ts";
import { isMove } from "../../../core/purchasing/status.ts";
import { lineOf, NOW, partOf, purchaseOf } from "./purchases.ts";

const news = (externalId: string, lineIds: string[], changes: Partial<PlacedPurchase> = {}): PlacedPurchase => ({
  externalId,
  status: "placed",
  externalStatus: "placed",
  lineIds,
  goods: { minor: 3_000, currency: "KRW" },
  shipments: [],
  ...changes,
});

describe("news of a purchase that is over", () => {
  const closed = [lineOf("1", { isClosed: true }), lineOf("2", { isClosed: true })];
  const gone = partOf("F-1", ["1", "2"], { status: "cancelled" });

  test("is that the supplier has it after all: its lines come again, and a person is told", () => {
    const order = purchaseOf({ status: "cancelled", lines: closed, parts: [gone] });
    const after = told(order, [news("F-2", ["1"])], NOW);
    expect(after).toMatchObject({ status: "placed", attention: { code: "THERE_AFTER_ALL" } });
    expect(after.attention?.message).toContain("F-2");
    expect(after.lines.map(({ isClosed }) => isClosed)).toEqual([undefined, true]);
    expect(isMove("follow", "cancelled", after.status)).toBe(true);
  });

  test("is that more of what was received is coming", () => {
    const lines = [lineOf("1", { received: 3, isClosed: true }), lineOf("2", { isClosed: true, deliveryId: "dlv_1" })];
    const order = purchaseOf({ status: "received", lines, parts: [partOf("F-1", ["1"], { status: "shipped" })] });
    const after = told(order, [news("F-2", ["2"])], NOW);
    expect(after).toMatchObject({ status: "partlyReceived", attention: { code: "THERE_AFTER_ALL" } });
    expect(after.lines[1]).not.toHaveProperty("deliveryId");
    expect(isMove("follow", "received", after.status)).toBe(true);
  });

  test("is none where the supplier repeats what it said", () => {
    const order = purchaseOf({ status: "cancelled", lines: closed, parts: [gone] });
    const after = told(order, [news("F-1", ["1", "2"], { status: "cancelled" })], NOW);
    expect(after).toMatchObject({ status: "cancelled", lines: closed });
    expect(after.attention).toBeUndefined();
  });
});

describe("what the supplier has cancelled", () => {
  const quote = { goodsMinor: 6_000, shippingMinor: 0, parts: 1, at: new Date(NOW).toISOString() };

  test("is not charged, and what it sends instead is no more than was quoted", () => {
    const gone = partOf("F-1", ["1", "2"], { status: "cancelled", goodsMinor: 6_000 });
    const order = purchaseOf({ quote, parts: [gone] });
    const after = told(order, [news("F-2", ["1", "2"], { goods: { minor: 6_000, currency: "KRW" } })], NOW);
    expect(after.attention?.code).not.toBe("PAID_MORE");
    expect(charged(after)).toEqual({ goods: 6_000, shipping: 0 });
    expect(charged({ parts: [gone] })).toBeUndefined();
  });

  test("does not say what a line costs that another order brings, in whatever order they come", () => {
    const live = partOf("F-1", ["1"], { goodsMinor: 2_500 });
    const order = purchaseOf({ lines: [lineOf("1")], parts: [live] });
    const after = told(order, [news("F-2", ["1"], { status: "cancelled" })], NOW);
    expect(after.lines.map(({ paidMinor }) => paidMinor)).toEqual([2_500]);
  });
});

test("What is cancelled in part because we asked is held against nobody", () => {
  const parts = [partOf("F-1", ["1"]), partOf("F-2", ["2"])];
  const asked = new Date(NOW).toISOString();
  const before = purchaseOf({ status: "cancelling", placedAt: asked, cancelAskedAt: asked, parts });
  const news2 = told(before, [news("F-1", ["1"], { status: "cancelled" })], NOW);
  const { cancelAskedAt: _asked, ...rest } = before;
  const change = statsOfChange(before, { ...rest, parts: news2.parts, lines: news2.lines, status: "placed" }, NOW);
  expect(change).not.toHaveProperty("cancelledOrders");
  expect(change).not.toHaveProperty("cancelledUnits");
  expect(change).not.toHaveProperty("missed");
});
