import type { Context } from "../platform/context.ts";
import type { Fault } from "../platform/errors.ts";
import { type Key, orgPartition, type PartitionKey } from "../platform/keys.ts";
import type { Item, Write } from "../platform/table.ts";
import type { Batch, Outcome, RecordResult } from "./batch.ts";

/** As long as the bucket keeps the files of refused rows. */
const KEPT_SECONDS = 90 * 24 * 3600;

/** Bytes of verdicts in one item; DynamoDB takes 400 KB. */
const ITEM_BYTES = 300_000;

/**
 * A page's verdicts as items: nearly always one, a hundred rows for the price of a few, and more where rows have much to
 * say or one record has many rows. They go into the transaction that commits the page.
 */
export function verdictWrites(ctx: Context, batch: Batch, page: number, results: RecordResult[]): Write[] {
  const pk = verdictPartition(ctx, batch);
  const expiresAt = Math.floor(ctx.now() / 1000) + KEPT_SECONDS;
  return inItems(results.map(shortened)).map((part, index) => ({
    put: { pk, sk: placeOf(page, index), entity: "batch-page", results: part, expiresAt },
  }));
}

/** Some verdicts and the place where they lie; places sort as pages do. */
export interface Verdicts {
  place: string;
  results: RecordResult[];
}

/** Verdicts from a place on, that one included. `isMore` also where the store cut the answer short. */
export async function readVerdicts(
  ctx: Context,
  batch: Batch,
  { from, limit }: { from: string; limit: number },
): Promise<{ verdicts: Verdicts[]; isMore: boolean }> {
  const pk = verdictPartition(ctx, batch);
  const { items, lastKey } = await ctx.table.query<Item & Key>({ pk, from, limit, consistent: true });
  const verdicts = items.map((item) => ({ place: item.sk, results: item["results"] as RecordResult[] }));
  return { verdicts, isMore: lastKey !== undefined };
}

/** Sorts before every place. */
export const FIRST_PLACE = "PAGE#";

const placeOf = (page: number, part: number) =>
  `${FIRST_PLACE}${String(page).padStart(8, "0")}#${String(part).padStart(3, "0")}`;

/** What a check found lies apart from what was done: pages of the one must not be read as pages of the other. */
function verdictPartition(ctx: Context, { id, phase, isRefusedWhole }: Batch): PartitionKey {
  const ofCheck = phase === "check" || isRefusedWhole === true;
  return orgPartition(ctx.actor.organizationId, "BATCH", id, ...(ofCheck ? ["CHECK"] : []));
}

function inItems(results: RecordResult[]): RecordResult[][] {
  const parts: RecordResult[][] = [[]];
  let bytes = 0;
  for (const result of results) {
    const size = Buffer.byteLength(JSON.stringify(result));
    if (bytes + size > ITEM_BYTES) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(result);
    bytes += size;
  }
  return parts;
}

const SHOWN = 200;
const SHOWN_FAULTS = 10;

/** Verdicts show enough to act on. A page of them must fit a transaction of 4 MB, whatever the rows hold. */
function shortened(result: RecordResult): RecordResult {
  const { faults, warnings, changes } = result;
  return {
    ...result,
    ...(faults ? { faults: shortFaults(faults) } : {}),
    ...(warnings ? { warnings: shortFaults(warnings) } : {}),
    ...(changes ? { changes: shortChanges(changes) } : {}),
  };
}

function shortFaults(faults: Fault[]): Fault[] {
  const shown = faults.slice(0, SHOWN_FAULTS).map(({ path, code, message }) => ({
    path: shortText(path),
    code,
    message: shortText(message),
  }));
  const more = faults.length - shown.length;
  if (more > 0) shown.push({ path: "", code: "AND_MORE", message: `${more} more of this row are not shown` });
  return shown;
}

function shortChanges(changes: NonNullable<Outcome["changes"]>): NonNullable<Outcome["changes"]> {
  const short = (value: unknown) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return text !== undefined && text.length > SHOWN ? shortText(text) : value;
  };
  return Object.fromEntries(Object.entries(changes).map(([name, [from, to]]) => [name, [short(from), short(to)]]));
}

function shortText(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
