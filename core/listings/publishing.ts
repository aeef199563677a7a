import { backoffMs } from "../platform/backoff.ts";
import { type Context, timestamp } from "../platform/context.ts";
import { AppError } from "../platform/errors.ts";
import { type ChannelUpdate, desiredOf, MAX_ATTEMPTS, publishedOf, type Reason, sameOffer } from "./channel-update.ts";
import { claim, postpone, updatesInState } from "./channel-update.store.ts";
import { isEveryListing } from "./every-listing.ts";
import { inTurns } from "./in-turns.ts";
import type { Offer } from "./publishable.ts";
import { recalculate } from "./recalculate.ts";
import { settle } from "./settle.ts";
import {
  type ListingTarget,
  type ListingTargets,
  NO_CONNECTOR,
  type QuantityResult,
  targetOf,
  TARGETS,
} from "./targets.ts";

/** Urgent ones that a call takes along, beside those that it is called for. */
const URGENT_AT_ONCE = 10;
const AT_ONCE = 10;
/** How often one claim goes after quantities that change while the channel is told. */
const MAX_ROUNDS = 5;
const FIRST_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 15 * 60_000;

const PRESALE_NOT_SUPPORTED = {
  code: "PRESALE_NOT_SUPPORTED",
  message: "This channel takes no presales, and a presale is never published as in stock",
};

/**
 * Tells the channels of these listings what they should show by now, and of those before them whose stock is gone.
 * Returns the ids that could not be worked, with why: their messages have to come again. A message may come twice or
 * late; a listing is worked by one worker at a time, and the newest quantity is told last.
 */
export async function publishQuantities(
  ctx: Context,
  { ids }: { ids: readonly string[] },
  targets: ListingTargets = TARGETS,
): Promise<Map<string, unknown>> {
  const { organizationId } = ctx.actor;
  const asked = [...new Set(ids)];
  const failed = await recalculateAll(ctx, asked.filter(isEveryListing), targets);
  const all = [...new Set([...(await urgentIds(ctx)), ...asked.filter((id) => !isEveryListing(id))])];
  const again = new Map<string, number>();
  let open: ChannelUpdate[] = [];
  const owner = ctx.newId("request");
  const claims = await inTurns(all, AT_ONCE, (id) => claim(ctx.table, organizationId, id, { owner, now: ctx.now() }));
  for (const [index, result] of claims.entries()) {
    const id = all[index] ?? "";
    if (result.status === "rejected") failed.set(id, result.reason);
    else if (result.value && "claimed" in result.value) open.push(result.value.claimed);
    else if (result.value) again.set(id, result.value.freeInMs);
  }
  for (let round = 0; open.length > 0; round++) {
    const outcomes = await tellAll(ctx, open, targets);
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
      await postpone(ctx.table, organizationId, update, { nextAttemptAt: ctx.now() });
      again.set(update.id, 0);
    }
  }
  for (const [id, afterMs] of again) await sendAgain(ctx, id, afterMs);
  return new Map([...failed].filter(([id]) => asked.includes(id)));
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

async function urgentIds(ctx: Context): Promise<string[]> {
  const query = { state: "queued" as const, urgentOnly: true, limit: URGENT_AT_ONCE };
  const { items } = await updatesInState(ctx.table, ctx.actor.organizationId, query);
  return items.map((item) => String(item["id"]));
}

async function sendAgain(ctx: Context, id: string, afterMs: number): Promise<void> {
  const { organizationId, currency } = ctx.actor;
  const delaySeconds = Math.ceil(afterMs / 1000);
  await ctx.queues.send("channelUpdates", { organizationId, currency, id }, { delaySeconds });
}

/** What remains of an update: nothing, something newer to tell, or milliseconds until it is tried again. */
type Rest = ChannelUpdate | number | undefined;

async function tellAll(
  ctx: Context,
  open: readonly ChannelUpdate[],
  targets: ListingTargets,
): Promise<PromiseSettledResult<Rest>[]> {
  const plans = open.map((update) => ({ update, plan: planOf(update, targets) }));
  const toTell = plans.flatMap(({ update, plan }) => (plan.kind === "tell" ? [{ update, offer: plan.offer }] : []));
  const results = await tell(ctx, toTell, targets);
  return inTurns(plans, AT_ONCE, async ({ update, plan }): Promise<Rest> => {
    const at = timestamp(ctx);
    if (plan.kind === "wait") return settle(ctx, update, { kind: "waiting", reason: NO_CONNECTOR });
    if (plan.kind === "fail") return settle(ctx, update, { kind: "failed", reason: plan.reason, at });
    if (plan.kind === "known") return settle(ctx, update, { kind: "published", told: plan.offer, at });
    const result = results.get(update.id) ?? NO_ANSWER;
    if (result.ok)
      return plan.refusal
        ? settle(ctx, update, { kind: "failed", told: plan.offer, reason: plan.refusal, at })
        : settle(ctx, update, { kind: "published", told: plan.offer, at });
    const reason = { code: result.code, message: result.message };
    if (!result.transient) return settle(ctx, update, { kind: "failed", reason, at });
    return retryLater(ctx, update, reason, result.retryAfterSeconds);
  });
}

