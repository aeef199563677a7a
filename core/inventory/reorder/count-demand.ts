import { type Context, timestamp } from "../../platform/context.ts";
import { idAt } from "../../platform/ids.ts";
import type { Item } from "../../platform/table.ts";
import { TransactionCanceled } from "../../platform/table-errors.ts";
import { entryOf, ledgerPartition } from "../ledger.store.ts";
import type { LedgerEntry } from "../ledger.ts";
import type { StockPlace } from "../stock.ts";
import { dayBefore, type Days, MOST_DAYS } from "./demand.ts";
import { type CountedDemand, demandWrite } from "./rule.store.ts";

/** A day is closed a while after its end: an entry's id is made before its transaction is through. */
const CLOSES_AFTER_MS = 15 * 60_000;
const ENTRIES_A_PAGE = 1_000;

/** How many pages of ledgers one request may still read. */
export interface ReadingBudget {
  pages: number;
}

/** The last whole day of which every entry is there. */
export function lastClosedDay(ctx: Context): string {
  return dayBefore(new Date(ctx.now() - CLOSES_AFTER_MS).toISOString().slice(0, 10), 1);
}

/**
 * Counts what the ledger has had since the last time, up to the last closed day, and remembers it: nothing is read twice,
 * and nobody who sells has anything more to write. With the budget spent it says how far it has come.
 */
export async function countDemand(
  ctx: Context,
  place: StockPlace,
  { known, budget }: { known: CountedDemand | undefined; budget: ReadingBudget },
): Promise<CountedDemand> {
  const end = dayBefore(lastClosedDay(ctx), -1);
  if (known && known.before >= end) return known;
  const oldest = dayBefore(end, MOST_DAYS);
  const days: Days = Object.fromEntries(Object.entries(known?.days ?? {}).filter(([day]) => day >= oldest));
  let after = known?.after ?? idAt("ledgerEntry", Date.parse(oldest));
  let before = known?.before ?? oldest;
  const limit = idAt("ledgerEntry", Date.parse(end));
  while (before < end && budget.pages > 0) {
    budget.pages--;
    const page = await ctx.table.query<Item>({
      pk: ledgerPartition(ctx, place.productId),
      from: `${after}~`,
      to: limit,
      limit: ENTRIES_A_PAGE,
      consistent: true,
    });
    for (const item of page.items) addTo(days, place, entryOf(item));
    const last = page.items.at(-1);
    if (last) after = String(last["sk"]);
    if (page.lastKey) before = last ? String(last["at"]).slice(0, 10) : before;
    else before = end;
  }
  const counted = { ...place, days, after, before };
  await remember(ctx, counted, known?.after);
  return counted;
}

function addTo(days: Days, { locationId }: StockPlace, entry: LedgerEntry): void {
  const { type, cause, onHandChange, at } = entry;
  // A batch that was cancelled has needed nothing; a customer who sent goods back wanted them all the same.
  const isDemand = type === "sale" || type === "consumed" || (type === "returned" && cause.kind === "batch");
  if (!isDemand || entry.locationId !== locationId) return;
  const day = at.slice(0, 10);
  days[day] = (days[day] ?? 0) - onHandChange;
}

async function remember(ctx: Context, counted: CountedDemand, from: string | undefined): Promise<void> {
  try {
    await ctx.table.transact([demandWrite(ctx, counted, from)]);
  } catch (error) {
    if (!(error instanceof TransactionCanceled)) throw error;
    ctx.log.debug("Demand was counted by two requests at once", { ...counted, days: undefined, at: timestamp(ctx) });
  }
}
