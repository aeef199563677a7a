import { isAscii, isUtf8 } from "node:buffer";
import type { Fault } from "../../platform/errors.ts";
import type { SourceState } from "../record.ts";
import { cellsOf } from "./cells.ts";
import { notUtf8 } from "./encoding.ts";
import { type Cursor, findRowEnd, type Found, type Syntax } from "./row-end.ts";

/** Bytes of one row. What is larger is refused without being held, so that memory stays flat whatever the file is. */
export const MAX_ROW_BYTES = 1_048_576;

/** Cells of one row, and columns of a header. */
export const MAX_COLUMNS = 1_000;

const CR = 0x0d;
const LF = 0x0a;
const QUOTE = 0x22;
/** Lines after a broken quote that are looked at to tell whether it was never closed. */
const LINES_ASKED = 3;
const SHOWN_BYTES = 500;

/** One row of a file: what it holds, or with a `fault` the beginning of its text. */
export interface RawRow {
  cells: string[];
  fault?: Fault;
  /** Byte of the file at which the next row begins. */
  end: number;
}

/**
 * Finds rows in bytes that come in chunks; the same rows however they are cut. Three promises decide its rules, and no
 * general parser keeps them: every row knows the byte at which reading can go on in another process; a row beyond 1 MB
 * is refused without being held; after a broken quote the next good row is found again.
 *
 * The last is a judgement, since a quote that is never closed and a very long cell look alike from within. If the lines
 * after the first are rows of their own (each of the next three has the header's number of cells), the quote counts as
 * unclosed: only the first line is refused, and reading goes on with the second. Otherwise the row is refused up to its
 * end, or up to the end of the line that shows the fault.
 */
export class RowScanner {
  readonly #state: SourceState;
  readonly #delimiter: string | undefined;
  readonly #syntax: Syntax;
  #buffer: Buffer = Buffer.alloc(0);
  /** Byte of the file at which the buffer begins. */
  #base: number;
  /** Of the current row, in the buffer. */
  #start = 0;
  readonly #cursor: Cursor = { at: 0, mode: "cell" };
  #bad = false;
  #final = false;
  /** The next quote at or after the row's start: Infinity when the buffer has none, -1 when nobody has looked. */
  #quoteAt = -1;
  /** While a row that is too large is passed over: what is shown of it, and the byte of the file where it began. */
  #discarded: { shown: string; from: number } | undefined;

  constructor(state: SourceState) {
    this.#state = state;
    this.#delimiter = state.delimiter;
    this.#syntax = { delimiter: state.delimiter?.charCodeAt(0), lineEnd: state.carriageReturns ? CR : LF };
    this.#base = state.offset;
    this.#begin(0);
  }

  push(chunk: Uint8Array): void {
    const kept = this.#discarded ? this.#cursor.at : this.#start;
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const rest = this.#buffer.subarray(kept);
    this.#buffer = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    this.#base += kept;
    this.#start -= kept;
    this.#cursor.at -= kept;
    this.#quoteAt = -1;
  }

  /** No more bytes will come. */
  end(): void {
    this.#final = true;
  }

