import type { Context } from "../../platform/context.ts";
import { type Key, orgPartition } from "../../platform/keys.ts";
import type { Item, Write } from "../../platform/table.ts";

/** Which of the two is looked for. */
export type Sought = "purchase" | "sale";

/** What is found: a purchase's id, or an order's and a line's. */
export type Found = string;

const SEPARATOR = "#";

/** By time, so that what was bought or sold first is found first. */
function keyOf(ctx: Context, sought: Sought, key: string, at: string, found: Found): Key {
  return { pk: orgPartition(ctx.actor.organizationId, "MATCH_KEY", sought, key), sk: `${at}${SEPARATOR}${found}` };
}

/** Stands under its keys: one write each. Putting it twice changes nothing. */
export function lookupWrites(ctx: Context, sought: Sought, keys: string[], at: string, found: Found): Write[] {
  return keys.map((key) => ({ put: { ...keyOf(ctx, sought, key, at, found), entity: "match-key" } }));
}

export function lookupRemovals(ctx: Context, sought: Sought, keys: string[], at: string, found: Found): Write[] {
  return keys.map((key) => ({ remove: keyOf(ctx, sought, key, at, found) }));
}

/** What stands under any of the keys, those under most of them first, then the oldest; at most so many a key. */
export async function lookUp(ctx: Context, sought: Sought, keys: string[], perKey: number): Promise<Found[]> {
  const pages = await Promise.all(
    keys.map((key) =>
      ctx.table.query<Item>({
        pk: orgPartition(ctx.actor.organizationId, "MATCH_KEY", sought, key),
        limit: perKey,
        consistent: true,
      }),
    ),
  );
  const times = new Map<string, number>();
  for (const { items } of pages)
    for (const item of items) times.set(String(item["sk"]), (times.get(String(item["sk"])) ?? 0) + 1);
  return [...times]
    .sort(([a, timesOfA], [b, timesOfB]) => timesOfB - timesOfA || (a < b ? -1 : 1))
    .map(([sk]) => sk.slice(sk.indexOf(SEPARATOR) + 1));
}
