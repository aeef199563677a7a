import { type Context, requirePermission } from "../platform/context.ts";
import { AppError, NotFoundError } from "../platform/errors.ts";
import { idempotent } from "../platform/idempotency.ts";
import { idAt } from "../platform/ids.ts";
import { parse } from "../platform/parse.ts";
import type { Item } from "../platform/table.ts";
import { ConditionFailed, TransactionCanceled } from "../platform/table-errors.ts";
import {
  type EventRecord,
  type EventStatus,
  type EventView,
  ReplayManySchema,
  ReplaySchema,
  viewEvent,
} from "./event.ts";
import { eventOf, findEvent, listedEvents, replayWrite } from "./event.store.ts";
import { sourceOf } from "./events.ts";
import { messageOf, queueEvent } from "./queue.ts";

const REPLAYABLE: readonly EventStatus[] = ["pending", "failed", "ignored", "conflict"];

/** As many as one request sets going. */
const AT_MOST = 1_000;
const PAGE = 100;

/**
 * Applies an event once more, from its first attempt. One that was processed only with `force`, since its effect is then
 * applied again. Throws NotFoundError, or STATE_CONFLICT while a worker has it.
 */
export async function replayEvent(ctx: Context, { id, input }: { id: string; input: unknown }): Promise<EventView> {
  requirePermission(ctx, "webhooks.write");
  const { force } = parse(ReplaySchema, input);
  const from: readonly EventStatus[] = force ? [...REPLAYABLE, "processed"] : REPLAYABLE;
  return idempotent(ctx, "webhook-events.replay", { id, force }, async (commit) => {
    const event = await findEvent(ctx, id);
    if (!event) throw new NotFoundError("Webhook event", id);
    if (!from.includes(event.status)) throw notReplayable(event);
    try {
      const answer = await commit([replayWrite(ctx, event, from)], viewEvent(restarted(ctx, event)));
      await queueEvent(ctx, event);
      return answer;
    } catch (error) {
      if (error instanceof TransactionCanceled && error.failedAt(0)) throw notReplayable(event);
      throw error;
    }
  });
}

export interface Replayed {
  replayed: number;
  /** As many as one request sets going were: ask again for the rest. */
  hasMore: boolean;
}

/** Applies the failed (or ignored) events of a time once more, a thousand at most. */
export async function replayEvents(ctx: Context, input: unknown): Promise<Replayed> {
  requirePermission(ctx, "webhooks.write");
  const { from, to, provider, status } = parse(ReplayManySchema, input);
  const source = sourceOf(ctx, { provider, status });
  const range = { from: idAt("webhookEvent", Date.parse(from)), to: idAt("webhookEvent", Date.parse(to) + 1) };
  let replayed = 0;
  let startKey: Item | undefined;
  do {
    const limit = Math.min(PAGE, AT_MOST - replayed);
    const page = await listedEvents(ctx.table, { ...source, ...range, limit, ...(startKey ? { startKey } : {}) });
    const events = page.items.map(eventOf);
    const restarts = await Promise.all(events.map((event) => restart(ctx, event, status)));
    const going = events.filter((_, index) => restarts[index]);
    // What cannot be queued is pending all the same, and the sweep finds it.
    if (going.length > 0)
      await ctx.queues.sendAll("webhookEvents", going.map(messageOf)).catch((error: unknown) => {
        ctx.log.warn("Replayed events were not queued and wait for the sweep", { error });
      });
    replayed += going.length;
    startKey = page.lastKey;
  } while (startKey && replayed < AT_MOST);
  return { replayed, hasMore: startKey !== undefined };
}

/** False where somebody else was faster. */
async function restart(ctx: Context, event: EventRecord, status: EventStatus): Promise<boolean> {
  const write = replayWrite(ctx, event, [status]);
  try {
    await ctx.table.update(write.update, write.set, write.condition);
    return true;
  } catch (error) {
    if (error instanceof ConditionFailed) return false;
    throw error;
  }
}

function restarted(ctx: Context, event: EventRecord): EventRecord {
  const { nextAttemptAt: _next, errorMessage: _error, note: _note, ...rest } = event;
  const updatedAt = new Date(ctx.now()).toISOString();
  return { ...rest, status: "pending", attempts: 0, replays: (event.replays ?? 0) + 1, updatedAt };
}

const notReplayable = ({ status }: EventRecord) =>
  new AppError(
    "STATE_CONFLICT",
    `The event is ${status}: ${status === "processed" ? "replaying it needs force" : "wait until it has ended"}`,
    {
      details: { status },
    },
  );
