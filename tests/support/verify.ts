import { expect } from "vitest";
import * as Inventory from "../../core/inventory/index.ts";
import * as Orders from "../../core/orders/index.ts";
import type { Context } from "../../core/platform/context.ts";

/** Everything that is wrong with an organisation's stock and orders. */
export async function differencesOf(ctx: Context): Promise<(Inventory.Difference | Orders.OrderDifference)[]> {
  const found: (Inventory.Difference | Orders.OrderDifference)[] = [];
  const { unsettled } = await Inventory.verifyLedger(ctx, {
    holds: () => Orders.heldUnits(ctx),
    onDifference: (difference) => void found.push(difference),
  });
  await Orders.verifyOrders(ctx, (difference) => void found.push(difference));
  expect(unsettled).toEqual([]);
  return found;
}

/** Every balance is the sum of its ledger and of its lots, and every reserved unit is held by someone. */
export async function expectClean(ctx: Context, what = "verify-ledger"): Promise<void> {
  expect(await differencesOf(ctx), what).toEqual([]);
}
