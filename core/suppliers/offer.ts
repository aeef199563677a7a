import { type Money, toWire, type WireMoney } from "../platform/money.ts";

/** What a supplier offers under its own id. Never deleted: what vanishes from the feed becomes unavailable. */
export interface Offer {
  supplierId: string;
  externalId: string;
  sku: string;
  productId?: string;
  name: string;
  cost?: Money;
  /** Units, where the feed says. */
  stock?: number;
  availability: "available" | "unavailable";
  /** Of the row it was last read from. */
  hash: string;
  /** The sync and row that wrote it last. */
  syncId: string;
  row: number;
  action: "created" | "updated" | "vanished";
  createdAt: string;
  updatedAt: string;
}

export interface OfferView extends Omit<Offer, "cost" | "hash" | "row" | "action"> {
  cost?: WireMoney;
}

export function viewOffer({ cost, hash: _hash, row: _row, action: _action, ...rest }: Offer): OfferView {
  return cost ? { ...rest, cost: toWire(cost) } : rest;
}

/** What a new row of the feed changed: field → old and new value. */
export function offerChanges(before: Offer, after: Offer): Record<string, [unknown, unknown]> {
  const changes: Record<string, [unknown, unknown]> = {};
  const show = (offer: Offer) => ({
    sku: offer.sku,
    name: offer.name,
    cost: offer.cost && toWire(offer.cost),
    stock: offer.stock,
    availability: offer.availability,
  });
  const [from, to] = [show(before), show(after)];
  for (const name of Object.keys(to) as (keyof typeof to)[]) {
    if (JSON.stringify(from[name]) !== JSON.stringify(to[name])) changes[name] = [from[name] ?? null, to[name] ?? null];
  }
  return changes;
}
