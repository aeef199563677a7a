import { receiveFetched } from "../inbound/index.ts";
import { type Context, requirePermission, type Resources, timestamp } from "../platform/context.ts";
import { AppError, VersionConflictError } from "../platform/errors.ts";
import { type Json, list, text } from "./json.ts";
import { keepRecovery, readRecovery, type Recovery } from "./recovery.store.ts";
import { isBillingOn, type StripeClient, stripeClient } from "./stripe-client.ts";
import { isMissing } from "./stripe-errors.ts";

const DAY_MS = 24 * 3_600_000;
/** As many as Stripe lists at once. */
const PAGE = 100;
const MAX_ATTEMPTS = 5;

/** How the fetching stands, without what it would say of other organisations' events. */
export interface RecoveryView {
  status: "idle" | "requested" | "running";
  requestedAt?: string;
  startedAt?: string;
  finishedAt?: string;
}

/** Asks that what Stripe could not deliver be fetched, which the next sweep begins with. Throws FEATURE_DISABLED. */
export async function requestRecovery(ctx: Context): Promise<RecoveryView> {
  requirePermission(ctx, "webhooks.write");
  stripeClient(ctx);
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const before = await readRecovery(ctx);
    if (viewOf(before).status === "requested") return viewOf(before);
    const kept = await keepRecovery(ctx, before, { ...before, requestedAt: timestamp(ctx) });
    if (kept) return viewOf(kept);
  }
  throw new VersionConflictError("Recovery", "stripe", 0);
}

/** Throws FEATURE_DISABLED. */
export async function recoveryStatus(ctx: Context): Promise<RecoveryView> {
  requirePermission(ctx, "webhooks.read");
  stripeClient(ctx);
  return viewOf(await readRecovery(ctx));
}

function viewOf(recovery: Recovery): RecoveryView {
  const { requestedAt, startedAt, finishedAt } = recovery;
  const status = isRunning(recovery) ? "running" : isRequested(recovery) ? "requested" : "idle";
  return {
    status,
    ...(requestedAt === undefined ? {} : { requestedAt }),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(finishedAt === undefined ? {} : { finishedAt }),
  };
}

const isRunning = ({ startedAt, finishedAt }: Recovery) =>
  startedAt !== undefined && (finishedAt === undefined || finishedAt < startedAt);
const isRequested = ({ requestedAt, startedAt = "" }: Recovery) => requestedAt !== undefined && requestedAt > startedAt;

/**
 * Fetches the events of the instance's own account that Stripe could not deliver, oldest first, and gives them to the
 * pipeline, where what came before is a duplicate: once a day, and when somebody has asked for it. How far it is is kept
 * after each page, so that a sweep that dies, or has no time left at `until`, is gone on from there. Returns how many
 * were new.
 */
export async function recoverEvents(resources: Resources, { until }: { until: number }): Promise<number> {
  if (!isBillingOn(resources)) return 0;
  let state: Recovery | undefined = await begun(resources);
  let received = 0;
  const stripe = stripeClient(resources);
  while (state && isRunning(state) && resources.now() < until) {
    const next: Recovery = await step(resources, stripe, state);
    received += next.received - state.received;
    state = await keepRecovery(resources, state, next);
  }
  if (received > 0) resources.log.warn("Events that Stripe could not deliver were fetched", { received });
  return received;
}

/** The fetching that is under way, or a new one where it is time; undefined where there is nothing to do. */
async function begun(resources: Resources): Promise<Recovery | undefined> {
  const { now } = resources;
  const before = await readRecovery(resources);
  if (isRunning(before)) return before;
  const isDaily = before.startedAt === undefined || now() - Date.parse(before.startedAt) >= DAY_MS;
  if (!isDaily && !isRequested(before)) return undefined;
  const { walk: _walk, finishedAt: _finished, ...rest } = before;
  const startedAt = timestamp(resources);
  return keepRecovery(resources, before, { ...rest, startedAt, received: 0, duplicates: 0, refused: 0 });
}

/** One page kept, and how far that is. */
async function step(resources: Resources, stripe: StripeClient, state: Recovery): Promise<Recovery> {
  const page = await pageAfter(stripe, state);
  if (!page) {
    // Stripe lists the events of thirty days: the one that was the newest is gone from there.
    const { cursor: _cursor, walk: _walk, ...rest } = state;
    return rest;
  }
  const counts = await receiveAll(resources, page.events.toReversed());
  const counted = {
    ...state,
    received: state.received + counts.received,
    duplicates: state.duplicates + counts.duplicates,
    refused: state.refused + counts.refused,
  };
  const ids = page.events.map(({ id }) => text(id) ?? "");
  const [newest, oldest] = [ids[0], ids.at(-1)];
  const finishedAt = timestamp(resources);
  if (state.cursor !== undefined) {
    const cursor = newest ?? state.cursor;
    return { ...counted, cursor, ...(page.hasMore ? {} : { finishedAt }) };
  }
  const { walk, ...rest } = counted;
  const first = walk?.newest ?? newest;
  if (page.hasMore && first !== undefined && oldest !== undefined)
    return { ...rest, walk: { newest: first, after: oldest } };
  return { ...rest, finishedAt, ...(first === undefined ? {} : { cursor: first }) };
}

interface Page {
  /** Newest first, as Stripe lists. */
  events: Json[];
  hasMore: boolean;
}

/** Undefined where Stripe does not know what it is to go on from. */
async function pageAfter(stripe: StripeClient, { cursor, walk }: Recovery): Promise<Page | undefined> {
  const from = cursor === undefined ? { starting_after: walk?.after } : { ending_before: cursor };
  try {
    const answer = await stripe.get("/v1/events", { delivery_success: false, limit: PAGE, ...from });
    return { events: list(answer["data"]), hasMore: answer["has_more"] === true };
  } catch (error) {
    if (isMissing(error) && (cursor ?? walk) !== undefined) return undefined;
    throw error;
  }
}

async function receiveAll(resources: Resources, events: readonly Json[]) {
  const counts = { received: 0, duplicates: 0, refused: 0 };
  for (const event of events) {
    try {
      const { outcome } = await receiveFetched(resources, event);
      if (outcome === "received") counts.received++;
      else counts.duplicates++;
    } catch (error) {
      if (!(error instanceof AppError) || error.retryable) throw error;
      // One that is no event must not keep the others from coming.
      counts.refused++;
      resources.log.warn("An event that Stripe listed was refused", { id: text(event["id"]), error });
    }
  }
  return counts;
}
