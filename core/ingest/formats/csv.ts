import type { ReadRow } from "../mapping-read.ts";
import type { Parsed, SourceState } from "../record.ts";
import { csvRows } from "./rows.ts";

export interface CsvReading<Row> {
  /** Makes the reader of rows once the header is known. Throws UnreadableFileError where a column is missing. */
  compile: (header: readonly string[]) => ReadRow<Row>;
  delimiter?: string | undefined;
}

/** Any CSV file, row by row. */
export async function* readCsv<Row>(
  bytes: AsyncIterable<Uint8Array>,
  { compile, delimiter }: CsvReading<Row>,
  state: SourceState,
): AsyncGenerator<Parsed<Row>> {
  let read: ReadRow<Row> | undefined;
  for await (const { cells, fault, end } of csvRows(bytes, state, delimiter)) {
    read ??= compile(state.header ?? []);
    state.row++;
    state.offset = end;
    const verdict = fault ? { faults: [fault] } : isEmpty(cells) ? { faults: [EMPTY_ROW] } : read(cells);
    yield { rows: [state.row], raw: [cells], ...verdict };
  }
  // A file without rows must have its columns too.
  if (!read) compile(state.header ?? []);
}

export const EMPTY_ROW = { path: "", code: "EMPTY_ROW", message: "Every cell of the row is empty" };

export function isEmpty(cells: readonly string[]): boolean {
  return cells.every((cell) => cell.trim() === "");
}
