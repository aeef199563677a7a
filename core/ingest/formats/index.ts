import { mappedColumns } from "../mapping-columns.ts";
import { compileMapping } from "../mapping-read.ts";
import type { Parsed, SourceState } from "../record.ts";
import { readCsv } from "./csv.ts";
import type { FormatSpec } from "./format.ts";
import { readJsonLines } from "./json-lines.ts";
import { readRecordLines } from "./records.ts";
import { readShopify } from "./shopify.ts";

export { UnreadableFileError } from "./unreadable.ts";

/** Where reading a file begins. Copy it: readers move their state on. */
export const START: Readonly<SourceState> = { offset: 0, row: 0 };

/**
 * Reads the records of a file from where `state` stands; `bytes` begin at its offset. Every row comes out once, as part
 * of a record or with its faults, and nothing is held beyond a row (of a Shopify file, a product's rows). Before a record
 * is handed out `state` is moved behind it: a copy taken then is all that is needed to go on elsewhere.
 * Throws UnreadableFileError when the file as a whole cannot be read.
 */
export function readRecords(
  bytes: AsyncIterable<Uint8Array>,
  format: FormatSpec,
  state: SourceState,
): AsyncGenerator<Parsed> {
  if (format.format === "shopify") return readShopify(bytes, format, state);
  if (format.format === "records") return readRecordLines(bytes, state);
  const { mapping, currency } = format;
  const compile = (header: readonly string[]) => compileMapping(mapping, header, currency);
  if (format.format === "csv") return readCsv(bytes, { compile, delimiter: mapping.delimiter }, state);
  return readJsonLines(bytes, { compile, columns: mappedColumns(mapping) }, state);
}
