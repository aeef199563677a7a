import * as z from "zod";
import { BATCH_STATUSES } from "../../../core/ingest/index.ts";

const fault = z.lazy(() => z.object({ path: z.string(), code: z.string(), message: z.string() }));

export const BatchAnswer = z.lazy(() =>
  z
    .object({
      id: z.string(),
      kind: z.string(),
      status: z.enum(BATCH_STATUSES),
      phase: z.string(),
      total: z.int().optional(),
      fetched: z.int().optional().describe("Items read from the supplier so far"),
      processed: z.int(),
      accepted: z.int(),
      rejected: z.int(),
      unchanged: z.int(),
      created: z.int(),
      updated: z.int(),
      vanished: z.int().optional(),
      warnings: z.array(z.string()).optional(),
      error: z.object({ code: z.string(), message: z.string(), details: z.unknown().optional() }).optional(),
      dryRun: z.boolean(),
      onError: z.string(),
      affectsStock: z.boolean().optional(),
      rate: z.number().optional(),
      estimatedEnd: z.iso.datetime().optional(),
      startedAt: z.iso.datetime().optional(),
      finishedAt: z.iso.datetime().optional(),
      createdAt: z.iso.datetime(),
      updatedAt: z.iso.datetime(),
      currency: z.string(),
      uploadId: z.string().optional(),
      supplierId: z.string().optional().describe("Whose feed it is"),
      contentHash: z.string().optional().describe("Of the file, once it was read"),
      waiting: z
        .object({ reason: z.string(), until: z.iso.datetime() })
        .optional()
        .describe("Whom it waits for, and at least until when"),
      failures: z.int().optional().describe("Attempts of a worker that ended early"),
      format: z.record(z.string(), z.unknown()).describe("How the file is read, with its mapping"),
      margin: z.string().optional(),
      createMissing: z.boolean().optional(),
      hasRefusedRows: z.boolean(),
    })
    .meta({ id: "Batch" }),
);

export const RecordAnswer = z.lazy(() =>
  z
    .object({
      row: z.int(),
      status: z.enum(["accepted", "rejected", "unchanged"]),
      action: z.enum(["created", "updated"]).optional(),
      id: z.string().optional(),
      faults: z.array(fault).optional(),
      warnings: z.array(fault).optional(),
      changes: z.record(z.string(), z.array(z.unknown())).optional(),
    })
    .meta({ id: "RecordResult" }),
);
