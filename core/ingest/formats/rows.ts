import type { SourceState } from "../record.ts";
import { checkText, HEAD_BYTES, readHeader } from "./head.ts";
import { type RawRow, RowScanner } from "./row-scanner.ts";

/** Opens a CSV file at its state: reads the header where that has not been done, and hands out the rows after it. */
export async function* csvRows(
  bytes: AsyncIterable<Uint8Array>,
  state: SourceState,
  delimiter?: string,
): AsyncGenerator<RawRow> {
  yield* rows(bytes, state, (head) => readHeader(head, state, delimiter));
}

/** Opens a file of lines. An empty line is no row. */
export async function* lineRows(
  bytes: AsyncIterable<Uint8Array>,
  state: SourceState,
  name: string,
): AsyncGenerator<RawRow> {
  yield* rows(bytes, state, (head) => {
    state.offset = checkText(head);
    state.header = [name];
  });
}

async function* rows(
  bytes: AsyncIterable<Uint8Array>,
  state: SourceState,
  open: (head: Buffer) => void,
): AsyncGenerator<RawRow> {
  let scanner = state.header ? new RowScanner(state) : undefined;
  let head: Buffer = Buffer.alloc(0);
  for await (const chunk of bytes) {
    if (!scanner) {
      head = Buffer.concat([head, chunk]);
      if (head.length < HEAD_BYTES) continue;
      scanner = opened(head, state, open);
    } else scanner.push(chunk);
    for (let row = scanner.next(); row; row = scanner.next()) yield row;
  }
  scanner ??= opened(head, state, open);
  scanner.end();
  for (let row = scanner.next(); row; row = scanner.next()) yield row;
}

function opened(head: Buffer, state: SourceState, open: (head: Buffer) => void): RowScanner {
  open(head.subarray(0, HEAD_BYTES));
  const scanner = new RowScanner(state);
  scanner.push(head.subarray(state.offset));
  return scanner;
}
