import { connectorNamed } from "../connectors/index.ts";
import * as Orders from "../orders/index.ts";
import { type Context, requirePermission, timestamp } from "../platform/context.ts";
import type { DueItem } from "../platform/due.ts";
import { AppError, VersionConflictError } from "../platform/errors.ts";
import { idempotent } from "../platform/idempotency.ts";
import { parse } from "../platform/parse.ts";
import { defined } from "../platform/defined.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import { findAccount } from "./doors.ts";
import {
  NO_COUNTS,
  type OrdersSync,
  type OrdersSyncView,
  PollOrdersSchema,
  PutOrdersSyncSchema,
  viewOrdersSync,
} from "./orders-sync.ts";
import { forgetSlot, moveSlot, settingWrites, syncs } from "./orders-sync.store.ts";

/** Orders of a provider can be read: it tells of them, and its orders are understood. */
function requireOrders(provider: string): void {
  if (connectorNamed(provider)?.capabilities.includes("orders") && Orders.isMarketplace(provider)) return;
  throw new AppError("STATE_CONFLICT", `Orders cannot be read from ${provider}`, { details: { provider } });
}

/**
 * Has an account's orders read every so many minutes, or not any more. Throws NOT_FOUND, STATE_CONFLICT for a provider
 * that tells of no orders, VERSION_CONFLICT when somebody else was faster.
 */
export async function putOrdersSync(
  ctx: Context,
  { accountId, expectedVersion, input }: { accountId: string; expectedVersion?: number | undefined; input: unknown },
): Promise<OrdersSyncView> {
  requirePermission(ctx, "orders.write");
  const { from, ...wanted } = parse(PutOrdersSyncSchema, input);
  const { provider } = await findAccount(ctx, accountId);
  requireOrders(provider);
  const before = await syncs.find(ctx, accountId);
  if (expectedVersion !== undefined && expectedVersion !== before?.version)
    throw new VersionConflictError("Orders sync", accountId, expectedVersion, before?.version);
  const at = timestamp(ctx);
  const after = defined({
    ...(before ?? { id: accountId, createdAt: at, provider, counts: NO_COUNTS }),
    ...wanted,
    version: (before?.version ?? 0) + 1,
    updatedAt: at,
    watermark: from ?? before?.watermark ?? at,
    dueAt: wanted.isOn ? at : undefined,
    window: from === undefined ? before?.window : undefined,
  }) as OrdersSync;
  try {
    await ctx.table.transact(settingWrites(ctx, before, after));
  } catch (error) {
    if (!(error instanceof TransactionCanceled) || !error.failedAt(0)) throw error;
    throw new VersionConflictError("Orders sync", accountId, before?.version ?? 0);
  }
  return viewOrdersSync(after);
}

/** Throws NOT_FOUND where nobody has asked for it. */
export async function getOrdersSync(ctx: Context, accountId: string): Promise<OrdersSyncView> {
  requirePermission(ctx, "orders.read");
  return viewOrdersSync(await syncs.get(ctx, accountId));
}

/** Has them read now, besides the times that are set. Throws NOT_FOUND, STATE_CONFLICT when it is switched off. */
export async function pollNow(
  ctx: Context,
  { accountId, options }: { accountId: string; options: unknown },
): Promise<OrdersSyncView> {
  requirePermission(ctx, "orders.write");
  parse(PollOrdersSchema, options);
  return idempotent(ctx, "channels.pollNow", { accountId }, async (commit) => {
    const sync = await syncs.get(ctx, accountId);
    if (!sync.isOn)
      throw new AppError("STATE_CONFLICT", "Reading this account's orders is switched off", {
        details: { id: accountId },
      });
    // Before it is committed: a repeat that finds nothing committed sends it again, which harms nothing.
    await send(ctx, accountId);
    return commit([], viewOrdersSync(sync));
  });
}

/** Work of the registry of what is due: has an account's orders read, and remembers the next time. */
export async function startDuePoll(ctx: Context, due: DueItem): Promise<boolean> {
  const sync = await syncs.find(ctx, due.id);
  if (!sync?.dueAt || sync.dueAt !== due.dueAt) {
    await forgetSlot(ctx, due);
    return false;
  }
  // First the message: what dies in between is sent again, and a message too many reads nothing twice.
  await send(ctx, due.id);
  return moveSlot(ctx, { ...sync, dueAt: sync.dueAt }, nextSlot(sync.dueAt, sync.everyMinutes, ctx.now()));
}

/** In the rhythm of the last one, or who looks every minute would come a minute late each time; what was missed is passed over. */
function nextSlot(dueAt: string, everyMinutes: number, now: number): string {
  const everyMs = everyMinutes * 60_000;
  const late = Math.max(0, now - Date.parse(dueAt));
  return new Date(Date.parse(dueAt) + (Math.floor(late / everyMs) + 1) * everyMs).toISOString();
}

async function send(ctx: Context, id: string): Promise<void> {
  const { organizationId, currency } = ctx.actor;
  await ctx.queues.send("channelOrders", { organizationId, currency, id });
}
