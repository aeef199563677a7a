import { describe, expect, it } from "vitest";
import * as Orders from "../../core/orders/index.ts";
import type { Context } from "../../core/platform/context.ts";
import * as Privacy from "../../core/privacy/index.ts";
import { cloudContext } from "../support/cloud.ts";
import { testActor } from "../support/context.ts";
import { DEATHS, type Death } from "../support/dying.ts";
import { withoutIds } from "../support/order-steps.ts";
import { booksOf } from "../support/orders.ts";
import { BUYER, boughtOrder, shopOf, storedOrders, TELLING } from "../support/privacy.ts";
import { stoppedClock } from "../support/recording.ts";
import { diesAt, Killed, storeFaults } from "../support/store-faults.ts";
import { expectClean } from "../support/verify.ts";

async function carryOut(ctx: Context, id: string): Promise<void> {
  const { dueAt } = await Privacy.getRequest(ctx, id);
  if (dueAt !== undefined) await Privacy.carryOut(ctx, { kind: Privacy.PRIVACY_DUE, id, dueAt });
}

/** An erasure of three orders whose process dies at this call; the next sweep begins anew. */
async function erased(fatal: number, death: Death) {
  const { now, advance } = stoppedClock();
  const actor = testActor();
  const ctx = cloudContext({ actor, now });
  await shopOf(ctx);
  const ids = [];
  for (let made = 0; made < 3; made++) ids.push(await boughtOrder(ctx, "delivered"));
  const { id } = await Privacy.createRequest(ctx, { kind: "erasure", email: BUYER.email });
  advance(1_000);
  const { around, calls } = storeFaults(diesAt(fatal, death));
  const worker = cloudContext({ actor, now, around });
  await carryOut(worker, id).catch((error: unknown) => {
    if (!(error instanceof Killed)) throw error;
  });
  advance(60_000);
  await carryOut(ctx, id);
  await expectClean(ctx);
  expect(await storedOrders(ctx, ids)).not.toMatch(TELLING);
  const orders = await Promise.all(ids.map((one) => Orders.getOrder(ctx, one)));
  const { status, ordersWaiting } = await Privacy.getRequest(ctx, id);
  const outcome = withoutIds({
    status,
    ordersWaiting,
    versions: orders.map(({ version }) => version),
    books: await booksOf(ctx, "2026-11-21", "2026-11-22"),
    left: await Orders.findBuyerOrders(ctx, { email: BUYER.email }),
  });
  return { calls, outcome };
}

describe("an erasure that is killed", () => {
  it("is finished by the next sweep, each order erased once, at whichever call of the store it died", async () => {
    const whole = await erased(Number.POSITIVE_INFINITY, "before");
    expect(whole.outcome).toMatchObject({ status: "done", left: [], versions: [5, 5, 5] });
    expect(whole.calls.length).toBeGreaterThan(8);
    for (let fatal = 1; fatal <= whole.calls.length; fatal++)
      for (const death of DEATHS) {
        const { outcome } = await erased(fatal, death);
        expect(outcome, `died ${death} call ${fatal}, ${whole.calls[fatal - 1]}`).toEqual(whole.outcome);
      }
  });
});
