import { contentHash } from "../../platform/canonical.ts";
import type { Context } from "../../platform/context.ts";
import { COUNTER_PREFIX, sumCounters } from "../../platform/counters.ts";
import { AFTER_STOCK, FIRST_STOCK, stockOf, stockPartition } from "../stock.store.ts";
import type { Difference } from "./difference.ts";
import { everyItem } from "./read-product.ts";

const ATTEMPTS = 3;

/**
 * The organisation's totals against the sums of its stock items. Undefined when they changed while they were read, every
 * time: what is being sold just then cannot be summed.
 */
export async function checkTotals(ctx: Context): Promise<Difference[] | undefined> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const before = await storedTotals(ctx);
    const sums = await sumStock(ctx);
    const differences = [...new Set([...Object.keys(before), ...Object.keys(sums)])].flatMap((name): Difference[] => {
      const [stored, expected] = [before[name] ?? 0, sums[name] ?? 0];
      return stored === expected ? [] : [{ code: "TOTAL_WRONG", name, stored, expected }];
    });
    if (differences.length === 0) return [];
    const after = await storedTotals(ctx);
    if (contentHash(before) === contentHash(after)) return differences;
  }
  return undefined;
}

async function storedTotals(ctx: Context): Promise<Record<string, number>> {
  const items = [];
  for await (const item of everyItem(ctx, stockPartition(ctx), { prefix: COUNTER_PREFIX })) items.push(item);
  return sumCounters(items);
}

async function sumStock(ctx: Context): Promise<Record<string, number>> {
  const sums: Record<string, number> = {};
  const add = (name: string, by: number) => void (sums[name] = (sums[name] ?? 0) + by);
  for await (const item of everyItem(ctx, stockPartition(ctx), { from: FIRST_STOCK, to: AFTER_STOCK })) {
    const { onHand, uncosted, valueMinor, currency } = stockOf(item);
    add("units", onHand);
    add("uncosted", uncosted);
    if (currency !== undefined) add(`value:${currency}`, valueMinor);
  }
  return sums;
}
