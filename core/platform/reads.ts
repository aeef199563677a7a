import type { Context } from "./context.ts";
import type { Key } from "./keys.ts";
import type { Item } from "./table.ts";

/** What a noun wants to read by key, and what it makes of it: several nouns' reads go in one call. */
export interface Read<T> {
  keys: Key[];
  /** `items` are those of the keys that exist. */
  from(items: Item[]): T;
}

type Results<R extends readonly Read<unknown>[]> = { [I in keyof R]: R[I] extends Read<infer T> ? T : never };

/** All of them in one BatchGetItem (a hundred keys a call), consistently; without keys in none. */
export async function readTogether<const R extends readonly Read<unknown>[]>(
  ctx: Context,
  ...reads: R
): Promise<Results<R>> {
  const keys = reads.flatMap((read) => read.keys);
  const items = keys.length === 0 ? [] : await ctx.table.batchGet<Item>(keys, { consistent: true });
  const found = new Map(items.map((item) => [`${String(item["pk"])}\n${String(item["sk"])}`, item]));
  return reads.map((read) =>
    read.from(
      read.keys.flatMap(({ pk, sk }) => {
        const item = found.get(`${pk}\n${sk}`);
        return item ? [item] : [];
      }),
    ),
  ) as Results<R>;
}
