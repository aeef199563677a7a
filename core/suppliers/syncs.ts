import {
  type Batch,
  batches,
  type BatchView,
  listRecords,
  productWork,
  queueBatch,
  type RecordResult,
  refusedRowsUrl,
  runBatch,
  type RunResult,
  viewBatch,
  workItem,
} from "../ingest/index.ts";
import { ImportRecordsSchema } from "../imports/index.ts";
import { type Context, requirePermission } from "../platform/context.ts";
import { AppError } from "../platform/errors.ts";
import { outboxWrite } from "../platform/events.ts";
import { idempotent } from "../platform/idempotency.ts";
import { parse } from "../platform/parse.ts";
import type { Page } from "../platform/resources.ts";
import type { Write } from "../platform/table.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import { fetchCatalogue, openCatalogue, type OpenCatalogue, type OpenSource } from "./fetch-catalogue.ts";
import { fetchFeed } from "./fetch-feed.ts";
import { type Fetching, stateAfter } from "./fetching.ts";
import { newSync, type Sync } from "./new-sync.ts";
import { externalIdOf, offerTarget } from "./offer-target.ts";
import { StartSyncSchema } from "./supplier.ts";
import { activeSyncWrite, releaseActiveSync, suppliers } from "./supplier.store.ts";
import { syncStateWrite } from "./sync-state.store.ts";

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
    const batch = await newSync(ctx, supplier, data);
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
    work: async (batch) => {
      const { format } = batch as Sync;
      const supplier = await suppliers.get(ctx, supplierOf(batch));
      const target = offerTarget(ctx, supplier, sourceOf(ctx, batch as Sync));
      return productWork({ format, keyOf: externalIdOf, target });
    },
    fetch: async (batch, beat) => {
      const open = sourceOf(ctx, batch as Sync);
      if (open) return fetchCatalogue(ctx, batch, open, beat);
      return fetchFeed(ctx, await suppliers.get(ctx, supplierOf(batch)), batch, beat);
    },
    closing: (batch, status) => [
      releaseActiveSync(ctx, supplierOf(batch), batch.id),
      ...(status === "succeeded" ? whatIsKnown(ctx, batch as Sync) : []),
    ],
  });
}

/** Opens the account that a sync reads; undefined of one that reads a file. */
function sourceOf(ctx: Context, { format }: Sync): OpenSource | undefined {
  if (format.format !== "records") return undefined;
  let opened: Promise<OpenCatalogue> | undefined;
  return () => (opened ??= openCatalogue(ctx, format.accountId));
}

/** A dry run has read everything and taken nothing. */
function whatIsKnown(ctx: Context, batch: Sync): Write[] {
  const { format, dryRun, fetching, createdAt } = batch;
  if (format.format !== "records" || dryRun) return [];
  const { accountId } = format;
  const state = stateAfter(fetching as Fetching, { accountId, startedAt: Date.parse(createdAt) });
  return state ? [syncStateWrite(ctx, supplierOf(batch), state)] : [];
}

function supplierOf(batch: Batch): string {
  if (batch.supplierId === undefined) throw new Error(`Sync ${batch.id} has no supplier`);
  return batch.supplierId;
}
