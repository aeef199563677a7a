import * as Finance from "../finance/index.ts";
import { type Context, requirePermission } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { outboxWrite } from "../platform/events.ts";
import { newResource } from "../platform/resources.ts";
import type { Write } from "../platform/table.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import { lineTotal, oneCurrency, recordedTotal } from "./amounts.ts";
import type { Order, OrderLine } from "./order.ts";
import type { OrderDraft, OrderDraftLine } from "./order-draft.ts";
import {
  attentionWrites,
  claimExternalId,
  claimOrderNumber,
  countCreatedWrite,
  createOrderWrite,
  historyWrite,
  orderNumberOf,
  readOrder,
} from "./order.store.ts";
import { saleOf } from "./pay.ts";
import { findLineProducts, type FoundProducts } from "./products.ts";
import { settleStock } from "./settle.ts";
import type { OrderStatus } from "./status.ts";

export interface RecordOptions {
  /** Reserve and move our own stock for it, or only keep what happened. */
  affectsStock: boolean;
  /** The lines' products, where the caller has read them for many orders at once. */
  found?: FoundProducts;
  /** For the transaction that makes the order: what is written of it here, or the order is not. */
  writes?: (orderId: string) => Write[];
}

/** Statuses of an order whose buyer has paid. */
const PAID: ReadonlySet<OrderStatus> = new Set([
  "paid",
  "allocated",
  "partiallyFulfilled",
  "fulfilled",
  "delivered",
  "partiallyReturned",
  "returned",
  "refunded",
]);

/** Statuses whose goods have left, and may have come back. */
const LEFT: ReadonlySet<OrderStatus> = new Set(["fulfilled", "delivered", "partiallyReturned", "returned"]);

/** Statuses that ask nothing of our stock any more. */
const OVER: ReadonlySet<OrderStatus> = new Set(["draft", "cancelled", "returned", "refunded"]);

/**
 * Keeps an order that came about elsewhere: a marketplace's sale, or history from a file. It is not turned down for want
 * of stock: what is short leaves it waiting, with the reason. A repeated external id of a channel is the first order.
 * Throws VALIDATION_ERROR where the draft's amounts contradict each other's currency.
 */
export async function recordOrder(
  ctx: Context,
  draft: OrderDraft,
  options: RecordOptions,
): Promise<{ orderId: string; duplicate: boolean }> {
  requirePermission(ctx, "orders.write");
  const found = options.found ?? (await findLineProducts(ctx, draft.lines));
  const order = recordedOrder(ctx, draft, { found, affectsStock: options.affectsStock });
  const guards = [
    createOrderWrite(ctx, order),
    claimOrderNumber(ctx, order.orderNumber, order.id),
    ...(order.externalId === undefined ? [] : [claimExternalId(ctx, order.channel, order.externalId, order.id)]),
  ];
  const isPaid = PAID.has(draft.status);
  try {
    await ctx.table.transact([
      ...guards,
      ...(options.writes?.(order.id) ?? []),
      countCreatedWrite(ctx, [order], order.id),
      historyWrite(ctx, order, { action: "record", details: defined({ channelStatus: order.channelStatus }) }),
      ...attentionWrites(ctx, order),
      // What happened long ago is no news: rules and webhooks hear of orders that are to be worked.
      ...(order.affectsStock
        ? [outboxWrite(ctx, "order.recorded", { id: order.id, channel: order.channel, status: order.status })]
        : []),
      ...(isPaid ? Finance.saleWrites(ctx, saleOf(order, order.placedAt)) : []),
    ]);
  } catch (error) {
    if (!(error instanceof TransactionCanceled) || !error.failedAt(2)) throw error;
    const first = String(error.reasons[2]?.item?.["orderId"]);
    // Whoever recorded it may have died before its stock was settled.
    await settleStock(ctx, await readOrder(ctx, first));
    return { orderId: first, duplicate: true };
  }
  await settleStock(ctx, order);
  return { orderId: order.id, duplicate: false };
}

