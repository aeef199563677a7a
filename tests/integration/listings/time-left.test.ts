import { describe, expect, it } from "vitest";
import * as Inventory from "../../../core/inventory/index.ts";
import { claim, letGo } from "../../../core/listings/channel-update.store.ts";
import * as Listings from "../../../core/listings/index.ts";
import { urgentIds } from "../../../core/listings/urgent.ts";
import type { Context } from "../../../core/platform/context.ts";
import { cloudContext } from "../../support/cloud.ts";
import { keepingQueues, listedOn, stockChange } from "../../support/listings.ts";
import { stoppedClock } from "../../support/recording.ts";

const FUNCTION_MS = 60_000;
const CALL_MS = 10_000;

/** A channel that takes one listing a call, as eBay does, and ten seconds for it. */
function slowly(clock: { advance: (ms: number) => void }) {
  const told: string[] = [];
  let before: (() => Promise<unknown>) | undefined;
  let isSlow = false;
  const target: Listings.ListingTarget = {
    takesPresale: true,
    maxBatch: 1,
    setQuantities: async (_ctx, updates) => {
      await before?.();
      told.push(...updates.map(({ listingId }) => listingId));
      if (isSlow) clock.advance(CALL_MS);
      return updates.map(({ listingId }) => ({ listingId, ok: true as const }));
    },
  };
  const targets: Listings.ListingTargets = { ebay: { takesPresale: true, load: () => Promise.resolve(target) } };
  return {
    targets,
    told,
    beSlow: () => void (isSlow = true),
    beforeCalls: (next: typeof before) => void (before = next),
  };
}

async function soldOut(many: number) {
  const clock = stoppedClock();
  const { ctx, sent } = keepingQueues(cloudContext({ now: clock.now }));
  const channel = slowly(clock);
  const { targets } = channel;
  const listed: Awaited<ReturnType<typeof listedOn>>[] = [];
  for (let n = 0; n < many; n++) listed.push(await listedOn(ctx, targets, 1));
  for (const { productId } of listed) {
    await Inventory.adjust(ctx, { productId, input: { changeType: "damaged", quantity: 1 } });
    await Listings.projectQuantities(ctx, [stockChange(ctx, productId)], { targets });
  }
  const ids = listed.map(({ id }) => id);
  channel.told.length = 0;
  sent.length = 0;
  channel.beSlow();
  /** One invocation of the function. */
  const invoke = async (some: readonly string[]) => {
    const until = clock.now() + FUNCTION_MS;
    await Listings.publishQuantities(ctx, { ids: some }, targets, { remainingMs: () => until - clock.now() });
  };
  return { ctx, clock, sent, channel, ids, invoke };
}

const states = (ctx: Context, ids: readonly string[]) =>
  Promise.all(ids.map(async (id) => (await Listings.getListing(ctx, id)).update));

describe("a worker whose time is limited", () => {
  it("stops between calls, and lets go of the others as if it had never had them", async () => {
    const { ctx, sent, channel, ids, invoke } = await soldOut(6);
    await invoke(ids);
    const told = [...channel.told];
    expect(told).toHaveLength(4);
    const left = ids.filter((id) => !told.includes(id));
    expect(new Set(sent)).toEqual(new Set(left));
    expect(await states(ctx, told)).toMatchObject(told.map(() => ({ state: "published" })));
    for (const update of await states(ctx, left)) {
      expect(update).toMatchObject({ state: "queued", reason: { code: "OUT_OF_TIME" } });
      expect(update.attempts).toBeUndefined();
    }
    await invoke(left);
    expect(new Set(channel.told)).toEqual(new Set(ids));
    expect(await states(ctx, ids)).toMatchObject(ids.map(() => ({ state: "published" })));
  });

  it("writes down what a call has done before the next one", async () => {
    const { ctx, channel, ids, invoke } = await soldOut(3);
    const seen: string[] = [];
    channel.beforeCalls(async () => {
      for (const { state } of await states(ctx, channel.told)) seen.push(state);
    });
    await invoke(ids);
    expect(seen).toEqual(["published", "published", "published"]);
  });

  it("takes as many along as a few calls can tell, and those first that were tried least", async () => {
    const { ctx, clock, channel, ids } = await soldOut(14);
    const { organizationId } = ctx.actor;
    const tried = ids.toSorted().toReversed().slice(0, 10);
    for (const id of tried) {
      const claimed = await claim(ctx.table, organizationId, id, { owner: `req_${id}`, now: clock.now() });
      if (!claimed || !("claimed" in claimed)) throw new Error("not claimed");
      const at = new Date(clock.now()).toISOString();
      await letGo(ctx.table, organizationId, claimed.claimed, { nextAttemptAt: clock.now(), at });
    }
    const [first = []] = await urgentIds(ctx, channel.targets);
    expect(first).toHaveLength(10);
    expect(new Set(first.slice(0, 4))).toEqual(new Set(ids.filter((id) => !tried.includes(id))));
  });
});
