import { defined } from "../../platform/defined.ts";
import type { Money } from "../../platform/money.ts";
import type { CostFacts, PurchaseFacts, RefundFacts, SaleFacts, WriteOffFacts } from "./facts.ts";
import type { Entry, ItemFacts, TransactionPart } from "./transaction.ts";

/** What happens in our own house rather than on a channel. */
export const OWN_HOUSE = "stock";

/** The sale of an order: one entry for its goods, one each for shipping, tax and all fees, where there are any. Pure. */
export function saleEntries(facts: SaleFacts): Entry[] {
  const { lines, discount, shipping, tax, fees = [], currency } = facts;
  const common = { ...onOrder(facts), source: { kind: "order", id: facts.orderId } };
  const sold = lines.map((line) => {
    const { lineId, productId, quantity, amount, fromStock } = line;
    const item = fromStock ? undefined : itemOf(line, lines.length > MANY_LINES);
    return part("line", minorOf(amount, currency), { lineId, productId, quantity, item });
  });
  const taken = discount?.minor ? [part("discount", -minorOf(discount, currency))] : [];
  const total = (type: Entry["type"], money: Money | undefined): Entry[] =>
    money?.minor ? [{ ...common, type, ref: type, amount: { minor: minorOf(money, currency), currency } }] : [];
  return [
    { ...common, type: "sale", ref: "sale", ...summed([...sold, ...taken], currency) },
    ...total("shipping", shipping),
    ...total("tax", tax),
    ...feeEntry({ ...common, type: "fee", ref: "fee" }, fees, currency, -1),
  ];
}

/** What went back to a buyer; tax and fees in entries of their own, so that each type's total stays exact. Pure. */
export function refundEntries(facts: RefundFacts): Entry[] {
  const { refundId, lines, shipping, tax, other, fees = [], currency } = facts;
  const common = { ...onOrder(facts), source: { kind: "refund", id: refundId } };
  const parts = lines.map(({ lineId, productId, quantity, amount }) =>
    part("line", -minorOf(amount, currency), { lineId, productId, quantity }),
  );
  if (shipping?.minor) parts.push(part("shipping", -minorOf(shipping, currency)));
  if (other?.minor) parts.push(part("other", -minorOf(other, currency)));
  const given: Entry[] =
    parts.length === 0 ? [] : [{ ...common, type: "refund", ref: `refund#${refundId}`, ...summed(parts, currency) }];
  const taxed: Entry[] = tax?.minor
    ? [{ ...common, type: "tax", ref: `tax#${refundId}`, amount: { minor: -minorOf(tax, currency), currency } }]
    : [];
  return [
    ...given,
    ...taxed,
    ...feeEntry({ ...common, type: "feeRefund", ref: `feeRefund#${refundId}` }, fees, currency, 1),
  ];
}

/** What sold goods had cost, an entry a currency; what came back into stock counts the other way. Pure. */
export function costEntries(facts: CostFacts): Entry[] {
  const sign = facts.direction === "issued" ? -1 : 1;
  return [...Map.groupBy(facts.lines, ({ cost }) => cost.currency)].map(([currency, lines]): Entry => {
    const parts = lines.map(({ lineId, productId, quantity, cost }) =>
      part("line", sign * cost.minor, { lineId, productId, quantity }),
    );
    return {
      ...onOrder(facts),
      source: { kind: facts.direction === "issued" ? "fulfilment" : "return", id: facts.causeId },
      type: "costOfGoods",
      ref: `costOfGoods#${facts.causeId}#${currency}`,
      ...summed(parts, currency),
    };
  });
}

/** One entry. Pure. */
export function purchaseEntries(facts: PurchaseFacts): Entry[] {
  const { source, platform = OWN_HOUSE, occurredAt, productId, quantity, total, note } = facts;
  const { currency } = total;
  const parts = [part("goods", -total.minor, { productId, quantity })];
  const entry = {
    type: "purchase",
    platform,
    occurredAt,
    source,
    ref: `purchase#${source.id}`,
    productId,
    note,
  } as const;
  return [defined({ ...entry, ...summed(parts, currency) })];
}

/** One entry. Pure. */
export function writeOffEntries(facts: WriteOffFacts): Entry[] {
  const { source, occurredAt, productId, quantity, cost, reason, note } = facts;
  const parts = [part(reason, -cost.minor, { productId, quantity })];
  const entry = {
    type: "writeOff",
    platform: OWN_HOUSE,
    occurredAt,
    source,
    ref: `writeOff#${source.id}`,
    productId,
    note,
  } as const;
  return [defined({ ...entry, ...summed(parts, cost.currency) })];
}

function onOrder({ orderId, channel, occurredAt }: { orderId: string; channel: string; occurredAt: string }) {
  return { orderId, platform: channel, occurredAt };
}

function feeEntry(
  common: Omit<Entry, "amount">,
  fees: { kind: string; amount: Money }[],
  currency: string,
  sign: 1 | -1,
): Entry[] {
  const parts = fees
    .filter(({ amount }) => amount.minor !== 0)
    .map(({ kind, amount }) => part(kind, sign * minorOf(amount, currency)));
  return parts.length === 0 ? [] : [{ ...common, ...summed(parts, currency) }];
}

function summed(parts: TransactionPart[], currency: string): Pick<Entry, "amount" | "parts"> {
  return { amount: { minor: parts.reduce((sum, { minor }) => sum + minor, 0), currency }, parts };
}

function part(
  kind: string,
  minor: number,
  of: { [K in "lineId" | "productId" | "quantity" | "item"]?: TransactionPart[K] | undefined } = {},
): TransactionPart {
  // A negated zero is a zero: -0 would not be equal to what the store gives back.
  return defined({ kind, minor: minor === 0 ? 0 : minor, ...of });
}

/** An entry is one item of 400 KB: of an order of more lines, those that have a code go without their title. */
const MANY_LINES = 300;

function itemOf({ sku, gtin, styleCode, size, title }: ItemFacts, isOneOfMany: boolean): ItemFacts {
  const hasCode = (sku ?? gtin ?? styleCode) !== undefined;
  return defined({
    sku,
    gtin,
    styleCode,
    size,
    title: isOneOfMany && hasCode ? undefined : title?.slice(0, MAX_TITLE),
  });
}

/** What says what a thing is stands at the beginning. */
const MAX_TITLE = 200;

function minorOf(money: Money, currency: string): number {
  if (money.currency !== currency) throw new RangeError(`${money.currency} in a fact of ${currency}`);
  return money.minor;
}
