import { setting } from "../platform/changes.ts";
import { type Context, timestamp } from "../platform/context.ts";
import { type Due, dueRemoval, dueWrite } from "../platform/due.ts";
import { outboxWrite } from "../platform/events.ts";
import { fromItem, resourceStore } from "../platform/resources.ts";
import type { Expression, Item, Write } from "../platform/table.ts";
import { ConditionFailed, TransactionCanceled } from "../platform/table-errors.ts";
import type { OrdersSync } from "./orders-sync.ts";

/** What is to be done when an account's orders are due, in the registry of `runDue`. */
export const ORDERS_DUE = "channelOrders";

/** Longer than the worker's function may run: whose lease has ended cannot be alive. */
const LEASE_MS = 150_000;

export const syncs = resourceStore<OrdersSync>("ORDERS_SYNC", "Orders sync");

const dueOf = ({ id, dueAt }: { id: string; dueAt: string }): Due => ({ kind: ORDERS_DUE, id, dueAt });

/** What somebody has set, and its place among what is due. Progress, which workers write meanwhile, is left alone. */
export function settingWrites(ctx: Context, before: OrdersSync | undefined, after: OrdersSync): Write[] {
  const due = (sync: OrdersSync | undefined) =>
    sync?.dueAt === undefined ? undefined : { ...sync, dueAt: sync.dueAt };
  const { id: accountId, provider, isOn, everyMinutes, affectsStock } = after;
  const about = { accountId, provider, isOn, everyMinutes, affectsStock };
  const event = outboxWrite(ctx, "account.ordersSyncChanged", about);
  const [old, next] = [due(before), due(after)];
  const moved: Write[] = [
    ...(old && old.dueAt !== next?.dueAt ? [dueRemoval(ctx, dueOf(old))] : []),
    ...(next ? [dueWrite(ctx, dueOf(next))] : []),
    event,
  ];
  if (!before) return [syncs.createWrite(ctx, after), ...moved];
  const { watermark, dueAt, version, updatedAt } = after;
  const isMoved = watermark !== before.watermark;
  const changes = { isOn, everyMinutes, affectsStock, dueAt, version, updatedAt };
  return [
    {
      update: syncs.key(ctx, after.id),
      set: setting({
        ...changes,
        // A worker in the middle of a time finds that it is not its own any more.
        ...(isMoved ? { watermark, window: undefined, leaseOwner: undefined, leaseUntil: undefined } : {}),
      }),
      condition: asItWas(before),
    },
    ...moved,
  ];
}

/** TWO_WRITERS_OF_ONE_SLOT: somebody sets another rhythm while the sweep moves the slot on; one of them reads again. */
function asItWas({ version, dueAt }: OrdersSync): Expression {
  return {
    expression: `#version = :version AND ${dueAt === undefined ? "attribute_not_exists(dueAt)" : "dueAt = :due"}`,
    names: { "#version": "version" },
    values: { ":version": version, ...(dueAt === undefined ? {} : { ":due": dueAt }) },
  };
}

/** The slot that comes after the one that was due. False when somebody else has moved it. */
export async function moveSlot(ctx: Context, sync: OrdersSync & { dueAt: string }, dueAt: string): Promise<boolean> {
  const write: Write = {
    update: syncs.key(ctx, sync.id),
    set: setting({ dueAt }),
    condition: asItWas(sync),
  };
  try {
    await ctx.table.transact([write, dueRemoval(ctx, dueOf(sync)), dueWrite(ctx, dueOf({ id: sync.id, dueAt }))]);
    return true;
  } catch (error) {
    if (error instanceof TransactionCanceled && error.failedAt(0)) return false;
    throw error;
  }
}

export const forgetSlot = (ctx: Context, due: Due): Promise<void> => ctx.table.transact([dueRemoval(ctx, due)]);

/** IS_FREE: the slot, somebody's request and a repeated message at once; one of them reads. Undefined for the others. */
export async function claimSync(ctx: Context, id: string, owner: string): Promise<OrdersSync | undefined> {
  const now = ctx.now();
  const isFree: Expression = {
    expression: "isOn = :on AND (attribute_not_exists(leaseUntil) OR leaseUntil < :now)",
    values: { ":on": true, ":now": now },
  };
  const lease = setting({ leaseOwner: owner, leaseUntil: now + LEASE_MS });
  try {
    return fromItem<OrdersSync>(await ctx.table.update<Item>(syncs.key(ctx, id), lease, isFree));
  } catch (error) {
    if (error instanceof ConditionFailed) return undefined;
    throw error;
  }
}

type Progress = Partial<Pick<OrdersSync, "watermark" | "counts" | "lastReadAt">> & {
  [Name in "window" | "lastError"]?: OrdersSync[Name] | undefined;
};

/** Writes down how far it is. Throws ConditionFailed when the claim is not its own any more. */
export async function saveProgress(
  ctx: Context,
  { id, leaseOwner }: OrdersSync,
  progress: Progress,
  { release = false } = {},
): Promise<OrdersSync> {
  const lease = release ? { leaseOwner: undefined, leaseUntil: undefined } : { leaseUntil: ctx.now() + LEASE_MS };
  const changes = setting({ ...progress, ...lease, updatedAt: timestamp(ctx) });
  const mine = { expression: "leaseOwner = :mine", values: { ":mine": leaseOwner } };
  return fromItem<OrdersSync>(await ctx.table.update<Item>(syncs.key(ctx, id), changes, mine));
}
