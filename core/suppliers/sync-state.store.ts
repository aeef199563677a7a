import type { Context } from "../platform/context.ts";
import { type Key, orgPartition } from "../platform/keys.ts";
import type { Item, Write } from "../platform/table.ts";

/** Up to where a supplier's account was read. Times are milliseconds since the epoch. */
export interface SyncState {
  accountId: string;
  /** What changed before is known. */
  changesUntil: number;
  /** When everything was last read. */
  fullAt: number;
}

const stateKey = (ctx: Context, supplierId: string): Key => ({
  pk: orgPartition(ctx.actor.organizationId, "SYNC_STATE"),
  sk: supplierId,
});

export async function readSyncState(ctx: Context, supplierId: string): Promise<SyncState | undefined> {
  const item = await ctx.table.get<Item>(stateKey(ctx, supplierId), { consistent: true });
  if (!item) return undefined;
  const { accountId, changesUntil, fullAt } = item as unknown as SyncState;
  return { accountId, changesUntil, fullAt };
}

/** For the transaction that closes a sync: nobody else's runs meanwhile, so nothing guards it. */
export function syncStateWrite(
  ctx: Context,
  supplierId: string,
  { accountId, changesUntil, fullAt }: SyncState,
): Write {
  return { put: { ...stateKey(ctx, supplierId), entity: "sync-state", accountId, changesUntil, fullAt } };
}
