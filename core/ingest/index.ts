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
export { FormatNameSchema, type FormatSpec, formatSpec } from "./formats/format.ts";
export { START } from "./formats/index.ts";
export { MappingSchema } from "./mapping.ts";
export { productWork } from "./product-work.ts";
export { queueBatch } from "./queue.ts";
export type { ProductRecord } from "./record.ts";
export { wakeStuckWork } from "./sweep.ts";
export { type BatchView, listRecords, refusedRowsUrl, viewBatch } from "./view.ts";
