import type { PlacedPurchase } from "../connectors/index.ts";
import { type Context, timestamp } from "../platform/context.ts";
import { changeWrites, next } from "./change.ts";
import { stockOf, tellOrder } from "./effects.ts";
import { told } from "./news.ts";
import type { Attention, PurchaseOrder } from "./purchase-order.ts";
import { DOUBT_MS } from "./purchase-work.ts";
import { workWrites } from "./purchase-work.store.ts";
import { askedOf, type Job, openTarget, type Runs, type Target } from "./run.ts";
import { isGone, statusBy } from "./status.ts";

/** Asks the supplier to cancel what has not been sent. What it is afterwards is what the supplier then says it is. */
export const cancelling: Runs = {
  async run(ctx, job) {
    const target = await openTarget(ctx, job, "urgent");
    const before = await target.purchases.find(target.connection, askedOf(job.order));
    const { cancelled, refusals } = await cancelEach(target, before);
    const found = await target.purchases.find(target.connection, askedOf(job.order));
    // Some say "yes" a while before they say "cancelled".
    const now = found.map((one) => (cancelled.has(one.externalId) ? { ...one, status: "cancelled" as const } : one));
    const order = await settle(ctx, job, now, refusals);
    await tellOrder(ctx, order);
  },

  async giveUp(ctx, job, { message }) {
    await keep(ctx, job, { code: "CANCEL_REFUSED", message });
  },

  codeOf: () => "CANCEL_REFUSED",
};

/** What is cancelled already is not asked for again: a repeat after a crash goes on where the first one ended. */
async function cancelEach({ purchases, connection }: Target, found: readonly PlacedPurchase[]) {
  const cancelled = new Set<string>();
  const refusals: string[] = [];
  for (const { externalId, status } of found) {
    if (isGone(status) || status === "shipped") continue;
    if (!purchases.cancel) {
      refusals.push(`${connection.provider} cancels nothing for us: ask it yourself about ${externalId}`);
      continue;
    }
    const outcome = await purchases.cancel(connection, externalId);
    if (outcome.ok === false) refusals.push(`${externalId}: ${outcome.message}`);
    else if (outcome.ok === true) cancelled.add(externalId);
  }
  return { cancelled, refusals };
}

async function settle(
  ctx: Context,
  { order, work }: Job,
  found: readonly PlacedPurchase[],
  refusals: string[],
): Promise<PurchaseOrder> {
  const isThere = found.length > 0 || order.parts.length > 0;
  const news = isThere
    ? told(order, found, ctx.now())
    : { status: "cancelled" as const, lines: order.lines.map((line) => ({ ...line, isClosed: true })) };
  const message = refusals.length > 0 ? refusals.join("; ") : "It was not cancelled in whole";
  const attention: Attention | undefined =
    news.status === "cancelled" ? undefined : { code: "CANCEL_REFUSED", message: message.slice(0, 1_000) };
  const changes = {
    ...news,
    attention,
    placing: undefined,
    ...(isThere ? { placedAt: order.placedAt ?? timestamp(ctx) } : {}),
    // What the supplier cancels later is its own doing again.
    ...(news.status === "cancelled" ? {} : { cancelAskedAt: undefined }),
  };
  const { after, writes } = await stockOf(ctx, next(ctx, order, "follow", changes));
  // What was in doubt may be made all the same: it is looked for once more when no call can be on its way.
  const dueAt = new Date(ctx.now() + (order.placing === undefined ? 0 : DOUBT_MS)).toISOString();
  const follow = { id: order.id, kind: "follow" as const, dueAt, attempts: 0 };
  await ctx.table.transact([...changeWrites(ctx, order, after), ...writes, ...workWrites(ctx, work, follow)]);
  return after;
}

/** It stays what it was: bought, or in doubt. */
async function keep(ctx: Context, { order, work }: Job, attention: Attention): Promise<void> {
  const isBought = order.parts.length > 0;
  const by = statusBy(order.parts, order.lines);
  const status = isBought && (by === "partlyShipped" || by === "shipped") ? by : isBought ? "placed" : "failed";
  const after = next(ctx, order, "keep", { status, attention, cancelAskedAt: undefined });
  const follow = { id: order.id, kind: "follow" as const, dueAt: timestamp(ctx), attempts: 0 };
  const then = isBought ? follow : undefined;
  await ctx.table.transact([...changeWrites(ctx, order, after), ...workWrites(ctx, work, then)]);
}
