import { AppError } from "../platform/errors.ts";
import type { Context } from "../platform/context.ts";
import { decodeCursor, encodeCursor } from "../platform/cursor.ts";
import type { Page } from "../platform/resources.ts";
import type { Batch, RecordResult, RowStatus } from "./batch.ts";
import { FIRST_PLACE, readVerdicts } from "./verdict.store.ts";

/** A batch as callers see it: without the lease and the reader's state, with its speed and what is left. */
export interface BatchView
  extends Omit<
    Batch,
    | "leaseOwner"
    | "leaseUntil"
    | "state"
    | "objectKey"
    | "fetching"
    | "refusedKey"
    | "finishCursor"
    | "isRefusedWhole"
    | "claims"
    | "page"
    | "version"
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
    fetching: _fetching,
    finishCursor: _finish,
    isRefusedWhole: _whole,
    claims: _claims,
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

/** Items of verdicts that one call asks for: two hold a page of any verdicts, nearly always; of one status it may take many. */
const ITEMS_PER_READ = { any: 2, ofStatus: 6 };
/** Calls of one request. The item that a call ended with is asked for again. */
const MAX_READS = 4;

/** The next verdict to look at: the item it lies in, and how many before it in there were looked at. */
interface Position {
  place: string;
  seen: number;
}

/** Verdicts in the order of the rows, of one status where it is given. A page may be short while a cursor says go on. */
export async function listRecords(
  ctx: Context,
  batch: Batch,
  { status, limit, cursor }: { status?: RowStatus | undefined; limit: number; cursor?: string | undefined },
): Promise<Page<RecordResult>> {
  const query = { records: batch.id, status };
  let { place, seen }: Position =
    cursor === undefined ? { place: FIRST_PLACE, seen: 0 } : decodeCursor<Position>(ctx, query, cursor);
  const items: RecordResult[] = [];
  const itemsPerRead = status === undefined ? ITEMS_PER_READ.any : ITEMS_PER_READ.ofStatus;
  for (let read = 0; read < MAX_READS; read++) {
    const { verdicts, isMore } = await readVerdicts(ctx, batch, { from: place, limit: itemsPerRead });
    for (const stored of verdicts) {
      if (stored.place !== place) [place, seen] = [stored.place, 0];
      for (const result of stored.results.slice(seen)) {
        if (items.length === limit) return { items, nextCursor: encodeCursor(ctx, query, { place, seen }) };
        const shown = batch.isRefusedWhole ? withdrawn(result) : result;
        if (status === undefined || shown.status === status) items.push(shown);
        seen++;
      }
    }
    if (!isMore) return { items };
  }
  return { items, nextCursor: encodeCursor(ctx, query, { place, seen }) };
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
