import {
  type BatchView,
  batches,
  formatSpec,
  listRecords,
  NO_COUNTS,
  productWork,
  queueBatch,
  type RecordResult,
  refusedRowsUrl,
  runBatch,
  type RunResult,
  START,
  viewBatch,
  workItem,
} from "../ingest/index.ts";
import { type Context, requirePermission } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { outboxWrite } from "../platform/events.ts";
import { idempotent } from "../platform/idempotency.ts";
import { parse } from "../platform/parse.ts";
import { newResource, type Page, PageSchema } from "../platform/resources.ts";
import * as Uploads from "../uploads/index.ts";
import { CreateImportSchema, type Import, ImportRecordsSchema } from "./import.ts";
import { productTarget } from "./product-target.ts";

/** Queues an import of an upload. Throws what `Uploads.requireUploaded` throws. */
export async function createImport(ctx: Context, input: unknown): Promise<BatchView> {
  requirePermission(ctx, "imports.write");
  const data = parse(CreateImportSchema, input);
  const { uploadId, kind, dryRun, onError, margin, createMissing } = data;
  const format = formatSpec(data.format, data.mapping, data.currency ?? ctx.actor.currency);
  const created = await idempotent<Import>(ctx, "imports.createImport", input, async (commit) => {
    const upload = await Uploads.requireUploaded(ctx, uploadId);
    const batch = defined({
      ...newResource(ctx, "import"),
      ...NO_COUNTS,
      kind,
      uploadId,
      objectKey: upload.key,
      status: "queued" as const,
      phase: "scan" as const,
      format,
      dryRun,
      onError,
      margin,
      createMissing,
      state: { ...START },
      page: 0,
      currency: ctx.actor.currency,
    }) as Import;
    const writes = [
      batches("IMPORT").createWrite(ctx, batch),
      workItem(ctx, "IMPORT", batch),
      outboxWrite(ctx, "import.queued", { id: batch.id, kind }),
    ];
    return commit(writes, batch);
  });
  await queueBatch(ctx, "IMPORT", created.id);
  return viewBatch(ctx, created);
}

export async function getImport(ctx: Context, id: string): Promise<BatchView> {
  requirePermission(ctx, "imports.read");
  return viewBatch(ctx, await batches("IMPORT").get(ctx, id));
}

export async function listImports(ctx: Context, input: unknown): Promise<Page<BatchView>> {
  requirePermission(ctx, "imports.read");
  const { items, ...rest } = await batches("IMPORT").list(ctx, parse(PageSchema, input));
  return { items: items.map((batch) => viewBatch(ctx, batch)), ...rest };
}

export async function listImportRecords(
  ctx: Context,
  { id, page }: { id: string; page: unknown },
): Promise<Page<RecordResult>> {
  requirePermission(ctx, "imports.read");
  const query = parse(ImportRecordsSchema, page);
  return listRecords(ctx, await batches("IMPORT").get(ctx, id), query);
}

/** A short-lived link to the CSV of refused rows with their reasons. */
export async function importRefusedUrl(ctx: Context, id: string): Promise<string> {
  requirePermission(ctx, "imports.read");
  return refusedRowsUrl(ctx, await batches("IMPORT").get(ctx, id));
}

/** Works on an import as far as time allows; called by the queue. */
export async function runImport(
  ctx: Context,
  { id, remainingMs }: { id: string; remainingMs: () => number },
): Promise<RunResult> {
  return runBatch(ctx, {
    kind: "IMPORT",
    id,
    remainingMs,
    work: (batch) => {
      const { format, margin, createMissing } = batch as Import;
      const target = productTarget(ctx, { margin, createMissing, reprice: false });
      return productWork({ format, keyOf: ({ sku }) => sku, target });
    },
  });
}
