import { describe, expect, it } from "vitest";
import * as Catalog from "../../../core/catalog/index.ts";
import * as Finance from "../../../core/finance/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import { cloudContext } from "../../support/cloud.ts";
import { buy, refusal, sell, usd } from "./shop.ts";

const matchesOf = async (ctx: Context, orderId: string) => (await Finance.listMatches(ctx, { orderId })).items;
const review = async (ctx: Context) => (await Finance.listMatches(ctx, {})).items;
const costs = async (ctx: Context) => {
  const { groups } = await Finance.summary(ctx, { from: "2026-01-01", to: "2026-12-31" });
  return groups[0]?.totals.find(({ type }) => type === "costOfGoods")?.amount.amount ?? "0.00";
};

describe("a sale that was not made from stock", () => {
  it.each([
    ["gtin", { gtin: "0194817794556" }, { gtin: "194817794556" }],
    ["sku", { sku: "mouse-1" }, { sku: "MOUSE-1" }],
    ["styleAndSize", { styleCode: "DD1391 100", size: "US 10" }, { styleCode: "dd1391-100", size: "10" }],
    ["title", { title: "Nike Dunk Low Retro White Black" }, { title: "NIKE Dunk Low Retro White/Black" }],
  ])("is matched by %s with what was bought for it, whichever is recorded first", async (method, sold, bought) => {
    const ctx = cloudContext();
    const purchase = await buy(ctx, { sku: undefined, ...bought });
    const first = await sell(ctx, [sold]);
    expect(await Finance.matchOrder(ctx, first)).toEqual({
      orderId: first,
      lines: [{ lineId: "oln_0", quantity: 1, open: 0, inReview: 0 }],
    });
    expect(await matchesOf(ctx, first)).toMatchObject([
      {
        status: "matched",
        method,
        purchaseId: purchase.id,
        quantity: 1,
        cost: usd("100.00"),
        reason: expect.any(String),
      },
    ]);

    const second = await sell(ctx, [sold]);
    expect((await Finance.matchOrder(ctx, second)).lines[0]).toMatchObject({ open: 1 });
    const later = await buy(ctx, { sku: undefined, ...bought });
    await Finance.matchPurchase(ctx, later.id);
    expect(await matchesOf(ctx, second)).toMatchObject([{ status: "matched", method, purchaseId: later.id }]);
    expect(await costs(ctx)).toBe("-200.00");
  });

  it("is matched over the size table, where just one row fits", async () => {
    const ctx = cloudContext();
    await Catalog.createSize(ctx, { audience: "men", equivalents: { US: "10", UK: "9", EU: "44" } });
    await buy(ctx, { sku: undefined, styleCode: "DD1391-100", size: "EU 44" });
    const orderId = await sell(ctx, [{ styleCode: "DD1391-100", size: "US 10" }]);
    expect((await Finance.matchOrder(ctx, orderId)).lines[0]).toMatchObject({ open: 0 });
    await Catalog.createSize(ctx, { audience: "women", equivalents: { US: "10", UK: "8", EU: "44" } });
    await buy(ctx, { sku: undefined, styleCode: "DD1391-100", size: "EU 44" });
    const unsure = await sell(ctx, [{ styleCode: "DD1391-100", size: "US 10" }]);
    expect((await Finance.matchOrder(ctx, unsure)).lines[0]).toMatchObject({ open: 1 });
  });

  it("takes what was bought first, over several purchases, and keeps open what nothing was bought for", async () => {
    const ctx = cloudContext();
    const late = await buy(ctx, { quantity: 2, unitCost: usd("30.00"), purchasedAt: "2026-03-01" });
    const early = await buy(ctx, { quantity: 2, unitCost: usd("10.00"), purchasedAt: "2026-01-01" });
    const orderId = await sell(ctx, [{ sku: "A", quantity: 3 }]);
    await Finance.matchOrder(ctx, orderId);
    const taken = (await matchesOf(ctx, orderId)).map((one) => [one.purchaseId, one.quantity]);
    expect(Object.fromEntries(taken)).toEqual({ [early.id]: 2, [late.id]: 1 });
    expect(await costs(ctx)).toBe("-50.00");
    const more = await sell(ctx, [{ sku: "A", quantity: 4 }]);
    expect((await Finance.matchOrder(ctx, more)).lines).toEqual([
      { lineId: "oln_0", quantity: 4, open: 3, inReview: 0 },
    ]);
    expect(await Finance.getPurchase(ctx, late.id)).toMatchObject({ remaining: 0 });
  });

  it("run again changes nothing", async () => {
    const ctx = cloudContext();
    await buy(ctx, { quantity: 5 });
    const orderId = await sell(ctx, [{ sku: "A", quantity: 2 }]);
    await Finance.matchOrder(ctx, orderId);
    const before = await matchesOf(ctx, orderId);
    await Finance.matchOrder(ctx, orderId);
    expect(await matchesOf(ctx, orderId)).toEqual(before);
    expect(await costs(ctx)).toBe("-200.00");
  });

  it("is not found for an order that was sold from stock, or is unknown", async () => {
    const ctx = cloudContext();
    const orderId = await sell(ctx, [{ sku: "A", fromStock: true }]);
    expect(await refusal(Finance.matchOrder(ctx, orderId))).toBe("NOT_FOUND");
    expect(await refusal(Finance.matchOrder(ctx, "ord_none"))).toBe("NOT_FOUND");
  });
});