  /** The next row; undefined until there are more bytes, or when there are none. */
  next(): RawRow | undefined {
    for (;;) {
      if (this.#start >= this.#buffer.length && !this.#discarded) return undefined;
      const found = this.#find();
      if (found === "bad") this.#bad = true;
      else if (this.#discarded) return found === "more" ? undefined : this.#passedOver(this.#discarded, found);
      else if (this.#cursor.at - this.#start > MAX_ROW_BYTES) {
        if (this.#standAsRows(this.#start + MAX_ROW_BYTES, false)) return this.#refuseFirstLine();
        this.#discarded = { shown: this.#shown(this.#cursor.at), from: this.#base + this.#start };
        if (found !== "more") return this.#passedOver(this.#discarded, found);
      } else if (found === "more") return undefined;
      else if (this.#bad || found === "open") return this.#broken(found);
      else if (this.#isEmptyLine()) this.#begin(this.#cursor.at + 1);
      else return this.#row();
    }
  }

  #find(): Found {
    const { lineEnd } = this.#syntax;
    if (this.#cursor.mode === "cell" && this.#cursor.at === this.#start) {
      // Most lines hold no quote, and then the line's end is the row's.
      if (this.#quoteAt < this.#start) {
        const quote = this.#buffer.indexOf(QUOTE, this.#start);
        this.#quoteAt = quote < 0 ? Number.POSITIVE_INFINITY : quote;
      }
      const end = this.#buffer.indexOf(lineEnd, this.#start);
      if (end >= 0 && end < this.#quoteAt) {
        this.#cursor.at = end;
        return "end";
      }
    }
    return findRowEnd(this.#buffer, this.#cursor, this.#syntax, this.#final);
  }

  #begin(at: number): void {
    this.#start = at;
    this.#cursor.at = at;
    this.#cursor.mode = this.#delimiter === undefined ? "line" : "cell";
    this.#bad = false;
    this.#discarded = undefined;
  }

  #isEmptyLine(): boolean {
    const length = this.#cursor.at - this.#start;
    return length === 0 || (length === 1 && this.#buffer[this.#start] === CR);
  }

  #row(): RawRow {
    const text = this.#text(this.#start, this.#cursor.at);
    if (text === undefined) return this.#refuse(this.#cursor.at, "BAD_ENCODING", "The row is not valid UTF-8");
    if (this.#delimiter === undefined) return this.#take([text]);
    const cells = cellsOf(text, this.#delimiter) ?? [text];
    const columns = this.#state.header?.length ?? cells.length;
    while (cells.length > columns && cells.at(-1) === "") cells.pop();
    if (cells.length === columns) return this.#take(cells);
    if (this.#standAsRows(this.#cursor.at, true)) return this.#refuseFirstLine();
    const count = cells.length > MAX_COLUMNS ? `more than ${MAX_COLUMNS}` : cells.length;
    const fault = { path: "", code: "COLUMN_COUNT", message: `The row has ${count} cells, the header has ${columns}` };
    return { ...this.#take(cells.slice(0, MAX_COLUMNS)), fault };
  }

  #take(cells: string[]): RawRow {
    const next = Math.min(this.#cursor.at + 1, this.#buffer.length);
    this.#begin(next);
    return { cells, end: this.#base + next };
  }

  /** The row up to the byte `to` of the buffer, refused; reading goes on behind it. */
  #refuse(to: number, code: string, message: string, shown = this.#shown(to)): RawRow {
    this.#cursor.at = to;
    return { ...this.#take([shown]), fault: { path: "", code, message } };
  }

  #refuseFirstLine(): RawRow {
    const end = this.#buffer.indexOf(this.#syntax.lineEnd, this.#start);
    return this.#refuse(
      end,
      "UNCLOSED_QUOTE",
      "A quote is opened and not closed in this line; the next line is read as a row",
    );
  }

  #broken(found: Found): RawRow {
    const end = this.#cursor.at;
    if (this.#standAsRows(end, true)) return this.#refuseFirstLine();
    const lines = this.#linesTo(end);
    const extent = lines > 1 ? ` (refused with it: ${lines} lines up to byte ${this.#base + end})` : "";
    if (found === "open") return this.#refuse(end, "UNCLOSED_QUOTE", `A quote is opened and never closed${extent}`);
    return this.#refuse(
      end,
      "BAD_QUOTES",
      `Text follows a closing quote: quotes within a cell must be doubled${extent}`,
    );
  }

  #passedOver({ shown, from }: { shown: string; from: number }, found: Found): RawRow {
    const size = this.#base + this.#cursor.at - from;
    const open = found === "open" ? ", and its last quote is never closed" : "";
    return this.#refuse(
      this.#cursor.at,
      "ROW_TOO_LARGE",
      `The row has ${size} bytes, at most ${MAX_ROW_BYTES} are taken${open}`,
      shown,
    );
  }

  #linesTo(end: number): number {
    let lines = 1;
    for (let at = this.#nextLine(this.#start); at < end; at = this.#nextLine(at)) lines++;
    return lines;
  }

  #nextLine(at: number): number {
    const end = this.#buffer.indexOf(this.#syntax.lineEnd, at);
    return end < 0 ? this.#buffer.length : end + 1;
  }

  /** Whether the lines after the row's first, up to the byte `to`, read as rows by themselves. */
  #standAsRows(to: number, lastIsWhole: boolean): boolean {
    const columns = this.#state.header?.length;
    if (this.#delimiter === undefined || columns === undefined) return false;
    let asked = 0;
    let at = this.#nextLine(this.#start);
    while (at < to && asked < LINES_ASKED) {
      const next = this.#nextLine(at);
      if (next > to && !lastIsWhole) break;
      const line = this.#buffer.toString("utf8", at, Math.min(next, to)).replace(/[\r\n]+$/, "");
      if (line !== "") {
        if (cellsOf(line, this.#delimiter)?.length !== columns) return false;
        asked++;
      }
      at = next;
    }
    return asked > 0;
  }

  #shown(to: number): string {
    const end = Math.min(to, this.#start + SHOWN_BYTES);
    return this.#buffer.toString("utf8", this.#start, end).trimEnd() + (end < to ? "…" : "");
  }

  /**
   * Undefined for a damaged row of a file that is UTF-8 otherwise. Where nothing beyond ASCII was valid before, the
   * whole file is in another encoding, and taking its plain rows would only hide that: throws WRONG_ENCODING.
   */
  #text(start: number, end: number): string | undefined {
    const bytes = this.#buffer.subarray(start, end > start && this.#buffer[end - 1] === CR ? end - 1 : end);
    if (isUtf8(bytes)) {
      if (!this.#state.utf8 && !isAscii(bytes)) this.#state.utf8 = true;
      return bytes.toString("utf8");
    }
    if (this.#state.utf8) return undefined;
    throw notUtf8(bytes, this.#base + start);
  }
}
