import { type Context, timestamp } from "../platform/context.ts";
import { type ChannelUpdate, desiredOf, partsBetween, type PendingOperation, type Shown } from "./channel-update.ts";
import { note, noteTold } from "./channel-update.store.ts";
import { inTurns } from "./in-turns.ts";
import { PENDING, putOff, type Rest, retryLater } from "./rest.ts";
import { settle } from "./settle.ts";
import { type ListingTargets, type QuantityResult, targetOf } from "./targets.ts";
import { faultOf } from "./telling.ts";

const AT_ONCE = 10;
/** An operation without an end after so long counts as failed, and is told anew. */
const LONGEST_MS = 60 * 60_000;

/** An update whose earlier calls are known, to go on with; or what is left to do of it. */
export type Followed = { update: ChannelUpdate } | { rest: Rest };

/**
 * Asks channels how the calls went that they took to work later, and writes down what they show by now. While a call is
 * under way nothing else is told, lest the older one is worked last: but that it is sold out is told at once, and all is
 * told once more when every call has ended.
 */
export async function followUp(
  ctx: Context,
  open: readonly ChannelUpdate[],
  targets: ListingTargets,
): Promise<PromiseSettledResult<Followed>[]> {
  const pending = open.filter(({ operations = [] }) => operations.length > 0);
  const states = pending.length === 0 ? new Map<string, QuantityResult>() : await ask(ctx, pending, targets);
  return inTurns(open, AT_ONCE, async (update): Promise<Followed> => {
    const { operations = [] } = update;
    return operations.length === 0 ? { update } : follow(ctx, update, operations, states);
  });
}

const keyOf = (listingId: string, operation: string) => `${listingId}#${operation}`;

async function ask(
  ctx: Context,
  pending: readonly ChannelUpdate[],
  targets: ListingTargets,
): Promise<Map<string, QuantityResult>> {
  const states = new Map<string, QuantityResult>();
  const channels = Map.groupBy(pending, ({ platformType }) => platformType);
  await Promise.all(
    [...channels].map(async ([platformType, updates]) => {
      const target = await targetOf(targets, platformType)?.load();
      if (!target?.operations) return;
      const urgency = { isUrgent: updates.some((update) => desiredOf(update)?.quantity === 0) };
      const asked = updates.flatMap(({ id, operations = [] }) =>
        operations.map(({ operation, part }) => ({ listingId: id, part, operation })),
      );
      try {
        const results = await target.operations(ctx, asked, urgency);
        for (const [index, result] of results.entries()) {
          const one = asked[index];
          if (one) states.set(keyOf(one.listingId, one.operation), result);
        }
      } catch (error) {
        ctx.log.warn("A channel could not be asked for its operations", { operations: asked.length, error });
      }
    }),
  );
  return states;
}

type Ended = PendingOperation & { result: Exclude<QuantityResult, { ok: "pending" | "waiting" | "later" }> };

async function follow(
  ctx: Context,
  update: ChannelUpdate,
  operations: readonly PendingOperation[],
  states: Map<string, QuantityResult>,
): Promise<Followed> {
  const { table } = ctx;
  const { organizationId } = ctx.actor;
  const ended: Ended[] = [];
  const open: PendingOperation[] = [];
  for (const one of operations) {
    const result = states.get(keyOf(update.id, one.operation));
    if (typeof result?.ok === "boolean") ended.push({ ...one, result });
    else if (ctx.now() - one.since >= LONGEST_MS) ended.push({ ...one, result: { ...STUCK, listingId: update.id } });
    else open.push(one);
  }
  if (open.length > 0) return waitFor(ctx, ended.length === 0 ? update : await noteEnded(ctx, update, { ended, open }));
  const shown = Object.assign({}, ...ended.map(({ result, shows }) => (result.ok ? shows : {}))) as Shown;
  const failed = ended.find(({ result }) => !result.ok);
  if (ended.some(({ isContested }) => isContested))
    return { update: await note(table, organizationId, update, { operations: undefined }) };
  if (!failed) return { update: await noteTold(table, organizationId, update, { shown, at: timestamp(ctx) }) };
  return { rest: await afterFailure(ctx, update, failed, shown) };
}

/**
 * Some have ended and others not: what the channel shows by the ended ones is written down now, as nobody asks for them
 * again. Failed ones are kept, to be judged when all have ended, unless none is left to show: that is told again at once.
 * Of contested ones nothing is known, and the others do not make it known.
 */
async function noteEnded(
  ctx: Context,
  update: ChannelUpdate,
  { ended, open }: { ended: readonly Ended[]; open: readonly PendingOperation[] },
): Promise<ChannelUpdate> {
  const failed = ended.filter(({ result }) => !result.ok).map(({ result: _result, ...operation }) => operation);
  const kept = desiredOf(update)?.quantity === 0 ? [] : failed;
  const isContested = kept.length < failed.length || ended.some((one) => one.isContested);
  const known = ended.filter((one) => one.result.ok && !one.isContested);
  const operations = [...kept, ...open].map((one) => (isContested ? { ...one, isContested: true as const } : one));
  const shown = Object.assign({}, ...known.map(({ shows }) => shows)) as Shown;
  return note(ctx.table, ctx.actor.organizationId, update, { operations }, { shown, at: timestamp(ctx) });
}

const STUCK = {
  ok: false as const,
  transient: true,
  code: "OPERATION_STUCK",
  message: "The channel took it, and has not said in an hour how it went",
};

async function waitFor(ctx: Context, update: ChannelUpdate): Promise<Followed> {
  const { operations: open = [] } = update;
  const isToldNone = open.some(({ shows }) => shows.quantity === 0);
  if (desiredOf(update)?.quantity === 0 && !isToldNone) return { update };
  const age = ctx.now() - Math.min(...open.map(({ since }) => since));
  const afterMs = Math.min(PENDING.longestMs, Math.max(PENDING.firstMs, age / 2));
  return { rest: await putOff(ctx, update, { ...PENDING, operations: open, afterMs }) };
}

/** The refusal of what is not wanted any more is no news: what is wanted now is told. */
async function afterFailure(
  ctx: Context,
  update: ChannelUpdate,
  { result, shows }: Ended,
  shown: Shown,
): Promise<Rest> {
  const fault = result.ok ? { ...faultOf(undefined), listingId: update.id } : result;
  const reason = { code: fault.code, message: fault.message };
  const cleared = await note(ctx.table, ctx.actor.organizationId, update, { operations: undefined });
  const desired = desiredOf(cleared);
  const isWanted = desired && partsBetween({ ...desired, ...shows }, desired).length === 0;
  if (!fault.transient && isWanted)
    return settle(ctx, cleared, { kind: "failed", told: shown, reason, at: timestamp(ctx) });
  if (!fault.transient) return cleared;
  return retryLater(ctx, cleared, { reason, shown, retryAfterSeconds: fault.retryAfterSeconds });
}
