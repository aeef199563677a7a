import type { Fault } from "../../platform/errors.ts";
import type { Parsed, SourceState } from "../record.ts";
import { EMPTY_ROW, isEmpty } from "./csv.ts";
import type { FormatSpec } from "./format.ts";
import { csvRows } from "./rows.ts";
import { type FamilyRow, ShopifySheet } from "./shopify-sheet.ts";

/** Shopify's own bounds: 2,048 variants and 250 images a product, each at most a row. */
const MAX_FAMILY_ROWS = 2_048 + 250;
const MAX_FAMILY_CHARACTERS = 8_388_608;

type ShopifySpec = Extract<FormatSpec, { format: "shopify" }>;

/**
 * Shopify's product CSV. Rows of one handle that follow each other are one product; they are held until it is complete,
 * since an image of the first variant may stand in its last row. A reader that goes on within a product reads its rows
 * again and skips the records that were handed out.
 */
export async function* readShopify(
  bytes: AsyncIterable<Uint8Array>,
  spec: ShopifySpec,
  state: SourceState,
): AsyncGenerator<Parsed> {
  let sheet: ShopifySheet | undefined;
  const family = new Family(state);
  for await (const { cells, fault, end } of csvRows(bytes, state)) {
    sheet ??= new ShopifySheet(state.header ?? [], spec.currency);
    const handle = fault ? "" : sheet.handleOf(cells);
    const row: FamilyRow = { row: family.nextRow(), cells, end };
    const refusal = fault ?? (handle === "" ? (isEmpty(cells) ? EMPTY_ROW : NO_HANDLE) : undefined);
    if (refusal) row.fault = refusal;
    else if (handle !== family.handle) {
      yield* family.handOut(sheet.recordsOf(family.rows));
      family.begin(handle);
    }
    family.add(row);
    if (family.isRefused) yield* family.handOut(refuseAll(family.rows));
    else if (family.isTooLarge) {
      yield* family.handOut(refuseAll(family.rows), true);
    }
  }
  sheet ??= new ShopifySheet(state.header ?? [], spec.currency);
  yield* family.handOut(sheet.recordsOf(family.rows));
}

const NO_HANDLE: Fault = {
  path: "familyKey",
  code: "REQUIRED",
  message: "The row has no handle, so it is not known which product it belongs to",
};

const TOO_LARGE: Fault = {
  path: "",
  code: "FAMILY_TOO_LARGE",
  message: `The product has more than ${MAX_FAMILY_ROWS} rows, or more text than ${MAX_FAMILY_CHARACTERS} characters`,
};

function refuseAll(rows: readonly FamilyRow[]): Parsed[] {
  return rows.map(({ row, cells, fault }) => ({ rows: [row], raw: [cells], faults: [fault ?? TOO_LARGE] }));
}

/** The rows of the product that is being read, and the reader's place in the file. */
class Family {
  readonly #state: SourceState;
  handle = "";
  rows: FamilyRow[] = [];
  #characters = 0;
  #row: number;

  constructor(state: SourceState) {
    this.#state = state;
    this.#row = state.row;
    this.handle = state.refusedFamily ?? "";
  }

  nextRow(): number {
    return ++this.#row;
  }

  begin(handle: string): void {
    this.handle = handle;
    delete this.#state.refusedFamily;
  }

  add(row: FamilyRow): void {
    this.rows.push(row);
    for (const cell of row.cells) this.#characters += cell.length;
  }

  get isTooLarge(): boolean {
    return this.rows.length > MAX_FAMILY_ROWS || this.#characters > MAX_FAMILY_CHARACTERS;
  }

  /** Its first rows were refused already, so it is not held any more. */
  get isRefused(): boolean {
    return this.#state.refusedFamily !== undefined && this.rows.length > 0;
  }

  *handOut(records: Parsed[], refused = false): Generator<Parsed> {
    const last = this.rows.at(-1);
    this.rows = [];
    this.#characters = 0;
    if (!last) return;
    const skip = this.#state.skip ?? 0;
    for (const [index, record] of records.entries()) {
      if (index === records.length - 1) {
        this.#state.offset = last.end;
        this.#state.row = last.row;
        delete this.#state.skip;
        if (refused) this.#state.refusedFamily = this.handle;
      } else this.#state.skip = index + 1;
      if (index >= skip) yield record;
    }
  }
}
