import type { Context } from "../platform/context.ts";
import { ConditionFailed } from "../platform/table-errors.ts";
import { type ChannelUpdate, MAX_ATTEMPTS } from "./channel-update.ts";
import { note } from "./channel-update.store.ts";
import type { Offer } from "./publishable.ts";
import type { ListingTarget, Untold } from "./targets.ts";

export type Revisions = NonNullable<ListingTarget["revisions"]>;

/** As many as a delist may take with all its attempts; of a small limit half. */
const keptForNone = (limit: number) => Math.min(MAX_ATTEMPTS, Math.floor(limit / 2));

/** Of a limit of changes, those that a window still has room for. Pure. */
export function revisionsLeft(
  update: Pick<ChannelUpdate, "revisions">,
  { limit, windowMs }: Revisions,
  { quantity, now }: { quantity: number; now: number },
): { window: number; used: number; left: number } {
  const window = now - (now % windowMs);
  const used = update.revisions?.window === window ? update.revisions.used : 0;
  return { window, used, left: limit - used - (quantity === 0 ? 0 : keptForNone(limit)) };
}

/**
 * Counts a change of a listing before its channel is told: a call whose answer is lost has counted there. That it is sold
 * out can always be told: what shows none has no need of it, and what shows some has left room for it.
 */
export async function takeRevision(
  ctx: Context,
  update: ChannelUpdate,
  { revisions, offer }: { revisions: Revisions; offer: Offer },
): Promise<Untold | undefined> {
  const now = ctx.now();
  const { window, used, left } = revisionsLeft(update, revisions, { quantity: offer.quantity, now });
  if (left <= 0) {
    const message = `The channel lets a listing be changed ${revisions.limit} times in this time`;
    const retryAfterSeconds = Math.ceil((window + revisions.windowMs - now) / 1000);
    return { listingId: update.id, ok: "later", code: "REVISIONS_SPENT", message, retryAfterSeconds, isUnsent: true };
  }
  try {
    await note(ctx.table, ctx.actor.organizationId, update, { revisions: { window, used: used + 1 } });
    return undefined;
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    return { listingId: update.id, ok: false, transient: true, ...TAKEN_OVER };
  }
}

const TAKEN_OVER = { code: "TAKEN_OVER", message: "Another worker has taken the update over" };
