import { Lru } from "../lru.ts";
import type { Policy, Taken } from "./bucket.ts";

const MOST_BUCKETS = 10_000;

interface Bucket {
  used: number[];
  endsAt: number[];
}

export interface LocalBuckets {
  take(bucket: string, policies: readonly Policy[]): Taken;
}

/** Counts in this process's memory: a map and a few numbers, since every request comes through here. */
export function createLocalBuckets(now: () => number): LocalBuckets {
  const buckets = new Lru<Bucket>({ max: MOST_BUCKETS });

  return {
    take(name, policies) {
      const time = now();
      let bucket = buckets.get(name);
      if (!bucket) buckets.set(name, (bucket = { used: [], endsAt: [] }));
      const { used, endsAt } = bucket;
      let isAllowed = true;
      for (let index = 0; index < policies.length; index++) {
        if ((endsAt[index] ?? 0) <= time) {
          used[index] = 0;
          endsAt[index] = time + (policies[index]?.windowMs ?? 0);
        }
        if ((used[index] ?? 0) >= (policies[index]?.limit ?? 0)) isAllowed = false;
      }
      if (isAllowed) for (let index = 0; index < policies.length; index++) used[index] = (used[index] ?? 0) + 1;
      return { isAllowed, used, leftMs: endsAt.map((end) => end - time) };
    },
  };
}
