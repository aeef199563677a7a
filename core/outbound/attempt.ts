import type { Context } from "../platform/context.ts";
import { ConditionFailed, TransactionCanceled } from "../platform/table-errors.ts";
import type { Write } from "../platform/table.ts";
import { type Delivery, DELAYS_MS, type Failure, nextAttemptAfter } from "./delivery.ts";
import { claim, discardWrite, type Ending, postpone, putBack, settleWrites } from "./delivery.store.ts";
import type { Endpoint } from "./endpoint.ts";
import { afterFailure } from "./health.ts";
import { type Outcome, send } from "./send.ts";
import { forgetFailingWrite, takeTurn } from "./state.store.ts";

/** Where a delivery stands after it was worked on. */
export type Result =
  /** It has come to its end, or had before. */
  | { kind: "over" }
  /** It is tried again then, milliseconds since the epoch. */
  | { kind: "later"; at: number }
  /** It was not yet due: who made it wait has seen to it that it is worked then. */
  | { kind: "early"; at: number }
  /** Another worker has it. */
  | { kind: "taken" };

export interface Work {
  delivery: Delivery;
  endpoint: Endpoint | undefined;
  /** Whether the endpoint had been failing when it was read. */
  isFailing: boolean;
}

export interface Options {
  owner: string;
  /** For the receiver's answer; 15 seconds unless given. */
  timeoutMs?: number | undefined;
  /** What goes in the transaction that ends the delivery, and in the one that lets it wait. */
  withEnd?: Write[];
  withWait?: Write[];
}

const DISABLED: Failure = { code: "ENDPOINT_DISABLED", message: "The endpoint is disabled" };
const DELETED: Failure = { code: "ENDPOINT_DELETED", message: "The endpoint was deleted" };
const GIVEN_UP: Failure = { code: "GIVEN_UP", message: "Workers died of this delivery again and again" };

/**
 * Makes the attempt that is due: turn, claim, request, and one transaction that says how it ended, in this order. It
 * may run twice for one delivery only where a worker died or was taken for dead: the receiver may then hear an event
 * twice, never not at all.
 */
export async function attemptDelivery(ctx: Context, work: Work, options: Options): Promise<Result> {
  const { delivery, endpoint, isFailing } = work;
  if (delivery.status !== "pending") return { kind: "over" };
  const { nextAttemptAt = 0 } = delivery;
  if (nextAttemptAt > ctx.now()) return { kind: "early", at: nextAttemptAt };
  if (!endpoint) return discard(ctx, delivery, DELETED, options);
  if (endpoint.status === "disabled") return discard(ctx, delivery, DISABLED, options);
  // A worker that never came to say how its attempts ended.
  if (delivery.step >= DELAYS_MS.length) return discard(ctx, delivery, GIVEN_UP, options);

  if (endpoint.throttlePerSecond !== undefined) {
    const turn = await takeTurn(ctx, endpoint.id, endpoint.throttlePerSecond);
    if (turn > 0) return waitForTurn(ctx, delivery, turn);
  }
  const claimed = await claim(ctx, delivery, options.owner);
  if (!claimed) return { kind: "taken" };
  const outcome = await send(ctx, endpoint, claimed, options.timeoutMs);
  if (outcome.kind === "unsent") {
    const at = ctx.now() + outcome.retryAfterMs;
    await stillMine(ctx, claimed, () => putBack(ctx, claimed, at));
    count(ctx, "postponed");
    return { kind: "later", at };
  }
  if (outcome.kind === "delivered") {
    const more = [...(options.withEnd ?? []), ...(isFailing ? [forgetFailingWrite(ctx, endpoint.id)] : [])];
    await settle(ctx, claimed, { status: "delivered" }, outcome, more);
    const seconds = Math.max(0, ctx.now() - Date.parse(claimed.occurredAt)) / 1000;
    ctx.metrics.observe("webhook_delivery_seconds", {}, seconds);
    return { kind: "over" };
  }
  // First what it means for the endpoint: a worker that dies in between comes back and finds it so.
  const isDisabled = await afterFailure(ctx, endpoint.id, outcome.isGone);
  const at = isDisabled ? undefined : nextAttemptAfter(claimed.step, ctx.now(), outcome.retryAfterMs);
  const { failure } = outcome;
  if (at === undefined) {
    await settle(ctx, claimed, { status: "failed", failure }, outcome, options.withEnd);
    return { kind: "over" };
  }
  await settle(ctx, claimed, { status: "pending", nextAttemptAt: at, failure }, outcome, options.withWait);
  return { kind: "later", at };
}

const ENDED = { delivered: "delivered", failed: "failed", pending: "retried" } as const;

async function settle(
  ctx: Context,
  delivery: Delivery,
  ending: Ending,
  { attempt }: Extract<Outcome, { attempt: unknown }>,
  more: Write[] = [],
): Promise<void> {
  await stillMine(ctx, delivery, () => ctx.table.transact([...settleWrites(ctx, delivery, ending, attempt), ...more]));
  count(ctx, ENDED[ending.status]);
}

/** After a lease that was lost, another worker's attempt is the one that counts. */
async function stillMine(ctx: Context, { id }: Delivery, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    const isLost = error instanceof ConditionFailed || (error instanceof TransactionCanceled && !error.isTransient);
    if (!isLost) throw error;
    ctx.log.warn("A webhook delivery was taken over by another worker while it was sent", { deliveryId: id });
  }
}

async function discard(ctx: Context, delivery: Delivery, failure: Failure, { withEnd = [] }: Options): Promise<Result> {
  try {
    await ctx.table.transact([discardWrite(ctx, delivery, failure), ...withEnd]);
  } catch (error) {
    if (error instanceof TransactionCanceled && error.failedAt(0)) return { kind: "taken" };
    throw error;
  }
  count(ctx, "discarded");
  return { kind: "over" };
}

async function waitForTurn(ctx: Context, delivery: Delivery, at: number): Promise<Result> {
  try {
    await postpone(ctx, delivery, at);
  } catch (error) {
    if (error instanceof ConditionFailed) return { kind: "taken" };
    throw error;
  }
  count(ctx, "postponed");
  return { kind: "later", at };
}

function count(ctx: Context, outcome: string): void {
  ctx.metrics.count("webhook_deliveries_total", { outcome });
}
