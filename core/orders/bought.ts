import * as Finance from "../finance/index.ts";
import * as Inventory from "../inventory/index.ts";
import { type Context, timestamp } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { AppError } from "../platform/errors.ts";
import type { Money } from "../platform/money.ts";
import type { Write } from "../platform/table.ts";
import { nextOrder, stepWrites } from "./change.ts";
import {
  type Attention,
  type Fulfilment,
  holdsOf,
  isFromStock,
  moneyAttention,
  openUnits,
  type Order,
  type OrderLine,
  statusByLines,
} from "./order.ts";
import { readOrder } from "./order.store.ts";
import type { OrderStatus } from "./status.ts";
import { refused, requireAllowed } from "./transitions.ts";

/** Statuses in which it is settled what a buyer gets, and some of it has not left. */
const BUYABLE: readonly OrderStatus[] = ["paid", "allocated", "partiallyFulfilled"];

/** For who buys for an order; it is not answered to anybody. Throws NOT_FOUND. */
export const orderToBuyFor = (ctx: Context, id: string): Promise<Order> => readOrder(ctx, id);

/**
 * Lines that can be bought at a supplier: units are open, and nobody has bought them yet. A line of which some has left our
 * stock stays with our stock: a return goes back into the lots of all its units, or of none.
 */
export function linesToBuy(order: Order): OrderLine[] {
  if (!BUYABLE.includes(order.status)) return [];
  return order.lines.filter((line) => openUnits(line) > 0 && line.fulfilled === 0 && line.boughtBy === undefined);
}

interface Bought {
  purchaseOrderId: string;
  lineIds: readonly string[];
}

/**
 * The open units of these lines are bought at a supplier, who sends them to the buyer: what was reserved for them is free
 * again, and what was short is not short any more. For the transaction of the purchase; the first write is the order's, so
 * two who buy for one line at once are one purchase. Throws STATE_CONFLICT with reasons.
 */
export function coverWrites(ctx: Context, order: Order, { purchaseOrderId, lineIds }: Bought): Write[] {
  const covered = new Set(lineIds);
  const buyable = new Set(linesToBuy(order).map(({ id }) => id));
  const repeated = lineIds.filter((id, index) => lineIds.indexOf(id) < index);
  const reasons = [
    ...lineIds.filter((id) => !buyable.has(id)).map((id) => whyNot(order, id)),
    ...repeated.map((id) => `line ${id} is named twice`),
  ];
  if (reasons.length > 0)
    throw new AppError("STATE_CONFLICT", `Unable to buy for order: ${reasons.join("; ")}`, {
      details: { id: order.id, status: order.status, reasons },
    });
  const held = Inventory.mergeHolds(holdsOf({ lines: order.lines.filter(({ id }) => covered.has(id)) }));
  const lines = order.lines.map((line) =>
    covered.has(line.id) ? { ...line, holds: [], boughtBy: purchaseOrderId } : line,
  );
  const after = nextOrder(ctx, order, { lines, attention: withoutLines(order, covered) });
  const released = held.map(({ productId, locationId, quantity }) => ({ productId, locationId, quantity }));
  const details = { purchaseOrderId, lines: lineIds, released };
  return [
    ...stepWrites(ctx, order, after, { action: "cover", event: "order.bought", details }),
    ...Inventory.releaseWrites(ctx, held, { kind: "order", id: order.id }),
  ];
}

function whyNot(order: Order, id: string): string {
  const line = order.lines.find((one) => one.id === id);
  if (!line) return `it has no line ${id}`;
  if (!BUYABLE.includes(order.status)) return `it is ${order.status}, and must be ${BUYABLE.join(" or ")}`;
  if (line.boughtBy !== undefined) return `line ${id} is bought by purchase order ${line.boughtBy}`;
  return line.fulfilled > 0 ? `some of line ${id} has left our stock` : `nothing of line ${id} is open`;
}

/** What an order still says once these lines are not short any more. */
function withoutLines({ attention }: Order, covered: ReadonlySet<string>): Attention | undefined {
  if (attention?.code !== "INSUFFICIENT_STOCK" || !attention.lines) return attention;
  const short = attention.lines.filter(({ lineId }) => !covered.has(lineId));
  return short.length === 0 ? undefined : { ...attention, lines: short };
}

