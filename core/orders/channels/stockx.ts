import * as z from "zod";
import { defined } from "../../platform/defined.ts";
import type { Money } from "../../platform/money.ts";
import { checkSame, negated, sumOf } from "./checks.ts";
import { type StatusMap, statusByWord } from "./channel-status.ts";
import type { Notes } from "./notes.ts";
import { orderReader } from "./page.ts";
import { normalizeStyleCode } from "../../platform/style-code.ts";
import { amount, id, list, price, text } from "./wire.ts";

/**
 * StockX Public API v2, order statuses as documented on 2026-07-21: the active ones, then those of history. UNKNOWN is
 * StockX's own word for what it does not know, so it is not known here either. The goods go to StockX, which checks them:
 * what it accepts is delivered, whatever becomes of the payout.
 */
export const STOCKX_STATUSES: StatusMap = {
  CREATED: { status: "paid" },
  PENDING: { status: "pending" },
  CCAUTHORIZATIONFAILED: { status: "pending", attention: "The buyer's card was refused: do not ship" },
  SUSPENDED: { status: "pending", attention: "StockX suspended the order: do not ship" },
  DONOTSHIP: { status: "pending", attention: "StockX says not to ship" },
  SHIPPED: { status: "fulfilled" },
  SYSTEMFULFILLED: { status: "fulfilled" },
  RECEIVED: { status: "fulfilled" },
  AUTHENTICATING: { status: "fulfilled" },
  AUTHENTICATED: { status: "delivered" },
  PAYOUTPENDING: { status: "delivered" },
  PAYOUTCOMPLETED: { status: "delivered" },
  PAYOUTFAILED: { status: "delivered", attention: "StockX could not pay out" },
  AUTHFAILED: { status: "returned", attention: "StockX did not accept the goods: see whether they come back" },
  DIDNOTSHIP: { status: "cancelled" },
  CANCELED: { status: "cancelled" },
  COMPLETED: { status: "delivered" },
  RETURNED: { status: "returned" },
};

/** What a StockX listing is in when it names no currency (create listing, default of currencyCode, 2026-07-21). */
const DEFAULT_CURRENCY = "USD";

const PayoutSchema = z.lazy(() =>
  z.object({
    totalPayout: amount(),
    salePrice: amount(),
    totalAdjustments: amount(),
    currencyCode: text(),
    adjustments: list(z.object({ adjustmentType: text(), amount: price() })),
  }),
);

const StockxOrderSchema = z.lazy(() =>
  z.object({
    orderNumber: id(),
    amount: price(),
    currencyCode: text(),
    status: text(),
    createdAt: text(),
    updatedAt: text(),
    product: z.object({ productName: text(), styleId: text() }).nullish(),
    variant: z.object({ variantId: text(), variantValue: text() }).nullish(),
    payout: PayoutSchema.nullish(),
    shipment: z
      .object({ shipByDate: text(), trackingNumber: text(), trackingUrl: text(), carrierCode: text() })
      .nullish(),
  }),
);

type Payout = z.output<typeof PayoutSchema>;

/** Sold once, one unit: an order is one line of one. */
export const readStockxOrder = orderReader(StockxOrderSchema, (order, notes) => {
  const { product, variant, payout, shipment, status } = order;
  const currency = order.currencyCode ?? assumedCurrency(payout?.currencyCode, notes);
  const total = notes.amount("amount", order.amount, currency);
  return defined({
    channel: "stockx",
    externalId: order.orderNumber,
    ...statusByWord(STOCKX_STATUSES, status, (status ?? "").trim().toUpperCase(), notes),
    placedAt: notes.placedAt({ createdAt: order.createdAt, updatedAt: order.updatedAt }),
    updatedAt: notes.time("updatedAt", order.updatedAt),
    currency,
    lines: [
      defined({
        platformSku: variant?.variantId,
        styleCode: product?.styleId && normalizeStyleCode(product.styleId),
        size: variant?.variantValue,
        title: product?.productName,
        quantity: 1,
        unitPrice: total,
        total,
      }),
    ],
    total,
    ...(payout ? readPayout(payout, total, currency, notes) : {}),
    shipByDate: notes.time("shipment.shipByDate", shipment?.shipByDate),
    tracking: shipment?.trackingNumber
      ? [defined({ carrier: shipment.carrierCode, number: shipment.trackingNumber, url: shipment.trackingUrl })]
      : undefined,
    warnings: [],
  });
});

function assumedCurrency(ofPayout: string | undefined, notes: Notes): string {
  const currency = ofPayout ?? DEFAULT_CURRENCY;
  const source = ofPayout ? "the payout's" : "StockX's default";
  notes.warn("currencyCode", "CURRENCY_ASSUMED", `It names no currency: ${currency}, ${source}, is taken`);
  return currency;
}

/** Adjustments come signed as they change the payout (-5.71); a fee of ours is what is charged (5.71). */
function readPayout(payout: Payout, price: Money | undefined, currency: string, notes: Notes) {
  const own = payout.currencyCode ?? currency;
  const paid = notes.signed("payout.totalPayout", payout.totalPayout, own);
  const sale = notes.amount("payout.salePrice", payout.salePrice, own);
  const adjusted = notes.signed("payout.totalAdjustments", payout.totalAdjustments, own);
  const adjustments = payout.adjustments.map(({ adjustmentType, amount }, index) => ({
    kind: adjustmentType ?? "adjustment",
    amount: notes.signed(`payout.adjustments.${index}.amount`, amount, own),
  }));
  if (sale && price) checkSame(notes, "payout.salePrice", "PRICE_DIFFERS", "The payout's sale price", sale, price);
  const fees = sumOf(adjustments.map(({ amount }) => amount));
  if (adjusted && fees)
    checkSame(notes, "payout.totalAdjustments", "FEES_DIFFER", "The total of adjustments", adjusted, fees);
  const due = (adjusted ?? fees) && sumOf([sale ?? price, adjusted ?? fees]);
  if (paid && due) checkSame(notes, "payout.totalPayout", "PAYOUT_DIFFERS", "The payout", paid, due);
  return {
    payout: paid,
    fees: adjustments.flatMap(({ kind, amount }) => (amount ? { kind, amount: negated(amount) } : [])),
  };
}
