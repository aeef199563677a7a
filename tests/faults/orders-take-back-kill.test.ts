import { describe, expect, it } from "vitest";
import * as Orders from "../../core/orders/index.ts";
import type { Context } from "../../core/platform/context.ts";
import { DEATHS, diesAndRepeats, type Step } from "../support/dying.ts";
import { outcome, type Prepared } from "../support/order-steps.ts";
import { stocked, usd } from "../support/stock.ts";

const DAY_MS = 24 * 3_600_000;

/** An order of our stock, all of which was sent, with so many units on each line of one SKU. */
const sentOrder =
  (...quantities: number[]) =>
  async (ctx: Context): Promise<Prepared> => {
    const { id: productId } = await stocked(ctx, "A", 5, { unitCost: usd("3.34") });
    const lines = quantities.map((quantity) => ({ sku: "A", quantity }));
    const { order } = await Orders.placeOrder(ctx, { channel: "shop", lines });
    await Orders.payOrder(ctx, { id: order.id });
    await Orders.fulfilOrder(ctx, { id: order.id });
    return { id: order.id, productIds: [productId] };
  };

/** One unit came back; a repeat by another process knows nothing but the return's id. */
const oneBack = (ctx: Context, { id: orderId }: Prepared) =>
  Orders.takeBack(ctx, {
    orderId,
    returnId: "ret_01KAK1V5C0000000000000000A",
    at: "2026-11-20T00:00:00.000Z",
    reason: "C-1",
    lines: [{ sku: "A", quantity: 1, totalMinor: 100 }],
  });

const step = (prepare: Step<Prepared>["prepare"]): Step<Prepared> => ({ prepare, run: oneBack, outcome });

const STEPS = {
  "one of two lines of its SKU": step(sentOrder(1, 1)),
  "one unit of a line of two": step(sentOrder(2)),
  "the only unit of the order": step(sentOrder(1)),
};

describe.each(Object.entries(STEPS))("a return of %s, killed at any store call", (_name, one) => {
  it.each([
    ["at once", 1_000],
    ["when no record of the first request is kept any more", 2 * DAY_MS],
  ])("comes out as if it had not been killed when it is repeated %s", async (_when, laterMs) => {
    for (const death of DEATHS) {
      const undisturbed = await diesAndRepeats(one, Number.POSITIVE_INFINITY, death, { laterMs, hasKey: false });
      expect(undisturbed.calls.filter((call) => call === "TransactWriteItems")).toHaveLength(2);
      for (const [index, call] of undisturbed.calls.entries()) {
        const { outcome: after } = await diesAndRepeats(one, index + 1, death, { laterMs, hasKey: false });
        expect(after, `killed ${death} call ${index + 1} (${call})`).toEqual(undisturbed.outcome);
      }
    }
  });
});
