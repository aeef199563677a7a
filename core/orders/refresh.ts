import { canonicalJson } from "../platform/canonical.ts";
import type { Context } from "../platform/context.ts";
import { AppError } from "../platform/errors.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import { cancelOrder } from "./cancel.ts";
import { nextOrder, stepWrites } from "./change.ts";
import { fulfilOrder } from "./fulfil.ts";
import { type Attention, openUnits, type Order } from "./order.ts";
import type { OrderDraft } from "./order-draft.ts";
import { readOrder } from "./order.store.ts";
import { payOrder } from "./pay.ts";
import { refundOrder } from "./refund.ts";
import { returnOrder } from "./returns.ts";
import { settleStock } from "./settle.ts";
import type { OrderStatus } from "./status.ts";
import { deliverOrder } from "./update.ts";

/** How far along an order is; what is less far came earlier, and late news of it changes nothing. */
const PROGRESS: Partial<Record<OrderStatus, number>> = {
  draft: 0,
  pending: 1,
  paid: 2,
  allocated: 2,
  partiallyFulfilled: 3,
  fulfilled: 4,
  delivered: 5,
};

export interface Refreshed {
  order: Order;
  changed: boolean;
}

/**
 * Brings an order up to what its channel says now, by the same steps that people take: paid, sent, delivered, cancelled,
 * refunded. News that comes late or twice changes nothing. A step that our own state does not allow is not forced: the
 * order says that it differs from its channel, and why.
 */
export async function refreshOrder(ctx: Context, id: string, draft: OrderDraft): Promise<Refreshed> {
  const { idempotencyKey: _key, ...quiet } = ctx;
  const first = await readOrder(ctx, id);
  let order = first;
  for (let attempt = 1; ; attempt++) {
    if (isOld(order, draft)) return { order, changed: order.version !== first.version };
    try {
      const attention = draft.isStatusKnown ? await follow(quiet, order, draft) : unknownStatus(draft);
      order = await noteNews(quiet, id, draft, attention);
      return { order, changed: order.version !== first.version };
    } catch (error) {
      if (!(error instanceof AppError) || error.retryable) throw error;
      const now = await readOrder(ctx, id);
      // It has moved meanwhile, by us or by someone else: what was refused may be done already.
      if (now.version !== order.version && attempt < MAX_ATTEMPTS) {
        order = now;
        continue;
      }
      const message = `The channel says ${draft.channelStatus ?? draft.status}. ${error.message}`.slice(0, 1_000);
      order = await noteNews(quiet, id, draft, { code: "DIFFERS_FROM_CHANNEL", message });
      return { order, changed: order.version !== first.version };
    }
  }
}

/** How often an order may move under us before its news waits for the next time. */
const MAX_ATTEMPTS = 6;

function unknownStatus({ channelStatus = "nothing" }: OrderDraft): Attention {
  return { code: "UNKNOWN_STATUS", message: `The channel calls it ${channelStatus}, which we do not know` };
}

/** News of a state that the order has passed already, or that we have heard. */
function isOld(order: Order, draft: OrderDraft): boolean {
  const [now, told] = [PROGRESS[order.status], PROGRESS[draft.status]];
  if (draft.isStatusKnown && now !== undefined && told !== undefined && told < now) return true;
  const isHeard = order.channelStatus === draft.channelStatus;
  return isHeard && (!draft.isStatusKnown || order.status === draft.status);
}

/** Takes the steps that lead from what the order is to what the channel says. Returns what an operator has to do about it. */
async function follow(
  ctx: Context,
  order: Order,
  { status, placedAt, updatedAt = placedAt }: OrderDraft,
): Promise<Attention | undefined> {
  const { id } = order;
  const isOver = order.status === "cancelled" || order.status === "refunded" || order.status === "returned";
  if (status === "cancelled" || status === "refunded") {
    if (!isOver && order.lines.some((line) => openUnits(line) > 0))
      await cancelOrder(ctx, { id, input: { reason: "Told by the channel" } });
    const now = await readOrder(ctx, id);
    if (status === "refunded" && now.paidMinor > now.refundedMinor) await refundOrder(ctx, { id });
    if (status === "cancelled" && now.status !== "cancelled" && !isOver)
      return {
        code: "DIFFERS_FROM_CHANNEL",
        message: "The channel has cancelled it, but its goods have left: expect them back",
      };
    return undefined;
  }
  if (status === "returned" || status === "partiallyReturned") {
    if (isOver) return undefined;
    if (order.affectsStock || status === "partiallyReturned")
      return {
        code: "DIFFERS_FROM_CHANNEL",
        message: "The channel says that goods come back: record the return when they are here",
      };
    await returnOrder(ctx, { id });
    return undefined;
  }
  if (isOver || (PROGRESS[status] ?? 0) <= (PROGRESS[order.status] ?? 0)) return undefined;
  if (order.status === "pending" && (PROGRESS[status] ?? 0) >= 2) await payOrder(ctx, { id, input: {} });
  if (status !== "fulfilled" && status !== "delivered") return undefined;
  await settleStock(ctx, { ...order, settleTo: "reserved" });
  const now = await readOrder(ctx, id);
  if (now.attention) return now.attention;
  if (now.status !== "fulfilled" && now.status !== "delivered")
    await fulfilOrder(ctx, { id, input: { shippedAt: updatedAt } });
  if (status === "delivered") await deliverOrder(ctx, { id });
  return undefined;
}

/** Keeps the channel's word and what is to be done about it. */
async function noteNews(ctx: Context, id: string, draft: OrderDraft, attention: Attention | undefined): Promise<Order> {
  for (let attempt = 1; ; attempt++) {
    const current = await readOrder(ctx, id);
    const keeps = current.attention?.code === "INSUFFICIENT_STOCK" || current.attention?.code === "UNKNOWN_PRODUCT";
    const after = nextOrder(ctx, current, {
      channelStatus: draft.channelStatus,
      shipByDate: draft.shipByDate ?? current.shipByDate,
      attention: keeps && !attention ? current.attention : attention,
    });
    if (
      current.channelStatus === after.channelStatus &&
      canonicalJson({ attention: current.attention }) === canonicalJson({ attention: after.attention })
    )
      return current;
    const step = {
      action: "hear",
      event: "order.channelUpdated",
      details: { channelStatus: draft.channelStatus ?? "" },
    };
    try {
      await ctx.table.transact(stepWrites(ctx, current, after, step));
      return after;
    } catch (error) {
      if (!(error instanceof TransactionCanceled) || !error.failedAt(0) || attempt >= MAX_ATTEMPTS) throw error;
    }
  }
}
