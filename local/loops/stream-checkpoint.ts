import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** How far a shard was handed to its function. */
export type ShardPosition = { after: string } | { finished: true };

/** Remembers, over restarts, how far each shard was handed on. */
export interface Checkpoint {
  get(shardId: string): ShardPosition | undefined;
  set(shardId: string, position: ShardPosition): void;
}

interface Saved {
  streamArn: string;
  shards: Record<string, ShardPosition>;
}

/** A checkpoint in a file, replaced whole: a killed process leaves the one before. Another stream's is ignored. */
export function fileCheckpoint(file: string, streamArn: string): Checkpoint {
  const saved = readCheckpoint(file);
  const shards = saved?.streamArn === streamArn ? saved.shards : {};
  mkdirSync(dirname(file), { recursive: true });
  return {
    get: (shardId) => shards[shardId],
    set(shardId, position) {
      shards[shardId] = position;
      writeFileSync(`${file}.new`, JSON.stringify({ streamArn, shards } satisfies Saved));
      renameSync(`${file}.new`, file);
    },
  };
}

function readCheckpoint(file: string): Saved | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Saved;
  } catch {
    return undefined;
  }
}

/** Up to where everything was handed on, if the stream has one shard; for trimming. */
export function consumedUpTo(file: string): { streamArn: string; sequenceNumber: string } | undefined {
  const saved = readCheckpoint(file);
  const [only, ...others] = Object.values(saved?.shards ?? {});
  if (!saved || !only || others.length > 0 || !("after" in only)) return undefined;
  return { streamArn: saved.streamArn, sequenceNumber: only.after };
}
