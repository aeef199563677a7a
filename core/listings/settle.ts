import { type Context, timestamp } from "../platform/context.ts";
import { outboxWrite } from "../platform/events.ts";
import type { Write } from "../platform/table.ts";
import { ConditionFailed, TransactionCanceled } from "../platform/table-errors.ts";
import type { ChannelUpdate, Reason, Shown } from "./channel-update.ts";
import { forgetTold, noteTold, type Settlement, settleWrite, updateOf } from "./channel-update.store.ts";
import { closeWrites, outcomeWrite } from "./listing.store.ts";
import type { Offer } from "./publishable.ts";
import { sourcesOf, statusAfter } from "./status.ts";

/** How an attempt ended. `told` is what the channel shows since. */
export type Answer =
  | { kind: "published"; told: Offer & Shown; at: string }
  | { kind: "failed"; told?: Shown; reason: Reason; at: string }
  | { kind: "waiting"; reason: Reason; isUnsent: boolean };

/**
 * Writes down how an attempt ended, and with it what that makes of the listing: active, failed, or closed when it had
 * ended. Returns the update as it is now when there is something newer to tell; milliseconds when somebody else must
 * look again.
 */
export async function settle(
  ctx: Context,
  update: ChannelUpdate,
  answer: Answer,
): Promise<ChannelUpdate | number | undefined> {
  const consequence = consequenceOf(ctx, update, answer);
  const { table } = ctx;
  const { organizationId } = ctx.actor;
  const settlement = { ...answer, listingStatus: consequence.listingStatus } as Settlement;
  try {
    const write = settleWrite(organizationId, update, settlement);
    if (consequence.writes.length === 0) await table.update(write.update, write.set, write.condition);
    else await table.transact([write, ...consequence.writes]);
    observe(ctx, update, answer);
    return undefined;
  } catch (error) {
    const listingMovedOn = error instanceof TransactionCanceled && !error.failedAt(0) && error.failedAt(1);
    if (listingMovedOn && update.listingStatus !== "ended") return settleAlone(ctx, update, answer);
    return superseded(ctx, update, answer, error);
  }
}

function consequenceOf(ctx: Context, update: ChannelUpdate, answer: Answer) {
  const { organizationId } = ctx.actor;
  const { id, productId, platformType, platformSku, listingStatus } = update;
  const unchanged = { listingStatus, writes: [] as Write[] };
  const about = { id, productId, platformType, platformSku };
  if (answer.kind === "waiting") return unchanged;
  if (listingStatus === "ended") {
    if (answer.kind === "failed") return unchanged;
    return {
      listingStatus,
      writes: [...closeWrites(organizationId, update), outboxWrite(ctx, "listing.closed", about)],
    };
  }
  const outcome = answer.kind === "published" ? ("confirm" as const) : ("refuse" as const);
  const to = statusAfter(listingStatus, outcome);
  if (!to) return unchanged;
  const error = answer.kind === "failed" ? { ...answer.reason, at: answer.at } : undefined;
  const change = { from: sourcesOf(outcome), to, at: answer.at, error };
  const event = outboxWrite(ctx, answer.kind === "failed" ? "listing.failed" : "listing.published", {
    ...about,
    ...(error ? { reason: error.code } : {}),
  });
  return { listingStatus: to, writes: [outcomeWrite(organizationId, id, change), event] };
}

/** The listing was paused or ended meanwhile: what its channel shows is true all the same. */
async function settleAlone(
  ctx: Context,
  update: ChannelUpdate,
  answer: Answer,
): Promise<ChannelUpdate | number | undefined> {
  const { organizationId } = ctx.actor;
  const settlement = { ...answer, listingStatus: update.listingStatus } as Settlement;
  const write = settleWrite(organizationId, update, settlement);
  try {
    await ctx.table.update(write.update, write.set, write.condition);
    observe(ctx, update, answer);
    return undefined;
  } catch (error) {
    return superseded(ctx, update, answer, error);
  }
}

/** What to do when the update is not any more what was claimed. */
async function superseded(
  ctx: Context,
  update: ChannelUpdate,
  answer: Answer,
  error: unknown,
): Promise<ChannelUpdate | number | undefined> {
  const item =
    error instanceof ConditionFailed
      ? error.item
      : error instanceof TransactionCanceled && error.failedAt(0)
        ? error.reasons[0]?.item
        : undefined;
  if (!item) throw error;
  const { organizationId } = ctx.actor;
  const current = updateOf(item);
  const told = answer.kind === "waiting" ? undefined : answer.told;
  if (current.leaseOwner === update.leaseOwner) {
    // What failed may have got through all the same.
    const doubt = answer.kind === "published" ? 1 : 2;
    return told ? noteTold(ctx.table, organizationId, current, { shown: told, at: timestamp(ctx), doubt }) : current;
  }
  ctx.log.warn("A channel update was taken over by another worker while it was told", { listingId: update.id });
  if (!told) return undefined;
  await forgetTold(ctx.table, organizationId, current);
  return 0;
}

function observe(ctx: Context, { changedAt }: ChannelUpdate, { kind }: Answer): void {
  ctx.metrics.count("channel_updates_total", { outcome: kind });
  if (kind === "published" && changedAt !== undefined)
    ctx.metrics.observe("channel_update_publish_seconds", {}, Math.max(0, ctx.now() - changedAt) / 1000);
}
