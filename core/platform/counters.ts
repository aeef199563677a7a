import type { Key, PartitionKey } from "./keys.ts";
import type { Item, Write } from "./table.ts";

/** Counters are spread, so that many writes at once do not queue up behind one item. */
const SHARDS = 8;

/** Sorts after every id: a partition's resources are what comes before. */
export const COUNTER_PREFIX = "~COUNT#";

/** How many counter items a partition can hold: what a newest-first read meets before the first resource. */
export const MAX_COUNTERS = SHARDS;

/** Adds to a partition's counters, in the transaction of what is counted. `seed`, an id, picks the shard. */
export function countWrite(pk: PartitionKey, change: Record<string, number>, seed: string): Write {
  const shard = (seed.charCodeAt(seed.length - 1) + seed.charCodeAt(seed.length - 2)) % SHARDS;
  const key: Key = { pk, sk: `${COUNTER_PREFIX}${shard}` };
  const names = Object.keys(change);
  return {
    update: key,
    set: {
      expression: `SET entity = :entity ADD ${names.map((_, index) => `#c${index} :c${index}`).join(", ")}`,
      names: Object.fromEntries(names.map((name, index) => [`#c${index}`, name])),
      values: {
        ":entity": "counter",
        ...Object.fromEntries(Object.values(change).map((by, index) => [`:c${index}`, by])),
      },
    },
  };
}

export function isCounter(item: Item): boolean {
  return item["entity"] === "counter";
}

/** The sums of every name that any of the counter items has; other items do not count. */
export function sumCounters(items: Item[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const item of items.filter(isCounter)) {
    for (const [name, value] of Object.entries(item))
      if (typeof value === "number") sum[name] = (sum[name] ?? 0) + value;
  }
  return sum;
}
