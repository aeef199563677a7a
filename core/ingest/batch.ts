import type { Fault } from "../platform/errors.ts";
import type { Resource } from "../platform/resources.ts";
import type { SourceState } from "./record.ts";

export const BATCH_STATUSES = ["queued", "running", "succeeded", "failed"] as const;
export type BatchStatus = (typeof BATCH_STATUSES)[number];

/**
 * What one bad row means for the others:
 * `rejectEverything` — nothing is written unless every row can be taken;
 * `rejectFailedRows` — bad rows are set aside, the rest is taken;
 * `ignoreFailed` — bad optional fields are left out and the row is taken without them; what lacks a required one is set aside.
 */
export const ERROR_POLICIES = ["rejectEverything", "rejectFailedRows", "ignoreFailed"] as const;
export type ErrorPolicy = (typeof ERROR_POLICIES)[number];

/**
 * `scan` reads the file once, `gather` sets aside rows whose record is scattered over it, `check` rehearses where one bad
 * row rejects all, `apply` writes, `finish` closes.
 */
export type BatchPhase = "fetch" | "scan" | "gather" | "check" | "apply" | "finish";

export type RowStatus = "accepted" | "rejected" | "unchanged";

export interface Counts {
  processed: number;
  accepted: number;
  rejected: number;
  unchanged: number;
  created: number;
  updated: number;
}

export const NO_COUNTS: Counts = { processed: 0, accepted: 0, rejected: 0, unchanged: 0, created: 0, updated: 0 };

/**
 * A file on its way in, page by page. Its version is not raised by progress: nobody edits a batch. How it is to be read is
 * for the batch's kind to say.
 */
export interface Batch<Format = unknown> extends Resource, Counts {
  kind: string;
  status: BatchStatus;
  phase: BatchPhase;
  /** The object that is read; for a feed by URL known after the fetch. */
  objectKey?: string;
  /** How far a fetch of several steps is, in the words of who fetches. */
  fetching?: unknown;
  /** Items fetched so far, where they come one by one. */
  fetched?: number;
  format: Format;
  dryRun: boolean;
  onError: ErrorPolicy;
  /** Data rows of the file, known after the scan. */
  total?: number;
  /** SHA-256 of the file, base64url. */
  contentHash?: string;
  /** Where the next page begins. */
  state: SourceState;
  /** Pages committed; the number of the next one. */
  page: number;
  /** Where the finish goes on, after a step of it was cut off. */
  finishCursor?: string;
  vanished?: number;
  /** The check found rows that cannot be taken, so none is. */
  isRefusedWhole?: true;
  /** Whom it waits for, where somebody has said when to come again. */
  waiting?: { reason: string; until: string };
  /** Faults in a row that were ours or of something we depend on; the work is given up after a few. */
  failures?: number;
  /** Workers that took it up since it last got anywhere; one that dies tells nobody why. */
  claims?: number;
  warnings?: string[];
  error?: { code: string; message: string; details?: unknown };
  refusedKey?: string;
  startedAt?: string;
  finishedAt?: string;
  /** Who works on it, and until when nobody else may; in milliseconds since the epoch. */
  leaseOwner?: string;
  leaseUntil?: number;
  /** Of whoever asked for it: queues and schedules act for the same organisation and currency. */
  currency: string;
  uploadId?: string;
  supplierId?: string;
}

/** A record of the file, ready to be applied. */
export interface Row<Record> {
  /** Number of its first data row, counted from 1. */
  row: number;
  record: Record;
  /** Of the record's content: equal content, equal hash. */
  hash: string;
}

/** What became of a row. `changes` names the fields that differ, with their old and new values. */
export interface Outcome {
  status: RowStatus;
  action?: "created" | "updated";
  id?: string;
  faults?: Fault[];
  warnings?: Fault[];
  changes?: Record<string, [unknown, unknown]>;
  /** Of a record of several rows: what became of some of them in particular, by their place among its rows. */
  ofRows?: (Outcome | undefined)[];
}

/** The object that is to be read, or how far the fetch has come. What else is named becomes the batch's own. */
export type FetchStep = Partial<Pick<Batch, "kind" | "fetched" | "fetching" | "warnings">> &
  ({ objectKey: string } | { objectKey?: never; fetching: unknown });

/** Where records go. Every method may be repeated after a crash, and must then come to the same outcomes. */
export interface Target<Record> {
  /** Outcomes in the order of the rows. Writes nothing where the batch is a dry run or is being checked. */
  apply(batch: Batch, rows: Row<Record>[], rehearsal: boolean): Promise<Outcome[]>;
  /** After the last page. Returns where to go on, or undefined when all is done. */
  finish?(batch: Batch, has: (key: string) => boolean): Promise<FinishStep>;
}

export interface FinishStep {
  cursor?: string;
  vanished: number;
  warnings?: string[];
}

/** One row's verdict as it is kept and shown. */
export interface RecordResult extends Omit<Outcome, "ofRows"> {
  row: number;
}

export function isTerminal(batch: Pick<Batch, "status">): boolean {
  return batch.status === "succeeded" || batch.status === "failed";
}
