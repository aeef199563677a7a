import { setTimeout } from "node:timers/promises";
import { type Context, timestamp } from "../platform/context.ts";
import type { ChannelUpdate } from "./channel-update.ts";
import { claim, letGo } from "./channel-update.store.ts";
import { isEveryListing } from "./every-listing.ts";
import { followUp } from "./follow-up.ts";
import { inTurns } from "./in-turns.ts";
import { type Plan, planOf } from "./plan.ts";
import { recalculate } from "./recalculate.ts";
import { PENDING, putOff, type Rest, retryLater } from "./rest.ts";
import { settle } from "./settle.ts";
import { type ListingTargets, NO_CONNECTOR, TARGETS } from "./targets.ts";
import { tell, type Told, type ToTell } from "./telling.ts";
import { isShort, type Time } from "./time-left.ts";
import { urgentIds } from "./urgent.ts";

/** How often a worker that is busy looks for more of them, in milliseconds. */
const LOOK_MS = 500;
const LOOKS_AT_ONCE = 4;
const AT_ONCE = 10;
/** How often one claim goes after quantities that change while the channel is told. */
const MAX_ROUNDS = 5;
/** SQS keeps a message back for so long at most; what comes later is the sweep's to wake. */
const LONGEST_DELAY_MS = 15 * 60_000;

/**
 * Tells the channels of these listings what they should show by now, and of those before them whose stock is gone; also
 * while it waits for a slow channel it goes on looking for what is sold out meanwhile. Returns the ids that could not be
 * worked, with why: their messages have to come again. A message may come twice or late; a listing is worked by one
 * worker at a time, and the newest quantity is told last. When its time is nearly over it tells nobody anything more: what
 * is left comes again.
 */
export async function publishQuantities(
  ctx: Context,
  { ids }: { ids: readonly string[] },
  targets: ListingTargets = TARGETS,
  time: Time = { remainingMs: () => Number.POSITIVE_INFINITY },
): Promise<Map<string, unknown>> {
  const asked = [...new Set(ids)];
  const failed = await recalculateAll(ctx, asked.filter(isEveryListing), targets);
  const work = async (some: readonly string[]) => {
    for (const [id, error] of await workOn(ctx, some, { targets, time })) failed.set(id, error);
  };
  /** Each channel's apart: a slow one keeps no other waiting. */
  const workUrgent = async () => {
    if (isShort(time)) return [];
    const channels = await urgentIds(ctx, targets);
    await Promise.all(channels.map(work));
    return channels.flat();
  };
  const own = async () => {
    const urgent = await workUrgent();
    await work(asked.filter((id) => !isEveryListing(id) && !urgent.includes(id)));
  };
  await meanwhile(own(), async () => {
    try {
      await workUrgent();
    } catch (error) {
      ctx.log.warn("What is sold out could not be looked for: its own messages follow", { error });
    }
  });
  return new Map([...failed].filter(([id]) => asked.includes(id)));
}

/** Begins the other thing again and again until the first has ended, some at once at most. */
async function meanwhile(first: Promise<void>, other: () => Promise<void>): Promise<void> {
  const looks = new Set<Promise<void>>();
  const ended = new AbortController();
  const isOver = first.then(
    () => ended.abort(),
    () => ended.abort(),
  );
  while (!ended.signal.aborted) {
    const pause = setTimeout(LOOK_MS, undefined, { signal: ended.signal }).catch(() => undefined);
    await Promise.race([isOver, pause]);
    if (ended.signal.aborted || looks.size >= LOOKS_AT_ONCE) continue;
    const look = other().finally(() => looks.delete(look));
    looks.add(look);
  }
  await Promise.all([first, ...looks]);
}

interface Work {
  targets: ListingTargets;
  time: Time;
}

/** Claims these and works them to their end, or lets go of them for a while. Returns those that failed, with why. */
async function workOn(ctx: Context, ids: readonly string[], work: Work): Promise<Map<string, unknown>> {
  const { organizationId } = ctx.actor;
  const failed = new Map<string, unknown>();
  const again = new Map<string, number>();
  if (isShort(work.time)) {
    for (const id of ids) await sendAgain(ctx, id, 0);
    return failed;
  }
  let open: ChannelUpdate[] = [];
  const owner = ctx.newId("request");
  const claims = await inTurns(ids, AT_ONCE, (id) => claim(ctx.table, organizationId, id, { owner, now: ctx.now() }));
  for (const [index, result] of claims.entries()) {
    const id = ids[index] ?? "";
    if (result.status === "rejected") failed.set(id, result.reason);
    else if (result.value && "claimed" in result.value) open.push(result.value.claimed);
    else if (result.value) again.set(id, result.value.freeInMs);
  }
  for (let round = 0; open.length > 0; round++) {
    const outcomes = await tellAll(ctx, open, work);
    const newer: ChannelUpdate[] = [];
    for (const [index, result] of outcomes.entries()) {
      const id = open[index]?.id ?? "";
      if (result.status === "rejected") failed.set(id, result.reason);
      else if (typeof result.value === "number") again.set(id, result.value);
      else if (result.value) newer.push(result.value);
    }
    open = newer;
    if (round + 1 < MAX_ROUNDS) continue;
    for (const update of open.splice(0)) {
      const at = timestamp(ctx);
      await letGo(ctx.table, organizationId, update, { nextAttemptAt: ctx.now(), at, always: true });
      again.set(update.id, 0);
    }
  }
  for (const [id, afterMs] of again) await sendAgain(ctx, id, afterMs);
  return failed;
}