function recordedOrder(
  ctx: Context,
  draft: OrderDraft,
  { found, affectsStock }: { found: FoundProducts; affectsStock: boolean },
): Order {
  const { currency, status } = draft;
  oneCurrency(
    [
      ...draft.lines.flatMap(({ unitPrice, total }, index) => [
        { path: `lines.${index}.unitPrice`, amount: unitPrice },
        { path: `lines.${index}.total`, amount: total },
      ]),
      ...(["total", "shipping", "tax", "discount"] as const).map((path) => ({ path, amount: draft[path] })),
    ],
    currency,
  );
  const movesStock = affectsStock && !OVER.has(status);
  const lines = draft.lines.map((line, index) => recordedLine(line, { index, found, status, movesStock }));
  const resource = newResource(ctx, "order");
  const totals = {
    shippingMinor: draft.shipping?.minor ?? 0,
    taxMinor: draft.tax?.minor ?? 0,
    discountMinor: draft.discount?.minor ?? 0,
  };
  const totalMinor = draft.total?.minor ?? recordedTotal({ lines, ...totals });
  // Its goods leave our stock step by step after this; until then it is what it can be without.
  const startsAs =
    movesStock && (LEFT.has(status) || status === "partiallyFulfilled" || status === "allocated") ? "paid" : status;
  return defined({
    ...resource,
    orderNumber: orderNumberOf(resource),
    channel: draft.channel,
    externalId: draft.externalId,
    channelStatus: draft.channelStatus,
    status: startsAs,
    currency,
    lines,
    ...totals,
    totalMinor,
    fees: draft.fees?.flatMap(({ kind, amount }) =>
      amount.currency === currency ? [{ kind, amountMinor: amount.minor }] : [],
    ),
    payoutMinor: draft.payout?.currency === currency ? draft.payout.minor : undefined,
    paidMinor: PAID.has(status) ? totalMinor : 0,
    refundedMinor: draft.refunded?.minor ?? (status === "refunded" ? totalMinor : 0),
    payments: [],
    refunds: [],
    fulfilments: [],
    returns: [],
    customer: draft.customer,
    shippingAddress: draft.shippingAddress,
    affectsStock: movesStock,
    placedAt: draft.placedAt,
    shipByDate: draft.shipByDate,
    warnings: draft.warnings.length > 0 ? draft.warnings : undefined,
    attention: attentionOf(draft, lines, movesStock),
    settleTo: movesStock ? settleTo(status) : undefined,
    createdBy: ctx.actor.id,
  });
}

function settleTo(status: OrderStatus): Order["settleTo"] {
  if (status === "delivered") return "delivered";
  return LEFT.has(status) ? "fulfilled" : "reserved";
}

interface LineFacts {
  index: number;
  found: FoundProducts;
  status: OrderStatus;
  movesStock: boolean;
}

function recordedLine(line: OrderDraftLine, { index, found, status, movesStock }: LineFacts): OrderLine {
  const product = found.of(line);
  const { quantity, unitPrice, total, sku, title, externalLineId } = line;
  // Stock that is ours leaves by our own steps; what happened elsewhere is as it was told.
  const hasLeft = !movesStock && LEFT.has(status);
  return defined({
    id: String(index + 1),
    productId: product?.id,
    sku: sku ?? product?.sku,
    title: title ?? product?.name,
    externalLineId,
    quantity,
    unitPriceMinor: unitPrice?.minor,
    totalMinor: total?.minor ?? lineTotal(unitPrice?.minor ?? 0, quantity),
    holds: [],
    fulfilled: hasLeft ? quantity : 0,
    cancelled: status === "cancelled" ? quantity : 0,
    returned: hasLeft && status === "returned" ? quantity : 0,
  });
}

function attentionOf(draft: OrderDraft, lines: OrderLine[], movesStock: boolean): Order["attention"] {
  if (!draft.isStatusKnown)
    return {
      code: "UNKNOWN_STATUS",
      message: `The channel calls it ${draft.channelStatus ?? "nothing"}, which we do not know`,
    };
  const unknown = lines.filter(({ productId }) => productId === undefined);
  if (movesStock && unknown.length > 0)
    return {
      code: "UNKNOWN_PRODUCT",
      message:
        `Not in the catalogue: ${unknown.map(({ sku, title, id }) => sku ?? title ?? `line ${id}`).join(", ")}`.slice(
          0,
          1_000,
        ),
    };
  return undefined;
}
