import { type Money, multiply } from "../platform/money.ts";
import type { StockBook } from "./book.ts";
import { costOf } from "./lot.ts";
import type { StockPlace } from "./stock.ts";

export interface Recount extends StockPlace {
  /** Units that are really there: of the lot number where one is given, else of all lots. */
  counted: number;
  lotNumber?: string | undefined;
  /** Of units that are found; what those that were known cost on average, where absent. */
  unitCost?: Money | undefined;
  notes?: string | undefined;
}

/**
 * Brings stock to what was counted, and returns what was expected. What is missing leaves the lots that leave first, what
 * is found becomes a lot. Throws INSUFFICIENT_STOCK when reserved units would be missing.
 */
export function recount(book: StockBook, { counted, lotNumber, unitCost, notes, ...place }: Recount): number {
  const { positions } = book.account(place);
  const ofLot = lotNumber === undefined ? positions : positions.filter((lot) => lot.lotNumber === lotNumber);
  const expected = ofLot.reduce((sum, lot) => sum + lot.remaining, 0);
  const difference = counted - expected;
  const change = { ...place, quantity: Math.abs(difference), lotNumber, type: "recount" as const, notes };
  if (difference < 0) book.issue({ ...change, from: "free", maySell: "any" });
  if (difference > 0) {
    const cost = unitCost
      ? multiply(unitCost, { digits: BigInt(difference), scale: 0 })
      : averageCost(book, place, difference);
    // What is found of a lot number expires as that does: with the first of its lots, where they differ.
    const [expirationDate] = lotNumber === undefined ? [] : ofLot.flatMap((lot) => lot.expirationDate ?? []).toSorted();
    book.receive({ ...change, cost, expirationDate });
  }
  return expected;
}

function averageCost(book: StockBook, place: StockPlace, units: number): Money | undefined {
  const { valueMinor, onHand, uncosted, currency } = book.stock(place);
  const costed = onHand - uncosted;
  if (currency === undefined || costed <= 0) return undefined;
  return { minor: costOf(valueMinor, units, costed), currency };
}
