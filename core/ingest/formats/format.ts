import * as z from "zod";
import { ValidationError } from "../../platform/errors.ts";
import type { Mapping } from "../mapping.ts";

export const FORMATS = ["shopify", "csv", "jsonl"] as const;

export const FormatNameSchema = z.lazy(() =>
  z
    .enum(FORMATS)
    .describe(
      "`shopify`: product CSV with the old or the new header. `csv`, `jsonl`: every other file of that kind, read by a mapping",
    ),
);

export type FormatName = z.infer<typeof FormatNameSchema>;

/** How a file is to be read. `currency` is of amounts that name none. */
export type FormatSpec =
  | { format: "shopify"; currency: string }
  | { format: "csv" | "jsonl"; currency: string; mapping: Mapping }
  /** What a connector read from an account: `records.ts`. */
  | { format: "records"; currency: string; provider: string; accountId: string };

/** Throws ValidationError when the format needs a mapping and has none, or takes none and has one. */
export function formatSpec(format: FormatName, mapping: Mapping | undefined, currency: string): FormatSpec {
  if (format === "shopify") {
    if (!mapping) return { format, currency };
    throw fault("A Shopify file names its own columns: leave the mapping out");
  }
  if (!mapping) throw fault(`The format ${format} needs a mapping that says which column is what`);
  return { format, currency: mapping.currency ?? currency, mapping };
}

function fault(message: string): ValidationError {
  return new ValidationError([{ path: "mapping", code: "INVALID_MAPPING", message }]);
}
