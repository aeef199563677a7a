import type { Fault } from "../../platform/errors.ts";
import type { ReadRow } from "../mapping-read.ts";
import type { Parsed, SourceState } from "../record.ts";
import { lineRows } from "./rows.ts";
import { UnreadableFileError } from "./unreadable.ts";

export interface JsonLinesReading<Row> {
  /** What is read of each object: a key, or a path such as `offers.0.price`. */
  columns: readonly string[];
  compile: (columns: readonly string[]) => ReadRow<Row>;
}

/** One JSON object a line, as rows of the columns that are asked for. */
export async function* readJsonLines<Row>(
  bytes: AsyncIterable<Uint8Array>,
  { columns, compile }: JsonLinesReading<Row>,
  state: SourceState,
): AsyncGenerator<Parsed<Row>> {
  const read = compile(columns);
  const paths = columns.map((column) => ({ column, path: column.split(".") }));
  for await (const { cells, fault, end } of lineRows(bytes, state, "line")) {
    const [line = ""] = cells;
    if (!fault && line.trim() === "") continue;
    if (state.row === 0 && !fault && line.trimStart().startsWith("[")) {
      throw new UnreadableFileError(
        "NOT_JSON_LINES",
        "The file is a JSON list: write one object a line, without brackets and commas around them",
      );
    }
    state.row++;
    state.offset = end;
    const object = fault ?? parseObject(line);
    const verdict = isFault(object)
      ? { faults: [object] }
      : read(paths.map(({ column, path }) => textOf(lookUp(object.value, column, path))));
    yield { rows: [state.row], raw: [[line]], ...verdict };
  }
}

function isFault(value: Fault | { value: object }): value is Fault {
  return "code" in value && "message" in value;
}

/** Long digits and exponents, which a double would not give back as they were written. */
const INEXACT = /[\d.]{16}|\d[eE]/;

function parseObject(line: string): Fault | { value: object } {
  try {
    const value: unknown = INEXACT.test(line) ? JSON.parse(line, exactNumber) : JSON.parse(line);
    if (value !== null && typeof value === "object" && !Array.isArray(value)) return { value };
    return { path: "", code: "INVALID_JSON", message: "The line is not a JSON object" };
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, 200) : "";
    return { path: "", code: "INVALID_JSON", message: `The line is not JSON: ${reason}` };
  }
}

/** Numbers as the text that stands in the file. */
function exactNumber(this: unknown, _key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === "number" ? (context?.source ?? value) : value;
}

function lookUp(object: object, column: string, path: string[]): unknown {
  if (Object.hasOwn(object, column)) return Reflect.get(object, column);
  let value: unknown = object;
  for (const key of path) {
    if (value === null || typeof value !== "object" || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
