import {
  type _Record as StreamRecord,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from "@aws-sdk/client-dynamodb-streams";
import type { Invoke } from "../machine/functions.ts";
import { type DeadLetter, deadLetter } from "./stream-dead-letter.ts";
import { deliver, sequenceOf } from "./stream-batch.ts";
import type { Checkpoint } from "./stream-checkpoint.ts";
import { doubling, type Waiter } from "./wait.ts";
import type { Say } from "../machine/say.ts";

export interface ShardOptions {
  streams: DynamoDBStreamsClient;
  streamArn: string;
  functionName: string;
  invoke: Invoke;
  batchSize: number;
  /** Records of other entities are passed over, as Lambda's event filter does. Without it all are handed over. */
  entities?: readonly string[];
  maximumRetryAttempts: number;
  checkpoint: Checkpoint;
  sendDeadLetter: (letter: DeadLetter) => Promise<void>;
  /** Milliseconds until the n-th repetition of a failed batch. */
  retryMs?: (attempt: number) => number;
  say: Say;
}

const READ_AT_ONCE = 1_000;
/** Right after work there is usually more; an idle stream is asked five times a second. */
const ACTIVE_POLL_MS = 25;
const IDLE_POLL_MS = 200;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 2_000;

function backoffMs(attempt: number): number {
  return doubling(attempt, FIRST_RETRY_MS, LONGEST_RETRY_MS);
}

/** Reads a shard from its checkpoint on and hands it over in order. Resolves when the shard has ended, or at a stop. */
export async function workShard(shardId: string, options: ShardOptions, waiter: Waiter): Promise<void> {
  let iterator: string | undefined = await openShard(shardId, options);
  let emptyReads = 0;
  while (!waiter.stopped && iterator !== undefined) {
    const command: GetRecordsCommand = new GetRecordsCommand({ ShardIterator: iterator, Limit: READ_AT_ONCE });
    const { Records: records = [], NextShardIterator: next } = await options.streams.send(command);
    await handOver(
      shardId,
      records.filter((record) => isConsumed(record, options.entities)),
      options,
      waiter,
    );
    if (!waiter.stopped) save(shardId, records.at(-1), options);
    iterator = next;
    emptyReads = records.length > 0 ? 0 : emptyReads + 1;
    if (emptyReads > 0 && next) await waiter.wait(doubling(emptyReads, ACTIVE_POLL_MS, IDLE_POLL_MS));
  }
  if (!waiter.stopped) options.checkpoint.set(shardId, { finished: true });
}

async function openShard(shardId: string, { streams, streamArn, checkpoint, say }: ShardOptions): Promise<string> {
  const position = checkpoint.get(shardId);
  const shard = { StreamArn: streamArn, ShardId: shardId };
  const fromStart = new GetShardIteratorCommand({ ...shard, ShardIteratorType: "TRIM_HORIZON" });
  const command =
    position && "after" in position
      ? new GetShardIteratorCommand({
          ...shard,
          ShardIteratorType: "AFTER_SEQUENCE_NUMBER",
          SequenceNumber: position.after,
        })
      : fromStart;
  try {
    return iteratorOf(await streams.send(command));
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "TrimmedDataAccessException") throw error;
    say(`The stream's records before ${shardId} ${JSON.stringify(position)} are gone; going on with the oldest kept`);
    return iteratorOf(await streams.send(fromStart));
  }
}

function iteratorOf(answer: { ShardIterator?: string | undefined }): string {
  if (!answer.ShardIterator) throw new Error("The stream gave no shard iterator");
  return answer.ShardIterator;
}

/**
 * Hands records over in batches. A failed record is repeated with those after it, as Lambda does; a batch that fails
 * whole is halved, so that one poison record ends up alone. Alone and failing beyond the attempts, it goes to the
 * dead-letter queue and the stream goes on.
 */
async function handOver(
  shardId: string,
  records: StreamRecord[],
  options: ShardOptions,
  waiter: Waiter,
): Promise<void> {
  const { batchSize, maximumRetryAttempts, retryMs = backoffMs } = options;
  let at = 0;
  let size = batchSize;
  let failures = 0;
  while (at < records.length && !waiter.stopped) {
    const batch = records.slice(at, at + size);
    const { done, failure } = await deliver(options.invoke, batch, options.streamArn);
    if (done > 0) {
      at += done;
      failures = 0;
      save(shardId, records[at - 1], options);
    }
    if (!failure) {
      size = Math.min(batchSize, size * 2);
      continue;
    }
    if (failure.wholeBatch) {
      size = Math.ceil(batch.length / 2);
      continue;
    }
    const poison = records[at];
    if (!poison) return;
    failures++;
    options.say(`The stream record ${sequenceOf(poison)} failed (attempt ${failures})`, failure.error);
    if (failures <= maximumRetryAttempts) {
      await waiter.pause(retryMs(failures));
      continue;
    }
    await options.sendDeadLetter(deadLetter(shardId, poison, failures, options));
    options.say(`The stream record ${sequenceOf(poison)} of ${shardId} went to the dead-letter queue`);
    save(shardId, poison, options);
    at++;
    failures = 0;
  }
}

function isConsumed({ dynamodb }: StreamRecord, entities: readonly string[] | undefined): boolean {
  if (!entities) return true;
  return [dynamodb?.NewImage, dynamodb?.OldImage].some((image) => entities.includes(image?.["entity"]?.S ?? ""));
}

function save(shardId: string, record: StreamRecord | undefined, { checkpoint }: ShardOptions): void {
  if (record) checkpoint.set(shardId, { after: sequenceOf(record) });
}
