import type { StockPlace } from "./stock.ts";

/** Units that came together: same cost, same expiry, same lot number. Every unit on hand belongs to one. */
export interface Lot {
  id: string;
  productId: string;
  /** The supplier's or our own number of it; several lots may share one. */
  lotNumber?: string;
  /** The last day on which it may be sold, `2026-12-31`, in UTC. */
  expirationDate?: string;
  /** Units and their cost together, as they came. */
  received: number;
  costMinor?: number;
  currency?: string;
  receivedAt: string;
  cause: { kind: string; id: string };
}

/** What is left of a lot at a location. */
export interface LotPosition extends StockPlace {
  lotId: string;
  lotNumber?: string;
  expirationDate?: string;
  remaining: number;
  /** Of the remaining units together, in minor units. */
  costMinor?: number;
  currency?: string;
  receivedAt: string;
  /** Expired, and counted as blocked in the stock item. */
  blocked?: true;
}

/** Units taken from a lot, with what they cost together. */
export interface LotTake {
  lotId: string;
  lotNumber?: string;
  expirationDate?: string;
  quantity: number;
  costMinor?: number;
  currency?: string;
}

/**
 * The cost of `quantity` of the `remaining` units, rounded down; whoever takes the last takes what is left, so that the
 * parts sum to the whole to the minor unit.
 */
export function costOf(costMinor: number, quantity: number, remaining: number): number {
  return Number((BigInt(costMinor) * BigInt(quantity)) / BigInt(remaining));
}

/** Past its last day. Both are dates in UTC, which compare as text. */
export function isExpired({ expirationDate }: Pick<LotPosition, "expirationDate">, today: string): boolean {
  return expirationDate !== undefined && expirationDate < today;
}

/** Sorts after every date: what never expires leaves after what does. */
const NEVER = "9999-12-31";

/** First expired, first out; where dates are equal or absent first in, first out, since lot ids are in the order of time. */
export function leavesBefore(a: LotPosition, b: LotPosition): number {
  const [left, right] = [leavingOrder(a), leavingOrder(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Text that sorts lots in the order in which they leave. */
export function leavingOrder({ lotId, expirationDate = NEVER }: Pick<LotPosition, "lotId" | "expirationDate">): string {
  return `${expirationDate}#${lotId}`;
}

/** How much to take of which lots, in their order; `missing` is what they do not have. */
export function pickLots(
  positions: readonly LotPosition[],
  quantity: number,
  accepts: (position: LotPosition) => boolean,
): { picks: { position: LotPosition; quantity: number }[]; missing: number } {
  const picks: { position: LotPosition; quantity: number }[] = [];
  let missing = quantity;
  for (const position of positions) {
    if (missing === 0) break;
    if (!accepts(position) || position.remaining === 0) continue;
    const taken = Math.min(position.remaining, missing);
    picks.push({ position, quantity: taken });
    missing -= taken;
  }
  return { picks, missing };
}

/** What is left of a position after some of it was taken, and what was taken. */
export function take(position: LotPosition, quantity: number): { left: LotPosition; taken: LotTake } {
  const { lotId, lotNumber, expirationDate, currency, costMinor, remaining } = position;
  const cost = costMinor === undefined ? undefined : costOf(costMinor, quantity, remaining);
  return {
    left: {
      ...position,
      remaining: remaining - quantity,
      ...(cost === undefined || costMinor === undefined ? {} : { costMinor: costMinor - cost }),
    },
    taken: {
      lotId,
      ...(lotNumber === undefined ? {} : { lotNumber }),
      ...(expirationDate === undefined ? {} : { expirationDate }),
      quantity,
      ...(cost === undefined ? {} : { costMinor: cost }),
      ...(currency === undefined ? {} : { currency }),
    },
  };
}
