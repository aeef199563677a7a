import type { Target } from "./batch.ts";
import { checkParsed, cleaningMayDecide } from "./check.ts";
import type { FormatSpec } from "./formats/format.ts";
import { readRecords } from "./formats/index.ts";
import type { Parsed, ProductRecord } from "./record.ts";
import { type Work, workOf } from "./work.ts";

export interface ProductWorkOptions {
  format: FormatSpec;
  /** What makes two records one product: the SKU, or the supplier's id. */
  keyOf: (record: ProductRecord) => string;
  target: Target<ProductRecord>;
}

/** A file of products: every record stands by itself, and the second of two with one key is refused. */
export function productWork({ format, keyOf, target }: ProductWorkOptions): Work {
  return workOf<ProductRecord, ProductRecord>({
    read: (bytes, state) => readRecords(bytes, format, state),
    keyOf: (record) => ({ text: keyOf(record), repeats: "refuse" }),
    keyPath: "sku",
    precheck: async (parsed) => (parsed.record && cleaningMayDecide(parsed.record) ? checkParsed(parsed) : parsed),
    assemble: ([only]) => only ?? NOTHING,
    check: checkParsed,
    target,
  });
}

const NOTHING: Parsed = { rows: [], raw: [] };
