import type { Cause, LedgerEntry, LedgerType } from "../ledger.ts";
import type { Lot, LotPosition } from "../lot.ts";

/** Units of a lot that left for a customer, and those of them that came back. */
export interface SoldUnits {
  /** An order, or the adjustment by which a sale was entered by hand. */
  cause: Cause;
  quantity: number;
  returned: number;
  at: string;
}

export interface ConsumedUnits {
  batchId: string;
  /** Without what came back when a batch was cancelled. */
  quantity: number;
  at: string;
}

export interface MovedUnits {
  transferId: string;
  fromLocationId?: string;
  toLocationId?: string;
  quantity: number;
  at: string;
}

export interface WrittenOffUnits {
  type: LedgerType;
  cause: Cause;
  quantity: number;
  at: string;
  notes?: string;
}

/** Where the units of one lot came from and went, in units: every one of them is somewhere. */
export interface Trail {
  lot: Lot;
  remaining: { locationId: string; quantity: number; isBlocked: boolean }[];
  sold: SoldUnits[];
  consumed: ConsumedUnits[];
  transfers: MovedUnits[];
  writtenOff: WrittenOffUnits[];
  sums: TrailSums;
  /** False when the lot has more entries than could be read: its sums are of the oldest ones then. */
  isWhole: boolean;
}

export interface TrailSums {
  received: number;
  remaining: number;
  /** That are with customers: what came back is not. */
  sold: number;
  consumed: number;
  writtenOff: number;
  /** Received units that none of the others account for: 0, or something is wrong. */
  unexplained: number;
}

/** What a trail says of entries, whether or not they are all. */
type TrailOfEntries = Omit<Trail, "isWhole">;

/** Reads a lot's ledger entries, oldest first, beside what is left of it. */
export function trailOf(lot: Lot, entries: readonly LedgerEntry[], positions: readonly LotPosition[]): TrailOfEntries {
  const sold = new Map<string, SoldUnits>();
  const consumed = new Map<string, ConsumedUnits>();
  const transfers = new Map<string, MovedUnits>();
  const writtenOff: WrittenOffUnits[] = [];
  let received = 0;
  for (const entry of entries) {
    const { type, cause, at, onHandChange: change, locationId, notes } = entry;
    if (change === 0) continue;
    if (type === "transfer") {
      const moved = transfers.get(cause.id) ?? { transferId: cause.id, quantity: 0, at };
      if (change > 0) Object.assign(moved, { toLocationId: locationId, quantity: moved.quantity + change });
      else moved.fromLocationId = locationId;
      transfers.set(cause.id, moved);
    } else if (type === "consumed" || (type === "returned" && cause.kind === "batch")) {
      const used = consumed.get(cause.id) ?? { batchId: cause.id, quantity: 0, at };
      consumed.set(cause.id, { ...used, quantity: used.quantity - change });
    } else if (type === "sale" || type === "returned") {
      const units = sold.get(cause.id) ?? { cause, quantity: 0, returned: 0, at };
      if (change < 0) units.quantity -= change;
      else units.returned += change;
      sold.set(cause.id, units);
    } else if (change > 0) received += change;
    else writtenOff.push({ type, cause, quantity: -change, at, ...(notes === undefined ? {} : { notes }) });
  }
  const trail = {
    lot,
    remaining: positions.map(({ locationId, remaining, blocked }) => ({
      locationId,
      quantity: remaining,
      isBlocked: blocked === true,
    })),
    sold: [...sold.values()],
    consumed: [...consumed.values()].filter(({ quantity }) => quantity !== 0),
    transfers: [...transfers.values()],
    writtenOff,
  };
  return { ...trail, sums: sumsOf(trail, received) };
}

function sumsOf(
  { remaining, sold, consumed, writtenOff }: Omit<TrailOfEntries, "lot" | "sums">,
  received: number,
): TrailSums {
  const sums = {
    received,
    remaining: total(remaining),
    sold: sold.reduce((sum, one) => sum + one.quantity - one.returned, 0),
    consumed: total(consumed),
    writtenOff: total(writtenOff),
  };
  return { ...sums, unexplained: received - sums.remaining - sums.sold - sums.consumed - sums.writtenOff };
}

const total = (list: readonly { quantity: number }[]) => list.reduce((sum, { quantity }) => sum + quantity, 0);
