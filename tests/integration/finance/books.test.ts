import { describe, expect, it } from "vitest";
import * as Finance from "../../../core/finance/index.ts";
import { TransactionCanceled } from "../../../core/platform/table-errors.ts";
import { cloudContext } from "../../support/cloud.ts";
import { testActor } from "../../support/context.ts";
import { storeFaults } from "../../support/store-faults.ts";
import { minor, refusal, sell, usd } from "./shop.ts";

const NOW = Date.parse("2026-11-21T12:00:00.000Z");
const context = () => cloudContext({ now: () => NOW });

describe("the books", () => {
  it("S1-12: hold a sale with its platform, order and amounts, in two calls at most", async () => {
    const { around, calls } = storeFaults();
    const ctx = cloudContext({ around });
    const writes = Finance.saleWrites(ctx, {
      orderId: "ord_1",
      channel: "ebay",
      occurredAt: "2026-11-20T10:00:00Z",
      currency: "USD",
      lines: Array.from({ length: 40 }, (_, index) => ({
        lineId: `oln_${index}`,
        quantity: 1,
        amount: minor(1_000),
        fromStock: true,
      })),
      shipping: minor(500),
      fees: [{ kind: "finalValue", amount: minor(5_340) }],
    });
    expect(writes).toHaveLength(4);
    await ctx.table.transact(writes);
    const { items } = await Finance.orderTransactions(ctx, "ord_1", {});
    expect(calls).toEqual(["TransactWriteItems", "Query"]);
    expect(items.map(({ type, amount, platform, orderId }) => [type, amount.amount, platform, orderId])).toEqual([
      ["fee", "-53.40", "ebay", "ord_1"],
      ["sale", "400.00", "ebay", "ord_1"],
      ["shipping", "5.00", "ebay", "ord_1"],
    ]);
    expect(items[1]).toMatchObject({ occurredAt: "2026-11-20T10:00:00.000Z", createdBy: ctx.actor.id });
  });

  it("take the same fact once, whoever else tells it at the same moment", async () => {
    const ctx = context();
    const orderId = "ord_same";
    const told = await Promise.allSettled(Array.from({ length: 8 }, () => sell(ctx, [{ price: 700 }], { orderId })));
    expect(told.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const refused = told.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
    expect(refused.every((error) => error instanceof TransactionCanceled)).toBe(true);
    const { groups } = await Finance.summary(ctx, { from: "2026-11-20", to: "2026-11-20" });
    expect(groups[0]?.totals).toEqual([{ type: "sale", amount: usd("7.00"), count: 1 }]);
  });

  it("are listed newest first, by type, platform, order and time, page by page without gap or repetition", async () => {
    const ctx = context();
    const days = Array.from({ length: 12 }, (_, day) => `2026-11-${String(day + 1).padStart(2, "0")}`);
    for (const [index, day] of days.entries()) {
      const channel = index % 2 === 0 ? "stockx" : "ebay";
      const fees = [{ kind: "fee", amount: minor(10) }];
      await sell(ctx, [{ fromStock: true }], { channel, occurredAt: `${day}T08:00:00Z`, fees, orderId: `ord_${day}` });
    }
    const all = async (query: Record<string, unknown>) => {
      const found: { type: string; platform: string; occurredAt: string }[] = [];
      let cursor: string | undefined;
      do {
        const page = await Finance.listTransactions(ctx, { limit: 5, ...query, ...(cursor ? { cursor } : {}) });
        found.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor);
      return found;
    };
    const everything = await all({});
    expect(everything).toHaveLength(24);
    expect(everything.map(({ occurredAt }) => occurredAt)).toEqual(
      everything
        .map(({ occurredAt }) => occurredAt)
        .toSorted()
        .toReversed(),
    );
    expect(await all({ type: "fee" })).toHaveLength(12);
    expect(await all({ platform: "ebay" })).toHaveLength(12);
    expect(await all({ platform: "ebay", type: "sale" })).toHaveLength(6);
    expect(await all({ orderId: "ord_2026-11-03" })).toHaveLength(2);
    const some = await all({ type: "sale", from: "2026-11-03T08:00:00Z", to: "2026-11-06T08:00:00Z" });
    expect(some.map(({ occurredAt }) => occurredAt.slice(8, 10))).toEqual(["05", "04", "03"]);
    expect(await all({ from: "2026-11-03T08:00:00Z", to: "2026-11-03T08:00:00Z" })).toEqual([]);
    expect(await refusal(all({ from: "2026-11-04", to: "2026-11-03" }))).toBe("VALIDATION_ERROR");
  });

  it("take entries by hand once a reference, with the sign of their type", async () => {
    const ctx = context();
    const fee = { type: "fee", platform: "stockx", amount: usd("-3.10"), reference: "statement 7" };
    expect(await Finance.recordTransaction(ctx, fee)).toMatchObject({
      amount: usd("-3.10"),
      occurredAt: "2026-11-21T12:00:00.000Z",
    });
    expect(await refusal(Finance.recordTransaction(ctx, fee))).toBe("STATE_CONFLICT");
    expect(await refusal(Finance.recordTransaction(ctx, { ...fee, orderId: "ord_1" }))).toBe("STATE_CONFLICT");
    expect(await refusal(Finance.recordTransaction(ctx, { ...fee, platform: "ebay" }))).toBe("taken");
    expect(await refusal(Finance.recordTransaction(ctx, { ...fee, reference: "8", amount: usd("3.10") }))).toBe(
      "VALIDATION_ERROR",
    );
    expect(await refusal(Finance.recordTransaction(ctx, { ...fee, type: "sale", reference: "9" }))).toBe(
      "VALIDATION_ERROR",
    );
  });

  it("are another organisation's own", async () => {
    const ctx = context();
    const orderId = await sell(ctx, [{}]);
    const stranger = { ...ctx, actor: testActor() };
    expect((await Finance.listTransactions(stranger, {})).items).toEqual([]);
    expect((await Finance.orderTransactions(stranger, orderId, {})).items).toEqual([]);
    expect(await refusal(Finance.orderProfit(stranger, orderId))).toBe("NOT_FOUND");
    const page = await Finance.listTransactions(ctx, { limit: 1 });
    expect(page.items).toHaveLength(1);
  });
});

describe("the summary of a period", () => {
  it("is exact for many sales at once, by currency, type and group", async () => {
    const ctx = context();
    await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        sell(ctx, [{ price: 1_001 + index, fromStock: true }], {
          channel: index % 3 === 0 ? "ebay" : "shop",
          occurredAt: index % 2 === 0 ? "2026-11-20T23:59:59.999Z" : "2026-11-21T00:00:00Z",
        }),
      ),
    );
    const cents = Array.from({ length: 60 }, (_, index) => 1_001 + index);
    const total = (fits: (index: number) => boolean) => {
      const sum = cents.filter((_, index) => fits(index)).reduce((sum, one) => sum + one, 0);
      return usd((sum / 100).toFixed(2));
    };
    const period = { from: "2026-11-01", to: "2026-11-30" };
    const ask = async (query: object) => (await Finance.summary(ctx, { ...period, ...query })).groups;
    expect(await ask({})).toEqual([
      {
        group: "total",
        currency: "USD",
        totals: [{ type: "sale", amount: total(() => true), count: 60 }],
        cash: total(() => true),
        profit: total(() => true),
      },
    ]);
    expect((await ask({ groupBy: "day" })).map(({ group, cash }) => [group, cash])).toEqual([
      ["2026-11-20", total((index) => index % 2 === 0)],
      ["2026-11-21", total((index) => index % 2 === 1)],
    ]);
    expect((await ask({ groupBy: "month" })).map(({ group }) => group)).toEqual(["2026-11"]);
    expect((await ask({ groupBy: "platform" })).map(({ group, cash }) => [group, cash])).toEqual([
      ["ebay", total((index) => index % 3 === 0)],
      ["shop", total((index) => index % 3 !== 0)],
    ]);
    expect((await ask({ platform: "ebay" }))[0]?.cash).toEqual(total((index) => index % 3 === 0));
    expect(await ask({ from: "2026-11-22" })).toEqual([]);
  });

  it("stays exact and readable beyond what a number holds", async () => {
    const ctx = context();
    for (let index = 0; index < 9; index++) {
      const entry = { type: "adjustment", platform: "shop", amount: usd("90071992547409.91"), reference: `${index}` };
      await Finance.recordTransaction(ctx, { ...entry, occurredAt: "2026-11-20" });
    }
    const { groups } = await Finance.summary(ctx, { from: "2026-11-20", to: "2026-11-20" });
    expect(groups[0]?.cash).toEqual(usd("810647932926689.19"));
  });
});
