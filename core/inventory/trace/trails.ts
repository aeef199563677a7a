import type { Context } from "../../platform/context.ts";
import type { Key } from "../../platform/keys.ts";
import { readTogether, type Read } from "../../platform/reads.ts";
import type { Item } from "../../platform/table.ts";
import type { LedgerEntry } from "../ledger.ts";
import { entryOf, tracePartition } from "../ledger.store.ts";
import type { Lot, LotPosition } from "../lot.ts";
import { lotKey, lotNumberPartition, lotOf, positionKey, positionOf } from "../lot.store.ts";
import { type Trail, trailOf } from "./trail.ts";

const ENTRIES_A_PAGE = 500;

/** How much a trace may still read; shared by all its lots. */
export interface TraceBudget {
  entries: number;
}

/** The lots of a number, the oldest first: several deliveries, or products, may share one. */
export async function lotsOfNumber(ctx: Context, lotNumber: string, limit: number): Promise<Lot[]> {
  const pk = lotNumberPartition(ctx, lotNumber);
  const { items } = await ctx.table.query<Item>({ index: "gsi1", pk, limit });
  return items.map(lotOf);
}

/** Undefined for a lot that does not exist, and when the budget was spent before. */
export async function readTrail(ctx: Context, lotId: string, budget: TraceBudget): Promise<Trail | undefined> {
  const { entries, isWhole } = await entriesOf(ctx, lotId, budget);
  const [first] = entries;
  if (!first) return undefined;
  const { productId, expirationDate } = first;
  const places = [...new Set(entries.map(({ locationId }) => locationId))];
  const [lot, positions] = await readTogether(
    ctx,
    { keys: [lotKey(ctx, productId, lotId)], from: ([item]) => item && lotOf(item) } satisfies Read<Lot | undefined>,
    positionsRead(
      places.map((locationId) =>
        positionKey(ctx, { productId, locationId, lotId, ...(expirationDate === undefined ? {} : { expirationDate }) }),
      ),
    ),
  );
  return lot && { ...trailOf(lot, entries, positions), isWhole };
}

const positionsRead = (keys: Key[]): Read<LotPosition[]> => ({ keys, from: (items) => items.map(positionOf) });

async function entriesOf(ctx: Context, lotId: string, budget: TraceBudget) {
  const entries: LedgerEntry[] = [];
  let startKey: Item | undefined;
  while (budget.entries > 0) {
    const page = await ctx.table.query<Item>({
      index: "gsi1",
      pk: tracePartition(ctx, lotId),
      limit: ENTRIES_A_PAGE,
      ...(startKey ? { startKey } : {}),
    });
    entries.push(...page.items.map(entryOf));
    budget.entries -= page.items.length;
    startKey = page.lastKey;
    if (!startKey) return { entries, isWhole: true };
  }
  return { entries, isWhole: false };
}
