import * as z from "zod";
import { defined } from "../../platform/defined.ts";
import { formatAmount } from "../../platform/money.ts";
import { type StatusMap, statusByWord } from "./channel-status.ts";
import { orderReader } from "./page.ts";
import { normalizeStyleCode } from "../../platform/style-code.ts";
import { amount, id, price, text } from "./wire.ts";

/**
 * Alias (GOAT) order statuses as documented on 2025-11-28. The list there is open, so others will come: one to be confirmed
 * is pending like any that is not known.
 */
export const ALIAS_STATUSES: StatusMap = {
  ORDER_STATUS_CONFIRMED: { status: "paid" },
  ORDER_STATUS_LABEL_GENERATED: { status: "paid" },
  ORDER_STATUS_IN_TRANSIT: { status: "fulfilled" },
  ORDER_STATUS_COMPLETED: { status: "delivered" },
  ORDER_STATUS_CANCELED: { status: "cancelled" },
};

const PREFIX = "ORDER_STATUS_";

/** Alias states every price in US cents, whatever the region (2025-11-28). */
const CURRENCY = "USD";

const AliasOrderSchema = z.lazy(() =>
  z.object({
    id: id(),
    status: text(),
    catalog_id: text(),
    catalog_name: text(),
    catalog_sku: text(),
    size: text(),
    price_cents: price(),
    price_cents_after_take: amount(),
    label_tracking_number: text(),
    label_courier: text(),
    sold_at: text(),
    updated_at: text(),
    cancels_at: text(),
  }),
);

/** Sold once, one unit: an order is one line of one. Its `catalog_sku` is the maker's style code, not our SKU. */
export const readAliasOrder = orderReader(AliasOrderSchema, (order, notes) => {
  const total = notes.cents("price_cents", order.price_cents, CURRENCY);
  const payout = notes.cents("price_cents_after_take", order.price_cents_after_take, CURRENCY);
  if (total && payout && payout.minor > total.minor)
    notes.warn(
      "price_cents_after_take",
      "PAYOUT_EXCEEDS_TOTAL",
      `${formatAmount(payout)} ${CURRENCY} is left of ${formatAmount(total)} ${CURRENCY}`,
    );
  return defined({
    channel: "alias",
    externalId: order.id,
    ...statusByWord(ALIAS_STATUSES, order.status, statusKey(order.status ?? ""), notes),
    placedAt: notes.placedAt({ sold_at: order.sold_at, updated_at: order.updated_at }),
    updatedAt: notes.time("updated_at", order.updated_at),
    currency: CURRENCY,
    lines: [
      defined({
        platformSku: order.catalog_id && order.size && `${order.catalog_id}/${Number(order.size)}`,
        styleCode: order.catalog_sku && normalizeStyleCode(order.catalog_sku),
        size: order.size,
        title: order.catalog_name,
        quantity: 1,
        unitPrice: total,
        total,
      }),
    ],
    total,
    fees: total && payout ? [{ kind: "take", amount: { ...total, minor: total.minor - payout.minor } }] : undefined,
    payout,
    shipByDate: notes.time("cancels_at", order.cancels_at),
    tracking: order.label_tracking_number
      ? [defined({ carrier: order.label_courier, number: order.label_tracking_number })]
      : undefined,
    warnings: [],
  });
});

/** Its documents write a status with and without the prefix. */
function statusKey(word: string): string {
  const upper = word.trim().toUpperCase();
  return upper.startsWith(PREFIX) ? upper : PREFIX + upper;
}
