import { AppError } from "../platform/errors.ts";
import type { Context } from "../platform/context.ts";
import { decodeCursor, encodeCursor } from "../platform/cursor.ts";
import type { Page } from "../platform/resources.ts";
import type { Batch, RecordResult, RowStatus } from "./batch.ts";
import { readPages } from "./batch.store.ts";

/** A batch as callers see it: without the lease and the reader's state, with its speed and what is left. */
export interface BatchView
  extends Omit<
    Batch,
    "leaseOwner" | "leaseUntil" | "state" | "objectKey" | "refusedKey" | "finishCursor" | "page" | "version"
  > {
  /** Rows a second since the work began. */
  rate?: number;
  estimatedEnd?: string;
  hasRefusedRows: boolean;
}

export function viewBatch(ctx: Context, batch: Batch): BatchView {
  const {
    leaseOwner: _owner,
    leaseUntil: _until,
    state: _state,
    objectKey: _key,
    finishCursor: _finish,
    page: _page,
    version: _version,
    refusedKey,
    ...shown
  } = batch;
  const elapsedMs =
    (batch.finishedAt ? Date.parse(batch.finishedAt) : ctx.now()) - Date.parse(batch.startedAt ?? batch.createdAt);
  const rate = elapsedMs > 0 && batch.processed > 0 ? Math.round((batch.processed * 1000) / elapsedMs) : undefined;
  const left = (batch.total ?? 0) - batch.processed;
  const estimate =
    rate && left > 0 && batch.status === "running"
      ? { estimatedEnd: new Date(ctx.now() + (left / rate) * 1000).toISOString() }
      : {};
  return { ...shown, ...(rate === undefined ? {} : { rate }), ...estimate, hasRefusedRows: refusedKey !== undefined };
}

/** Pages of verdicts that one request looks through. */
const PAGES_PER_READ = 5;
const MAX_READS = 4;

interface Position {
  page: number;
  row: number;
}

/** Verdicts in the order of the rows, of one status where it is given. A page may be short while a cursor says go on. */
export async function listRecords(
  ctx: Context,
  batch: Batch,
  { status, limit, cursor }: { status?: RowStatus | undefined; limit: number; cursor?: string | undefined },
): Promise<Page<RecordResult>> {
  const query = { records: batch.id, status };
  let { page, row }: Position = cursor === undefined ? { page: 0, row: 0 } : decodeCursor<Position>(ctx, query, cursor);
  const items: RecordResult[] = [];
  const refusedWhole = batch.error?.code === "ROWS_REFUSED";
  for (let read = 0; read < MAX_READS; read++) {
    const pages = await readPages(ctx, batch.id, page, PAGES_PER_READ);
    for (const stored of pages) {
      for (const result of stored.results) {
        if (result.row <= row) continue;
        const shown = refusedWhole ? withdrawn(result) : result;
        if (status !== undefined && shown.status !== status) continue;
        if (items.length === limit)
          return { items, nextCursor: encodeCursor(ctx, query, { page: stored.page, row: items.at(-1)?.row ?? row }) };
        items.push(shown);
      }
      page = stored.page + 1;
    }
    if (pages.length < PAGES_PER_READ) return { items };
    row = Math.max(row, pages.at(-1)?.results.at(-1)?.row ?? 0);
  }
  return { items, nextCursor: encodeCursor(ctx, query, { page, row }) };
}

/** Of a batch that one bad row rejected whole: what could have been taken was not. */
function withdrawn({ row, status, faults }: RecordResult): RecordResult {
  if (status === "rejected") return { row, status, ...(faults ? { faults } : {}) };
  return {
    row,
    status: "rejected",
    faults: [{ path: "", code: "REJECTED_WITH_OTHERS", message: "Can be taken, but other rows of the file cannot" }],
  };
}

const LINK_SECONDS = 300;

/** A link, good for five minutes, to the refused rows with their reasons. Throws NOT_FOUND where none was refused. */
export async function refusedRowsUrl(ctx: Context, batch: Batch): Promise<string> {
  if (batch.refusedKey === undefined) {
    throw new AppError(
      "NOT_FOUND",
      batch.rejected > 0 ? "The file of refused rows is ready when the work is finished" : "No row was refused",
      { details: { id: batch.id } },
    );
  }
  return ctx.objects.presignGet(batch.refusedKey, `${batch.id}-refused.csv`, LINK_SECONDS);
}
