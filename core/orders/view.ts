import { defined } from "../platform/defined.ts";
import { type Money, toWire, type WireMoney } from "../platform/money.ts";
import type { LotTake } from "../inventory/index.ts";
import { openUnits, type Order } from "./order.ts";

/** An order as callers see it: amounts as money, and of each line what is still open. */
export function viewOrder(order: Order) {
  const wire = (minor: number): WireMoney => toWire({ minor, currency: order.currency });
  const { lines, payments, refunds, fulfilments, fees, payoutMinor, settleTo: _settleTo, ...rest } = order;
  const { shippingMinor, taxMinor, discountMinor, totalMinor, paidMinor, refundedMinor, ...plain } = rest;
  return defined({
    ...plain,
    lines: lines.map(({ unitPriceMinor, totalMinor: lineMinor, holds, ...line }) =>
      defined({
        ...line,
        unitPrice: unitPriceMinor === undefined ? undefined : wire(unitPriceMinor),
        total: wire(lineMinor),
        open: openUnits({ ...line, holds, totalMinor: lineMinor }),
        reserved: holds,
      }),
    ),
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

function viewLot({ costMinor, currency, ...lot }: LotTake) {
  const cost: Money | undefined =
    costMinor === undefined || currency === undefined ? undefined : { minor: costMinor, currency };
  return defined({ ...lot, cost: cost && toWire(cost) });
}
