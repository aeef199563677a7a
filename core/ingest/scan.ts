import { createHash } from "node:crypto";
import type { Context } from "../platform/context.ts";
import type { Batch, Target } from "./batch.ts";
import { START, readRecords } from "./formats/index.ts";
import { SeenKeys } from "./seen.ts";

export interface Scan {
  /** Data rows of the file. */
  total: number;
  /** SHA-256 of its bytes, base64url. */
  contentHash: string;
  seen: SeenKeys;
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
  const seen = new SeenKeys();
  const duplicates = new Map<number, number>();
  let total = 0;
  let nextBeat = ctx.now() + BEAT_MS;
  for await (const parsed of readRecords(hashing(await ctx.objects.read(objectKeyOf(batch)), hash), batch.format, {
    ...START,
  })) {
    total = Math.max(total, parsed.rows.at(-1) ?? 0);
    const [row = 0] = parsed.rows;
    if (parsed.record) {
      const first = seen.add(target.keyOf(parsed.record), row);
      if (first !== undefined) duplicates.set(row, first);
    }
    if (ctx.now() < nextBeat) continue;
    await beat();
    nextBeat = ctx.now() + BEAT_MS;
  }
  return { total, contentHash: hash.digest("base64url"), seen, duplicates };
}

const BEAT_MS = 5_000;

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
