import type { Resources } from "../platform/context.ts";
import type { Item } from "../platform/table.ts";
import { DUE_SHARDS, eventOf, listedEvents, putOff } from "./event.store.ts";
import { messageOf } from "./queue.ts";

/** A message of the sweep is worked within this, or lost: only then is the event queued once more. */
const AGAIN_AFTER_MS = 5 * 60_000;
const PAGE = 100;

/**
 * Queues the open events whose time has come and that nobody works on: their message was never sent, it was lost, it
 * waited for longer than a queue delays, or their worker died. A message too many does no harm: the lease lets one worker
 * in. Stops between two pages at `until` (milliseconds since the epoch). Returns how many were woken.
 */
export async function wakeStuckEvents(resources: Resources, { until }: { until: number }): Promise<number> {
  const { table, now, queues } = resources;
  let woken = 0;
  for (const pk of DUE_SHARDS) {
    let startKey: Item | undefined;
    do {
      const to = new Date(now()).toISOString();
      const page = await listedEvents(table, { index: "gsi2", pk, to, limit: PAGE, ...(startKey ? { startKey } : {}) });
      const stuck = await Promise.all(
        page.items.map(async (item) => {
          const event = eventOf(item);
          const isStuck = await putOff(resources, event, String(item["gsi2sk"]), now() + AGAIN_AFTER_MS);
          return isStuck ? [event] : [];
        }),
      );
      const found = stuck.flat();
      if (found.length > 0) await queues.sendAll("webhookEvents", found.map(messageOf));
      woken += found.length;
      startKey = page.lastKey;
    } while (startKey && now() < until);
  }
  if (woken > 0) resources.log.warn("Stuck events were queued again", { woken });
  return woken;
}
