import type { Money } from "../../platform/money.ts";
import type { ItemFacts } from "./transaction.ts";

// What other nouns tell of their own work, so that the books can be written in the same transaction. All amounts of one
// fact are of one currency and not negative: the entry's type gives them their sign.

/** A line of an order that was sold. */
export interface SoldLine extends ItemFacts {
  lineId: string;
  /** Units. */
  quantity: number;
  /** For the whole line, after its own discounts. */
  amount: Money;
  /** Do its units leave our own stock? Then its cost comes from the lots; else from the purchases that it is matched with. */
  fromStock: boolean;
  productId?: string;
}

/** An order was paid, or a channel says that it sold. */
export interface SaleFacts {
  orderId: string;
  channel: string;
  /** RFC 3339 UTC: the time of the sale. */
  occurredAt: string;
  currency: string;
  lines: SoldLine[];
  /** Of the whole order, not in any line's amount. */
  discount?: Money;
  shipping?: Money;
  tax?: Money;
  /** What the channel says that it keeps. Leave out what is not known: it is estimated wherever it is shown, not written. */
  fees?: { kind: string; amount: Money }[];
}

/** A buyer got money back. */
export interface RefundFacts {
  orderId: string;
  channel: string;
  /** The same one twice is one refund. */
  refundId: string;
  occurredAt: string;
  currency: string;
  lines: { lineId: string; productId?: string; quantity?: number; amount: Money }[];
  shipping?: Money;
  tax?: Money;
  /** Of the refund, where it belongs to no line. */
  other?: Money;
  /** What the channel gave back of its fees. */
  fees?: { kind: string; amount: Money }[];
}

/** Goods left for a buyer, or came back into stock: what they had cost. */
export interface CostFacts {
  orderId: string;
  channel: string;
  /** A fulfilment's or a return's id: the same one twice is one. */
  causeId: string;
  direction: "issued" | "returned";
  occurredAt: string;
  lines: { lineId: string; productId?: string; quantity: number; cost: Money; lotIds?: string[] }[];
}

/** Goods were bought: a costed receipt into stock, or a purchase that somebody recorded. */
export interface PurchaseFacts {
  /** A lot, a ledger entry, a purchase: the same one twice is one. */
  source: { kind: string; id: string };
  /** Where it was bought; `stock` where nobody says. */
  platform?: string;
  occurredAt: string;
  productId?: string;
  quantity: number;
  /** Of all units. */
  total: Money;
  note?: string;
}

/** Goods were lost: spoiled, trashed, damaged, missing at a count. */
export interface WriteOffFacts {
  source: { kind: string; id: string };
  occurredAt: string;
  productId?: string;
  quantity: number;
  /** What the lost units had cost. */
  cost: Money;
  /** The change type: `spoil`, `trash`, `damaged` … */
  reason: string;
  note?: string;
}
