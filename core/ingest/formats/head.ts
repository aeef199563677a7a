import { isUtf8 } from "node:buffer";
import type { SourceState } from "../record.ts";
import { cellsOf } from "./cells.ts";
import { notUtf8, wrongEncoding } from "./encoding.ts";
import { type Cursor, findRowEnd } from "./row-end.ts";
import { MAX_COLUMNS } from "./row-scanner.ts";
import { UnreadableFileError } from "./unreadable.ts";

/** The first line must end within so many bytes: names of 1,000 columns take less. */
export const HEAD_BYTES = 65_536;

/** Where binary formats show themselves; a text file has no NUL here. */
const SNIFFED_BYTES = 4_096;

const MAGIC: readonly [hex: string, what: string][] = [
  ["504b0304", "a ZIP archive or an Excel workbook (.xlsx): unpack it, or save the sheet as CSV UTF-8"],
  ["504b0506", "an empty ZIP archive"],
  ["1f8b", "a gzip archive: unpack it"],
  ["d0cf11e0", "an old Excel workbook (.xls): save the sheet as CSV UTF-8"],
  ["25504446", "a PDF document"],
  ["425a68", "a bzip2 archive: unpack it"],
  ["fd377a58", "an xz archive: unpack it"],
  ["28b52ffd", "a zstd archive: unpack it"],
  ["377abcaf", "a 7z archive: unpack it"],
  ["52617221", "a RAR archive: unpack it"],
  ["89504e47", "a PNG image"],
  ["ffd8ff", "a JPEG image"],
];

const UTF8_BOM = "efbbbf";

/** Checks that a file's first bytes are text in UTF-8. Returns how many of them are its byte-order mark. */
export function checkText(head: Buffer): number {
  if (head.length === 0) throw new UnreadableFileError("EMPTY_FILE", "The file is empty");
  const start = head.toString("hex", 0, 4);
  const magic = MAGIC.find(([hex]) => start.startsWith(hex));
  if (magic) throw new UnreadableFileError("NOT_TEXT", `The file is not text but ${magic[1]}`);
  if (start.startsWith("fffe") || start.startsWith("feff")) throw wrongEncoding("is UTF-16, as of byte 0");
  const zero = head.subarray(0, SNIFFED_BYTES).indexOf(0);
  if (zero >= 0) {
    if (looksLikeUtf16(head)) throw wrongEncoding("is UTF-16, as of byte 0");
    throw new UnreadableFileError("NOT_TEXT", `The file is not text: it holds a zero byte at offset ${zero}`);
  }
  return start.startsWith(UTF8_BOM) ? 3 : 0;
}

/** Latin text in UTF-16 has a zero in nearly every second byte, and in no other. */
function looksLikeUtf16(head: Buffer): boolean {
  const pairs = Math.min(head.length, SNIFFED_BYTES) >> 1;
  const zeros = [0, 0];
  for (let at = 0; at < pairs * 2; at++) if (head[at] === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  return Math.max(even, odd) > pairs / 2 && Math.min(even, odd) < pairs / 10;
}

const DELIMITERS = [",", ";", "\t", "|"];

/**
 * Finds out how a CSV file is written, from its first line: how lines end, what parts cells, which columns there are.
 * The delimiter is the one of `,` `;` tab `|` that the line holds most of outside quotes, unless one is given or the
 * line is Excel's `sep=;`. Moves the state behind the header.
 */
export function readHeader(head: Buffer, state: SourceState, delimiter?: string): void {
  const offset = checkText(head);
  if (offset > 0) state.utf8 = true;
  const lf = head.indexOf("\n");
  const cr = head.indexOf("\r");
  if (cr >= 0 && (lf < 0 || cr < lf - 1) && head.indexOf('"') < 0) state.carriageReturns = true;
  let line = lineAt(head, offset, state);
  const separator = /^sep=([,;\t|])$/i.exec(line.text)?.[1];
  if (separator !== undefined) line = lineAt(head, line.end, state);
  const unquoted = line.text.replaceAll(/"[^"]*"/g, "");
  state.delimiter = delimiter ?? separator ?? mostFrequent(unquoted);
  const columns = count(unquoted, state.delimiter) + 1;
  if (columns > MAX_COLUMNS) {
    const least = line.whole ? String(columns) : `${columns} or more`;
    throw new UnreadableFileError(
      "TOO_MANY_COLUMNS",
      `The header has ${least} columns, at most ${MAX_COLUMNS} are taken`,
    );
  }
  const { text, end } = wholeHeader(head, line.start, state);
  const cells = cellsOf(text, state.delimiter) ?? [text];
  state.header = cells.map((name) => name.replaceAll(/[\s\u200B\uFEFF]+/g, " ").trim());
  if (state.header.every((name) => name === "")) throw new UnreadableFileError("EMPTY_FILE", "The file has no header");
  state.offset = end;
}

/** A quoted name may hold line ends, so the header is read as rows are. */
function wholeHeader(
  head: Buffer,
  offset: number,
  { delimiter = ",", carriageReturns }: SourceState,
): { text: string; end: number } {
  const cursor: Cursor = { at: offset, mode: "cell" };
  const syntax = { delimiter: delimiter.charCodeAt(0), lineEnd: carriageReturns ? 0x0d : 0x0a };
  const found = findRowEnd(head, cursor, syntax, head.length < HEAD_BYTES);
  if (found === "more") throw unreadable(`The header does not end within ${HEAD_BYTES} bytes`);
  if (found !== "end") throw unreadable("A quote in the header is never closed, or text follows it");
  const bytes = head.subarray(offset, cursor.at);
  if (!isUtf8(bytes)) throw notUtf8(bytes, offset);
  return { text: bytes.toString("utf8").replace(/\r$/, ""), end: Math.min(cursor.at + 1, head.length) };
}

function unreadable(message: string): UnreadableFileError {
  return new UnreadableFileError("HEADER_UNREADABLE", message);
}

interface Line {
  text: string;
  start: number;
  /** Byte at which the next one begins. */
  end: number;
  whole: boolean;
}

/** The first line at or after the offset that is not empty. */
function lineAt(head: Buffer, offset: number, { carriageReturns }: SourceState): Line {
  let at = offset;
  for (;;) {
    const found = head.indexOf(carriageReturns ? "\r" : "\n", at);
    const whole = found >= 0 || head.length < HEAD_BYTES;
    const to = found < 0 ? head.length : found;
    const end = found < 0 ? to : found + 1;
    const bytes = head.subarray(at, to);
    if (whole && !isUtf8(bytes)) throw notUtf8(bytes, at);
    const text = bytes.toString("utf8").replace(/\r$/, "");
    if (text !== "" || end >= head.length) return { text, start: at, end, whole };
    at = end;
  }
}

function mostFrequent(unquoted: string): string {
  let best = ",";
  for (const delimiter of DELIMITERS) if (count(unquoted, delimiter) > count(unquoted, best)) best = delimiter;
  return best;
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}
