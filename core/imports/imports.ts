import type * as z from "zod";
import {
  type BatchView,
  batches,
  formatSpec,
  orderFormat,
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
  type Work,
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
import { checkMapping } from "./orders/check-mapping.ts";
import { orderTarget } from "./orders/order-target.ts";
import { orderWork } from "./orders/order-work.ts";
import { productTarget } from "./product-target.ts";

/**
 * Queues an import of an upload. Throws what `Uploads.requireUploaded` throws, and ValidationError for a mapping that does
 * not go with the format.
 */
export async function createImport(ctx: Context, input: unknown): Promise<BatchView> {
  requirePermission(ctx, "imports.write");
  const data = parse(CreateImportSchema, input);
  if (data.kind === "orders") requirePermission(ctx, "orders.write");
  const particular = particularOf(data, data.currency ?? ctx.actor.currency);
  const { uploadId, kind, dryRun, onError } = data;
  const created = await idempotent<Import>(ctx, "imports.createImport", input, async (commit) => {
    const upload = await Uploads.requireUploaded(ctx, uploadId);
    const batch = defined({
      ...newResource(ctx, "import"),
      ...NO_COUNTS,
      ...particular,
      uploadId,
      objectKey: upload.key,
      status: "queued" as const,
      phase: "scan" as const,
      dryRun,
      onError,
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

function particularOf(data: z.output<typeof CreateImportSchema>, currency: string) {
  if (data.kind === "orders") {
    const { kind, affectsStock, mapping } = data;
    const format = orderFormat(data.format, mapping, currency);
    if (mapping) checkMapping(mapping);
    return { kind, format, affectsStock };
  }
  const { kind, margin, createMissing } = data;
  return { kind, format: formatSpec(data.format, data.mapping, currency), margin, createMissing };
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
    work: (batch) => workFor(ctx, batch as Import),
  });
}

function workFor(ctx: Context, batch: Import): Work {
  if (batch.kind === "orders") {
    const { format, affectsStock, onError } = batch;
    return orderWork(format, {
      target: orderTarget(ctx, { affectsStock }),
      ignoresBad: onError === "ignoreFailed",
    });
  }
  const { format, margin, createMissing } = batch;
  const target = productTarget(ctx, { margin, createMissing, reprice: false });
  return productWork({ format, keyOf: ({ sku }) => sku, target });
}