describe("a purchase's units", () => {
  it("are given once each, however many sales take them at the same moment", async () => {
    const ctx = cloudContext();
    const bought = await Promise.all([3, 4, 5].map((quantity) => buy(ctx, { quantity })));
    const orders = await Promise.all(Array.from({ length: 10 }, () => sell(ctx, [{ sku: "A", quantity: 2 }])));
    const done = await Promise.allSettled([
      ...orders.map((orderId) => Finance.matchOrder(ctx, orderId)),
      ...bought.map(({ id }) => Finance.matchPurchase(ctx, id)),
    ]);
    expect(done.filter(({ status }) => status === "rejected")).toEqual([]);
    const left = await Promise.all(bought.map(({ id }) => Finance.getPurchase(ctx, id)));
    expect(left.map(({ remaining }) => remaining)).toEqual([0, 0, 0]);
    const taken = (await Promise.all(orders.map((orderId) => matchesOf(ctx, orderId)))).flat();
    expect(taken.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(12);
    for (const { id, quantity } of left) {
      const given = taken.filter(({ purchaseId }) => purchaseId === id);
      expect(given.reduce((sum, one) => sum + one.quantity, 0)).toBe(quantity);
    }
    expect(await costs(ctx)).toBe("-1200.00");
  });

  it("go back when a return or cancellation takes units off, once a cause, and can be matched with another sale", async () => {
    const ctx = cloudContext();
    const purchase = await buy(ctx, { quantity: 3 });
    const orderId = await sell(ctx, [{ sku: "A", quantity: 4 }]);
    await Finance.matchOrder(ctx, orderId);
    const back = { orderId, causeId: "ret_1", lines: [{ lineId: "oln_0", quantity: 2 }] };
    await Promise.all([Finance.releaseUnits(ctx, back), Finance.releaseUnits(ctx, back)]);
    await Finance.releaseUnits(ctx, back);
    expect(await Finance.getPurchase(ctx, purchase.id)).toMatchObject({ remaining: 1 });
    expect((await Finance.matchOrder(ctx, orderId)).lines).toEqual([
      { lineId: "oln_0", quantity: 2, open: 0, inReview: 0 },
    ]);
    expect(await costs(ctx)).toBe("-200.00");
    await Finance.releaseUnits(ctx, { ...back, causeId: "ret_2" });
    expect(await matchesOf(ctx, orderId)).toEqual([]);
    expect(await costs(ctx)).toBe("0.00");
    const other = await sell(ctx, [{ sku: "A", quantity: 3 }]);
    expect((await Finance.matchOrder(ctx, other)).lines[0]).toMatchObject({ open: 0 });
  });
});

describe("the review queue", () => {
  const sold = { title: "Nike Dunk Low Retro Panda", size: "10" };
  const bought = { sku: undefined, title: "Nike Dunk Low Panda 2021", size: "10" };

  it("holds what may belong together, and takes no unit until somebody says so", async () => {
    const ctx = cloudContext();
    const purchase = await buy(ctx, bought);
    const orderId = await sell(ctx, [sold]);
    expect((await Finance.matchOrder(ctx, orderId)).lines[0]).toMatchObject({ open: 1, inReview: 1 });
    const [match] = await review(ctx);
    expect(match).toMatchObject({
      status: "review",
      method: "title",
      quantity: 1,
      purchaseId: purchase.id,
      sale: { channel: "stockx", title: sold.title },
      purchase: { title: bought.title, purchasedAt: "2026-10-01T00:00:00.000Z" },
    });
    expect(await costs(ctx)).toBe("0.00");
    const accepted = await Finance.acceptMatch(ctx, match?.id ?? "");
    expect(accepted).toMatchObject({ status: "accepted", quantity: 1, decidedBy: ctx.actor.id });
    expect(await Finance.getPurchase(ctx, purchase.id)).toMatchObject({ remaining: 0 });
    expect(await costs(ctx)).toBe("-100.00");
    expect(await review(ctx)).toEqual([]);
    expect(await refusal(Finance.acceptMatch(ctx, accepted.id))).toBe("STATE_CONFLICT");
  });

  it("is answered by one of those who answer at the same moment", async () => {
    const ctx = cloudContext();
    await buy(ctx, { ...bought, quantity: 9 });
    await Finance.matchOrder(ctx, await sell(ctx, [sold]));
    const [match] = await review(ctx);
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => refusal(Finance.acceptMatch(ctx, match?.id ?? ""))),
    );
    expect(answers.filter((answer) => answer === "taken")).toHaveLength(1);
    expect(answers.filter((answer) => answer === "STATE_CONFLICT")).toHaveLength(5);
    expect(await costs(ctx)).toBe("-100.00");
  });

  it("drops what a line's other matches leave no room for, and says when a purchase has none left", async () => {
    const ctx = cloudContext();
    await buy(ctx, bought);
    await buy(ctx, { ...bought, title: "Nike Dunk Low Panda Retro GS" });
    const orderId = await sell(ctx, [sold]);
    await Finance.matchOrder(ctx, orderId);
    const proposals = await review(ctx);
    expect(proposals).toHaveLength(2);
    const second = await sell(ctx, [sold]);
    await Finance.matchOrder(ctx, second);
    const [first, other] = proposals.map(({ id }) => id);
    await Finance.acceptMatch(ctx, first ?? "");
    expect(await refusal(Finance.acceptMatch(ctx, other ?? ""))).toBe("STATE_CONFLICT");
    expect((await Finance.listMatches(ctx, { status: "superseded" })).items.map(({ id }) => id)).toEqual([other]);
    const left = await review(ctx);
    expect(left.map((match) => match.orderId)).toEqual([second, second]);
    const gone = left.find(({ purchaseId }) => purchaseId === proposals[0]?.purchaseId);
    await expect(Finance.acceptMatch(ctx, gone?.id ?? "")).rejects.toMatchObject({ message: /no units left/ });
  });

  it("never shows again what was rejected; a match that was made gives its units back", async () => {
    const ctx = cloudContext();
    const purchase = await buy(ctx, bought);
    const orderId = await sell(ctx, [sold]);
    await Finance.matchOrder(ctx, orderId);
    const [match] = await review(ctx);
    expect(await Finance.rejectMatch(ctx, match?.id ?? "")).toMatchObject({ status: "rejected" });
    expect((await Finance.matchOrder(ctx, orderId)).lines[0]).toMatchObject({ open: 1, inReview: 0 });

    const same = await sell(ctx, [{ title: bought.title, size: "10" }]);
    await Finance.matchOrder(ctx, same);
    const [made] = await matchesOf(ctx, same);
    expect(made).toMatchObject({ status: "matched", purchaseId: purchase.id });
    await Finance.rejectMatch(ctx, made?.id ?? "");
    expect(await Finance.getPurchase(ctx, purchase.id)).toMatchObject({ remaining: 1 });
    expect((await Finance.matchOrder(ctx, same)).lines[0]).toMatchObject({ open: 1 });
    expect(await costs(ctx)).toBe("0.00");
    expect(await refusal(Finance.rejectMatch(ctx, made?.id ?? ""))).toBe("STATE_CONFLICT");
  });

  it("holds what was bought after it was sold, however well it fits", async () => {
    const ctx = cloudContext();
    await buy(ctx, { purchasedAt: "2026-11-21" });
    await Finance.matchOrder(ctx, await sell(ctx, [{ sku: "A" }]));
    expect(await review(ctx)).toMatchObject([{ method: "sku", score: 100, reason: /bought after it was sold/ }]);
  });
});

