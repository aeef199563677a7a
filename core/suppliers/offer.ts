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
  /** The item and its option where the supplier is read by its API; what orders name there. */
  itemId?: string;
  optionId?: string;
  /** Why it may not be sold everywhere, in the supplier's own words: `openmarketSellable=false`. */
  restrictions?: string[];
  /** Who sends it, where the supplier gathers several. */
  vendor?: string;
  shipping?: { kind: string; fee?: Money };
  /** External ids of all options of the item. */
  options?: string[];
  /** Of the row it was last read from. */
  hash: string;
  /** The sync and row that wrote it last. */
  syncId: string;
  row: number;
  action: "created" | "updated" | "vanished";
  createdAt: string;
  updatedAt: string;
}

export interface OfferView extends Omit<Offer, "cost" | "shipping" | "hash" | "row" | "action" | "options"> {
  cost?: WireMoney;
  shipping?: { kind: string; fee?: WireMoney };
}

export function viewOffer(offer: Offer): OfferView {
  const { cost, shipping, hash: _hash, row: _row, action: _action, options: _options, ...rest } = offer;
  const fee = shipping?.fee && { fee: toWire(shipping.fee) };
  return {
    ...rest,
    ...(cost ? { cost: toWire(cost) } : {}),
    ...(shipping ? { shipping: { kind: shipping.kind, ...fee } } : {}),
  };
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
