import type { Parsed, ProductRecord, SourceState } from "../record.ts";
import { lineRows } from "./rows.ts";

/** What a source gave by its API: goods that need no mapping, or what could not be read with the reasons. */
export type RecordLine =
  | { record: ProductRecord; reasons?: never }
  | { reasons: string[]; original: unknown; named?: string };

/** First line of each such file, which has it not be empty where nothing changed. */
export const RECORDS_HEAD = "{}\n";

export const recordLine = (line: RecordLine): string => `${JSON.stringify(line)}\n`;

/** Reads what `recordLine` wrote, after the head. */
export async function* readRecordLines(bytes: AsyncIterable<Uint8Array>, state: SourceState): AsyncGenerator<Parsed> {
  for await (const { cells, fault, end } of lineRows(bytes, state, "item")) {
    const [line = ""] = cells;
    state.offset = end;
    if (line === "{}") continue;
    state.row++;
    yield { rows: [state.row], raw: [[line]], ...(fault ? { faults: [fault] } : readLine(line)) };
  }
}

function readLine(line: string): Pick<Parsed, "record" | "faults" | "named"> {
  const read = JSON.parse(line) as RecordLine;
  if (read.reasons === undefined) return { record: read.record };
  const faults = read.reasons.map((message) => ({ path: "", code: "UNREADABLE", message }));
  return { faults, ...(read.named === undefined ? {} : { named: read.named }) };
}
