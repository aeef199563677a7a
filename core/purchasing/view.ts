import { defined } from "../platform/defined.ts";
import { toWire, type WireMoney } from "../platform/money.ts";
import type { Page } from "../platform/resources.ts";
import { charged, expectedGoods } from "./amounts.ts";
import type { PurchaseOrder } from "./purchase-order.ts";

/** A purchase order as callers see it: amounts as money. Where it goes to is not answered: the order or the supplier says. */
export function viewPurchaseOrder(order: PurchaseOrder) {
  const { currency, lines, parts, quote, sealed, placing, shippingMinor, upToMinor, ...rest } = order;
  const wire = (minor: number): WireMoney => toWire({ minor, currency });
  const money = (minor: number | undefined) => (minor === undefined ? undefined : wire(minor));
  const { id, status, attention, supplierId, accountId, destination, ...others } = rest;
  const sum = charged(order);
  return defined({
    id,
    status,
    attention,
    supplierId,
    accountId,
    destination,
    currency,
    ...others,
    isInDoubt: placing === undefined ? undefined : true,
    hasRecipient: sealed === undefined ? undefined : true,
    lines: lines.map(({ unitCostMinor, paidMinor, quantity, ...line }) =>
      defined({
        ...line,
        quantity,
        unitCost: wire(unitCostMinor),
        expected: wire(unitCostMinor * quantity),
        paid: money(paidMinor),
      }),
    ),
    expected: wire(expectedGoods(order)),
    shipping: money(shippingMinor),
    upTo: money(upToMinor),
    quote:
      quote &&
      defined({
        goods: wire(quote.goodsMinor),
        shipping: wire(quote.shippingMinor),
        total: wire(quote.goodsMinor + quote.shippingMinor),
        parts: quote.parts,
        at: quote.at,
      }),
    charged: sum && { goods: wire(sum.goods), shipping: wire(sum.shipping), total: wire(sum.goods + sum.shipping) },
    parts: parts.map(({ goodsMinor, shippingMinor: fee, ...part }) =>
      defined({ ...part, goods: money(goodsMinor), shipping: money(fee) }),
    ),
  });
}

export type PurchaseOrderView = ReturnType<typeof viewPurchaseOrder>;

export function viewPurchaseOrderPage({ items, ...page }: Page<PurchaseOrder>): Page<PurchaseOrderView> {
  return { items: items.map(viewPurchaseOrder), ...page };
}
