import { describe, expect, it } from "vitest";
import * as Inventory from "../../core/inventory/index.ts";
import * as Orders from "../../core/orders/index.ts";
import type { Context } from "../../core/platform/context.ts";
import { AppError } from "../../core/platform/errors.ts";
import { DEATHS, diesAndRepeats, type Step } from "../support/dying.ts";
import { orderAfter, outcome, type Prepared, SALE, withoutIds } from "../support/order-steps.ts";
import { stocked, usd } from "../support/stock.ts";

type Run = (ctx: Context, prepared: Prepared) => Promise<unknown>;

const step = (prepare: Step<Prepared>["prepare"], run: Run): Step<Prepared> => ({
  prepare,
  run: async (ctx, prepared) => withoutIds(await run(ctx, prepared)),
  outcome,
});

/** More lines than one transaction sends. */
async function longOrder(ctx: Context): Promise<Prepared> {
  const { id: productId } = await stocked(ctx, "A", 40);
  const lines = Array.from({ length: 30 }, () => ({ sku: "A", quantity: 1 }));
  const { order } = await Orders.placeOrder(ctx, { channel: "shop", lines });
  await Orders.payOrder(ctx, { id: order.id });
  return { id: order.id, productIds: [productId] };
}

const some = [
  { lineId: "1", quantity: 3 },
  { lineId: "2", quantity: 2 },
];
const back = [
  { lineId: "1", quantity: 3 },
  { lineId: "3", quantity: 1, disposition: "writeOff" },
];
const adjustment = { changeType: "damaged", quantity: 5, notes: "Fell down" };
const change =
  (verb: (ctx: Context, request: { id: string; input?: unknown }) => Promise<unknown>, input?: unknown): Run =>
  (ctx, { id }) =>
    verb(ctx, { id, ...(input === undefined ? {} : { input }) });

const marketplaceSale: Orders.OrderDraft = {
  channel: "stockx",
  externalId: "X-1",
  status: "delivered",
  isStatusKnown: true,
  placedAt: "2026-01-02T03:04:05.000Z",
  currency: "USD",
  lines: [
    { sku: "A", quantity: 5, unitPrice: { minor: 1_500, currency: "USD" } },
    { sku: "B", quantity: 6, unitPrice: { minor: 999, currency: "USD" } },
  ],
  warnings: [],
};

/** Told with an Idempotency-Key: the repeat is answered as the first request would have been. */
const WITH_KEY: Record<string, Step<Prepared>> = {
  place: step(orderAfter(), async (ctx) => (await Orders.placeOrder(ctx, SALE)).order),
  "place a draft": step(orderAfter(), async (ctx) => (await Orders.placeOrder(ctx, { ...SALE, draft: true })).order),
  pay: step(orderAfter("place"), change(Orders.payOrder)),
  "pay a part": step(orderAfter("place"), change(Orders.payOrder, { amount: usd("10.00") })),
  allocate: step(orderAfter("place", "pay"), change(Orders.allocateOrder)),
  "cancel before anything has left": step(orderAfter("place", "pay"), change(Orders.cancelOrder)),
  "cancel after some has left": step(orderAfter("place", "pay", "part"), change(Orders.cancelOrder)),
  fulfil: step(orderAfter("place", "pay", "allocate"), change(Orders.fulfilOrder)),
  "fulfil a part": step(orderAfter("place", "pay"), change(Orders.fulfilOrder, { lines: some })),
  "fulfil in several steps": step(longOrder, change(Orders.fulfilOrder)),
  return: step(orderAfter("place", "pay", "fulfil"), change(Orders.returnOrder)),
  "return a part": step(orderAfter("place", "pay", "fulfil", "return"), change(Orders.returnOrder, { lines: back })),
  refund: step(orderAfter("place", "pay", "fulfil", "return"), change(Orders.refundOrder)),
  "refund a part": step(orderAfter("place", "pay"), change(Orders.refundOrder, { amount: usd("5.00") })),
  split: step(orderAfter("place", "pay"), change(Orders.splitOrder, { by: "supplier" })),
  adjust: step(orderAfter("place"), async (ctx, { productIds: [, productId = ""] }) =>
    Inventory.adjust(ctx, {
      productId,
      input: { changeType: "restock", quantity: 5, unitCost: usd("1.01"), lotNumber: "L" },
    }),
  ),
  "adjust downwards": step(orderAfter(), async (ctx, { productIds: [productId = ""] }) =>
    Inventory.adjust(ctx, { productId, input: adjustment }),
  ),
  recount: step(orderAfter("place"), async (ctx, { productIds: [productId = ""] }) =>
    Inventory.adjust(ctx, { productId, input: { changeType: "recount", quantity: 6 } }),
  ),
};

