import { type Context, timestamp } from "../platform/context.ts";
import { type DueWork, dueRemoval, dueWrite } from "../platform/due.ts";
import { type Key, orgPartition } from "../platform/keys.ts";
import type { Expression, Item, Write } from "../platform/table.ts";
import { ConditionFailed } from "../platform/table-errors.ts";
import { LEASE_MS, type PurchaseWork } from "./purchase-work.ts";

/** The kind under which purchase orders stand among what is due. */
export const PURCHASE_DUE = "purchaseOrder";

function workKey(ctx: Context, id: string): Key {
  return { pk: orgPartition(ctx.actor.organizationId, "PURCHASE_WORK"), sk: id };
}

export async function readWork(ctx: Context, id: string): Promise<PurchaseWork | undefined> {
  const item = await ctx.table.get<Item>(workKey(ctx, id), { consistent: true });
  return item && workOf(item);
}

function workOf({ pk: _pk, sk: _sk, entity: _entity, ...work }: Item): PurchaseWork {
  return work as unknown as PurchaseWork;
}

const ABSENT: Expression = { expression: "attribute_not_exists(pk)" };

/**
 * AS_IT_WAS_SEEN: a person cancels while a worker takes the supplier's news. Whoever writes second finds another time or
 * another worker there, and its whole transaction is refused.
 */
function asSeen({ dueAt, owner }: PurchaseWork): Expression {
  return owner === undefined
    ? {
        expression: "dueAt = :seen AND attribute_not_exists(#owner)",
        names: { "#owner": "owner" },
        values: { ":seen": dueAt },
      }
    : {
        expression: "dueAt = :seen AND #owner = :owner",
        names: { "#owner": "owner" },
        values: { ":seen": dueAt, ":owner": owner },
      };
}

/** The work as it shall be, or none, with its place among what is due. Nobody is at it afterwards. */
export function workWrites(ctx: Context, before: PurchaseWork | undefined, after: PurchaseWork | undefined): Write[] {
  const due = ({ id, dueAt }: PurchaseWork) => ({ kind: PURCHASE_DUE, id, dueAt });
  const own: Write[] = [];
  const condition = before ? asSeen(before) : ABSENT;
  if (after) {
    const { owner: _owner, leaseUntil: _leaseUntil, ...free } = after;
    own.push({ put: { ...free, ...workKey(ctx, after.id), entity: "purchase-work" }, condition });
  } else if (before) own.push({ remove: workKey(ctx, before.id), condition });
  if (before && before.dueAt !== after?.dueAt) own.push(dueRemoval(ctx, due(before)));
  if (after && before?.dueAt !== after.dueAt) own.push(dueWrite(ctx, due(after)));
  return own;
}

/**
 * NOBODY_IS_AT_IT: a message comes twice, and a sweep sends another. One worker gets the lease; the others find it taken,
 * and one that comes before its time finds nothing to do.
 */
export async function claimWork(ctx: Context, id: string): Promise<PurchaseWork | undefined> {
  const now = timestamp(ctx);
  try {
    const item = await ctx.table.update<Item>(
      workKey(ctx, id),
      {
        expression: "SET #owner = :me, leaseUntil = :until",
        names: { "#owner": "owner" },
        values: { ":me": ctx.newId("request"), ":until": leaseEnd(ctx) },
      },
      {
        expression: "dueAt <= :now AND (attribute_not_exists(#owner) OR leaseUntil <= :now)",
        names: { "#owner": "owner" },
        values: { ":now": now },
      },
    );
    return workOf(item);
  } catch (error) {
    if (error instanceof ConditionFailed) return undefined;
    throw error;
  }
}

/** The lease anew, in the transaction of what it is needed for. Nobody else has come in meanwhile. */
export function renewWrite(ctx: Context, work: PurchaseWork): { write: Write; work: PurchaseWork } {
  const leaseUntil = leaseEnd(ctx);
  const write: Write = {
    update: workKey(ctx, work.id),
    set: { expression: "SET leaseUntil = :until", values: { ":until": leaseUntil } },
    condition: asSeen(work),
  };
  return { write, work: { ...work, leaseUntil } };
}

const leaseEnd = (ctx: Context) => new Date(ctx.now() + LEASE_MS).toISOString();

/** Queues what is due; what is not what stands in the record any more is forgotten. The worker removes the item. */
export const wakePurchaseOrder: DueWork = async (ctx, due) => {
  const work = await readWork(ctx, due.id);
  if (work?.dueAt === due.dueAt) await queueWork(ctx, due.id);
  else await ctx.table.transact([dueRemoval(ctx, due)]);
  return false;
};

/** Has it worked on now. Only ids travel. */
export async function queueWork(ctx: Context, id: string): Promise<void> {
  const { organizationId, currency } = ctx.actor;
  await ctx.queues.send("purchases", { organizationId, currency, id });
}
