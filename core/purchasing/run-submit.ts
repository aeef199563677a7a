import { NotAuthorizedError, type PlacedPurchase } from "../connectors/index.ts";
import { type Context, timestamp } from "../platform/context.ts";
import { CircuitOpenError, OutboundError, PrivateAddressError, RateLimitError } from "../platform/http/errors.ts";
import { defined } from "../platform/defined.ts";
import { revise } from "../platform/resources.ts";
import { expectedGoods, whyTooHigh } from "./amounts.ts";
import { changeWrites, next } from "./change.ts";
import { stockOf } from "./effects.ts";
import { told } from "./news.ts";
import type { Attention, Placing, PurchaseOrder } from "./purchase-order.ts";
import { replaceWrite } from "./purchase-order.store.ts";
import { DOUBT_MS, MOST_PLACINGS, ORDERING_MS } from "./purchase-work.ts";
import { renewWrite, workWrites } from "./purchase-work.store.ts";
import { askedOf, type Job, openTarget, orderedOf, retried, type Runs, type Target } from "./run.ts";
import { askQuote } from "./run-quote.ts";

/*
 * A supplier knows no key by which a repeated order is one order. What it knows is our number, so:
 *
 *   claim ─ find, where one was begun ─ quote ─ note that it is begun ─ place ─ note what came of it
 *                                                  │                      │
 *   died here: nothing is there, and find says so ─┘                      │
 *   died here, or the answer was lost: it is there, and find brings it ───┘
 *
 * Whoever comes after a death comes after its lease, and whoever lost an answer waits: until then the supplier may still be
 * making the order. Where find does not answer nothing is ordered.
 */
export const submitting: Runs = {
  async run(ctx, job) {
    const target = await openTarget(ctx, job, "urgent");
    if (job.order.placing !== undefined) {
      const found = await target.purchases.find(target.connection, askedOf(job.order));
      if (found.length > 0) return take(ctx, job, found);
      const end = whyNoMore(job.order.placing);
      if (end) return fail(ctx, { ...job, order: withoutPlacing(job.order) }, end);
    }
    const ordered = await orderedOf(ctx, job.order);
    const quote = await askQuote(ctx, job.order, target);
    const attention = whyTooHigh(job.order, expectedGoods(job.order), quote);
    if (attention) return fail(ctx, { ...job, order: { ...job.order, quote } }, attention);
    const begun = await begin(ctx, { ...job, order: { ...job.order, quote } });
    await place(ctx, begun, target, ordered);
  },

  async giveUp(ctx, job, attention) {
    await fail(ctx, job, attention);
  },

  codeOf,
};

function codeOf({ placing }: PurchaseOrder, error: OutboundError): Attention["code"] {
  if (error instanceof NotAuthorizedError) return "NO_CONNECTION";
  if (placing !== undefined) return "IN_DOUBT";
  return error.retryable ? "UNREACHABLE" : "REFUSED";
}

/** Nothing came of what was begun. What was refused is for a person to order again, and so is what never comes through. */
function whyNoMore({ times, refusal }: Placing): Attention | undefined {
  if (refusal !== undefined) return { code: "REFUSED", message: refusal };
  if (times < MOST_PLACINGS) return undefined;
  return { code: "UNREACHABLE", message: `It was ordered ${times} times, and never came through` };
}

function withoutPlacing({ placing: _placing, ...order }: PurchaseOrder): PurchaseOrder {
  return order;
}

/** Notes that it is ordered now, and has the whole lease for it. */
async function begin(ctx: Context, job: Job): Promise<Job> {
  const { order } = job;
  const placing = { times: (order.placing?.times ?? 0) + 1, at: timestamp(ctx) };
  const after = revise(ctx, "Purchase order", order, { placing });
  const { write, work } = renewWrite(ctx, job.work);
  await ctx.table.transact([replaceWrite(ctx, after), write]);
  return { ...job, order: after, work };
}

async function place(
  ctx: Context,
  job: Job,
  { purchases, connection }: Target,
  ordered: Parameters<Target["purchases"]["place"]>[1],
): Promise<void> {
  let placed: PlacedPurchase[];
  // A process that stood still since it noted so must not order any more: another may have begun.
  if (Date.parse(job.work.leaseUntil ?? "") - ctx.now() < ORDERING_MS) return again(ctx, job, 0);
  try {
    placed = await purchases.place(connection, ordered);
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    return doubt(ctx, job, error);
  }
  if (placed.length === 0) return again(ctx, job, DOUBT_MS);
  await take(ctx, job, placed);
}

/** It did not reach the supplier, or was turned away at the door. */
function wasNotTaken(error: OutboundError): boolean {
  return (
    error instanceof CircuitOpenError ||
    error instanceof PrivateAddressError ||
    error instanceof RateLimitError ||
    error instanceof NotAuthorizedError
  );
}

/** A refusal may hide that the order was made (an answer that cannot be read): before it counts, the order is looked for. */
async function doubt(ctx: Context, job: Job, error: OutboundError): Promise<void> {
  const { order } = job;
  const placing = order.placing ?? { times: 1, at: timestamp(ctx) };
  ctx.log.warn("A purchase order may or may not have been made", { id: order.id, code: error.code, error });
  if (wasNotTaken(error)) return takeBack(ctx, job, placing, error);
  const refusal = error.retryable ? undefined : error.message;
  const after = revise(ctx, "Purchase order", order, { placing: defined({ ...placing, refusal }) });
  const isPlain = refusal !== undefined && error.upstreamStatus !== undefined && error.upstreamStatus >= 400;
  const work = { ...job.work, attempts: 0, dueAt: new Date(ctx.now() + (isPlain ? 0 : DOUBT_MS)).toISOString() };
  await ctx.table.transact([replaceWrite(ctx, after), ...workWrites(ctx, job.work, work)]);
}

/** It does not count as begun. It is looked for all the same: of several calls only the last may have been turned away. */
async function takeBack(ctx: Context, job: Job, placing: Placing, error: OutboundError): Promise<void> {
  const order = { ...job.order, placing: { ...placing, times: placing.times - 1 } };
  const work = retried(ctx, job.work, error);
  if (!work) return fail(ctx, { ...job, order }, { code: codeOf(order, error), message: error.message });
  const after = revise(ctx, "Purchase order", order, {});
  await ctx.table.transact([replaceWrite(ctx, after), ...workWrites(ctx, job.work, work)]);
}

/** Has it looked for after a time. */
async function again(ctx: Context, { work }: Job, afterMs: number): Promise<void> {
  const dueAt = new Date(ctx.now() + afterMs).toISOString();
  await ctx.table.transact(workWrites(ctx, work, { ...work, attempts: work.attempts + 1, dueAt }));
}

/** The supplier has it: what it became, what is expected of it in stock, and that its news is to be asked for. */
async function take(ctx: Context, { order, work }: Job, found: readonly PlacedPurchase[]): Promise<void> {
  const news = told(order, found, ctx.now());
  const changes = { ...news, placedAt: timestamp(ctx), placing: undefined };
  const { after, writes } = await stockOf(ctx, next(ctx, order, "place", changes));
  const follow = { id: order.id, kind: "follow" as const, dueAt: timestamp(ctx), attempts: 0 };
  await ctx.table.transact([...changeWrites(ctx, order, after), ...writes, ...workWrites(ctx, work, follow)]);
}

async function fail(ctx: Context, { order, work }: Job, attention: Attention): Promise<void> {
  const after = next(ctx, order, "fail", { status: "failed", attention });
  await ctx.table.transact([...changeWrites(ctx, order, after), ...workWrites(ctx, work, undefined)]);
}
