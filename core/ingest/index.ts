export {
  type Batch,
  BATCH_STATUSES,
  ERROR_POLICIES,
  type FetchStep,
  type FinishStep,
  NO_COUNTS,
  type Outcome,
  type RecordResult,
  type Row,
  type Target,
} from "./batch.ts";
export { batches, workItem } from "./batch.store.ts";
export { runBatch, type RunResult } from "./engine.ts";
export { recordLine, RECORDS_HEAD } from "./formats/records.ts";
export { FormatNameSchema, type FormatSpec, formatSpec } from "./formats/format.ts";
export { START } from "./formats/index.ts";
export { readJsonDocument } from "./formats/json-document.ts";
export { UnreadableFileError } from "./formats/unreadable.ts";
export { MappingSchema } from "./mapping.ts";
export {
  CHANNEL_FORMATS,
  type ChannelFormat,
  type OrderFormat,
  orderFormat,
  OrderFormatNameSchema,
} from "./orders/order-format.ts";
export { type OrderMapping, type OrderMappingInput, OrderMappingSchema } from "./orders/order-mapping.ts";
export type { OrderRow } from "./orders/order-row.ts";
export { readOrderRows } from "./orders/read-orders.ts";
export type { Scan } from "./parts.ts";
export { productWork } from "./product-work.ts";
export { queueBatch } from "./queue.ts";
export type { Parsed, ProductRecord, SourceFacts, SourceState } from "./record.ts";
export { SeenKeys } from "./seen.ts";
export { wakeStuckWork } from "./sweep.ts";
export { type Work, workOf } from "./work.ts";
export { type BatchView, listRecords, refusedRowsUrl, viewBatch } from "./view.ts";
