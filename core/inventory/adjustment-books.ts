import type * as Finance from "../finance/index.ts";
import { defined } from "../platform/defined.ts";
import type { ChangeType } from "./ledger.ts";
import type { EntryFacts } from "./ledger.store.ts";

/** What an adjustment is in the books: goods bought, goods lost, goods sold past any order, or a correction. */
const TYPE_OF: Record<ChangeType, Finance.TransactionType> = {
  restock: "purchase",
  spoil: "writeOff",
  trash: "writeOff",
  damaged: "writeOff",
  sale: "costOfGoods",
  manual: "adjustment",
  recount: "adjustment",
  reserved: "adjustment",
  unreserved: "adjustment",
};

export interface AdjustedFacts {
  /** Of the adjustment, and its place among those of one request. */
  source: string;
  productId: string;
  type: ChangeType;
  notes?: string | undefined;
  occurredAt: string;
  /** What the ledger says of it. */
  entries: readonly EntryFacts[];
}

/**
 * The entry that an adjustment is in the books, where the units that moved have a known cost: what came was paid for, or
 * found; what went is a loss or the cost of a sale, at exactly what its lots had cost.
 */
export function adjustmentEntries({
  source,
  productId,
  type,
  notes,
  occurredAt,
  entries,
}: AdjustedFacts): Finance.Entry[] {
  const costed = entries.filter(({ costChangeMinor }) => costChangeMinor !== undefined && costChangeMinor !== 0);
  const currency = costed[0]?.currency;
  if (currency === undefined) return [];
  const costChange = costed.reduce((sum, entry) => sum + (entry.costChangeMinor ?? 0), 0);
  const quantity = Math.abs(costed.reduce((sum, { onHandChange = 0 }) => sum + onHandChange, 0));
  const entryType = TYPE_OF[type];
  // Goods that were bought are money that went out; everything else is stock that became more or less.
  const minor = entryType === "purchase" ? -costChange : costChange;
  return [
    defined({
      type: entryType,
      platform: "stock",
      amount: { minor, currency },
      occurredAt,
      source: { kind: "adjustment", id: source },
      ref: `${entryType}#${source}`,
      productId,
      parts: [{ kind: type, minor, productId, quantity }],
      note: notes,
    }),
  ];
}
