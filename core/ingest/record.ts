import type { Fault } from "../platform/errors.ts";
import type { Money } from "../platform/money.ts";

/** What one record of a file says of a product, whatever the file's format. What the file leaves out is absent. */
export interface ProductRecord {
  sku: string;
  name: string;
  description?: string;
  cost?: Money;
  price?: Money;
  competitorPrice?: Money;
  /** 14 digits. */
  gtin?: string;
  brand?: string;
  category?: string;
  /** What the variants of one product share. */
  familyKey?: string;
  images: string[];
  attributes: Record<string, string>;
  /** Units that the file says are there. */
  stock?: number;
  /** The supplier's own id. */
  externalId?: string;
  /** What an API says of it beyond what a file can. */
  source?: SourceFacts;
}

/** Goods as the source sells them, of which a record may be one option. */
export interface SourceFacts {
  itemId: string;
  optionId?: string;
  /** External ids of all options of the item, this one included; absent where it has none. */
  options?: string[];
  isAvailable: boolean;
  /** Why it may not be sold everywhere, in the source's own words. */
  restrictions: string[];
  vendor?: string;
  shipping?: { kind: string; fee?: Money };
}

/** One record as it was read, or why it was not. */
export interface Parsed<Record = ProductRecord> {
  /**
   * Its data rows, counted from 1 without the header. A cell of several lines is one row; empty lines are no rows.
   * More than one where further rows only add to the record (images of a Shopify product).
   */
  rows: number[];
  /** The cells of each of these rows as they came, for the file of refused rows. */
  raw: string[][];
  /** Without the fields that `faults` name; absent when a required field or the row itself is at fault. */
  record?: Record;
  faults?: Fault[];
  /** What was taken but changed: cleaned HTML, a dropped image address. */
  warnings?: Fault[];
  /** Of a row without a record: the key that it names all the same, in a space of its own. */
  named?: string;
  /** Of a row: what other rows of the file it belongs with. */
  group?: Group;
  /** Of a record of several rows: those at fault themselves, by their place in `rows`. They are refused in any case. */
  ofRows?: (Fault[] | undefined)[];
}

/** Rows with one key make one record, wherever they stand. */
export interface Group {
  key: string;
  /** To be worked when everything else is: it refers to other records. */
  late: boolean;
}

/**
 * Where reading goes on, as JSON: fetch the file from byte `offset` and pass this along. Readers move it on before they
 * hand out a record, so that a copy taken then continues with the next one, in another process if need be.
 */
export interface SourceState {
  /** Bytes of the file that need not be read again. */
  offset: number;
  /** Data rows before that byte. */
  row: number;
  /** Names of the columns; known once the first line was read. */
  header?: string[];
  delimiter?: string;
  /** Lines end in a bare carriage return, as old Macintosh programs write them. */
  carriageReturns?: boolean;
  /** Valid text beyond ASCII was met: a row that is not UTF-8 is then a damaged row, not a file in another encoding. */
  utf8?: boolean;
  /** Records of the family that begins at `offset` that were handed out already. */
  skip?: number;
  /** A family that was refused for its size; its further rows share the verdict. */
  refusedFamily?: string;
  /** The file is done; of the rows that were set aside, those up to this place are. Empty where none is yet. */
  aside?: string;
}
