import type { Context } from "../platform/context.ts";
import { orgPartition } from "../platform/keys.ts";
import type { Item, Write } from "../platform/table.ts";
import type { StatsChange } from "./stats.ts";

const partition = (ctx: Context, supplierId: string) =>
  orgPartition(ctx.actor.organizationId, "SUPPLIER_STATS", supplierId);

const monthOf = (ms: number) => new Date(ms).toISOString().slice(0, 7);

/** Adds to the supplier's figures of this month, in the transaction of what they are of. */
export function statsWrites(ctx: Context, supplierId: string, change: StatsChange): Write[] {
  const names = Object.keys(change);
  if (names.length === 0) return [];
  return [
    {
      update: { pk: partition(ctx, supplierId), sk: monthOf(ctx.now()) },
      set: {
        expression: `SET entity = :entity ADD ${names.map((_, index) => `#n${index} :n${index}`).join(", ")}`,
        names: Object.fromEntries(names.map((name, index) => [`#n${index}`, name])),
        values: {
          ":entity": "supplier-stats",
          ...Object.fromEntries(names.map((name, index) => [`:n${index}`, change[name]])),
        },
      },
    },
  ];
}

/** The sums of the last twelve months, this one among them: twelve small items. */
export async function readStats(
  ctx: Context,
  supplierId: string,
): Promise<{ from: string; to: string; sums: Record<string, number> }> {
  const now = new Date(ctx.now());
  const from = monthOf(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 11, 1));
  const to = monthOf(ctx.now());
  const page = await ctx.table.query<Item>({ pk: partition(ctx, supplierId), from, to, consistent: true });
  const sums: Record<string, number> = {};
  for (const item of page.items)
    for (const [name, value] of Object.entries(item))
      if (typeof value === "number") sums[name] = (sums[name] ?? 0) + value;
  return { from, to, sums };
}
