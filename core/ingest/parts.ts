import type { Target } from "./batch.ts";
import type { Groups } from "./groups.ts";
import type { Parsed, SourceState } from "./record.ts";

/** What one reading of the file tells of its rows. Made anew by each worker that needs it. */
export interface Scan {
  /** Data rows of the file. */
  total: number;
  /** SHA-256 of its bytes, base64url. */
  contentHash: string;
  /** Does the file name this key, be it in a row that is refused? */
  names: (key: string) => boolean;
  /** Row that repeats a key → the row that had it first. */
  duplicates: Map<number, number>;
  /** Row whose content stood in the file before → how often, this time included. All others are the first. */
  occurrences: Map<number, number>;
  groups: Groups;
}

/** What makes a record one and the same thing, and what it means when a file has it twice. */
export interface RecordKey {
  text: string;
  /** `refuse`: the second is refused. `count`: they are told apart by how often it came before. */
  repeats: "refuse" | "count";
}

/** How a kind of batch reads its files, row by row. */
export interface Reading<Row> {
  /** As `readRecords`: `bytes` begin at the state's offset, and the state is moved behind a row before it is handed out. */
  read(bytes: AsyncIterable<Uint8Array>, state: SourceState): AsyncGenerator<Parsed<Row>>;
  /** Undefined where nothing is known of it, or nothing follows from it. */
  keyOf(record: Row): RecordKey | undefined;
  /** The field that is at fault where a key is repeated. */
  keyPath: string;
  /** What `check` will find at fault, at less cost where that can be known. */
  precheck(parsed: Parsed<Row>): Promise<Parsed<Row>>;
}

/** What a kind of batch is made of: rows as they are read, records as they are taken, and where these go. */
export interface WorkParts<Row, Rec> extends Reading<Row> {
  /** The record of a row, or of all rows of a group in their order. */
  assemble(rows: Parsed<Row>[], scan: Scan): Parsed<Rec>;
  /** Cleans and validates a record before it is applied. */
  check(parsed: Parsed<Rec>): Promise<Parsed<Rec>>;
  target: Target<Rec>;
}
