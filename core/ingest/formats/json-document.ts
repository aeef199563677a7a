import type { Fault } from "../../platform/errors.ts";
import type { Parsed, SourceState } from "../record.ts";
import { checkText } from "./head.ts";
import { lineRows } from "./rows.ts";
import { UnreadableFileError } from "./unreadable.ts";

/** A document is parsed whole, and with it its every order is in memory. */
const MAX_DOCUMENT_BYTES = 20 * 1024 * 1024;

/** What one value of the file holds: records, or why one is none, each with the text it came as. */
export type ReadValue<Row> = (value: unknown) => (Pick<Parsed<Row>, "record" | "faults"> & { original: unknown })[];

/**
 * A JSON document, or one a line: whatever an API answers, as it was stored. Rows are counted by record. A file whose first
 * line is a JSON object by itself and is followed by another is read line by line, however long; anything else is one document.
 */
export async function* readJsonDocument<Row>(
  bytes: AsyncIterable<Uint8Array>,
  read: ReadValue<Row>,
  state: SourceState,
): AsyncGenerator<Parsed<Row>> {
  if (state.header && state.offset > 0) {
    yield* ofLines(bytes, read, state);
    return;
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  const source = bytes[Symbol.asyncIterator]();
  let isLines: boolean | undefined;
  for (let next = await source.next(); !next.done; next = await source.next()) {
    chunks.push(next.value);
    size += next.value.length;
    if (isLines === undefined && next.value.includes(LINE_FEED)) isLines = beginsWithLines(Buffer.concat(chunks));
    if (isLines) {
      yield* ofLines(joined(chunks, source), read, state);
      return;
    }
    if (size > MAX_DOCUMENT_BYTES) {
      throw new UnreadableFileError(
        "DOCUMENT_TOO_LARGE",
        `A JSON document is read up to ${MAX_DOCUMENT_BYTES / 1024 / 1024} MB: write one order a line instead, which has no limit`,
      );
    }
  }
  const whole = Buffer.concat(chunks);
  const text = whole.subarray(checkText(whole)).toString("utf8");
  state.header = ["order"];
  const done = state.row;
  let row = 0;
  for (const { original, ...verdict } of read(parseDocument(text))) {
    row++;
    if (row <= done) continue;
    state.row = row;
    yield { rows: [row], raw: [[JSON.stringify(original) ?? ""]], ...verdict };
  }
}

const LINE_FEED = 0x0a;

/** Undefined while the first line's end, or what follows it, has not been seen. */
function beginsWithLines(head: Buffer): boolean | undefined {
  const text = head.subarray(checkText(head)).toString("utf8").trimStart();
  const end = text.indexOf("\n");
  if (end < 0) return undefined;
  const rest = text.slice(end).trimStart();
  if (rest === "") return undefined;
  return rest.startsWith("{") && "value" in parseLine(text.slice(0, end));
}

async function* joined(chunks: Uint8Array[], source: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* chunks.splice(0);
  for (let next = await source.next(); !next.done; next = await source.next()) yield next.value;
}

function parseDocument(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, 200) : "";
    throw new UnreadableFileError("NOT_JSON", `The file is not JSON: ${reason}`);
  }
}

async function* ofLines<Row>(
  bytes: AsyncIterable<Uint8Array>,
  read: ReadValue<Row>,
  state: SourceState,
): AsyncGenerator<Parsed<Row>> {
  for await (const { cells, fault, end } of lineRows(bytes, state, "order")) {
    const [line = ""] = cells;
    if (!fault && line.trim() === "") continue;
    const found = fault ? { fault } : parseLine(line);
    const all: ReturnType<ReadValue<Row>> =
      "fault" in found ? [{ original: undefined, faults: [found.fault] }] : read(found.value);
    const skip = state.skip ?? 0;
    for (const [index, { original, record, faults }] of all.entries()) {
      if (index < skip) continue;
      state.row++;
      if (index === all.length - 1) {
        state.offset = end;
        delete state.skip;
      } else state.skip = index + 1;
      yield {
        rows: [state.row],
        raw: [[JSON.stringify(original) ?? line]],
        ...(record === undefined ? {} : { record }),
        ...(faults ? { faults } : {}),
      };
    }
  }
}

function parseLine(line: string): { value: unknown } | { fault: Fault } {
  try {
    return { value: JSON.parse(line) as unknown };
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, 200) : "";
    return { fault: { path: "", code: "INVALID_JSON", message: `The line is not JSON: ${reason}` } };
  }
}
