import { contentHash } from "../platform/canonical.ts";
import type { Context } from "../platform/context.ts";
import type { Fault } from "../platform/errors.ts";
import type { Write } from "../platform/table.ts";
import { recordsOf } from "./assemble.ts";
import type { Batch, Counts, Outcome, RecordResult, Row } from "./batch.ts";
import type { Scan, WorkParts } from "./parts.ts";
import type { Parsed, SourceState } from "./record.ts";
import { storeRefusedPage } from "./refused.ts";
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

interface PagesInput<Source, Rec> {
  batch: Batch;
  parts: WorkParts<Source, Rec>;
  scan: Scan;
  rehearsal: boolean;
}

/** Works the file from where the batch stands. Each page is yielded when it is written and before it is committed. */
export async function* applyPages<Source, Rec>(
  ctx: Context,
  { batch, parts, scan, rehearsal }: PagesInput<Source, Rec>,
): AsyncGenerator<CommittedPage> {
  let counts: Counts = batch;
  let number = batch.page;
  const state: SourceState = { ...batch.state };
  let held: Parsed<Rec>[] = [];
  let rows = 0;
  let characters = 0;
  const work = async (): Promise<CommittedPage> => {
    const checked = await Promise.all(held.map((parsed) => parts.check(parsed)));
    const results = await applyPage({ batch, parts, scan, rehearsal }, checked);
    counts = addUp(counts, results);
    await storeRefusedPage(ctx, batch, number, checked, results);
    for (const { status } of results) ctx.metrics.count("import_rows_total", { kind: batch.kind, outcome: status });
    const writes = verdictWrites(ctx, batch, number, results);
    held = [];
    rows = characters = 0;
    return { counts, state: { ...state }, page: ++number, writes };
  };
  for await (const parsed of recordsOf(ctx, { batch, scan, parts, state })) {
    held.push(parsed);
    rows += parsed.rows.length;
    characters += charactersOf(parsed);
    if (held.length >= PAGE_RECORDS || rows >= PAGE_ROWS || characters >= PAGE_CHARACTERS) yield await work();
  }
  if (held.length > 0) yield await work();
}

function charactersOf({ raw }: Parsed<unknown>): number {
  let characters = 0;
  for (const cells of raw) for (const cell of cells) characters += cell.length;
  return characters;
}

async function applyPage<Source, Rec>(
  { batch, parts, scan, rehearsal }: PagesInput<Source, Rec>,
  parsed: Parsed<Rec>[],
): Promise<RecordResult[]> {
  const verdicts = parsed.map((one) => verdictBefore(batch, scan, one, parts.keyPath));
  const rows: Row<Rec>[] = [];
  for (const { row, record } of verdicts)
    if (record !== undefined) rows.push({ row, record, hash: contentHash(record) });
  const outcomes = rows.length > 0 ? await parts.target.apply(batch, rows, rehearsal) : [];
  let applied = 0;
  const results = parsed.flatMap((one, index) => {
    const verdict = verdicts[index];
    const outcome = verdict?.outcome ?? outcomes[applied++];
    if (!verdict || !outcome) throw new Error("A target answered fewer rows than it was given");
    return rowResults(one, outcome, verdict.warnings);
  });
  // A record's rows may stand between rows of others.
  return results.sort((a, b) => a.row - b.row);
}

/** What became of a record, row by row: its first good row speaks for it, the others share its verdict. */
function rowResults({ rows, ofRows = [] }: Parsed<unknown>, outcome: Outcome, before: Fault[]): RecordResult[] {
  const { ofRows: particular = [], ...whole } = outcome;
  const warnings = [...before, ...(outcome.warnings ?? [])];
  const result = { ...whole, ...(warnings.length > 0 ? { warnings } : {}) };
  const atFault = rows.findIndex((_, place) => ofRows[place] !== undefined);
  const speaker = rows.findIndex((_, place) => ofRows[place] === undefined);
  return rows.map((row, place): RecordResult => {
    const faults = ofRows[place];
    if (faults) return { row, status: "rejected", faults };
    const own = particular[place];
    if (place !== speaker) return { row, ...shared(result, rows[Math.max(atFault, 0)] ?? row), ...own };
    return {
      row,
      ...(atFault >= 0 && result.status === "rejected" ? shared(result, rows[atFault] ?? row) : result),
      ...own,
    };
  });
}

/** A row that only continues a record (an image of a Shopify product, a line of an order). */
function shared({ status, id, faults }: Outcome, cause: number): Outcome {
  const refused: Fault[] = [
    { path: "", code: "RECORD_REFUSED", message: `Belongs to the record of row ${cause}, which was refused` },
  ];
  return { status, ...(id === undefined ? {} : { id }), ...(faults ? { faults: refused } : {}) };
}

/** A record that is to be applied, with what was odd about it; or what became of it without. */
interface Verdict<Rec> {
  row: number;
  record?: Rec;
  warnings: Fault[];
  outcome?: Outcome;
}

/** What can be said of a row without asking the target. */
function verdictBefore<Rec>(batch: Batch, { duplicates }: Scan, parsed: Parsed<Rec>, path: string): Verdict<Rec> {
  const { rows, record, faults: bad = [], warnings = [] } = parsed;
  const [row = 0] = rows;
  const first = duplicates.get(row);
  if (first !== undefined) {
    const message = `Repeats the SKU or id of row ${first}`;
    return refused(row, [{ path, code: "DUPLICATE_IN_FILE", message }]);
  }
  if (record !== undefined && (bad.length === 0 || batch.onError === "ignoreFailed"))
    return { row, record, warnings: [...bad, ...warnings] };
  return refused(row, bad);
}

const refused = (row: number, faults: Fault[]) => ({
  row,
  warnings: [],
  outcome: { status: "rejected" as const, faults },
});

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
