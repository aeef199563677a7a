import { describe, expect, it } from "vitest";
import * as Inventory from "../../../core/inventory/index.ts";
import * as Listings from "../../../core/listings/index.ts";
import { newUpdate, statePartition } from "../../../core/listings/channel-update.store.ts";
import { readListed } from "../../../core/listings/listing.store.ts";
import { inParallel } from "../../../core/platform/in-parallel.ts";
import type { Table } from "../../../core/platform/table.ts";
import { channel } from "../../support/channel.ts";
import { cloudContext } from "../../support/cloud.ts";
import { keepingQueues, listedOn, stockChange } from "../../support/listings.ts";
import { stoppedClock } from "../../support/recording.ts";
import { only } from "../../support/sweeps.ts";

describe("the sweep of what is stuck", () => {
  it("looks at all that wait, however many of them wait for something else", async () => {
    const clock = stoppedClock();
    const { ctx, sent } = keepingQueues(cloudContext({ now: clock.now }));
    const { targets } = channel();
    const { id } = await listedOn(ctx, targets, 5);
    const { organizationId } = ctx.actor;
    const listed = (await readListed(ctx.table, organizationId, [id])).get(id);
    if (!listed) throw new Error("not listed");
    // Read before it: newer ones, put off until tomorrow.
    const putOff = [...Array(30).keys()].map((n) => `${id.slice(0, -3)}~${String(n).padStart(2, "0")}`);
    const state = "queued" as const;
    const place = { state, gsi2pk: statePartition(organizationId, state) };
    const queued = async (one: string, more: object) => {
      const { write } = newUpdate(organizationId, { ...listed.listing, id: one });
      if (!("put" in write)) throw new Error("not a put");
      await ctx.table.put({
        ...write.put,
        ...place,
        gsi2sk: `0#${one}`,
        queuedAt: "2026-11-01T00:00:00.000Z",
        ...more,
      });
    };
    await inParallel(putOff, 8, (one) => queued(one, { nextAttemptAt: clock.now() + 86_400_000 }));
    await queued(id, {});
    sent.length = 0;
    // As many to a page as a test can write.
    const table: Table = { ...ctx.table, query: (input) => ctx.table.query({ ...input, limit: 5 }) };
    await Listings.wakeStuckUpdates(only({ ...ctx, table }), { targets });
    expect(sent).toEqual([id]);
  });

  it("gives what waited for an account its place before the others again, when its stock is gone", async () => {
    const clock = stoppedClock();
    const { ctx, sent } = keepingQueues(cloudContext({ now: clock.now }));
    const { targets } = channel();
    const { id, productId } = await listedOn(ctx, targets, 5);
    await Inventory.adjust(ctx, { productId, input: { changeType: "damaged", quantity: 5 } });
    await Listings.projectQuantities(ctx, [stockChange(ctx, productId)], { targets });
    await Listings.publishQuantities(ctx, { ids: [id] }, {});
    expect((await Listings.getListing(ctx, id)).update).toMatchObject({ state: "waiting" });
    expect((await Listings.getListing(ctx, id)).update.priority).toBeUndefined();
    sent.length = 0;
    await Listings.wakeStuckUpdates(only(ctx), { targets });
    expect(sent).toEqual([id]);
    expect((await Listings.getListing(ctx, id)).update).toMatchObject({ state: "queued", priority: "urgent" });
  });
});
