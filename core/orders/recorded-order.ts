import type { Context } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { newResource } from "../platform/resources.ts";
import { lineTotal, oneCurrency, recordedTotal } from "./amounts.ts";
import type { Order, OrderLine } from "./order.ts";
import type { OrderDraft, OrderDraftLine } from "./order-draft.ts";
import { orderNumberOf } from "./order.store.ts";
import type { FoundProducts } from "./products.ts";
import type { OrderStatus } from "./status.ts";

/** Statuses of an order whose buyer has paid. */
export const PAID: ReadonlySet<OrderStatus> = new Set([
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

/** The order that a draft comes to, with its products; nothing is stored yet. Throws VALIDATION_ERROR. */
export function recordedOrder(
  ctx: Context,
  draft: OrderDraft,
  { found, affectsStock, accountId }: { found: FoundProducts; affectsStock: boolean; accountId?: string | undefined },
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
    accountId,
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
    notes: draft.notes,
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
  const { quantity, unitPrice, total, sku, title, gtin, styleCode, size, platformSku, externalLineId } = line;
  // Stock that is ours leaves by our own steps; what happened elsewhere is as it was told.
  const hasLeft = !movesStock && LEFT.has(status);
  return defined({
    id: String(index + 1),
    productId: product?.id,
    sku: sku ?? product?.sku,
    title: title ?? product?.name,
    gtin: gtin ?? product?.gtin,
    styleCode,
    size,
    platformSku,
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
