import { describe, expect, it } from "vitest";
import * as Inventory from "../../core/inventory/index.ts";
import * as Listings from "../../core/listings/index.ts";
import { cloudContext } from "../support/cloud.ts";
import { testActor } from "../support/context.ts";
import { DEATHS } from "../support/dying.ts";
import { keepingQueues, listedOn, stockChange } from "../support/listings.ts";
import { stoppedClock } from "../support/recording.ts";
import { slowChannel } from "../support/slow-channel.ts";
import { Killed, storeFaults } from "../support/store-faults.ts";

/** A quantity on its way when the next one comes, to the end; the worker dies once, at its `fatal`-th call. Returns its calls. */
async function run(fatal: number, death: (typeof DEATHS)[number], left: number): Promise<number> {
  const [actor, clock] = [testActor(), stoppedClock()];
  const { ctx } = keepingQueues(cloudContext({ actor, now: clock.now }));
  let [isDead, calls] = [false, 0];
  const killed = new Killed(`at call ${fatal}`);
  const { around } = storeFaults(() => {
    if (isDead) return { failWith: killed };
    if (++calls < fatal) return "pass";
    isDead = true;
    return death === "before" ? { failWith: killed } : { loseAnswerWith: killed };
  });
  const over = keepingQueues(cloudContext({ actor, now: clock.now, around })).ctx;
  const channel = slowChannel();
  const { targets } = channel;
  const { id, productId } = await listedOn(ctx, targets, 5);
  const sell = async (quantity: number) => {
    await Inventory.adjust(ctx, { productId, input: { changeType: "damaged", quantity } });
    await Listings.projectQuantities(ctx, [stockChange(ctx, productId)], { targets });
  };
  const publish = async () => {
    const work = () => Listings.publishQuantities(isDead ? ctx : over, { ids: [id] }, targets);
    await work().catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
    clock.advance(16 * 60_000);
  };
  await sell(1);
  await publish();
  channel.work();
  await publish();
  await sell(4 - left);
  for (let n = 0; n < 6; n++) {
    await publish();
    channel.work();
  }
  const listing = await Listings.getListing(ctx, id);
  expect(channel.shows.get(id), `call ${fatal} ${death}`).toBe(left);
  expect(listing, `call ${fatal} ${death}`).toMatchObject({
    status: "active",
    published: { quantity: left },
    update: { state: "published" },
  });
  expect(listing.update.attempts).toBeUndefined();
  return calls;
}

describe.each(DEATHS)("a worker that dies %s a call while a channel works what it was told", (death) => {
  it.each([0, 2])("leaves the channel with the newest quantity in the end: %i", async (left) => {
    const undisturbed = await run(Number.POSITIVE_INFINITY, death, left);
    expect(undisturbed).toBeGreaterThanOrEqual(10);
    for (let fatal = 1; fatal <= undisturbed; fatal++) await run(fatal, death, left);
  });
});
