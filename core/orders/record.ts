import * as Finance from "../finance/index.ts";
import { type Context, requirePermission } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { AppError } from "../platform/errors.ts";
import { outboxWrite } from "../platform/events.ts";
import { inParallel } from "../platform/in-parallel.ts";
import type { Write } from "../platform/table.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import { buyerWrites } from "./buyer.store.ts";
import { withListedProducts } from "./listed-products.ts";
import type { Order } from "./order.ts";
import type { OrderDraft } from "./order-draft.ts";
import {
  attentionWrites,
  claimExternalId,
  claimOrderNumber,
  countCreatedWrite,
  createOrderWrite,
  historyWrite,
  readOrder,
} from "./order.store.ts";
import { saleOf } from "./pay.ts";
import { findLineProducts, type FoundProducts } from "./products.ts";
import { PAID, recordedOrder } from "./recorded-order.ts";
import { settleStock } from "./settle.ts";

export interface RecordOptions {
  /** Reserve and move our own stock for it, or only keep what happened. */
  affectsStock: boolean;
  /** Whose orders they came with. */
  accountId?: string | undefined;
  /** The lines' products, where the caller has read them for many orders at once. */
  found?: FoundProducts;
  /** For the transaction that makes the order: what is written of it here, or the order is not. */
  writes?: (orderId: string) => Write[];
}

export interface Recorded {
  orderId: string;
  /** The channel told of it before: it is the first one, unchanged. */
  duplicate: boolean;
}

/** An order with what is written of it alone, and its entries in the books. */
interface Prepared {
  order: Order;
  own: Write[];
  entries: Finance.Entry[];
}

/**
 * Keeps an order that came about elsewhere: a marketplace's sale, or history from a file. It is not turned down for want
 * of stock: what is short leaves it waiting, with the reason. A repeated external id of a channel is the first order.
 * Throws VALIDATION_ERROR where the draft's amounts contradict each other's currency.
 */
export async function recordOrder(ctx: Context, draft: OrderDraft, options: RecordOptions): Promise<Recorded> {
  requirePermission(ctx, "orders.write");
  const [linked = draft] = await withListedProducts(ctx, [draft]);
  const found = options.found ?? (await findLineProducts(ctx, linked.lines));
  return recordOne(ctx, prepare(ctx, linked, { ...options, found }));
}

/** Transactions of many orders that are under way at once: each raises the same few counters. */
const AT_ONCE = 4;
/** DynamoDB's own limit is 100. */
const MOST_WRITES = 98;
/** DynamoDB takes 4 MB a transaction. */
const MOST_BYTES = 1_500_000;

/**
 * The same for many orders, as many in a transaction as it takes, so that counters are raised once for all of them.
 * Each comes out as it would alone: recorded, known before, or refused with its reason.
 */
export async function recordOrders(
  ctx: Context,
  asked: readonly { draft: OrderDraft; writes?: (orderId: string) => Write[] }[],
  { affectsStock, accountId, found: given }: Omit<RecordOptions, "writes">,
): Promise<(Recorded | { error: AppError })[]> {
  requirePermission(ctx, "orders.write");
  const results: (Recorded | { error: AppError })[] = [];
  const linked = await withListedProducts(
    ctx,
    asked.map(({ draft }) => draft),
  );
  const drafts = asked.map((one, index) => ({ ...one, draft: linked[index] ?? one.draft }));
  const found =
    given ??
    (await findLineProducts(
      ctx,
      drafts.flatMap(({ draft }) => draft.lines),
    ));
  const ready: { index: number; prepared: Prepared }[] = [];
  const settled = async (index: number, work: () => Promise<Recorded> | Recorded) => {
    try {
      results[index] = await work();
    } catch (error) {
      if (!(error instanceof AppError) || error.retryable) throw error;
      results[index] = { error };
    }
  };
  for (const [index, { draft, ...rest }] of drafts.entries())
    await settled(index, () => {
      const prepared = prepare(ctx, draft, { affectsStock, accountId, found, ...rest });
      ready.push({ index, prepared });
      return { orderId: prepared.order.id, duplicate: false };
    });
  await inParallel(chunksOf(ready), AT_ONCE, async (chunk) => {
    const whole = await recordTogether(
      ctx,
      chunk.map(({ prepared }) => prepared),
    );
    for (const { index, prepared } of chunk)
      await settled(index, async () => {
        // One of them was there already, or cannot be written: each finds out by itself.
        if (!whole) return recordOne(ctx, prepared);
        await settleStock(ctx, prepared.order);
        return { orderId: prepared.order.id, duplicate: false };
      });
  });
  return results;
}

