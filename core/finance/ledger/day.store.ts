import type { Context } from "../../platform/context.ts";
import { orgPartition } from "../../platform/keys.ts";
import type { Item, Write } from "../../platform/table.ts";
import type { Entry, TransactionType } from "./transaction.ts";

/** Totals are spread, so that many sales of a day do not queue up behind one item. */
const SHARDS = 8;

/**
 * Amounts are added up as billions and rest, each a number of its own: no day's sum leaves the safe integers, which one
 * amount alone may nearly reach.
 */
const HIGH = 1_000_000_000;

/** A day's total of one platform, currency and type. */
export interface DayTotal {
  /** UTC. */
  day: string;
  platform: string;
  currency: string;
  type: TransactionType;
  minor: bigint;
  count: number;
}

/** Adds the entries to their days' totals: one write for each day and platform among them. `seed` picks the shard. */
export function dayWrites(ctx: Context, entries: Entry[], seed: string): Write[] {
  const shard = (seed.charCodeAt(seed.length - 1) + seed.charCodeAt(seed.length - 2)) % SHARDS || 0;
  const byItem = Map.groupBy(entries, ({ occurredAt, platform }) => `${occurredAt.slice(0, 10)}#${platform}#${shard}`);
  return [...byItem].map(([sk, ofItem]): Write => {
    const sums: Record<string, number> = {};
    for (const { type, amount } of ofItem) {
      const high = Math.trunc(amount.minor / HIGH);
      for (const [name, by] of [
        [`${amount.currency}#${type}#high`, high],
        [`${amount.currency}#${type}#low`, amount.minor - high * HIGH],
        [`${amount.currency}#${type}#count`, 1],
      ] as const)
        sums[name] = (sums[name] ?? 0) + by;
    }
    const names = Object.keys(sums);
    return {
      update: { pk: partition(ctx), sk },
      set: {
        expression: `SET entity = :entity ADD ${names.map((_, index) => `#s${index} :s${index}`).join(", ")}`,
        names: Object.fromEntries(names.map((name, index) => [`#s${index}`, name])),
        values: {
          ":entity": "finance-day",
          ...Object.fromEntries(Object.values(sums).map((by, index) => [`:s${index}`, by])),
        },
      },
    };
  });
}

/** The totals of the days from `from` to `to`, both with; undefined where there are more items than `maxCalls` queries read. */
export async function readDays(
  ctx: Context,
  { from, to, maxCalls }: { from: string; to: string; maxCalls: number },
): Promise<DayTotal[] | undefined> {
  const totals: DayTotal[] = [];
  let startKey: Item | undefined;
  for (let call = 0; call < maxCalls; call++) {
    const page = await ctx.table.query<Item>({
      pk: partition(ctx),
      from: `${from}#`,
      to: `${to}#\u{10ffff}`,
      consistent: true,
      ...(startKey ? { startKey } : {}),
    });
    for (const item of page.items) totals.push(...totalsOf(item));
    if (!page.lastKey) return totals;
    startKey = page.lastKey;
  }
  return undefined;
}

function totalsOf(item: Item): DayTotal[] {
  const [day = "", platform = ""] = String(item["sk"]).split("#");
  return Object.keys(item).flatMap((name) => {
    const [currency = "", type = "", kind] = name.split("#");
    if (kind !== "count") return [];
    const stem = `${currency}#${type}`;
    const minor = BigInt(Number(item[`${stem}#high`])) * BigInt(HIGH) + BigInt(Number(item[`${stem}#low`]));
    return [{ day, platform, currency, type: type as TransactionType, minor, count: Number(item[name]) }];
  });
}

function partition(ctx: Context) {
  return orgPartition(ctx.actor.organizationId, "FINANCE_DAY");
}
