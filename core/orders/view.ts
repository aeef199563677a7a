import { defined } from "../platform/defined.ts";
import { type Money, toWire, type WireMoney } from "../platform/money.ts";
import type { LotTake } from "../inventory/index.ts";
import { openUnits, type Order, type OrderLine } from "./order.ts";
import type { HistoryEntry } from "./order.store.ts";
import type { StuckOrder } from "./stuck.ts";

/** An order as callers see it: amounts as money, and of each line what is still open. */
export function viewOrder(order: Order) {
  const wire = (minor: number): WireMoney => toWire({ minor, currency: order.currency });
  const { lines, payments, refunds, fulfilments, fees, payoutMinor, settleTo: _settleTo, ...rest } = order;
  const { shippingMinor, taxMinor, discountMinor, totalMinor, paidMinor, refundedMinor, ...plain } = rest;
  const { id, orderNumber, channel, externalId, channelStatus, status, attention, currency, placedAt, ...others } =
    plain;
  return defined({
    // The store gives attributes in any order: people read these first.
    id,
    orderNumber,
    channel,
    externalId,
    channelStatus,
    status,
    attention,
    currency,
    placedAt,
    ...others,
    lines: lines.map((line) => viewLine(line, wire)),
    shipping: wire(shippingMinor),
    tax: wire(taxMinor),
    discount: wire(discountMinor),
    total: wire(totalMinor),
    paid: wire(paidMinor),
    refunded: wire(refundedMinor),
    fees: fees?.map(({ kind, amountMinor }) => ({ kind, amount: wire(amountMinor) })),
    payout: payoutMinor === undefined ? undefined : wire(payoutMinor),
    payments: payments.map(({ amountMinor, ...payment }) => ({ ...payment, amount: wire(amountMinor) })),
    refunds: refunds.map(({ amountMinor, ...refund }) => ({ ...refund, amount: wire(amountMinor) })),
    fulfilments: fulfilments.map(({ lines: left, ...fulfilment }) => ({
      ...fulfilment,
      lines: left.map(({ parts, ...line }) => ({
        ...line,
        parts: parts.map(({ lots, ...part }) => ({ ...part, lots: lots.map(viewLot) })),
      })),
    })),
  });
}

function viewLine(orderLine: OrderLine, wire: (minor: number) => WireMoney) {
  const { unitPriceMinor, totalMinor, holds, ...line } = orderLine;
  const { id, sku, productId, title, quantity, ...others } = line;
  return defined({
    id,
    sku,
    productId,
    title,
    quantity,
    ...others,
    unitPrice: unitPriceMinor === undefined ? undefined : wire(unitPriceMinor),
    total: wire(totalMinor),
    open: openUnits(orderLine),
    reserved: holds,
  });
}

/** A step with the amounts in its details as money. */
export function viewHistoryEntry({ details, ...entry }: HistoryEntry, currency: string): HistoryEntry {
  return details === undefined ? entry : { ...entry, details: wireAmounts(details, currency) as typeof details };
}

function wireAmounts(value: unknown, currency: string): unknown {
  if (Array.isArray(value)) return value.map((one) => wireAmounts(one, currency));
  if (typeof value !== "object" || value === null) return value;
  const own = "currency" in value && typeof value.currency === "string" ? value.currency : currency;
  const fields = Object.entries(value).flatMap(([name, inner]): [string, unknown][] => {
    if (name === "currency") return [];
    return typeof inner === "number" && name.endsWith("Minor")
      ? [[name.slice(0, -"Minor".length), toWire({ minor: inner, currency: own })]]
      : [[name, wireAmounts(inner, currency)]];
  });
  return Object.fromEntries(fields);
}

/** A stuck order as callers see it: what names it, and why it does not move. */
export function viewStuckOrder({ order, reasons }: StuckOrder) {
  const { id, orderNumber, channel, externalId, status, currency, totalMinor, placedAt, shipByDate } = order;
  const total = toWire({ minor: totalMinor, currency });
  return defined({ id, orderNumber, channel, externalId, status, total, placedAt, shipByDate, reasons });
}

function viewLot({ costMinor, currency, ...lot }: LotTake) {
  const cost: Money | undefined =
    costMinor === undefined || currency === undefined ? undefined : { minor: costMinor, currency };
  return defined({ ...lot, cost: cost && toWire(cost) });
}
