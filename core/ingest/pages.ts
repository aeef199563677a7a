import { contentHash } from "../platform/canonical.ts";
import type { Context } from "../platform/context.ts";
import type { Fault } from "../platform/errors.ts";
import type { Write } from "../platform/table.ts";
import type { Batch, Counts, Outcome, RecordResult, Row, Target } from "./batch.ts";
import { checkParsed } from "./check.ts";
import { readRecords } from "./formats/index.ts";
import type { Parsed, SourceState } from "./record.ts";
import { storeRefusedPage } from "./refused.ts";
import { objectKeyOf } from "./scan.ts";
import { verdictWrites } from "./verdict.store.ts";

/** Records a page. A page is what a crash repeats. */
const PAGE_RECORDS = 100;
/** A page ends earlier where its records have many rows, or so much text that a hundred of them would fill the memory. */
const PAGE_ROWS = 1_000;
const PAGE_CHARACTERS = 8_388_608;

export interface CommittedPage {
  counts: Counts;
  state: SourceState;
  page: number;
  /** The page's verdicts, for the transaction that commits it. */
  writes: Write[];
}

interface PagesInput {
  batch: Batch;
  target: Target;
  duplicates: Map<number, number>;
  rehearsal: boolean;
}

/** Works the file from where the batch stands. Each page is yielded when it is written and before it is committed. */
export async function* applyPages(
  ctx: Context,
  { batch, target, duplicates, rehearsal }: PagesInput,
): AsyncGenerator<CommittedPage> {
  const bytes = await ctx.objects.read(objectKeyOf(batch), batch.state.offset);
  let counts: Counts = batch;
  let number = batch.page;
  const state: SourceState = { ...batch.state };
  let held: Parsed[] = [];
  let rows = 0;
  let characters = 0;
  const work = async (): Promise<CommittedPage> => {
    const checked = await Promise.all(held.map(checkParsed));
    const results = await applyPage({ batch, target, duplicates, rehearsal }, checked);
    counts = addUp(counts, results);
    await storeRefusedPage(ctx, batch, number, checked, results);
    for (const { status } of results) ctx.metrics.count("import_rows_total", { kind: batch.kind, outcome: status });
    const writes = verdictWrites(ctx, batch, number, results);
    held = [];
    rows = characters = 0;
    return { counts, state: { ...state }, page: ++number, writes };
  };
  try {
    for await (const parsed of readRecords(bytes, batch.format, state)) {
      held.push(parsed);
      rows += parsed.rows.length;
      characters += charactersOf(parsed);
      if (held.length >= PAGE_RECORDS || rows >= PAGE_ROWS || characters >= PAGE_CHARACTERS) yield await work();
    }
    if (held.length > 0) yield await work();
  } finally {
    bytes.destroy();
  }
}

function charactersOf({ raw }: Parsed): number {
  let characters = 0;
  for (const cells of raw) for (const cell of cells) characters += cell.length;
  return characters;
}

async function applyPage(
  { batch, target, duplicates, rehearsal }: PagesInput,
  parsed: Parsed[],
): Promise<RecordResult[]> {
  const verdicts = parsed.map((one) => verdictBefore(batch, duplicates, one));
  const rows: Row[] = [];
  for (const { row, record } of verdicts) if (record) rows.push({ row, record, hash: contentHash(record) });
  const outcomes = rows.length > 0 ? await target.apply(batch, rows, rehearsal) : [];
  let applied = 0;
  const results = parsed.flatMap((one, index) => {
    const verdict = verdicts[index];
    const outcome: Outcome | undefined = verdict?.record ? outcomes[applied++] : verdict?.outcome;
    if (!outcome) throw new Error("A target answered fewer rows than it was given");
    const warnings = [...(verdict?.record ? verdict.warnings : []), ...(outcome.warnings ?? [])];
    const result = { ...outcome, ...(warnings.length > 0 ? { warnings } : {}) };
    return one.rows.map((row, place) =>
      place === 0 ? { ...result, row } : continuation(result, row, one.rows[0] ?? row),
    );
  });
  // A product's image rows may stand between rows of other variants.
  return results.sort((a, b) => a.row - b.row);
}

/** A row that only continues a record (an image of a Shopify product) shares its verdict. */
function continuation({ status, id, faults }: Outcome, row: number, first: number): RecordResult {
  const refused: Fault[] = [
    { path: "", code: "RECORD_REFUSED", message: `Belongs to the record of row ${first}, which was refused` },
  ];
  return { row, status, ...(id === undefined ? {} : { id }), ...(faults ? { faults: refused } : {}) };
}

type Verdict =
  | { row: number; record?: undefined; outcome: Outcome }
  | { row: number; record: NonNullable<Parsed["record"]>; warnings: Fault[] };

/** What can be said of a row without asking the target. */
function verdictBefore(batch: Batch, duplicates: Map<number, number>, parsed: Parsed): Verdict {
  const { rows, record, faults: bad = [], warnings = [] } = parsed;
  const [row = 0] = rows;
  const first = duplicates.get(row);
  if (first !== undefined) {
    const message = `Repeats the SKU or id of row ${first}`;
    return { row, outcome: { status: "rejected", faults: [{ path: "sku", code: "DUPLICATE_IN_FILE", message }] } };
  }
  if (record && (bad.length === 0 || batch.onError === "ignoreFailed"))
    return { row, record, warnings: [...bad, ...warnings] };
  return { row, outcome: { status: "rejected", faults: bad } };
}

function addUp(before: Counts, results: RecordResult[]): Counts {
  const { processed, accepted, rejected, unchanged, created, updated } = before;
  const counts: Counts = { processed, accepted, rejected, unchanged, created, updated };
  for (const { status, action } of results) {
    counts.processed++;
    counts[status]++;
    if (action) counts[action]++;
  }
  return counts;
}