const NO_ANSWER: QuantityResult = {
  listingId: "",
  ok: false,
  transient: true,
  code: "NO_ANSWER",
  message: "The connector said nothing of this listing",
};

export type Plan =
  | { kind: "wait" }
  | { kind: "fail"; reason: Reason }
  | { kind: "known"; offer: Offer }
  | { kind: "tell"; offer: Offer; refusal?: Reason };

/** What is to be done for an update; nothing is told that the channel is known to show. */
export function planOf(update: ChannelUpdate, targets: ListingTargets): Plan {
  const { attempts = 1, doubt = 1 } = update;
  const desired = desiredOf(update) ?? { quantity: 0, availableFrom: "inStock" };
  const published = publishedOf(update);
  const isCertain = doubt <= 1;
  if (update.listingStatus === "ended" && isCertain && (published?.quantity ?? 0) === 0)
    return { kind: "known", offer: desired };
  const target = targetOf(targets, update.platformType);
  if (!target) return { kind: "wait" };
  if (attempts > MAX_ATTEMPTS) return { kind: "fail", reason: update.reason ?? GIVEN_UP };
  const isRefused = desired.availableFrom !== "inStock" && !target.takesPresale && update.listingStatus !== "ended";
  const offer = isRefused ? { quantity: 0, availableFrom: "inStock" } : desired;
  const isKnown = isCertain && (sameOffer(published, offer) || (isRefused && published === undefined));
  if (!isRefused) return isKnown ? { kind: "known", offer } : { kind: "tell", offer };
  return isKnown
    ? { kind: "fail", reason: PRESALE_NOT_SUPPORTED }
    : { kind: "tell", offer, refusal: PRESALE_NOT_SUPPORTED };
}

const GIVEN_UP = { code: "GIVEN_UP", message: "Workers died of this update again and again" };

interface ToTell {
  update: ChannelUpdate;
  offer: Offer;
}

/** One call for as many listings of a channel as it takes, those first whose stock is gone. */
async function tell(
  ctx: Context,
  toTell: readonly ToTell[],
  targets: ListingTargets,
): Promise<Map<string, QuantityResult>> {
  const results = new Map<string, QuantityResult>();
  for (const [platformType, all] of Map.groupBy(toTell, ({ update }) => update.platformType)) {
    const target = await targetOf(targets, platformType)?.load();
    if (!target) continue;
    const inOrder = all.toSorted((a, b) => Number(b.offer.quantity === 0) - Number(a.offer.quantity === 0));
    for (let start = 0; start < inOrder.length; start += target.maxBatch)
      for (const result of await tellSome(ctx, target, inOrder.slice(start, start + target.maxBatch)))
        results.set(result.listingId, result);
  }
  return results;
}

async function tellSome(ctx: Context, target: ListingTarget, some: readonly ToTell[]): Promise<QuantityResult[]> {
  const updates = some.map(({ update: { id, platformSku }, offer }) => ({ listingId: id, platformSku, offer }));
  try {
    return await target.setQuantities(ctx, updates);
  } catch (error) {
    ctx.log.warn("A channel could not be told quantities", { listings: updates.length, error });
    // What is no error of ours to name is a fault in the connector: it is tried as often as a channel that is down.
    const known = error instanceof AppError ? error : undefined;
    const fault = {
      ok: false as const,
      transient: known?.retryable ?? true,
      code: known?.code ?? "CONNECTOR_FAULT",
      message: known?.message ?? "The connector failed",
      ...(known?.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: known.retryAfterSeconds }),
    };
    return updates.map(({ listingId }) => ({ listingId, ...fault }));
  }
}

async function retryLater(
  ctx: Context,
  update: ChannelUpdate,
  reason: Reason,
  retryAfterSeconds = 1,
): Promise<number | undefined> {
  const { attempts = 1 } = update;
  if (attempts >= MAX_ATTEMPTS) {
    await settle(ctx, update, { kind: "failed", reason, at: timestamp(ctx) });
    return undefined;
  }
  const waitMs = Math.max(retryAfterSeconds * 1000, backoffMs(attempts - 1, FIRST_RETRY_MS, LONGEST_RETRY_MS));
  ctx.metrics.count("channel_updates_total", { outcome: "retried" });
  await postpone(ctx.table, ctx.actor.organizationId, update, { nextAttemptAt: ctx.now() + waitMs, reason });
  return waitMs;
}
