import { compileMapping } from "../mapping-read.ts";
import type { Parsed, SourceState } from "../record.ts";
import type { FormatSpec } from "./format.ts";
import { csvRows } from "./rows.ts";

type CsvSpec = Extract<FormatSpec, { format: "csv" | "jsonl" }>;

/** Any CSV file, by a mapping of its columns. */
export async function* readCsv(
  bytes: AsyncIterable<Uint8Array>,
  spec: CsvSpec,
  state: SourceState,
): AsyncGenerator<Parsed> {
  const { mapping, currency } = spec;
  const compile = () => compileMapping(mapping, state.header ?? [], currency);
  let read: ReturnType<typeof compile> | undefined;
  for await (const { cells, fault, end } of csvRows(bytes, state, mapping.delimiter)) {
    read ??= compile();
    state.row++;
    state.offset = end;
    const verdict = fault ? { faults: [fault] } : isEmpty(cells) ? { faults: [EMPTY_ROW] } : read(cells);
    yield { rows: [state.row], raw: [cells], ...verdict };
  }
  // A file without rows must have its columns too.
  if (!read) compile();
}

export const EMPTY_ROW = { path: "", code: "EMPTY_ROW", message: "Every cell of the row is empty" };

export function isEmpty(cells: readonly string[]): boolean {
  return cells.every((cell) => cell.trim() === "");
}
