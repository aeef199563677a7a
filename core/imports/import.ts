import * as z from "zod";
import {
  type Batch,
  ERROR_POLICIES,
  FormatNameSchema,
  type FormatSpec,
  MappingSchema,
  type OrderFormat,
  OrderFormatNameSchema,
  OrderMappingSchema,
} from "../ingest/index.ts";
import { formatDecimal } from "../platform/decimal.ts";
import { CurrencySchema, RatioSchema } from "../platform/money.ts";
import { IdSchema, PageSchema } from "../platform/resources.ts";

/** What every import says, whatever it brings. */
const common = () => ({
  uploadId: IdSchema,
  currency: CurrencySchema.optional().describe("Of amounts that name none; the organisation's own where absent"),
  dryRun: z.boolean().default(false).describe("Rehearse everything, write nothing"),
  onError: z.enum(ERROR_POLICIES).default("rejectFailedRows"),
});

const ImportProductsSchema = z.lazy(() =>
  z.strictObject({
    kind: z.literal("products"),
    format: FormatNameSchema,
    mapping: MappingSchema.optional(),
    ...common(),
    margin: RatioSchema.transform(formatDecimal)
      .optional()
      .describe("For prices that the file does not give; 0.3 where absent"),
    createMissing: z
      .boolean()
      .default(true)
      .describe("Create brands and categories that the file names and the catalogue lacks"),
  }),
);

const ImportOrdersSchema = z.lazy(() =>
  z.strictObject({
    kind: z.literal("orders"),
    format: OrderFormatNameSchema,
    mapping: OrderMappingSchema.optional(),
    ...common(),
    affectsStock: z
      .boolean()
      .default(false)
      .describe(
        "Reserve the units of orders that are still to be sent. When left out nothing of our stock changes, as is right for what is history",
      ),
  }),
);

export const CreateImportSchema = z.lazy(() =>
  z.discriminatedUnion("kind", [ImportProductsSchema.unwrap(), ImportOrdersSchema.unwrap()]),
);

export const ImportRecordsSchema = z.lazy(() =>
  PageSchema.unwrap().extend({
    status: z.enum(["accepted", "rejected", "unchanged"]).optional(),
  }),
);

interface ImportOf<Kind extends string, Format> extends Batch<Format> {
  kind: Kind;
  uploadId: string;
}

/** An import batch with what is particular to products. */
export interface ProductImport extends ImportOf<"products", FormatSpec> {
  margin?: string;
  createMissing: boolean;
}

/** The same of orders. */
export interface OrderImport extends ImportOf<"orders", OrderFormat> {
  affectsStock: boolean;
}

export type Import = ProductImport | OrderImport;
