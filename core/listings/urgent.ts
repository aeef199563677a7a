import type { Context } from "../platform/context.ts";
import type { Item } from "../platform/table.ts";
import type { ChannelUpdate } from "./channel-update.ts";
import { updateOf, updatesInState } from "./channel-update.store.ts";
import { type ListingTargets, targetOf } from "./targets.ts";

/** Urgent ones of a channel that a call takes along, beside those that it is called for: so many of its calls, */
const CALLS_AT_ONCE = 10;
/** and so many listings. */
const URGENT_AT_ONCE = 50;
/** Urgent ones looked at for them: some are being worked, or wait for their time. */
const URGENT_LOOKED_AT = 100;
const MAX_PAGES = 5;
/** For so long at most they gather: whoever tells the channel of others may be dead. */
const PATIENCE_MS = 10_000;

/**
 * Those that can be claimed, by channel: the least tried first, so that no worker's death or channel's fault keeps those
 * behind from their turn. While a channel is told of some, others gather for its next call: channels count calls, not
 * listings, and many small ones would keep each other waiting.
 */
export async function urgentIds(ctx: Context, targets: ListingTargets): Promise<string[][]> {
  const now = ctx.now();
  const channels = Map.groupBy(await urgentUpdates(ctx), ({ platformType }) => platformType);
  const found = await Promise.all(
    [...channels].map(async ([platformType, updates]) => {
      const most = await mostAtOnce(targets, platformType);
      const isTold = updates.some(({ leaseUntil = 0 }) => leaseUntil >= now);
      const free = updates.filter(({ leaseUntil = 0, nextAttemptAt = 0 }) => leaseUntil < now && nextAttemptAt <= now);
      const hasPatience = free.every(({ changedAt = now }) => now - changedAt < PATIENCE_MS);
      if (isTold && hasPatience && free.length < most) return [];
      return free.toSorted(leastTriedFirst).slice(0, most);
    }),
  );
  return found.filter((some) => some.length > 0).map((some) => some.map(({ id }) => id));
}

const leastTriedFirst = (a: ChannelUpdate, b: ChannelUpdate) =>
  (a.attempts ?? 0) - (b.attempts ?? 0) || (a.changedAt ?? 0) - (b.changedAt ?? 0);

async function urgentUpdates({ table, actor }: Context): Promise<ChannelUpdate[]> {
  const found: ChannelUpdate[] = [];
  let startKey: Item | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const query = { state: "queued" as const, urgentOnly: true, limit: URGENT_LOOKED_AT, startKey };
    const { items, lastKey } = await updatesInState(table, actor.organizationId, query);
    found.push(...items.map(updateOf));
    startKey = lastKey;
    if (!startKey) break;
  }
  return found;
}

async function mostAtOnce(targets: ListingTargets, platformType: string): Promise<number> {
  const target = await targetOf(targets, platformType)?.load();
  return target ? Math.min(URGENT_AT_ONCE, CALLS_AT_ONCE * target.maxBatch) : URGENT_AT_ONCE;
}