/** A repeat that finds its own work done is refused, or told of the first order: either way nothing happens twice. */
const unlessDone =
  (run: Run): Run =>
  async (ctx, prepared) => {
    await run(ctx, prepared).catch((error: unknown) => {
      if (!(error instanceof AppError) || error.code !== "STATE_CONFLICT") throw error;
    });
  };
const bare = (prepare: Step<Prepared>["prepare"], run: Run) => step(prepare, unlessDone(run));

/** Told without a key: the order's own state, or the channel's id of it, is what a repeat is known by. */
const WITHOUT_KEY: Record<string, Step<Prepared>> = {
  "place, known by the channel's id": step(orderAfter(), async (ctx) => (await Orders.placeOrder(ctx, SALE)).order),
  "record a marketplace's sale that was sent": step(
    orderAfter(),
    async (ctx) => void (await Orders.recordOrder(ctx, marketplaceSale, { affectsStock: true })),
  ),
  pay: bare(orderAfter("place"), change(Orders.payOrder)),
  allocate: bare(orderAfter("place", "pay"), change(Orders.allocateOrder)),
  cancel: bare(orderAfter("place", "pay", "part"), change(Orders.cancelOrder)),
  fulfil: bare(orderAfter("place", "pay"), change(Orders.fulfilOrder)),
  "fulfil in several steps": bare(longOrder, change(Orders.fulfilOrder)),
  deliver: bare(orderAfter("place", "pay", "fulfil"), change(Orders.deliverOrder)),
  return: bare(orderAfter("place", "pay", "fulfil"), change(Orders.returnOrder)),
  refund: bare(orderAfter("place", "pay", "fulfil", "return"), change(Orders.refundOrder)),
  split: bare(orderAfter("place", "pay"), change(Orders.splitOrder, { by: "supplier" })),
};

/** Each has an organisation of its own, so several die side by side. */
const AT_ONCE = 4;

describe.each([
  ["with its key", true, WITH_KEY],
  ["without a key", false, WITHOUT_KEY],
] as const)("killed at any store call and repeated %s", (_how, hasKey, steps) => {
  describe.each(Object.entries(steps))("%s", (_name, one) => {
    it.each(DEATHS)("%s the call took effect comes out as if it had not been killed", async (death) => {
      const undisturbed = await diesAndRepeats(one, Number.POSITIVE_INFINITY, death, { hasKey });
      expect(undisturbed.calls).toContain("TransactWriteItems");
      const fatal = undisturbed.calls.map((call, index) => ({ call, number: index + 1 }));
      for (let start = 0; start < fatal.length; start += AT_ONCE)
        await Promise.all(
          fatal.slice(start, start + AT_ONCE).map(async ({ call, number }) => {
            const { answer, outcome: after } = await diesAndRepeats(one, number, death, { hasKey });
            const name = `killed ${death} call ${number} (${call})`;
            expect(answer, name).toEqual(undisturbed.answer);
            expect(after, name).toEqual(undisturbed.outcome);
          }),
        );
    });
  });
});
