import { createHash } from "node:crypto";
import type { Context } from "../platform/context.ts";
import type { Batch } from "./batch.ts";
import { START } from "./formats/index.ts";
import { Groups } from "./groups.ts";
import type { Reading, Scan } from "./parts.ts";
import { SeenKeys } from "./seen.ts";

/**
 * Reads the whole file once, without writing: counts its rows, finds keys that come twice and rows that belong together,
 * and meets every fault of the file as a whole before anything of it is taken. Pure but for the reading, so a crash only
 * means again. `beat` is called now and then, for whoever holds a lease.
 */
export async function scanFile<Row>(
  ctx: Context,
  batch: Batch,
  reading: Reading<Row>,
  beat: () => Promise<void>,
): Promise<Scan> {
  const hash = createHash("sha256");
  const taken = new SeenKeys();
  const refused = new SeenKeys();
  const counted = new SeenKeys();
  const groups = new Groups();
  const duplicates = new Map<number, number>();
  const occurrences = new Map<number, number>();
  let total = 0;
  let nextBeat = ctx.now() + BEAT_MS;
  for await (const parsed of reading.read(hashing(await ctx.objects.read(objectKeyOf(batch)), hash), { ...START })) {
    total = Math.max(total, parsed.rows.at(-1) ?? 0);
    const [row = 0] = parsed.rows;
    groups.note(row, parsed);
    if (parsed.named !== undefined) refused.add(parsed.named, row);
    const key = parsed.record === undefined ? undefined : reading.keyOf(parsed.record);
    if (key?.repeats === "count") {
      const times = counted.increase(key.text, 1);
      if (times > 1) occurrences.set(row, times);
    } else if (key) {
      const { record, faults = [] } = await reading.precheck(parsed);
      // A row that is refused anyway must not cost a later, good row with its key.
      const isTaken = record !== undefined && (faults.length === 0 || batch.onError === "ignoreFailed");
      const first = isTaken ? taken.add(key.text, row) : void refused.add(key.text, row);
      if (first !== undefined) duplicates.set(row, first);
    }
    if (ctx.now() < nextBeat) continue;
    await beat();
    nextBeat = ctx.now() + BEAT_MS;
  }
  const names = (key: string) => taken.has(key) || refused.has(key);
  return { total, contentHash: hash.digest("base64url"), names, duplicates, occurrences, groups };
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
