import { describe, expect, it } from "vitest";
import * as Inventory from "../../../core/inventory/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import { DEATHS, diesAndRepeats, type Step } from "../../support/dying.ts";
import { stocked } from "../../support/stock.ts";

/** A line that matches, one that finds, one that misses over two lots, and one that is refused. */
async function prepare(ctx: Context): Promise<{ productId: string; counted: number }[]> {
  const lines = [];
  for (const [sku, there, counted] of [
    ["A", 5, 5],
    ["B", 5, 8],
    ["C", 5, 0],
    ["D", 5, 1],
  ] as const) {
    const { id } = await stocked(ctx, sku, there);
    lines.push({ productId: id, counted });
  }
  const [, , missing, promised] = lines;
  const adjust = (productId = "", changeType = "", quantity = 2) =>
    Inventory.adjust(ctx, { productId, input: { changeType, quantity } });
  await adjust(missing?.productId, "restock");
  await adjust(promised?.productId, "reserved");
  return lines;
}

const shape = ({ summary, status, lines }: Inventory.CountReport) => ({
  status,
  summary,
  lines: lines.map(({ sku, verdict, expected, counted, difference, costChange, error }) => [
    sku,
    verdict,
    expected,
    counted,
    difference,
    costChange?.minor,
    error?.code,
  ]),
});

const counting: Step<{ productId: string; counted: number }[]> = {
  prepare,
  run: async (ctx, lines) => shape(await Inventory.createCount(ctx, { lines })),
  outcome: async (ctx, lines) => {
    const products = [];
    for (const { productId } of lines) {
      const { onHand, reserved, available } = await Inventory.getStock(ctx, productId);
      const { items } = await Inventory.listLedger(ctx, { productId, page: { limit: 100 } });
      const entries = items.map(({ type, onHandChange, costChange }) => [type, onHandChange, costChange?.minor]);
      products.push({ onHand, reserved, available, entries });
    }
    const { items } = await Inventory.listCounts(ctx, {});
    const open = await Promise.all(items.map(async ({ id }) => shape(await Inventory.getCount(ctx, id))));
    return { products, open, valuation: await Inventory.valuation(ctx) };
  },
};

describe("a count killed at any store call", () => {
  it.each(DEATHS)("%s the call took effect comes out as if it had not been killed", async (death) => {
    const undisturbed = await diesAndRepeats(counting, Number.POSITIVE_INFINITY, death);
    expect(undisturbed.calls.length).toBeGreaterThan(10);
    for (const [index, call] of undisturbed.calls.entries()) {
      const { answer, outcome } = await diesAndRepeats(counting, index + 1, death);
      const name = `killed ${death} call ${index + 1} (${call})`;
      expect(answer, name).toEqual(undisturbed.answer);
      expect(outcome, name).toEqual(undisturbed.outcome);
    }
  });
});
