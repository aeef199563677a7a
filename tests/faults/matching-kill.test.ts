import { describe, expect, it } from "vitest";
import * as Finance from "../../core/finance/index.ts";
import type { Context } from "../../core/platform/context.ts";
import { buy, sell } from "../integration/finance/shop.ts";
import { cloudContext } from "../support/cloud.ts";
import { testActor } from "../support/context.ts";
import { type Fate, Killed, storeFaults, transactionCanceled } from "../support/store-faults.ts";

/** Two lines over three purchases, one of them only likely: some units are matched, one is proposed. */
async function shop(ctx: Context) {
  const purchases = [
    await buy(ctx, { quantity: 2, purchasedAt: "2026-01-01" }),
    await buy(ctx, { quantity: 2, purchasedAt: "2026-02-01" }),
    await buy(ctx, { sku: undefined, title: "Dunk Panda 2021" }),
  ];
  const orderId = await sell(ctx, [{ sku: "A", quantity: 3 }, { title: "Dunk Panda" }]);
  return { purchases, orderId };
}

/** What must come out, however often it was tried: units, matches and the books agree. */
async function outcome(ctx: Context, { purchases, orderId }: Awaited<ReturnType<typeof shop>>) {
  const left = await Promise.all(purchases.map(({ id }) => Finance.getPurchase(ctx, id)));
  const { items } = await Finance.listMatches(ctx, { orderId });
  const { groups } = await Finance.summary(ctx, { from: "2026-01-01", to: "2026-12-31" });
  return {
    remaining: left.map(({ remaining }) => remaining),
    matches: items.map(({ status, quantity }) => `${status} ${quantity}`).toSorted(),
    cost: groups[0]?.totals.find(({ type }) => type === "costOfGoods")?.amount.amount,
  };
}

const FATES: [string, (number: number) => (call: { operation: string }, at: number) => Fate][] = [
  ["dies before its call", (number) => (_call, at) => (at === number ? { failWith: new Killed() } : "pass")],
  ["dies after its call", (number) => (_call, at) => (at === number ? { loseAnswerWith: new Killed() } : "pass")],
];

/** Runs the work with a fault at each of its calls in turn, each time in an organisation of its own, then again without. */
async function atEveryCall(
  fate: (number: number) => (call: { operation: string }, at: number) => Fate,
  prepare: (ctx: Context) => Promise<Awaited<ReturnType<typeof shop>>>,
  work: (ctx: Context, orderId: string) => Promise<unknown>,
  expected: object,
) {
  for (let number = 1; ; number++) {
    const actor = testActor();
    const made = await prepare(cloudContext({ actor }));
    const faulty = storeFaults(fate(number));
    const failed = await work(cloudContext({ actor, around: faulty.around }), made.orderId).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (failed !== undefined) expect(failed).toBeInstanceOf(Killed);
    const ctx = cloudContext({ actor });
    await work(ctx, made.orderId);
    expect(await outcome(ctx, made), `a fault at call ${number}`).toEqual(expected);
    if (faulty.calls.length < number) return;
  }
}

describe.each(FATES)("matching that %s", (_name, fate) => {
  it("gives each unit once and its cost once when it is run again", async () => {
    const expected = { remaining: [0, 1, 1], matches: ["matched 1", "matched 2", "review 1"], cost: "-300.00" };
    await atEveryCall(fate, shop, (ctx, orderId) => Finance.matchOrder(ctx, orderId), expected);
  });

  it("takes returned units off once when it is run again", async () => {
    const matched = async (ctx: Context) => {
      const made = await shop(ctx);
      await Finance.matchOrder(ctx, made.orderId);
      return made;
    };
    const back = (orderId: string) => ({ orderId, causeId: "ret_1", lines: [{ lineId: "oln_0", quantity: 2 }] });
    const expected = { remaining: [1, 2, 1], matches: ["matched 1", "review 1"], cost: "-100.00" };
    await atEveryCall(fate, matched, (ctx, orderId) => Finance.releaseUnits(ctx, back(orderId)), expected);
  });
});

it("conflicts with other traffic are waited out, and change nothing", async () => {
  const actor = testActor();
  const made = await shop(cloudContext({ actor }));
  const faulty = storeFaults((call, at) =>
    call.operation === "TransactWriteItems" && at % 2 === 0
      ? { failWith: transactionCanceled("None", "TransactionConflict") }
      : "pass",
  );
  await Finance.matchOrder(cloudContext({ actor, around: faulty.around }), made.orderId);
  const expected = { remaining: [0, 1, 1], matches: ["matched 1", "matched 2", "review 1"], cost: "-300.00" };
  expect(await outcome(cloudContext({ actor }), made)).toEqual(expected);
});
