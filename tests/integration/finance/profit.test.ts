import { describe, expect, it } from "vitest";
import * as Finance from "../../../core/finance/index.ts";
import { cloudContext } from "../../support/cloud.ts";
import { buy, minor, sell, usd } from "./shop.ts";

describe("the profit of an order", () => {
  it("of matched purchases is revenue less the channel's fees and what was paid for them, with where it comes from", async () => {
    const ctx = cloudContext();
    const purchase = await buy(ctx, { unitCost: usd("110.00") });
    const fees = [
      { kind: "transaction", amount: minor(1_800) },
      { kind: "processing", amount: minor(600) },
    ];
    const orderId = await sell(ctx, [{ sku: "A", price: 20_000 }], { fees });
    await Finance.matchOrder(ctx, orderId);
    expect(await Finance.orderProfit(ctx, orderId)).toEqual({
      orderId,
      channel: "stockx",
      soldAt: "2026-11-20T10:00:00.000Z",
      isComplete: true,
      feesAreEstimated: false,
      results: [expect.objectContaining({ profit: usd("66.00"), margin: "0.3300", roi: "0.6000" })],
      lines: [
        {
          lineId: "oln_0",
          quantity: 1,
          unknownCost: 0,
          results: [expect.objectContaining({ revenue: usd("200.00"), fees: usd("-24.00"), cost: usd("-110.00") })],
          costs: [
            {
              kind: "purchase",
              id: purchase.id,
              quantity: 1,
              cost: usd("110.00"),
              matchId: expect.stringMatching(/^mat_/),
              method: "sku",
              score: 100,
            },
          ],
        },
      ],
    });
  });

  it("is estimated by the fee table of the sale's time where the channel has not said what it keeps", async () => {
    const ctx = cloudContext();
    await buy(ctx);
    const orderId = await sell(ctx, [{ sku: "A" }], { occurredAt: "2022-01-01T00:00:00Z" });
    const profit = await Finance.orderProfit(ctx, orderId);
    expect(profit).toMatchObject({ feesAreEstimated: true, isComplete: false });
    expect(profit.feeTrace?.map(({ kind, result }) => [kind, result.amount])).toEqual([
      ["transaction", "20.00"],
      ["processing", "6.00"],
    ]);
    expect(profit.results[0]).toMatchObject({ fees: usd("-26.00"), margin: null, roi: null });
  });

  it("of goods from stock takes the cost of their lots, and gives it back for what returns", async () => {
    const ctx = cloudContext();
    const orderId = await sell(ctx, [{ quantity: 2, fromStock: true, productId: "prd_1" }], { channel: "shop" });
    expect(await Finance.orderProfit(ctx, orderId)).toMatchObject({ isComplete: false, lines: [{ unknownCost: 2 }] });
    const facts = { orderId, channel: "shop", occurredAt: "2026-11-21T00:00:00Z" };
    const line = { lineId: "oln_0", productId: "prd_1" };
    await ctx.table.transact([
      ...Finance.costWrites(ctx, {
        ...facts,
        causeId: "ful_1",
        direction: "issued",
        lines: [{ ...line, quantity: 2, cost: minor(9_001) }],
      }),
    ]);
    expect((await Finance.orderProfit(ctx, orderId)).results[0]).toMatchObject({
      profit: usd("109.99"),
      roi: "1.2220",
    });
    await ctx.table.transact(
      Finance.entryWrites(ctx, [
        ...Finance.costEntries({
          ...facts,
          causeId: "ret_1",
          direction: "returned",
          lines: [{ ...line, quantity: 1, cost: minor(4_500) }],
        }),
        ...Finance.refundEntries({
          ...facts,
          refundId: "rfd_1",
          currency: "USD",
          lines: [{ ...line, amount: minor(10_000) }],
        }),
      ]),
    );
    const after = await Finance.orderProfit(ctx, orderId);
    expect(after).toMatchObject({
      isComplete: true,
      results: [{ revenue: usd("200.00"), refunds: usd("-100.00"), cost: usd("-45.01"), profit: usd("54.99") }],
      lines: [
        {
          costs: [
            { kind: "stock", id: "ful_1", quantity: 2 },
            { kind: "stock", id: "ret_1", quantity: -1, cost: usd("-45.00") },
          ],
        },
      ],
    });
  });

  it("names each currency by itself, and no margin over two", async () => {
    const ctx = cloudContext();
    await buy(ctx, { unitCost: { amount: "90000", currency: "KRW" } });
    const orderId = await sell(ctx, [{ sku: "A" }], { fees: [{ kind: "transaction", amount: minor(1_800) }] });
    await Finance.matchOrder(ctx, orderId);
    const { results, lines } = await Finance.orderProfit(ctx, orderId);
    expect(results.map(({ currency, profit, margin }) => [currency, profit.amount, margin])).toEqual(
      expect.arrayContaining([
        ["USD", "182.00", null],
        ["KRW", "-90000", null],
      ]),
    );
    expect(lines[0]?.results).toHaveLength(2);
  });
});
