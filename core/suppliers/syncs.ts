import {
  type Batch,
  batches,
  type FormatSpec,
  formatSpec,
  productWork,
  START,
  NO_COUNTS,
  queueBatch,
  runBatch,
  type RunResult,
  workItem,
  viewBatch,
  listRecords,
  refusedRowsUrl,
  type BatchView,
  type RecordResult,
} from "../ingest/index.ts";
import { type Context, createContext, requirePermission, type Resources, systemActor } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { AppError } from "../platform/errors.ts";
import { outboxWrite } from "../platform/events.ts";
import { idempotent } from "../platform/idempotency.ts";
import type { OrganizationId } from "../platform/ids.ts";
import { parse } from "../platform/parse.ts";
import { newResource, type Page } from "../platform/resources.ts";
import type { Write } from "../platform/table.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import { ImportRecordsSchema } from "../imports/index.ts";
import * as Uploads from "../uploads/index.ts";
import { externalIdOf, offerTarget } from "./offer-target.ts";
import { type Feed, StartSyncSchema } from "./supplier.ts";
import { activeSyncWrite, dueSyncs, type DueSync, releaseActiveSync, suppliers, takeSlot } from "./supplier.store.ts";

type Sync = Batch<FormatSpec>;

/** A feed larger than this is no catalogue of a wholesaler that we know. */
const MAX_FEED_BYTES = 1024 ** 3;

/**
 * Queues a sync. Throws STATE_CONFLICT while one runs, when the supplier has no feed to read, or when somebody else has
 * taken the `slot` of the schedule that this sync is for.
 */
export async function startSync(
  ctx: Context,
  { supplierId, input, slot }: { supplierId: string; input: unknown; slot?: Write },
): Promise<BatchView> {
  requirePermission(ctx, "suppliers.write");
  const data = parse(StartSyncSchema, input);
  const sync = await idempotent<Batch>(ctx, "suppliers.startSync", { supplierId, ...data }, async (commit) => {
    const supplier = await suppliers.get(ctx, supplierId);
    const { feed } = supplier;
    if (!feed)
      throw new AppError("STATE_CONFLICT", "This supplier has no feed: describe it first", {
        field: "feed",
        details: { id: supplierId },
      });
    if (data.uploadId === undefined && feed.url === undefined) {
      throw new AppError("VALIDATION_ERROR", "This supplier's feed has no URL: name an upload", {
        field: "uploadId",
        details: { id: supplierId },
      });
    }
    const upload = data.uploadId === undefined ? undefined : await Uploads.requireUploaded(ctx, data.uploadId);
    const batch = newSync(ctx, supplier.id, feed, { dryRun: data.dryRun, upload });
    const writes = [
      activeSyncWrite(ctx, supplierId, batch.id),
      batches("SYNC").createWrite(ctx, batch),
      workItem(ctx, "SYNC", batch),
      outboxWrite(ctx, "sync.queued", { id: batch.id, supplierId }),
      ...(slot ? [slot] : []),
    ];
    try {
      return await commit(writes, batch);
    } catch (error) {
      if (!(error instanceof TransactionCanceled)) throw error;
      if (slot && error.failedAt(writes.length - 1)) throw new AppError("STATE_CONFLICT", "This slot was taken");
      if (!error.failedAt(0)) throw error;
      throw new AppError("STATE_CONFLICT", "A sync of this supplier is running", {
        details: { id: supplierId, syncId: error.reasons[0]?.item?.["syncId"] },
      });
    }
  });
  await queueBatch(ctx, "SYNC", sync.id);
  return viewBatch(ctx, sync);
}

function newSync(
  ctx: Context,
  supplierId: string,
  feed: Feed,
  { dryRun, upload }: { dryRun: boolean; upload: Uploads.Upload | undefined },
): Sync {
  return defined({
    ...newResource(ctx, "sync"),
    ...NO_COUNTS,
    kind: "supplier-feed",
    supplierId,
    uploadId: upload?.id,
    objectKey: upload?.key,
    status: "queued" as const,
    phase: upload ? ("scan" as const) : ("fetch" as const),
    format: formatSpec(feed.format, feed.mapping, feed.currency ?? ctx.actor.currency),
    dryRun,
    onError: "rejectFailedRows" as const,
    state: { ...START },
    page: 0,
    currency: ctx.actor.currency,
  }) as Sync;
}

export async function getSync(ctx: Context, id: string): Promise<BatchView> {
  requirePermission(ctx, "suppliers.read");
  return viewBatch(ctx, await batches("SYNC").get(ctx, id));
}

export async function listSyncRecords(
  ctx: Context,
  { id, page }: { id: string; page: unknown },
): Promise<Page<RecordResult>> {
  requirePermission(ctx, "suppliers.read");
  const query = parse(ImportRecordsSchema, page);
  return listRecords(ctx, await batches("SYNC").get(ctx, id), query);
}

export async function syncRefusedUrl(ctx: Context, id: string): Promise<string> {
  requirePermission(ctx, "suppliers.read");
  return refusedRowsUrl(ctx, await batches("SYNC").get(ctx, id));
}

/** Works on a sync as far as time allows; called by the queue. */
export async function runSync(
  ctx: Context,
  { id, remainingMs }: { id: string; remainingMs: () => number },
): Promise<RunResult> {
  return runBatch(ctx, {
    kind: "SYNC",
    id,
    remainingMs,
    work: async (batch) =>
      productWork({
        format: (batch as Sync).format,
        keyOf: externalIdOf,
        target: offerTarget(ctx, await suppliers.get(ctx, supplierOf(batch))),
      }),
    fetch: (batch, beat) => fetchFeed(ctx, batch, beat),
    closing: (batch) => [releaseActiveSync(ctx, supplierOf(batch), batch.id)],
  });
}

function supplierOf(batch: Batch): string {
  if (batch.supplierId === undefined) throw new Error(`Sync ${batch.id} has no supplier`);
  return batch.supplierId;
}

/** Brings the feed into the bucket as it is, so that every later step reads one and the same file. */
async function fetchFeed(ctx: Context, batch: Batch, beat: () => Promise<void>): Promise<string> {
  const { feed } = await suppliers.get(ctx, supplierOf(batch));
  if (feed?.url === undefined)
    throw new AppError("STATE_CONFLICT", "The supplier's feed has no URL any more", { field: "feed.url" });
  const key = `feeds/${ctx.actor.organizationId}/${batch.supplierId}/${batch.id}`;
  const { body } = await ctx.http.request({
    dependency: `feed:${supplierOf(batch)}`,
    url: feed.url,
    maxBytes: MAX_FEED_BYTES,
  });
  await ctx.objects.putStream(key, beating(body, ctx.now, beat), "application/octet-stream");
  return key;
}

const BEAT_MS = 5_000;

async function* beating(
  body: AsyncIterable<Uint8Array>,
  now: () => number,
  beat: () => Promise<void>,
): AsyncGenerator<Uint8Array> {
  let next = now() + BEAT_MS;
  for await (const chunk of body) {
    yield chunk;
    if (now() < next) continue;
    await beat();
    next = now() + BEAT_MS;
  }
}

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
