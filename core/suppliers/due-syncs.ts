import { type Context, createContext, type Resources, systemActor } from "../platform/context.ts";
import { AppError } from "../platform/errors.ts";
import type { OrganizationId } from "../platform/ids.ts";
import type { Write } from "../platform/table.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import { dueSyncs, type DueSync, takeSlot } from "./supplier.store.ts";
import { startSync } from "./syncs.ts";

/**
 * Starts every sync that is due. A slot is taken in the transaction that starts its sync, so it runs once and no crash
 * loses it; slots missed while nothing ran are not made up for, since a feed shows the present. A slot that finds the
 * supplier's last sync still running, or a feed that cannot be read, is passed over. Returns how many were started.
 * Throws AggregateError after the others when some could not be tried: those stay due.
 */
export async function startDueSyncs(resources: Resources): Promise<number> {
  let started = 0;
  const failures: unknown[] = [];
  for (const due of await dueSyncs(resources.table, resources.now())) {
    try {
      if (await startDueSync(resources, due)) started++;
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} due syncs were not started`);
  return started;
}

async function startDueSync(resources: Resources, due: DueSync): Promise<boolean> {
  const { supplierId } = due;
  const organizationId = due.organizationId as OrganizationId;
  const actor = systemActor(organizationId, due.currency, "schedule:due-syncs");
  const ctx = createContext(resources, { actor, requestId: resources.newId("request") });
  const slot = takeSlot(due, nextSlot(due, resources.now()));
  try {
    await startSync(ctx, { supplierId, input: {}, slot });
    return true;
  } catch (error) {
    if (!(error instanceof AppError) || error.retryable) throw error;
    const { code: reason, message } = error;
    ctx.log.warn("A scheduled sync was not started", { organizationId, supplierId, reason, message });
    await passOver(ctx, slot);
    return false;
  }
}

function nextSlot({ nextAt, everyMinutes }: DueSync, now: number): number {
  const everyMs = everyMinutes * 60_000;
  return nextAt + (Math.floor((now - nextAt) / everyMs) + 1) * everyMs;
}

async function passOver({ table }: Context, slot: Write): Promise<void> {
  try {
    await table.transact([slot]);
  } catch (error) {
    // Somebody else has taken it.
    if (!(error instanceof TransactionCanceled && error.failedAt(0))) throw error;
  }
}
