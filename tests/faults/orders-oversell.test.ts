import { describe, expect, it } from "vitest";
import * as Inventory from "../../core/inventory/index.ts";
import * as Orders from "../../core/orders/index.ts";
import type { Context } from "../../core/platform/context.ts";
import { type SellOut, type SoldOut, sellOut, UNITS } from "../support/sell-out.ts";
import { sdkError, transactionCanceled } from "../support/store-faults.ts";
import { expectClean } from "../support/verify.ts";

const ORDERS = 500;

async function everyOrder(ctx: Context): Promise<Orders.Order[]> {
  const orders: Orders.Order[] = [];
  let cursor: string | undefined;
  do {
    const page = await Orders.listOrders(ctx, { limit: 100, ...(cursor ? { cursor } : {}) });
    orders.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return orders;
}

/** Units of a product that orders hold, for themselves or as parts of sets, and those that have left for them. */
function unitsOf(orders: Orders.Order[], productId: string): { held: number; sent: number } {
  const sum = (units: { productId: string; quantity: number }[]) =>
    units.reduce((total, unit) => total + (unit.productId === productId ? unit.quantity : 0), 0);
  const parts = orders.flatMap((order) =>
    order.fulfilments.flatMap(({ lines }) => lines.flatMap((line) => line.parts)),
  );
  return {
    held: sum(orders.flatMap(({ lines }) => lines.flatMap(({ holds }) => holds))),
    sent: sum(parts.flatMap((part) => part.lots.map(({ quantity }) => ({ productId: part.productId, quantity })))),
  };
}

async function stockOf(ctx: Context, productId: string): Promise<{ onHand: number; reserved: number }> {
  const { onHand, reserved } = await Inventory.getStock(ctx, productId);
  return { onHand, reserved };
}

async function expectNothingOversold({ ctx, productIds, told, impossible }: SoldOut): Promise<void> {
  expect(impossible, "stock that was seen in between").toEqual([]);
  const orders = await everyOrder(ctx);
  for (const productId of productIds) {
    const { held } = unitsOf(orders, productId);
    expect(held).toBeLessThanOrEqual(UNITS);
    expect(await stockOf(ctx, productId)).toEqual({ onHand: UNITS, reserved: held });
  }
  // Whoever was told of an order has it, all who asked under one name were told of one, and nobody else has any.
  const ids = new Map<string, Set<string>>();
  for (const { identity, answer } of told) {
    const known = ids.get(identity) ?? new Set();
    if ("orderId" in answer) known.add(answer.orderId);
    else expect(answer.refused).toBe("INSUFFICIENT_STOCK");
    ids.set(identity, known);
  }
  expect([...ids.values()].filter((known) => known.size > 1)).toEqual([]);
  const toldOf = [...ids.values()].flatMap((known) => [...known]);
  expect(toldOf.toSorted()).toEqual(orders.map(({ id }) => id).toSorted());
  await expectClean(ctx);
}

/** What is still open leaves at once: the units that go are those that were promised. */
async function sendEverything({ ctx, productIds }: SoldOut): Promise<void> {
  const open = (await everyOrder(ctx)).filter(({ status }) => status === "pending");
  for (let start = 0; start < open.length; start += 25)
    await Promise.all(
      open.slice(start, start + 25).map(async ({ id }) => {
        await Orders.payOrder(ctx, { id });
        await Orders.fulfilOrder(ctx, { id });
      }),
    );
  const orders = await everyOrder(ctx);
  for (const productId of productIds) {
    const { sent } = unitsOf(orders, productId);
    expect(await stockOf(ctx, productId)).toEqual({ onHand: UNITS - sent, reserved: 0 });
  }
  await expectClean(ctx);
}

type FateOf = NonNullable<SellOut["fate"]>;

/** What DynamoDB does to a busy table, and the emulator never by itself. */
const busy: FateOf = ({ operation }, random) => {
  const chance = random();
  if (operation !== "TransactWriteItems")
    return chance < 0.05 ? { failWith: sdkError("ProvisionedThroughputExceededException") } : "pass";
  if (chance < 0.15) return { failWith: transactionCanceled("None", "TransactionConflict", "None") };
  if (chance < 0.18) return { failWith: transactionCanceled("ThrottlingError", "None") };
  if (chance < 0.21) return { failWith: sdkError("ThrottlingException") };
  return chance < 0.24 ? { failWith: sdkError("TransactionInProgressException") } : "pass";
};

/** Writes that take effect while whoever asked for them hears of an error, or is not there any more to hear. */
const losing: FateOf = ({ operation }, random) => {
  const chance = random();
  if (operation !== "TransactWriteItems") return chance < 0.03 ? "killBefore" : "pass";
  if (chance < 0.06) return { loseAnswerWith: sdkError("TimeoutError") };
  if (chance < 0.1) return { loseAnswerWith: sdkError("InternalServerError") };
  if (chance < 0.14) return "killAfter";
  return chance < 0.18 ? "killBefore" : "pass";
};

const both: FateOf = (call, random) => {
  const first = losing(call, random);
  return first === "pass" ? busy(call, random) : first;
};

describe(`${ORDERS} orders at once, from four channels, for a sixth of what they ask`, () => {
  it("sell what there is and no unit more; every repeat is answered with the first order", async () => {
    const sold = await sellOut({ seed: 1, orders: ORDERS });
    const duplicates = sold.told.filter(({ answer }) => "orderId" in answer && answer.isDuplicate);
    const refused = sold.told.filter(({ answer }) => "refused" in answer);
    expect(duplicates.length).toBeGreaterThan(10);
    expect(refused.length).toBeGreaterThan(100);
    await expectNothingOversold(sold);
    await sendEverything(sold);
  }, 180_000);

  it("do so where units of one product are in two places", async () => {
    const sold = await sellOut({ seed: 5, orders: ORDERS, isSpread: true });
    await expectNothingOversold(sold);
    await sendEverything(sold);
  }, 180_000);

  it.each([
    ["transaction conflicts and throttles", 2, busy],
    ["writes whose answers are lost and processes that are killed", 3, losing],
    ["all of these together", 4, both],
  ])(
    "do so through %s",
    async (_what, seed, fate) => {
      const sold = await sellOut({ seed, orders: ORDERS, fate });
      expect(sold.faults).toBeGreaterThan(50);
      await expectNothingOversold(sold);
      await sendEverything(sold);
    },
    300_000,
  );
});
