import { describe, expect, it } from "vitest";
import * as Inventory from "../../core/inventory/index.ts";
import * as Orders from "../../core/orders/index.ts";
import type { Context } from "../../core/platform/context.ts";
import { cloudContext } from "../support/cloud.ts";
import { stocked } from "../support/stock.ts";
import { type Fate, Killed, storeFaults } from "../support/store-faults.ts";
import { expectClean } from "../support/verify.ts";

const SKUS = Array.from({ length: 46 }, (_, at) => `S-${at}`);

/** A context whose process ends when its n-th transaction has taken effect, before it hears of that. */
function dying(ctx: Context, at: number): Context {
  let transactions = 0;
  const { around } = storeFaults(({ operation }): Fate => {
    const dies = operation === "TransactWriteItems" && ++transactions === at;
    return dies ? { loseAnswerWith: new Killed() } : "pass";
  });
  return { ...ctx, table: cloudContext({ around, actor: ctx.actor }).table };
}

/** A marketplace's sale of more stock items than one transaction takes. */
async function largeSale() {
  const ctx = cloudContext();
  await Promise.all(SKUS.map((sku) => stocked(ctx, sku, 1)));
  const { orderId: id } = await Orders.recordOrder(
    ctx,
    {
      channel: "ebay",
      externalId: "1",
      status: "paid",
      isStatusKnown: true,
      placedAt: new Date(ctx.now()).toISOString(),
      currency: "USD",
      lines: SKUS.map((sku) => ({ sku, quantity: 1, unitPrice: { minor: 1_500, currency: "USD" } })),
      warnings: [],
    },
    { affectsStock: true },
  );
  return { ctx, id };
}

const STEPS = {
  fulfil: { take: Orders.fulfilOrder, status: "fulfilled", onHand: 0, transactions: 3 },
  cancel: { take: Orders.cancelOrder, status: "cancelled", onHand: 46, transactions: 2 },
};

describe.each(Object.entries(STEPS))("to %s an order that is too large for one transaction", (_name, step) => {
  const deaths = Array.from({ length: step.transactions }, (_, index) => index + 1);
  it.each(deaths)(
    "goes on after its transaction %i, where it died, when it is repeated; the same again changes nothing",
    async (at) => {
      const { ctx, id } = await largeSale();
      const once = { ...ctx, idempotencyKey: "the same" };
      await expect(step.take(dying(once, at), { id })).rejects.toBeInstanceOf(Killed);
      const done = await step.take(once, { id });
      expect(done.status).toBe(step.status);
      expect(await step.take(once, { id })).toEqual(done);
      const { items } = await Inventory.listStock(ctx, { limit: 100 });
      expect(
        items.reduce((sum, { onHand, reserved }) => [(sum[0] ?? 0) + onHand, (sum[1] ?? 0) + reserved], [0, 0]),
      ).toEqual([step.onHand, 0]);
      await expectClean(ctx);
    },
  );
});