it("the sales of a period are matched page by page, the oldest first", async () => {
  const ctx = cloudContext();
  const orders: string[] = [];
  for (const day of ["14", "12", "13", "11"])
    orders.push(await sell(ctx, [{ sku: "A" }], { occurredAt: `2026-11-${day}T00:00:00Z` }));
  await sell(ctx, [{ sku: "A", fromStock: true }]);
  await buy(ctx, { quantity: 3 });
  let cursor: string | undefined;
  const pages = [];
  do {
    const page = await Finance.matchSales(ctx, { limit: 2, ...(cursor ? { cursor } : {}) });
    cursor = page.nextCursor;
    pages.push(page);
  } while (cursor);
  expect(pages.map(({ orders, open }) => [orders, open])).toEqual([
    [2, 0],
    [2, 1],
    [0, 0],
  ]);
  expect(await matchesOf(ctx, orders[0] ?? "")).toEqual([]);
  expect(await matchesOf(ctx, orders[3] ?? "")).toHaveLength(1);
});

it("the stream's events are matched, but not where nothing was ever bought", async () => {
  const ctx = cloudContext();
  const event = (type: string, data: object) => ({
    new: { entity: "event", type, organizationId: ctx.actor.organizationId, data },
  });
  const orderId = await sell(ctx, [{ sku: "A" }]);
  await Finance.matchRecorded(ctx, [event("sale.recorded", { orderId }), event("order.placed", { orderId })]);
  expect(await matchesOf(ctx, orderId)).toEqual([]);
  const purchase = await buy(ctx);
  await Finance.matchRecorded(ctx, [
    event("sale.recorded", { orderId }),
    event("purchase.recorded", { purchaseId: purchase.id }),
  ]);
  expect(await matchesOf(ctx, orderId)).toHaveLength(1);
  await Finance.matchRecorded(ctx, [event("sale.recorded", { orderId: "ord_gone" })]);
  const back = { orderId, causeId: "ret_1", lines: [{ lineId: "oln_0", quantity: 1 }] };
  await Finance.matchRecorded(ctx, [event("sale.unitsReturned", back), event("sale.unitsReturned", back)]);
  expect(await Finance.getPurchase(ctx, purchase.id)).toMatchObject({ remaining: 1 });
});

it("units that came back before anything was bought are not matched later", async () => {
  const ctx = cloudContext();
  const orderId = await sell(ctx, [{ sku: "A", quantity: 3 }]);
  const data = { orderId, causeId: "ret_1", lines: [{ lineId: "oln_0", quantity: 2 }] };
  const { organizationId } = ctx.actor;
  await Finance.matchRecorded(ctx, [{ new: { entity: "event", type: "sale.unitsReturned", organizationId, data } }]);
  await buy(ctx, { quantity: 5 });
  expect((await Finance.matchOrder(ctx, orderId)).lines).toEqual([
    { lineId: "oln_0", quantity: 1, open: 0, inReview: 0 },
  ]);
});
