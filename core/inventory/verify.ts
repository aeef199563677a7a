import { type Context, requirePermission } from "../platform/context.ts";
import { orgPartition } from "../platform/keys.ts";
import type { Hold } from "./holds.ts";
import type { Reservation } from "./reservation.ts";
import { AFTER_STOCK, FIRST_STOCK, stockPartition } from "./stock.store.ts";
import type { Difference } from "./verification/difference.ts";
import { checkProduct, everyItem } from "./verification/read-product.ts";
import { checkTotals } from "./verification/totals.ts";

export interface VerifyOptions {
  /** Every unit that records of other nouns hold: open orders'. Called again where something changed meanwhile. */
  holds: () => AsyncIterable<Hold>;
  /** Told of each difference as it is found. */
  onDifference: (difference: Difference) => void;
}

export interface Verification {
  products: number;
  stockItems: number;
  lots: number;
  ledgerEntries: number;
  differences: number;
  /** Products, or `totals`, that changed whenever they were looked at: nothing can be said of them. */
  unsettled: string[];
}

const ATTEMPTS = 3;

/**
 * Checks every balance of the organisation's stock against its ledger, its lots and whoever holds units of it. It reads
 * and changes nothing, may run while orders come in, and keeps no more than one product's lots and sums at a time, beside
 * a number for each stock item with reserved units.
 */
export async function verifyLedger(ctx: Context, { holds, onDifference }: VerifyOptions): Promise<Verification> {
  requirePermission(ctx, "inventory.read");
  const counts: Verification = {
    products: 0,
    stockItems: 0,
    lots: 0,
    ledgerEntries: 0,
    differences: 0,
    unsettled: [],
  };
  const tell = (differences: readonly Difference[]) => {
    counts.differences += differences.length;
    for (const difference of differences) onDifference(difference);
  };
  const held = await unitsHeld(ctx, holds);
  const unseen = new Set(held.keys());
  const doubtful = new Set<string>();
  for await (const productId of productsWithStock(ctx)) {
    unseen.delete(productId);
    const { differences, stock, lots, entries, revisions } = await checkProduct(
      ctx,
      productId,
      held.get(productId) ?? new Map<string, number>(),
    );
    counts.products++;
    counts.stockItems += stock.length;
    counts.lots += lots;
    counts.ledgerEntries += entries;
    if (differences.length > 0 || revisions === undefined) doubtful.add(productId);
  }
  // Held, and without any stock item.
  for (const productId of unseen) doubtful.add(productId);
  counts.unsettled.push(...(await settle(ctx, { doubtful, holds, tell })));
  const totals = await checkTotals(ctx);
  if (totals) tell(totals);
  else counts.unsettled.push("totals");
  return counts;
}

interface Settling {
  doubtful: Set<string>;
  holds: VerifyOptions["holds"];
  tell: (differences: readonly Difference[]) => void;
}

/**
 * Looks again at what seemed wrong: an order that came between the reading of holds and that of stock looks like a
 * difference. What is the same stock item before and after the holds were read is one. Returns what never held still.
 */
async function settle(ctx: Context, { doubtful, holds, tell }: Settling): Promise<string[]> {
  for (let attempt = 1; attempt <= ATTEMPTS && doubtful.size > 0; attempt++) {
    const nobody = new Map<string, number>();
    const before = new Map<string, string | undefined>();
    for (const id of doubtful) before.set(id, (await checkProduct(ctx, id, nobody)).revisions);
    const held = await unitsHeld(ctx, holds, doubtful);
    for (const id of doubtful) {
      const { differences, revisions } = await checkProduct(ctx, id, held.get(id) ?? nobody);
      if (revisions === undefined || revisions !== before.get(id)) continue;
      tell(differences);
      doubtful.delete(id);
    }
  }
  return [...doubtful];
}

/** Units that orders and open reservations hold, by product and location. */
async function unitsHeld(
  ctx: Context,
  holds: VerifyOptions["holds"],
  only?: ReadonlySet<string>,
): Promise<Map<string, Map<string, number>>> {
  const held = new Map<string, Map<string, number>>();
  const add = ({ productId, locationId, quantity }: Hold) => {
    if (only && !only.has(productId)) return;
    const places = held.get(productId) ?? new Map<string, number>();
    places.set(locationId, (places.get(locationId) ?? 0) + quantity);
    held.set(productId, places);
  };
  for await (const hold of holds()) add(hold);
  for await (const item of everyItem(ctx, orgPartition(ctx.actor.organizationId, "RESERVATION"))) {
    const { status, lines } = item as unknown as Reservation;
    if (status === "open") for (const line of lines) add(line);
  }
  return held;
}

/** Every product that has a stock item, or is marked as having had one, in the order of their ids. */
async function* productsWithStock(ctx: Context): AsyncGenerator<string> {
  const stocked = productIds(ctx, { isMark: false });
  const marked = productIds(ctx, { isMark: true });
  let [a, b] = [await stocked.next(), await marked.next()];
  while (!a.done || !b.done) {
    const least = a.done ? String(b.value) : b.done ? a.value : a.value < b.value ? a.value : b.value;
    if (!a.done && a.value === least) a = await stocked.next();
    if (!b.done && b.value === least) b = await marked.next();
    yield least;
  }
}

async function* productIds(ctx: Context, { isMark }: { isMark: boolean }): AsyncGenerator<string> {
  const pk = isMark ? orgPartition(ctx.actor.organizationId, "BUNDLE") : stockPartition(ctx);
  let last: string | undefined;
  for await (const item of everyItem(ctx, pk, { from: FIRST_STOCK, to: AFTER_STOCK })) {
    if (isMark && item["isStocked"] !== true) continue;
    const id = String(item["sk"]).split("#", 1)[0] ?? "";
    if (id !== last) yield id;
    last = id;
  }
}