async function recalculateAll(
  ctx: Context,
  ids: readonly string[],
  targets: ListingTargets,
): Promise<Map<string, unknown>> {
  const results = await inTurns(ids, 1, (id) => recalculate(ctx, id, { targets }));
  const failures = results.map((result, index) => [ids[index] ?? "", result] as const);
  return new Map(failures.flatMap(([id, result]) => (result.status === "rejected" ? [[id, result.reason]] : [])));
}

async function sendAgain(ctx: Context, id: string, afterMs: number): Promise<void> {
  if (afterMs > LONGEST_DELAY_MS) return;
  const { organizationId, currency } = ctx.actor;
  const delaySeconds = Math.ceil(afterMs / 1000);
  await ctx.queues.send("channelUpdates", { organizationId, currency, id }, { delaySeconds });
}

/** One round: asks how earlier calls went, tells what is to be told, and writes down call by call how that ended. */
async function tellAll(
  ctx: Context,
  open: readonly ChannelUpdate[],
  { targets, time }: Work,
): Promise<PromiseSettledResult<Rest>[]> {
  const followed = await followUp(ctx, open, targets);
  const ends = new Map<string, PromiseSettledResult<Rest>>();
  const toTell = new Map<string, ToTell & { plan: ToldPlan }>();
  const others: { update: ChannelUpdate; plan: Exclude<Plan, ToldPlan> }[] = [];
  for (const [index, result] of followed.entries()) {
    if (result.status === "rejected") ends.set(open[index]?.id ?? "", result);
    else if ("rest" in result.value) ends.set(open[index]?.id ?? "", { status: "fulfilled", value: result.value.rest });
    else {
      const { update } = result.value;
      const plan = planOf(update, targets);
      if (plan.kind === "tell") toTell.set(update.id, { update, plan, offer: plan.offer, parts: plan.parts });
      else others.push({ update, plan });
    }
  }
  const writeDown = async <T extends { update: ChannelUpdate }>(some: readonly T[], end: (one: T) => Promise<Rest>) => {
    const results = await inTurns(some, AT_ONCE, end);
    for (const [index, result] of results.entries()) ends.set(some[index]?.update.id ?? "", result);
  };
  await writeDown(others, ({ update, plan }) => withoutTelling(ctx, update, plan));
  await tell(ctx, [...toTell.values()], {
    targets,
    time,
    ended: (some) =>
      writeDown(some, async (told) => {
        const one = toTell.get(told.update.id);
        return one && afterTelling(ctx, told, one.plan);
      }),
  });
  return open.map(({ id }) => ends.get(id) ?? { status: "fulfilled", value: undefined });
}

type ToldPlan = Extract<Plan, { kind: "tell" }>;

function withoutTelling(ctx: Context, update: ChannelUpdate, plan: Exclude<Plan, ToldPlan>): Promise<Rest> {
  const at = timestamp(ctx);
  if (plan.kind === "wait") return settle(ctx, update, { kind: "waiting", reason: NO_CONNECTOR, isUnsent: true });
  if (plan.kind === "fail") return settle(ctx, update, { kind: "failed", reason: plan.reason, at });
  return settle(ctx, update, { kind: "published", told: plan.offer, at });
}

async function afterTelling(
  ctx: Context,
  { update, shown, operations, fault }: Told,
  { offer, refusal }: ToldPlan,
): Promise<Rest> {
  const at = timestamp(ctx);
  if (operations.length > 0) return putOff(ctx, update, { ...PENDING, shown, operations, afterMs: PENDING.firstMs });
  if (!fault) {
    const told = { ...offer, asOf: shown.asOf };
    return refusal
      ? settle(ctx, update, { kind: "failed", told, reason: refusal, at })
      : settle(ctx, update, { kind: "published", told, at });
  }
  const reason = { code: fault.code, message: fault.message };
  const { isUnsent = false } = fault;
  if (fault.ok === "waiting") {
    // What it shows by now is not written down with this: it stays in doubt.
    const isUntold = isUnsent && Object.keys(shown).length === 0;
    return settle(ctx, update, { kind: "waiting", reason, isUnsent: isUntold });
  }
  if (fault.ok === "later")
    return putOff(ctx, update, { reason, shown, afterMs: fault.retryAfterSeconds * 1000, isUncounted: true, isUnsent });
  if (!fault.transient) return settle(ctx, update, { kind: "failed", told: shown, reason, at });
  return retryLater(ctx, update, { reason, shown, isUnsent, retryAfterSeconds: fault.retryAfterSeconds });
}
