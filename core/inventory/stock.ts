/** Where units are: a product at a location. */
export interface StockPlace {
  productId: string;
  locationId: string;
}

/**
 * What is there of a product at a location, in units.
 *
 *   free = onHand − reserved − blocked        available = free − buffer
 *
 * All six are stored and changed by the same additions, because a condition cannot compute: reserving is
 * `available >= :q` in one write. `available` is under zero while the buffer is larger than what is free; it comes back
 * by itself, so a buffer survives whatever is sold and cancelled meanwhile.
 */
export interface StockItem extends StockPlace {
  onHand: number;
  /** Promised to orders and reservations. */
  reserved: number;
  /** Units of lots that have expired: there, but not for sale. */
  blocked: number;
  /** Units that are kept back from being offered. */
  buffer: number;
  free: number;
  available: number;
  /** How much of `reserved` was reserved by an adjustment: only that may an adjustment give back. */
  heldByHand: number;
  /** What the lots that are left cost, in minor units of `currency`, and how many units have no known cost. */
  valueMinor: number;
  uncosted: number;
  currency?: string;
  /** Rises with every change but those of orders and reservations, and guards the lots. */
  seq: number;
  /** Rises with every change. */
  rev: number;
  updatedAt?: string;
}

const COUNTED = ["onHand", "reserved", "blocked", "buffer", "heldByHand", "valueMinor", "uncosted"] as const;

/** What a change adds to a stock item; what it leaves out stays. */
export type StockDelta = Partial<Record<(typeof COUNTED)[number], number>>;

export function emptyStock({ productId, locationId }: StockPlace): StockItem {
  const none = { onHand: 0, reserved: 0, blocked: 0, buffer: 0, free: 0, available: 0 };
  return { productId, locationId, ...none, heldByHand: 0, valueMinor: 0, uncosted: 0, seq: 0, rev: 0 };
}

/** What a delta adds to `free` and `available`. */
export function derivedDelta({ onHand = 0, reserved = 0, blocked = 0, buffer = 0 }: StockDelta) {
  const free = onHand - reserved - blocked;
  return { free, available: free - buffer };
}

/** The stock item as it is after the change. */
export function changed(item: StockItem, delta: StockDelta): StockItem {
  const { free, available } = derivedDelta(delta);
  const after = { ...item, free: item.free + free, available: item.available + available };
  for (const name of COUNTED) after[name] += delta[name] ?? 0;
  return after;
}

/** One delta that does what both do. */
export function addDeltas(a: StockDelta, b: StockDelta): StockDelta {
  const sum: StockDelta = { ...a };
  for (const name of COUNTED) if (b[name] !== undefined) sum[name] = (sum[name] ?? 0) + b[name];
  return sum;
}

/** A stock item as callers see it: nobody can buy less than nothing, so what is short is said by its own name. */
export function viewStock(item: StockItem) {
  const { productId, locationId, onHand, reserved, blocked, buffer, free, available, updatedAt } = item;
  return {
    productId,
    locationId,
    onHand,
    reserved,
    blocked,
    buffer,
    available: Math.max(0, available),
    /** Units that are promised and cannot be delivered, because their lots have expired since. */
    shortfall: Math.max(0, -free),
    ...(item.currency === undefined ? {} : { value: { minor: item.valueMinor, currency: item.currency } }),
    uncosted: item.uncosted,
    ...(updatedAt === undefined ? {} : { updatedAt }),
  };
}
