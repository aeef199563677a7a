import { DescribeStreamCommand, type Shard } from "@aws-sdk/client-dynamodb-streams";
import { type ShardOptions, workShard } from "./stream-shard.ts";
import { createWaiter, type Waiter } from "./wait.ts";

export interface StreamLoop {
  /** Something was written: look now. */
  wake(): void;
  stop(): Promise<void>;
}

const NO_SHARDS_YET_MS = 250;
const AFTER_ERROR_MS = 500;

/** Calls the table stream's function with its records, shard by shard and in order, as Lambda's event source mapping does. */
export function startStream(options: ShardOptions): StreamLoop {
  const waiter = createWaiter();
  const working = work(options, waiter);
  return {
    wake: () => waiter.wake(),
    async stop() {
      waiter.stop();
      await working;
    },
  };
}

/** A shard splits only by ending, so shards are listed at the start and whenever one ended. */
async function work(options: ShardOptions, waiter: Waiter): Promise<void> {
  const running = new Map<string, Promise<void>>();
  while (!waiter.stopped) {
    try {
      for (const shard of readyShards(await listShards(options), options)) {
        if (running.has(shard)) continue;
        const ended = workShard(shard, options, waiter).finally(() => running.delete(shard));
        running.set(shard, ended);
      }
      await (running.size === 0 ? waiter.pause(NO_SHARDS_YET_MS) : Promise.race(running.values()));
    } catch (error) {
      if (waiter.stopped) break;
      options.say("The table's stream", error);
      await waiter.pause(AFTER_ERROR_MS);
    }
  }
  await Promise.allSettled(running.values());
}

async function listShards({ streams, streamArn }: ShardOptions): Promise<Shard[]> {
  const shards: Shard[] = [];
  let after: string | undefined;
  do {
    const command: DescribeStreamCommand = new DescribeStreamCommand({
      StreamArn: streamArn,
      ...(after ? { ExclusiveStartShardId: after } : {}),
    });
    const { StreamDescription: stream } = await streams.send(command);
    shards.push(...(stream?.Shards ?? []));
    after = stream?.LastEvaluatedShardId;
  } while (after !== undefined);
  return shards;
}

/** Shards to read now: not finished, and with no parent left whose records come first. */
function readyShards(shards: Shard[], { checkpoint }: ShardOptions): string[] {
  const finished = (id: string | undefined) => {
    const position = id === undefined ? undefined : checkpoint.get(id);
    return position !== undefined && "finished" in position;
  };
  const known = new Set(shards.map((shard) => shard.ShardId));
  return shards
    .filter((shard) => !finished(shard.ShardId))
    .filter((shard) => !known.has(shard.ParentShardId) || finished(shard.ParentShardId))
    .flatMap((shard) => (shard.ShardId === undefined ? [] : [shard.ShardId]));
}
