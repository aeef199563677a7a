import type { Resources } from "../platform/context.ts";
import { orgPartition } from "../platform/keys.ts";
import type { OrganizationId } from "../platform/ids.ts";
import type { Item } from "../platform/table.ts";
import { LEASE_MS, unfinishedWork, type WorkItem } from "./batch.store.ts";
import { sendWork } from "./queue.ts";

/**
 * Queues again what nobody works on: a batch whose message was never sent (the process died between the two), or whose
 * worker died and whose message is still hidden. A message too many does no harm: the lease lets one worker in.
 * Returns how many were woken.
 */
export async function wakeStuckWork(resources: Resources): Promise<number> {
  let woken = 0;
  let startKey: Item | undefined;
  do {
    const page = await unfinishedWork(resources.table, startKey);
    for (const work of await stuck(resources, page.items)) {
      const { organizationId, id, kind } = work;
      await sendWork(resources, kind, work);
      resources.log.warn("Unfinished work was queued again", { organizationId, kind, id });
      woken++;
    }
    startKey = page.lastKey;
  } while (startKey);
  return woken;
}

async function stuck({ table, now }: Resources, work: WorkItem[]): Promise<WorkItem[]> {
  const settled = now() - LEASE_MS;
  const keyOf = ({ organizationId, kind, id }: WorkItem) => ({
    pk: orgPartition(organizationId as OrganizationId, kind),
    sk: id,
  });
  const items = await table.batchGet<Item>(work.map(keyOf), { consistent: true, attributes: ["sk", "leaseUntil"] });
  const leaseUntil = new Map(items.map((item) => [String(item["sk"]), item["leaseUntil"] as number | undefined]));
  // Without a lease it was never begun, or its worker has just let go: both get the time that a message takes.
  return work.filter(({ id, queuedAt }) => Math.max(leaseUntil.get(id) ?? 0, queuedAt) < settled);
}
