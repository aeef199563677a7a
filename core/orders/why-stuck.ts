import type { StockItem } from "../inventory/index.ts";
import { formatAmount } from "../platform/money.ts";
import { type Attention, ATTENTION_CODES, money, openUnits, type Order, type OrderLine } from "./order.ts";

export const STUCK_REASONS = [...ATTENTION_CODES, "UNITS_EXPIRED", "UNPAID", "NOT_SENT"] as const;

export interface StuckReason {
  code: (typeof STUCK_REASONS)[number];
  message: string;
  /** What to do about it. */
  advice: string;
  lines?: StuckLine[];
}

interface StuckLine {
  lineId: string;
  productId?: string;
  sku?: string;
  requested?: number;
  available?: number;
}

export interface Limits {
  /** Milliseconds since the epoch. */
  now: number;
  /** RFC 3339 UTC: placed before this and not paid is stuck; paid before that and not sent. */
  unpaidSince: string;
  unsentSince: string;
  /** Stock items of which more is promised than can be delivered. */
  short: readonly StockItem[];
}

const ADVICE: Record<Attention["code"], string> = {
  INSUFFICIENT_STOCK:
    "Bring in stock, or cancel an order that holds it, then allocate this one; or cancel it. An order that is not paid yet is paid first",
  UNKNOWN_PRODUCT:
    "List the product on the channel under the channel's own name of it, or make one with that SKU, then allocate this one; or send it as it is (fulfil): what is not in the catalogue moves no stock; or cancel it",
  UNKNOWN_STATUS: "See at the channel how it stands, and take the step that it means: pay, fulfil or cancel",
  DIFFERS_FROM_CHANNEL: "Do here what the channel says, or set it right there; the message says what stood in the way",
  PAYMENT_FAILED: "Nothing has come in: the buyer may pay again by another means, or cancel it",
  PAYMENT_DISPUTED: "Do not send what has not left; answer the dispute where the payment was made",
  MONEY_DIFFERS: "Give back what should not have come in, or cancel what nobody pays for; the message says which",
};

/** Why an order does not move by itself, in every respect; nothing when it does. Pure. */
export function whyStuck(order: Order, limits: Limits): StuckReason[] {
  const reasons: StuckReason[] = [];
  if (order.attention) reasons.push(ofAttention(order, order.attention));
  if (order.lines.some((line) => openUnits(line) > 0) && order.affectsStock) {
    const waits = [expired(order, limits), unpaid(order, limits), unsent(order, limits)];
    reasons.push(...waits.filter((reason) => reason !== undefined));
  }
  return reasons;
}

function ofAttention(order: Order, { code, message, lines }: Attention): StuckReason {
  const reason = { code, message, advice: ADVICE[code] };
  return lines ? { ...reason, lines: lines.map((line) => ({ ...named(order, line.lineId), ...line })) } : reason;
}

function expired(order: Order, { short }: Limits): StuckReason | undefined {
  const lines = order.lines.flatMap((line) =>
    line.holds.flatMap((hold) => {
      const item = short.find((one) => one.productId === hold.productId && one.locationId === hold.locationId);
      return item ? [{ line, hold, item }] : [];
    }),
  );
  if (lines.length === 0) return undefined;
  const places = new Map(lines.map(({ line, item }) => [item, line.sku ?? item.productId]));
  const told = [...places].map(
    ([{ free, reserved, locationId }, name]) =>
      `${-free} of the ${reserved} units of ${name} that are promised at ${locationId} have expired`,
  );
  return {
    code: "UNITS_EXPIRED",
    message: told.join("; "),
    advice: "Bring in stock there, or cancel one of the orders that wait for it; write the expired lots off",
    lines: lines.map(({ line, hold, item }) => ({
      ...named(order, line.id),
      productId: hold.productId,
      requested: hold.quantity,
      available: Math.max(0, item.free + hold.quantity),
    })),
  };
}

function unpaid(order: Order, { now, unpaidSince }: Limits): StuckReason | undefined {
  if (order.status !== "pending" || order.placedAt > unpaidSince) return undefined;
  const due = `${formatAmount(money(order, order.totalMinor - order.paidMinor))} ${order.currency}`;
  const held = order.lines.reduce(
    (sum, { holds }) => sum + holds.reduce((units, { quantity }) => units + quantity, 0),
    0,
  );
  return {
    code: "UNPAID",
    message: `${due} is due since ${age(order.placedAt, now)}`,
    advice: `Record the payment when it has come (pay), or cancel the order, which gives ${unitsOf(held)} back`,
  };
}

function unsent(order: Order, { now, unsentSince }: Limits): StuckReason | undefined {
  if (!["paid", "allocated", "partiallyFulfilled"].includes(order.status)) return undefined;
  const paidAt = order.payments.at(-1)?.at ?? order.placedAt;
  const isOverdue = order.shipByDate !== undefined && order.shipByDate < new Date(now).toISOString();
  if (!isOverdue && paidAt > unsentSince) return undefined;
  const open = order.lines.filter((line) => openUnits(line) > 0);
  const units = open.reduce((sum, line) => sum + openUnits(line), 0);
  return {
    code: "NOT_SENT",
    message: isOverdue
      ? `${unitsOf(units)} should have left by ${order.shipByDate ?? ""}`
      : `${unitsOf(units)} still to leave, and paid since ${age(paidAt, now)}`,
    advice: adviceOn(open),
    lines: open.map(({ id }) => named(order, id)),
  };
}

function adviceOn(open: readonly OrderLine[]): string {
  const purchases = new Set(open.flatMap(({ boughtBy }) => boughtBy ?? []));
  if (purchases.size > 0)
    return `See how ${[...purchases].join(", ")} stands, by which it was bought; then send the rest`;
  return open.every(({ productId, holds }) => productId === undefined || holds.length > 0)
    ? "Its units are reserved: send it (fulfil), or cancel what cannot be sent"
    : "Not all of its units are reserved: allocate it, then send it (fulfil); or cancel it";
}

function named({ lines }: Order, lineId: string): StuckLine {
  const line = lines.find(({ id }) => id === lineId);
  return {
    lineId,
    ...(line?.productId === undefined ? {} : { productId: line.productId }),
    ...(line?.sku === undefined ? {} : { sku: line.sku }),
  };
}

const unitsOf = (count: number) => (count === 1 ? "1 unit" : `${count} units`);

function age(since: string, now: number): string {
  const days = Math.floor((now - Date.parse(since)) / (24 * 3600 * 1000));
  return `${since.slice(0, 10)} (${days} ${days === 1 ? "day" : "days"})`;
}
