import type { Context } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { globalPartition, type Key } from "../platform/keys.ts";
import { fromItem, type Resource, resourceStore } from "../platform/resources.ts";
import type { Expression, Item, Write } from "../platform/table.ts";
import { ConditionFailed, TransactionCanceled } from "../platform/table-errors.ts";
import type { Batch, Counts } from "./batch.ts";

/** A worker that has not committed a page for so long is taken for dead. Pages take about a second. */
export const LEASE_MS = 30_000;

export type BatchKind = "IMPORT" | "SYNC";

/**
 * LEASE_IS_FREE: the same message twice, or a worker thought dead that lives. One claim wins; whoever lost the lease
 * in the meantime finds at its next commit that it is not the owner any more, and stops without having counted anything.
 */
function leaseIsFree(owner: string, now: number): Expression {
  return {
    expression:
      "#status IN (:queued, :running) AND (attribute_not_exists(leaseUntil) OR leaseUntil < :now OR leaseOwner = :owner)",
    names: { "#status": "status" },
    values: { ":queued": "queued", ":running": "running", ":now": now, ":owner": owner },
  };
}

/** PAGE_IS_NEXT: this worker still holds the lease and nobody has committed this page before it. */
function pageIsNext(owner: string, phase: string, page: number): Expression {
  return {
    expression: "leaseOwner = :owner AND #page = :page AND #phase = :phase",
    names: { "#page": "page", "#phase": "phase" },
    values: { ":owner": owner, ":page": page, ":phase": phase },
  };
}

const STORES = {
  IMPORT: resourceStore<Batch>("IMPORT", "Import"),
  SYNC: resourceStore<Batch>("SYNC", "Sync"),
};

export function batches(kind: BatchKind) {
  return STORES[kind];
}

/** Unfinished work of every organisation, for the sweep that wakes what got stuck. Written and removed with the batch. */
export function workItem(ctx: Context, kind: BatchKind, batch: Batch): Write {
  const { organizationId } = ctx.actor;
  return {
    put: {
      ...workKey(kind, batch.id),
      entity: "work",
      organizationId,
      kind,
      id: batch.id,
      currency: batch.currency,
      queuedAt: ctx.now(),
    },
  };
}

const workKey = (kind: BatchKind, id: string): Key => ({
  pk: globalPartition("SCHEDULE", "WORK"),
  sk: `${kind}#${id}`,
});

export interface WorkItem extends Item {
  organizationId: string;
  kind: BatchKind;
  id: string;
  currency: string;
  queuedAt: number;
}

export async function unfinishedWork(
  table: Context["table"],
  startKey?: Item,
): Promise<{ items: WorkItem[]; lastKey?: Item }> {
  const { items, lastKey } = await table.query<WorkItem>({
    pk: globalPartition("SCHEDULE", "WORK"),
    limit: 500,
    consistent: true,
    ...(startKey ? { startKey } : {}),
  });
  return lastKey ? { items, lastKey } : { items };
}

/** Undefined when someone else works on it or it is finished. */
export async function claim(ctx: Context, kind: BatchKind, id: string, owner: string): Promise<Batch | undefined> {
  const now = ctx.now();
  const started = new Date(now).toISOString();
  try {
    const item = await ctx.table.update<Item>(
      batches(kind).key(ctx, id),
      {
        expression:
          "SET leaseOwner = :owner, leaseUntil = :until, #status = :running, startedAt = if_not_exists(startedAt, :started), updatedAt = :started, claims = if_not_exists(claims, :zero) + :one",
        values: { ":until": now + LEASE_MS, ":started": started, ":zero": 0, ":one": 1 },
      },
      leaseIsFree(owner, now),
    );
    return fromItem<Batch & Resource>(item);
  } catch (error) {
    if (error instanceof ConditionFailed) return undefined;
    throw error;
  }
}

export type BatchChange = Partial<Omit<Batch, keyof Counts | "id" | "version">>;

export class LeaseLost extends Error {
  override readonly name = "LeaseLost";
}

/** What is written about a batch from here on; every commit renews the lease. */
export async function commit(
  ctx: Context,
  kind: BatchKind,
  batch: Batch,
  change: BatchChange,
  extra: { counts?: Counts; writes?: Write[]; final?: boolean } = {},
): Promise<Batch> {
  const at = ctx.now();
  const next: Batch = {
    ...batch,
    ...extra.counts,
    ...change,
    updatedAt: new Date(at).toISOString(),
    leaseUntil: extra.final ? 0 : at + LEASE_MS,
  };
  const { pk, sk } = batches(kind).key(ctx, batch.id);
  const put: Write = {
    put: { ...defined(next), pk, sk, entity: kind.toLowerCase() },
    condition: pageIsNext(batch.leaseOwner ?? "", batch.phase, batch.page),
  };
  const work: Write[] = extra.final ? [{ remove: workKey(kind, batch.id) }] : [];
  try {
    await ctx.table.transact([put, ...(extra.writes ?? []), ...work]);
  } catch (error) {
    if (error instanceof TransactionCanceled && error.failedAt(0))
      throw new LeaseLost("Another worker has taken this batch over", { cause: error });
    throw error;
  }
  return next;
}

/** Lets go of the lease, so that the message that follows finds the batch free. */
export async function release(ctx: Context, kind: BatchKind, batch: Batch): Promise<void> {
  const key = batches(kind).key(ctx, batch.id);
  const set = { expression: "SET leaseUntil = :zero", values: { ":zero": 0 } };
  await ctx.table.update(key, set, { expression: "leaseOwner = :owner", values: { ":owner": batch.leaseOwner } });
}
