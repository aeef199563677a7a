import { describe, expect, it } from "vitest";
import type { Sold } from "../../../core/imports/orders/sold.store.ts";
import { assign } from "../../../core/imports/orders/take-back.ts";
import type { PartitionKey } from "../../../core/platform/keys.ts";

const line = (sku: string | undefined, quantity: number) => ({
  ...(sku === undefined ? {} : { sku }),
  quantity,
  total: { minor: 100 * quantity, currency: "GBP" },
});
const units = (left: Record<string, number>) => new Map(Object.entries(left));
const key = { pk: "org_1#SOLD" as PartitionKey, sk: "1" };
/** Newest first. */
const orders: Sold[] = [
  { key, orderId: "late", placedAt: "2010-12-03T00:00:00.000Z", left: units({ A: 2, B: 1 }) },
  { key, orderId: "early", placedAt: "2010-12-01T00:00:00.000Z", left: units({ A: 10 }) },
];
const assigned = (...lines: ReturnType<typeof line>[]) => assign(lines, orders).lines.map(({ orderId }) => orderId);

describe("what a cancellation takes back", () => {
  it("is of the latest order that has as many units of the SKU left", () => {
    expect(assigned(line("A", 2), line("B", 1))).toEqual(["late", "late"]);
    expect(assigned(line("A", 3))).toEqual(["early"]);
  });

  it("is counted: what one line takes, the next does not find", () => {
    expect(assigned(line("A", 2), line("A", 2), line("A", 8), line("A", 1))).toEqual([
      "late",
      "early",
      "early",
      undefined,
    ]);
  });

  it("stands for itself where no order has it: it is never split or guessed", () => {
    expect(assigned(line("A", 11), line("C", 1), line(undefined, 1))).toEqual([undefined, undefined, undefined]);
  });

  it("says of each order how many units of each SKU go", () => {
    const { taken } = assign([line("A", 1), line("B", 1), line("A", 1)], orders);
    expect(taken).toEqual([
      {
        sold: orders[0],
        units: units({ A: 2, B: 1 }),
      },
    ]);
  });

  it("has a bound of orders that one transaction can change", () => {
    const many = Array.from(
      { length: 90 },
      (_, index) => ({ ...orders[0], orderId: `o${index}`, left: units({ A: 1 }) }) as Sold,
    );
    const lines = Array.from({ length: 90 }, () => line("A", 1));
    expect(assign(lines, many).taken).toHaveLength(80);
  });
});
