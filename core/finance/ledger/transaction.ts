import type { Money, WireMoney } from "../../platform/money.ts";
import { toWire } from "../../platform/money.ts";
import { defined } from "../../platform/defined.ts";

/** Which way an entry of this type moves money: `in` is never negative, `out` never positive. */
export const SIGN_OF_TYPE = {
  /** What the goods of an order were sold for, after discounts, without shipping and tax: in, unless discounts exceed it. */
  sale: "either",
  /** What a buyer got back of goods and shipping. */
  refund: "out",
  /** What a channel kept for itself. */
  fee: "out",
  feeRefund: "in",
  /** Charged to the buyer: in. Paid to a carrier: out. */
  shipping: "either",
  /** Collected from the buyer: in. Given back, or paid on: out. */
  tax: "either",
  purchase: "out",
  /** Goods lost, at what they had cost. No money moves: it moved when they were bought. */
  writeOff: "out",
  /** What sold goods had cost: out. Goods that came back into stock: in. No money moves either. */
  costOfGoods: "either",
  /** What a channel paid out to our own account: it settles entries that stand already, and counts in no result. */
  payout: "either",
  adjustment: "either",
} as const;

export type TransactionType = keyof typeof SIGN_OF_TYPE;

export const TRANSACTION_TYPES = Object.keys(SIGN_OF_TYPE) as [TransactionType, ...TransactionType[]];

/** What says what goods a line is of, by the words of a channel, a file or a supplier. */
export interface ItemFacts {
  sku?: string;
  gtin?: string;
  styleCode?: string;
  size?: string;
  title?: string;
}

/** What an entry was made of. Its parts sum to it, to the minor unit. */
export interface TransactionPart {
  kind: string;
  /** Signed, in minor units of the entry's currency. */
  minor: number;
  lineId?: string;
  productId?: string;
  quantity?: number;
  /** Of a sold line that did not leave our own stock: what it is matched with purchases by. */
  item?: ItemFacts;
}

/** What an entry says happened, before it is written. */
export interface Entry {
  type: TransactionType;
  /** The channel that it happened on; `stock` for what happened in our own house. */
  platform: string;
  /** Money in is positive, money out negative. */
  amount: Money;
  /** RFC 3339 UTC. */
  occurredAt: string;
  /** What it is told of: an order, or the purchase, lot or ledger entry that it comes from. */
  source: { kind: string; id: string };
  /** Names the fact within its source: the same one is written only once. */
  ref: string;
  orderId?: string;
  lineId?: string;
  productId?: string;
  parts?: TransactionPart[];
  note?: string;
}

/** An entry of the books. It is never changed; what was wrong is set right by another. */
export interface Transaction extends Entry {
  id: string;
  recordedAt: string;
  /** Who wrote it: the id of an API key, or what the system did it for. */
  createdBy: string;
}

export interface TransactionView extends Omit<Transaction, "amount" | "parts"> {
  amount: WireMoney;
  parts?: (Omit<TransactionPart, "minor"> & { amount: WireMoney })[];
}

/** The entry as callers see it, its fields always in one order. */
export function viewTransaction(entry: Transaction): TransactionView {
  const { currency } = entry.amount;
  return defined({
    id: entry.id,
    type: entry.type,
    platform: entry.platform,
    amount: toWire(entry.amount),
    occurredAt: entry.occurredAt,
    orderId: entry.orderId,
    lineId: entry.lineId,
    productId: entry.productId,
    source: entry.source,
    ref: entry.ref,
    parts: entry.parts?.map(({ minor, ...part }) => ({ ...part, amount: toWire({ minor, currency }) })),
    note: entry.note,
    createdBy: entry.createdBy,
    recordedAt: entry.recordedAt,
  });
}

/** Throws RangeError: who builds an entry with a wrong sign, or with parts that miss its amount, has a fault in his code. */
export function checkEntry({ type, amount, parts, ref }: Entry): void {
  const sign = SIGN_OF_TYPE[type];
  const wrong = (sign === "in" && amount.minor < 0) || (sign === "out" && amount.minor > 0);
  if (wrong || !Number.isSafeInteger(amount.minor))
    throw new RangeError(`${amount.minor} ${amount.currency} cannot be a ${type} (${ref})`);
  if (!parts) return;
  const sum = parts.reduce((sum, { minor }) => sum + BigInt(minor), 0n);
  if (sum !== BigInt(amount.minor)) throw new RangeError(`The parts of ${ref} sum to ${sum}, not ${amount.minor}`);
}
