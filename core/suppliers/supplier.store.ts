import type { Context } from "../platform/context.ts";
import { globalPartition, type Key, orgPartition } from "../platform/keys.ts";
import { resourceStore } from "../platform/resources.ts";
import type { Expression, Item, Table, Write } from "../platform/table.ts";
import type { Supplier } from "./supplier.ts";

export const suppliers = resourceStore<Supplier>("SUPPLIER", "Supplier");

/**
 * NO_SYNC_RUNS: two starts for one supplier race here, by hand and by schedule. Two syncs at once would each take the
 * other's offers for vanished, so only one holds this item; it is removed in the transaction that closes the sync.
 */
const NO_SYNC_RUNS: Expression = { expression: "attribute_not_exists(pk)" };

export function activeSyncWrite(ctx: Context, supplierId: string, syncId: string): Write {
  return { put: { ...activeSyncKey(ctx, supplierId), entity: "active-sync", syncId }, condition: NO_SYNC_RUNS };
}

export function releaseActiveSync(ctx: Context, supplierId: string, syncId: string): Write {
  return {
    remove: activeSyncKey(ctx, supplierId),
    condition: { expression: "attribute_not_exists(pk) OR syncId = :id", values: { ":id": syncId } },
  };
}

function activeSyncKey(ctx: Context, supplierId: string): Key {
  return { pk: orgPartition(ctx.actor.organizationId, "ACTIVE_SYNC"), sk: supplierId };
}

export interface DueSync extends Item {
  organizationId: string;
  supplierId: string;
  currency: string;
  everyMinutes: number;
  /** Milliseconds since the epoch. */
  nextAt: number;
}

const SCHEDULE = globalPartition("SCHEDULE", "SYNC");
const scheduleKey = (organizationId: string, supplierId: string): Key => ({
  pk: SCHEDULE,
  sk: `${organizationId}#${supplierId}`,
});

/** The supplier's place in the schedule, one interval from now; or its removal. */
export function scheduleWrite(ctx: Context, supplierId: string, everyMinutes: number | undefined): Write {
  const { organizationId, currency } = ctx.actor;
  const key = scheduleKey(organizationId, supplierId);
  if (everyMinutes === undefined) return { remove: key };
  const nextAt = ctx.now() + everyMinutes * 60_000;
  return { put: { ...key, entity: "schedule", organizationId, supplierId, currency, everyMinutes, nextAt } };
}

/** SLOT_IS_OPEN: two sweeps see one slot. Whoever moves it on first has it; the other's condition fails. */
export function takeSlot(due: DueSync, nextAt: number): Write {
  return {
    update: scheduleKey(due.organizationId, due.supplierId),
    set: { expression: "SET nextAt = :next", values: { ":next": nextAt } },
    condition: { expression: "nextAt = :slot", values: { ":slot": due.nextAt } },
  };
}

/** What is due by now, over all organisations: the schedule is one small item a supplier with a schedule. */
export async function dueSyncs(table: Table, now: number): Promise<DueSync[]> {
  const due: DueSync[] = [];
  let startKey: Item | undefined;
  do {
    const page = await table.query<DueSync>({
      pk: SCHEDULE,
      consistent: true,
      filter: { expression: "nextAt <= :now", values: { ":now": now } },
      ...(startKey ? { startKey } : {}),
    });
    due.push(...page.items);
    startKey = page.lastKey;
  } while (startKey);
  return due;
}
