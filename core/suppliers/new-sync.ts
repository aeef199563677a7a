import { type Batch, type FormatSpec, formatSpec, NO_COUNTS, START } from "../ingest/index.ts";
import type { Context } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { AppError } from "../platform/errors.ts";
import { newResource } from "../platform/resources.ts";
import * as Uploads from "../uploads/index.ts";
import { beginFetching, CHANGES, EVERYTHING } from "./fetching.ts";
import type { Feed, StartSync, Supplier, SupplierConnection } from "./supplier.ts";
import { readSyncState } from "./sync-state.store.ts";

export type Sync = Batch<FormatSpec>;

/** A sync of the supplier's feed, or of its account. Throws STATE_CONFLICT where it has neither, VALIDATION_ERROR where nothing can be read. */
export async function newSync(ctx: Context, supplier: Supplier, ask: StartSync): Promise<Sync> {
  const { id, feed, connection } = supplier;
  const refuse = (code: "STATE_CONFLICT" | "VALIDATION_ERROR", message: string, field: string) =>
    new AppError(code, message, { field, details: { id } });
  if (connection) {
    if (ask.uploadId !== undefined)
      throw refuse("VALIDATION_ERROR", "This supplier is read by its account: name no upload", "uploadId");
    return ofAccount(ctx, supplier, connection, ask);
  }
  if (!feed) throw refuse("STATE_CONFLICT", "This supplier has no feed: describe it first", "feed");
  if (ask.uploadId === undefined && feed.url === undefined)
    throw refuse("VALIDATION_ERROR", "This supplier's feed has no URL: name an upload", "uploadId");
  const upload = ask.uploadId === undefined ? undefined : await Uploads.requireUploaded(ctx, ask.uploadId);
  return ofFeed(ctx, supplier, feed, { dryRun: ask.dryRun, upload });
}

function ofFeed(
  ctx: Context,
  { id }: Supplier,
  feed: Feed,
  { dryRun, upload }: { dryRun: boolean; upload: Uploads.Upload | undefined },
): Sync {
  return defined({
    ...begun(ctx, id, dryRun),
    kind: "supplier-feed",
    uploadId: upload?.id,
    objectKey: upload?.key,
    phase: upload ? ("scan" as const) : ("fetch" as const),
    format: formatSpec(feed.format, feed.mapping, feed.currency ?? ctx.actor.currency),
    onError: "rejectFailedRows" as const,
  }) as Sync;
}

async function ofAccount(
  ctx: Context,
  { id }: Supplier,
  connection: SupplierConnection,
  { dryRun, full }: StartSync,
): Promise<Sync> {
  const state = full ? undefined : await readSyncState(ctx, id);
  const fetching = beginFetching(state, connection, ctx.now());
  const { provider, accountId } = connection;
  return {
    ...begun(ctx, id, dryRun),
    kind: fetching.from === undefined ? EVERYTHING : CHANGES,
    phase: "fetch",
    format: { format: "records", currency: ctx.actor.currency, provider, accountId },
    // Texts that are too long for us are the source's habit, and no reason to miss its goods.
    onError: "ignoreFailed",
    fetching,
    fetched: 0,
  };
}

const begun = (ctx: Context, supplierId: string, dryRun: boolean) => ({
  ...newResource(ctx, "sync"),
  ...NO_COUNTS,
  supplierId,
  status: "queued" as const,
  dryRun,
  state: { ...START },
  page: 0,
  currency: ctx.actor.currency,
});
