import { createHash } from "node:crypto";
import type { Context } from "../platform/context.ts";
import type { Batch, Target } from "./batch.ts";
import { checkParsed, cleaningMayDecide } from "./check.ts";
import { readRecords, START } from "./formats/index.ts";
import type { Parsed } from "./record.ts";
import { SeenKeys } from "./seen.ts";

export interface Scan {
  /** Data rows of the file. */
  total: number;
  /** SHA-256 of its bytes, base64url. */
  contentHash: string;
  /** Does the file name this key, be it in a row that is refused? */
  names: (key: string) => boolean;
  /** Row that repeats a key → the row that had it first. */
  duplicates: Map<number, number>;
}

/**
 * Reads the whole file once, without writing: counts its rows, finds keys that come twice, and meets every fault of the
 * file as a whole before anything of it is in the catalogue. Pure but for the reading, so a crash only means again.
 * `beat` is called now and then, for whoever holds a lease.
 */
export async function scanFile(ctx: Context, batch: Batch, target: Target, beat: () => Promise<void>): Promise<Scan> {
  const hash = createHash("sha256");
  const taken = new SeenKeys();
  const refused = new SeenKeys();
  const duplicates = new Map<number, number>();
  let total = 0;
  let nextBeat = ctx.now() + BEAT_MS;
  for await (const parsed of readRecords(hashing(await ctx.objects.read(objectKeyOf(batch)), hash), batch.format, {
    ...START,
  })) {
    total = Math.max(total, parsed.rows.at(-1) ?? 0);
    const [row = 0] = parsed.rows;
    if (parsed.record) {
      const key = target.keyOf(parsed.record);
      const checked = cleaningMayDecide(parsed.record) ? await checkParsed(parsed) : parsed;
      const first = canBeTaken(batch, checked) ? taken.add(key, row) : void refused.add(key, row);
      if (first !== undefined) duplicates.set(row, first);
    }
    if (ctx.now() < nextBeat) continue;
    await beat();
    nextBeat = ctx.now() + BEAT_MS;
  }
  const names = (key: string) => taken.has(key) || refused.has(key);
  return { total, contentHash: hash.digest("base64url"), names, duplicates };
}

const BEAT_MS = 5_000;

/** A row that is refused anyway must not cost a later, good row with its SKU. */
function canBeTaken({ onError }: Batch, { record, faults = [] }: Parsed): boolean {
  return record !== undefined && (faults.length === 0 || onError === "ignoreFailed");
}

async function* hashing(
  bytes: AsyncIterable<Uint8Array>,
  hash: ReturnType<typeof createHash>,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    hash.update(chunk);
    yield chunk;
  }
}

/** The object a batch reads; a batch that was never fetched has none, and cannot be scanned. */
export function objectKeyOf(batch: Batch): string {
  if (batch.objectKey === undefined) throw new Error(`Batch ${batch.id} has no object to read`);
  return batch.objectKey;
}
