import * as z from "zod";
import { type Batch, ERROR_POLICIES, FormatNameSchema, type FormatSpec, MappingSchema } from "../ingest/index.ts";
import { formatDecimal } from "../platform/decimal.ts";
import { CurrencySchema, RatioSchema } from "../platform/money.ts";
import { IdSchema, PageSchema } from "../platform/resources.ts";

const IMPORT_KINDS = ["products"] as const;

export const CreateImportSchema = z.lazy(() =>
  z
    .object({
      kind: z.enum(IMPORT_KINDS),
      uploadId: IdSchema,
      format: FormatNameSchema,
      mapping: MappingSchema.optional(),
      currency: CurrencySchema.optional().describe("Of amounts that name none; the organisation's own where absent"),
      dryRun: z.boolean().default(false).describe("Rehearse everything, write nothing to the catalogue"),
      onError: z.enum(ERROR_POLICIES).default("rejectFailedRows"),
      margin: RatioSchema.transform(formatDecimal)
        .optional()
        .describe("For prices that the file does not give; 0.3 where absent"),
      createMissing: z
        .boolean()
        .default(true)
        .describe("Create brands and categories that the file names and the catalogue lacks"),
    })
    .strict(),
);

export const ImportRecordsSchema = z.lazy(() =>
  PageSchema.unwrap().extend({
    status: z.enum(["accepted", "rejected", "unchanged"]).optional(),
  }),
);

/** An import batch with what is particular to imports. */
export interface Import extends Batch<FormatSpec> {
  kind: (typeof IMPORT_KINDS)[number];
  uploadId: string;
  margin?: string;
  createMissing: boolean;
}
