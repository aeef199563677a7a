import { backoffMs } from "../platform/backoff.ts";
import { type Context, timestamp } from "../platform/context.ts";
import { ConditionFailed } from "../platform/table-errors.ts";
import { type ChannelUpdate, MAX_ATTEMPTS, type PendingOperation, type Reason, type Shown } from "./channel-update.ts";
import { forgetTold, letGo, type LettingGo, note, updateOf } from "./channel-update.store.ts";
import { settle } from "./settle.ts";

/** What remains of an update: nothing, something newer to tell, or milliseconds until it is tried again. */
export type Rest = ChannelUpdate | number | undefined;

const FIRST_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 15 * 60_000;

/** How a call is waited for that the channel works later. */
export const PENDING = {
  reason: { code: "OPERATION_PENDING", message: "The channel has taken it, and says later how it went" },
  isUncounted: true,
  firstMs: 2_000,
  longestMs: 5 * 60_000,
} as const;

export interface Later {
  reason: Reason;
  afterMs: number;
  shown?: Shown | undefined;
  operations?: PendingOperation[] | undefined;
  isUncounted?: LettingGo["isUncounted"];
  isUnsent?: LettingGo["isUnsent"];
}

/**
 * Lets go of an update for a while, with what has become of it. Something newer that came meanwhile goes on at once, in
 * the same claim.
 */
export async function putOff(ctx: Context, update: ChannelUpdate, { afterMs, ...later }: Later): Promise<Rest> {
  const { table } = ctx;
  const { organizationId } = ctx.actor;
  try {
    const at = timestamp(ctx);
    await letGo(table, organizationId, update, { ...later, nextAttemptAt: ctx.now() + afterMs, at });
    return afterMs;
  } catch (error) {
    if (!(error instanceof ConditionFailed) || !error.item) throw error;
    const current = updateOf(error.item);
    if (current.leaseOwner === update.leaseOwner) return goOn(ctx, current, later);
    ctx.log.warn("A channel update was taken over by another worker while it was told", { listingId: update.id });
    await forgetTold(table, organizationId, current);
    return 0;
  }
}

/** Where something has left, the next round of this claim must not take for certain what was published before. */
async function goOn(
  ctx: Context,
  current: ChannelUpdate,
  { shown = {}, operations, isUnsent = false }: Pick<Later, "shown" | "operations" | "isUnsent">,
): Promise<ChannelUpdate> {
  if (isUnsent && Object.keys(shown).length === 0) return current;
  const { doubt = 1 } = current;
  const facts = { ...(operations ? { operations } : {}), doubt: isUnsent ? doubt : Math.max(2, doubt) };
  return note(ctx.table, ctx.actor.organizationId, current, facts, { shown, at: timestamp(ctx) });
}

/** The next attempt, later and later; after the last one somebody has to look. */
export async function retryLater(
  ctx: Context,
  update: ChannelUpdate,
  {
    reason,
    shown = {},
    isUnsent,
    retryAfterSeconds = 1,
  }: { reason: Reason; shown?: Shown; isUnsent?: boolean; retryAfterSeconds?: number | undefined },
): Promise<Rest> {
  const { attempts = 1 } = update;
  if (attempts >= MAX_ATTEMPTS) return settle(ctx, update, { kind: "failed", told: shown, reason, at: timestamp(ctx) });
  const afterMs = Math.max(retryAfterSeconds * 1000, backoffMs(attempts - 1, FIRST_RETRY_MS, LONGEST_RETRY_MS));
  ctx.metrics.count("channel_updates_total", { outcome: "retried" });
  return putOff(ctx, update, { reason, shown, afterMs, isUnsent });
}
