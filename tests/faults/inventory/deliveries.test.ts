import { describe, expect, it } from "vitest";
import * as Inventory from "../../../core/inventory/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import { DEATHS, diesAndRepeats, type Step } from "../../support/dying.ts";
import { stocked, usd } from "../../support/stock.ts";

interface Prepared {
  productId: string;
  deliveryId: string;
}

async function prepare(ctx: Context): Promise<Prepared> {
  const { id: productId } = await stocked(ctx, "MUG", 0);
  const delivery = await Inventory.expectDelivery(ctx, { productId, quantity: 10 });
  return { productId, deliveryId: delivery.id };
}

const shape = ({ status, remaining, version, receipts }: Inventory.Delivery) => ({
  status,
  remaining,
  version,
  received: receipts.map(({ quantity }) => quantity),
});

async function outcome(ctx: Context, { productId }: Prepared) {
  const { items } = await Inventory.listDeliveries(ctx, {});
  const { onHand } = await Inventory.getStock(ctx, productId);
  await Inventory.setReorderRule(ctx, { productId, input: { minimum: 1_000, leadTimeDays: 1 } });
  const [suggestion] = (await Inventory.listReorderSuggestions(ctx, {})).items;
  const position = suggestion?.steps.find(({ name }) => name === "position");
  return { deliveries: items.map(shape), onHand, position, valuation: await Inventory.valuation(ctx) };
}

const STEPS: Record<string, Step<Prepared>> = {
  "expecting a delivery": {
    prepare,
    run: async (ctx, { productId }) => shape(await Inventory.expectDelivery(ctx, { productId, quantity: 5 })),
    outcome,
  },
  "receiving a part of it": {
    prepare,
    run: async (ctx, { deliveryId: id }) =>
      shape(await Inventory.receiveDelivery(ctx, { id, input: { quantity: 4, unitCost: usd("0.33") } })),
    outcome,
  },
  "cancelling it": {
    prepare,
    run: async (ctx, { deliveryId: id }) => shape(await Inventory.cancelDelivery(ctx, { id })),
    outcome,
  },
};

describe.each(Object.entries(STEPS))("%s, killed at any store call", (_name, step) => {
  it.each(DEATHS)("%s the call took effect, comes out as if it had not been killed", async (death) => {
    const undisturbed = await diesAndRepeats(step, Number.POSITIVE_INFINITY, death);
    expect(undisturbed.calls.at(-1)).toBe("TransactWriteItems");
    for (const [index, call] of undisturbed.calls.entries()) {
      const { answer, outcome: after } = await diesAndRepeats(step, index + 1, death);
      const name = `killed ${death} call ${index + 1} (${call})`;
      expect(answer, name).toEqual(undisturbed.answer);
      expect(after, name).toEqual(undisturbed.outcome);
    }
  });
});
