import type { Key } from "../../../../core/platform/keys.ts";
import type { Item, QueryInput, QueryPage, Table } from "../../../../core/platform/table.ts";

/**
 * As much of a table as search uses, in memory, so that a property can try hundreds of catalogues. The same verbs are
 * tried on the real emulator in tests/integration.
 */
export function memoryTable(): Table {
  const partitions = new Map<string, Map<string, Item>>();
  const partition = (pk: string) => {
    const found = partitions.get(pk) ?? new Map<string, Item>();
    partitions.set(pk, found);
    return found;
  };
  const put = (item: Key & Item) => void partition(item.pk).set(item.sk, { ...item });
  const unsupported = () => Promise.reject(new Error("Search does not use this"));

  return {
    async query<T extends Item>(input: QueryInput) {
      const after = input.startKey?.["sk"];
      const inRange = [...partition(input.pk).values()].filter((item) => {
        const sk = String(item["sk"]);
        if (input.prefix !== undefined && !sk.startsWith(input.prefix)) return false;
        if (input.from !== undefined && sk < input.from) return false;
        if (input.to !== undefined && sk > input.to) return false;
        return typeof after !== "string" || (input.newestFirst ? sk < after : sk > after);
      });
      inRange.sort((a, b) => (String(a["sk"]) < String(b["sk"]) ? -1 : 1));
      if (input.newestFirst) inRange.reverse();
      const items = inRange.slice(0, input.limit);
      const last = items.at(-1);
      const page: QueryPage<T> = { items: items as T[], count: items.length };
      // As DynamoDB does: a page that reached its limit has a key to go on from, even if nothing follows.
      if (last && items.length === input.limit) page.lastKey = { pk: input.pk, sk: last["sk"] };
      return page;
    },
    async batchGet<T extends Item>(keys: Key[]) {
      return keys.flatMap(({ pk, sk }) => {
        const item = partition(pk).get(sk);
        return item ? [item] : [];
      }) as T[];
    },
    put: async (item) => put(item),
    async batchWrite(writes) {
      for (const write of writes) {
        if ("put" in write) put(write.put);
        else partition(write.remove.pk).delete(write.remove.sk);
      }
    },
    get: unsupported,
    update: unsupported,
    transact: unsupported,
  };
}
