import { canonicalJson } from "../platform/canonical.ts";
import { type Context, timestamp } from "../platform/context.ts";
import { changeWrites, next } from "./change.ts";
import { stockOf, tellOrder, unreleased, untold } from "./effects.ts";
import { missingOf } from "./lines.ts";
import { told } from "./news.ts";
import type { Attention, PurchaseOrder } from "./purchase-order.ts";
import { followAfterMs, type PurchaseWork } from "./purchase-work.ts";
import { workWrites } from "./purchase-work.store.ts";
import { askedOf, type Job, openTarget, type Runs } from "./run.ts";
import { isGone } from "./status.ts";

/** Asks what became of a purchase, until it is known. */
export const following: Runs = {
  async run(ctx, job) {
    const target = await openTarget(ctx, job, "bulk");
    const found = await target.purchases.find(target.connection, askedOf(job.order));
    const order = await save(ctx, job, told(job.order, found, ctx.now()));
    await tellOrder(ctx, order);
  },

  async giveUp(ctx, job, attention) {
    await save(ctx, job, { attention });
  },

  codeOf: () => "NO_NEWS",
};

type News = Partial<Omit<PurchaseOrder, "attention">> & { attention?: Attention | undefined };

/** What is new, and when to ask again. Where nothing is new the purchase order stays as it is. */
async function save(ctx: Context, { order, work }: Job, heard: News): Promise<PurchaseOrder> {
  const isFirst = order.placedAt === undefined && (heard.parts ?? []).length > 0;
  const news = isFirst ? { ...heard, placedAt: timestamp(ctx) } : heard;
  const isNews = Object.entries(news).some(
    ([name, value]) => canonicalJson({ value }) !== canonicalJson({ value: order[name as keyof PurchaseOrder] }),
  );
  const changed = isNews ? await stockOf(ctx, next(ctx, order, "follow", news)) : { after: order, writes: [] };
  const { after, writes } = changed;
  const own = isNews ? [...changeWrites(ctx, order, after), ...writes] : [];
  await ctx.table.transact([...own, ...workWrites(ctx, work, nextWork(ctx, after))]);
  return after;
}

/** Told of at once what the order does not know yet: a worker may die before it has told it. */
const TELLS_AGAIN_MS = 60_000;

/** Undefined once nothing more can come of it, or nobody asks any more. */
function nextWork(ctx: Context, order: PurchaseOrder): PurchaseWork | undefined {
  const at = (ms: number) => new Date(ctx.now() + ms).toISOString();
  const follow = { id: order.id, kind: "follow" as const, attempts: 0 };
  if (untold(order).length > 0 || unreleased(order).length > 0) return { ...follow, dueAt: at(TELLS_AGAIN_MS) };
  const isSettled = order.parts.every(({ status }) => status === "shipped" || isGone(status));
  if (order.status === "received" || (isSettled && missingOf(order).length === 0)) return undefined;
  const afterMs = followAfterMs(ctx.now() - Date.parse(order.placedAt ?? timestamp(ctx)));
  return afterMs === undefined ? undefined : { ...follow, dueAt: at(afterMs) };
}