function prepare(
  ctx: Context,
  draft: OrderDraft,
  { found, affectsStock, accountId, writes }: RecordOptions & { found: FoundProducts },
): Prepared {
  const order = recordedOrder(ctx, draft, { found, affectsStock, accountId });
  const sale = PAID.has(draft.status) ? saleOf(order, order.placedAt) : undefined;
  const toMatch = sale?.lines.some(({ fromStock }) => !fromStock) ?? false;
  return {
    order,
    own: [
      createOrderWrite(ctx, order),
      claimOrderNumber(ctx, order.orderNumber, order.id),
      ...(order.externalId === undefined ? [] : [claimExternalId(ctx, order.channel, order.externalId, order.id)]),
      ...(writes?.(order.id) ?? []),
      historyWrite(ctx, order, { action: "record", details: defined({ channelStatus: order.channelStatus }) }),
      ...attentionWrites(ctx, order),
      ...buyerWrites(ctx, order),
      // What happened long ago is no news: rules and webhooks hear of orders that are to be worked.
      ...(order.affectsStock
        ? [outboxWrite(ctx, "order.recorded", { id: order.id, channel: order.channel, status: order.status })]
        : []),
      ...(toMatch ? [outboxWrite(ctx, Finance.SALE_RECORDED, { orderId: order.id })] : []),
    ],
    entries: sale ? Finance.saleEntries(sale) : [],
  };
}

/** The place of the external id's guard among an order's own writes. */
const EXTERNAL_ID = 2;

async function recordOne(ctx: Context, prepared: Prepared): Promise<Recorded> {
  const { order } = prepared;
  try {
    await ctx.table.transact(writesOf(ctx, [prepared]));
  } catch (error) {
    if (order.externalId === undefined || !(error instanceof TransactionCanceled) || !error.failedAt(EXTERNAL_ID))
      throw error;
    const first = String(error.reasons[EXTERNAL_ID]?.item?.["orderId"]);
    // Whoever recorded it may have died before its stock was settled.
    await settleStock(ctx, await readOrder(ctx, first));
    return { orderId: first, duplicate: true };
  }
  await settleStock(ctx, order);
  return { orderId: order.id, duplicate: false };
}

/** False where one of them kept the others from being written. */
async function recordTogether(ctx: Context, all: Prepared[]): Promise<boolean> {
  if (all.length < 2) return false;
  try {
    await ctx.table.transact(writesOf(ctx, all));
    return true;
  } catch (error) {
    if (error instanceof TransactionCanceled) return false;
    throw error;
  }
}

function writesOf(ctx: Context, all: Prepared[]): Write[] {
  const orders = all.map(({ order }) => order);
  return [
    ...all.flatMap(({ own }) => own),
    countCreatedWrite(ctx, orders, orders[0]?.id ?? ""),
    ...Finance.entryWrites(
      ctx,
      all.flatMap(({ entries }) => entries),
    ),
  ];
}

/** As many orders as fit a transaction, with a total for each of their days. */
function chunksOf(ready: { index: number; prepared: Prepared }[]): { index: number; prepared: Prepared }[][] {
  const chunks: { index: number; prepared: Prepared }[][] = [];
  let writes = 0;
  let bytes = 0;
  let days = new Set<string>();
  for (const one of ready) {
    const { order, own, entries } = one.prepared;
    const day = `${order.placedAt.slice(0, 10)}#${order.channel}`;
    const moreWrites = own.length + entries.length;
    // The order itself, and its lines again in the books.
    const moreBytes = 2 * Buffer.byteLength(JSON.stringify(order));
    const last = chunks.at(-1);
    if (last && writes + moreWrites + days.size + 1 <= MOST_WRITES && bytes + moreBytes <= MOST_BYTES) last.push(one);
    else {
      chunks.push([one]);
      writes = bytes = 0;
      days = new Set();
    }
    writes += moreWrites;
    bytes += moreBytes;
    days.add(day);
  }
  return chunks;
}