/** The supplier sends nothing for these lines after all. What is open of them waits for stock, and the order says so. */
export function uncoverWrites(ctx: Context, order: Order, { purchaseOrderId, lineIds }: Bought): Write[] {
  const named = new Set(lineIds);
  const isTheirs = (line: OrderLine) => named.has(line.id) && line.boughtBy === purchaseOrderId;
  const lacking = order.lines.filter((line) => isTheirs(line) && openUnits(line) > 0 && isFromStock(order, line));
  const lines = order.lines.map((line) => {
    if (!isTheirs(line)) return line;
    const { boughtBy: _boughtBy, ...rest } = line;
    return rest;
  });
  const waits = BUYABLE.includes(order.status) && lacking.length > 0 && order.attention === undefined;
  const attention: Attention | undefined = waits
    ? {
        code: "INSUFFICIENT_STOCK",
        message: `Purchase order ${purchaseOrderId} brings nothing for it: buy it elsewhere, or allocate it`,
        lines: lacking.map((line) => ({ lineId: line.id, requested: openUnits(line), available: 0 })),
      }
    : order.attention;
  const after = nextOrder(ctx, order, { lines, attention });
  const details = { purchaseOrderId, lines: lineIds };
  return stepWrites(ctx, order, after, { action: "uncover", event: "order.notBought", details });
}

export interface SentBySupplier {
  purchaseOrderId: string;
  /** `cost` is what the supplier charged for them. */
  lines: readonly { lineId: string; quantity: number; cost?: Money | undefined }[];
  carrier?: string | undefined;
  trackingNumber?: string | undefined;
  /** RFC 3339 UTC. */
  shippedAt?: string | undefined;
}

/**
 * A supplier has sent units to the buyer: they never were in our stock, so none leaves it; what they cost is what the
 * supplier charged. For the transaction that notes at the purchase that it was told. Throws STATE_CONFLICT with reasons.
 */
export function sentBySupplierWrites(ctx: Context, order: Order, sent: SentBySupplier): Write[] {
  requireAllowed("fulfil", order);
  const { purchaseOrderId, carrier, trackingNumber, shippedAt } = sent;
  const byLine = new Map(sent.lines.map((one) => [one.lineId, one]));
  const reasons = sent.lines.flatMap(({ lineId, quantity }) => {
    const line = order.lines.find(({ id }) => id === lineId);
    if (line?.boughtBy !== purchaseOrderId) return [`line ${lineId} is not bought by ${purchaseOrderId}`];
    return openUnits(line) < quantity ? [`only ${openUnits(line)} units of line ${lineId} are open`] : [];
  });
  if (reasons.length > 0) throw refused("fulfil", order, reasons);
  const fulfilment: Fulfilment = defined({
    id: ctx.newId("fulfilment"),
    at: shippedAt ?? timestamp(ctx),
    carrier,
    trackingNumber,
    lines: sent.lines.map(({ lineId, quantity }) => ({ lineId, quantity, parts: [] })),
  });
  const lines = order.lines.map((line) => {
    const { quantity = 0 } = byLine.get(line.id) ?? {};
    return quantity > 0 ? { ...line, fulfilled: line.fulfilled + quantity } : line;
  });
  const isWhole = lines.every((line) => openUnits(line) === 0);
  const after = nextOrder(ctx, order, {
    lines,
    status: statusByLines(lines, "partiallyFulfilled"),
    ...(isWhole && order.attention?.code !== "DIFFERS_FROM_CHANNEL" ? { attention: moneyAttention(order) } : {}),
    fulfilments: [...order.fulfilments, fulfilment],
  });
  const event = isWhole ? "order.fulfilled" : "order.partlyFulfilled";
  const details = { fulfilment, purchaseOrderId };
  return [
    ...stepWrites(ctx, order, after, { action: "fulfil", event, news: { fulfilmentId: fulfilment.id }, details }),
    ...Finance.costWrites(ctx, costsOf(after, fulfilment, sent)),
  ];
}

/** Of lines that are not from stock the cost is that of the purchases that they are matched with. */
function costsOf(order: Order, { id, at }: Fulfilment, { lines }: SentBySupplier): Finance.CostFacts {
  return {
    orderId: order.id,
    channel: order.channel,
    causeId: id,
    direction: "issued",
    occurredAt: at,
    lines: lines.flatMap(({ lineId, quantity, cost }) => {
      const line = order.lines.find((one) => one.id === lineId);
      if (!line?.productId || !cost || !isFromStock(order, line)) return [];
      return [{ lineId, productId: line.productId, quantity, cost }];
    }),
  };
}
