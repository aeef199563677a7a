export {
  type Batch,
  BATCH_STATUSES,
  ERROR_POLICIES,
  type FinishStep,
  NO_COUNTS,
  type Outcome,
  type RecordResult,
  type Row,
  type Target,
} from "./batch.ts";
export { batches, workItem } from "./batch.store.ts";
export { runBatch, type RunResult } from "./engine.ts";
export { type FormatSpec, FormatSpecSchema, START } from "./formats/index.ts";
export type { ProductRecord } from "./record.ts";
export { wakeStuckWork } from "./sweep.ts";
export { type BatchView, listRecords, refusedRowsUrl, viewBatch } from "./view.ts";
