const QUOTE = 0x22;
const CR = 0x0d;

/** Where in a row the search stands. In `line`, quotes mean nothing: the row ends with the line. */
export type Mode = "cell" | "plain" | "quoted" | "line";

export interface Cursor {
  at: number;
  mode: Mode;
}

export interface Syntax {
  /** Byte values; no delimiter where a line is one cell. */
  delimiter: number | undefined;
  lineEnd: number;
}

/**
 * `end`: the row ends before `at`. `more`: its end is not in these bytes. `bad`: text follows a closing quote at `at`.
 * `open`: the bytes end within quotes and no more will come.
 */
export type Found = "end" | "more" | "bad" | "open";

/** Looks for a row's end from the cursor on, and moves it there. Quoted stretches are passed over at memory speed. */
export function findRowEnd(bytes: Buffer, cursor: Cursor, { delimiter, lineEnd }: Syntax, final: boolean): Found {
  const { length } = bytes;
  let { at } = cursor;
  const stop = (found: Found, position: number, mode: Mode): Found => {
    cursor.at = position;
    cursor.mode = mode;
    return found;
  };
  for (;;) {
    if (cursor.mode === "line") {
      const end = bytes.indexOf(lineEnd, at);
      if (end >= 0) return stop("end", end, "line");
      return stop(final ? "end" : "more", length, "line");
    }
    if (cursor.mode === "cell") {
      if (at >= length) return stop(final ? "end" : "more", length, "cell");
      cursor.mode = bytes[at] === QUOTE ? "quoted" : "plain";
      if (cursor.mode === "quoted") at++;
    }
    if (cursor.mode === "plain") {
      let byte: number | undefined;
      while (at < length && (byte = bytes[at]) !== delimiter && byte !== lineEnd) at++;
      if (at >= length) return stop(final ? "end" : "more", length, "plain");
      if (byte === lineEnd) return stop("end", at, "plain");
      at++;
      cursor.mode = "cell";
      continue;
    }
    const quote = bytes.indexOf(QUOTE, at);
    if (quote < 0) return stop(final ? "open" : "more", length, "quoted");
    let next = quote + 1;
    if (bytes[next] === QUOTE) {
      at = next + 1;
      continue;
    }
    if (bytes[next] === delimiter) {
      at = next + 1;
      cursor.mode = "cell";
      continue;
    }
    if (bytes[next] === CR && lineEnd !== CR) next++;
    if (next >= length) return final ? stop("end", length, "plain") : stop("more", quote, "quoted");
    if (bytes[next] === lineEnd) return stop("end", next, "plain");
    return stop("bad", quote + 1, "line");
  }
}
