import { defined } from "../../platform/defined.ts";
import type { Money } from "../../platform/money.ts";
import type { PlacedPurchase, PurchaseLine, PurchaseStatus } from "../capabilities.ts";
import { CURRENCY } from "./constants.ts";
import { money, MoneyUnreadable } from "./money.ts";
import type { SimulationSchema, WireOrder } from "./wire.ts";
import { PermanentError } from "../../platform/http/errors.ts";
import type * as z from "zod";

const STATUSES = new Set<string>(["placed", "paid", "preparing", "shipped", "cancelled", "refunded"]);

/** One order of those that ours became. Items of one key have one vendor and one way of shipping, so they lie in one order. */
export function placedOf(order: WireOrder, lines: readonly Pick<PurchaseLine, "id" | "externalId">[]): PlacedPurchase {
  const items = new Set(order.products.map(({ itemKey }) => itemKey));
  const prices = order.products.map(({ price, quantity }) => ({ price: won(price, "products.price"), quantity }));
  const isPriced = prices.every(({ price }) => price !== undefined);
  return defined({
    externalId: order.key,
    status: STATUSES.has(order.status) ? (order.status as PurchaseStatus) : ("unknown" as const),
    externalStatus: order.status,
    lineIds: lines.filter(({ externalId }) => items.has(externalId)).map(({ id }) => id),
    goods: isPriced ? sum(prices.map(({ price, quantity }) => (price?.minor ?? 0) * quantity)) : undefined,
    shipments: shipmentsOf(order),
  }) as PlacedPurchase;
}

/** What all parts together cost. */
export function quotedOf(parts: z.output<typeof SimulationSchema>): { goods: Money; shipping: Money; parts: number } {
  const amounts = parts.flatMap(({ itemAmounts }) =>
    itemAmounts.map(({ amount }) => won(amount, "amount")?.minor ?? 0),
  );
  const fees = parts.map(({ shippingAmount }) => won(shippingAmount, "shippingAmount")?.minor ?? 0);
  return { goods: sum(amounts), shipping: sum(fees), parts: parts.length };
}

function shipmentsOf({ products }: WireOrder): PlacedPurchase["shipments"] {
  const byNumber = new Map<string, PlacedPurchase["shipments"][number]>();
  for (const { trackingNumber, shippingCompanyName, shippingCompanyCode, shippedDate } of products) {
    if (!trackingNumber) continue;
    const carrier = shippingCompanyName || shippingCompanyCode || undefined;
    byNumber.set(trackingNumber, defined({ trackingNumber, carrier, shippedAt: timeOf(shippedDate) }));
  }
  return [...byNumber.values()];
}

/** Seconds since the epoch, as all times of the source; or a date as text. */
function timeOf(value: number | string | null | undefined): string | undefined {
  if (value === null || value === undefined || value === "") return undefined;
  const ms = typeof value === "number" ? value * 1_000 : Date.parse(value);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

function sum(amounts: number[]): Money {
  return { minor: amounts.reduce((total, amount) => total + amount, 0), currency: CURRENCY };
}

/** Throws PermanentError: of an order every amount has to be right. */
function won(value: number | string | null | undefined, field: string): Money | undefined {
  try {
    return money(value, field);
  } catch (error) {
    throw error instanceof MoneyUnreadable ? new PermanentError("ownerclan", error.message) : error;
  }
}
