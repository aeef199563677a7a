import { BudgetSpentError, connectorNamed, type Outcome } from "../connectors/index.ts";
import * as Orders from "../orders/index.ts";
import { backoffMs } from "../platform/backoff.ts";
import { type Context, requirePermission } from "../platform/context.ts";
import type { DueItem } from "../platform/due.ts";
import { AppError } from "../platform/errors.ts";
import { dispatchOf } from "./dispatch.ts";
import { accountFault, type Doors, DOORS, noAccount, type Reason, reasonOf } from "./doors.ts";
import { recordOrRefresh } from "./take-page.ts";
import { type ChannelTask, MAX_ATTEMPTS } from "./task.ts";
import { changeTask, claimTask, forgetDueTask, tasks } from "./task.store.ts";
import { originalOf } from "./unreadable.ts";

const FIRST_RETRY_MS = 10_000;
const LONGEST_RETRY_MS = 30 * 60_000;
/** What waits for somebody is looked at so often. */
const LOOK_AGAIN_MS = 5 * 60_000;
/** A dispatch waits so long for another before it is looked at again. */
const AFTER_ANOTHER_MS = 60_000;
/** SQS keeps a message back for so long at most. */
const LONGEST_DELAY_MS = 15 * 60_000;
/** A message that was sent is worked within this, or has got lost. */
const LOST_AFTER_MS = 60_000;

type Ending =
  | { kind: "done"; orderId?: string }
  | { kind: "failed" | "waiting"; reason: Reason }
  | { kind: "again"; reason: Reason; afterMs: number; uncounted?: boolean };

/**
 * Works a task: tells a channel what was sent, or reads an order anew. Told twice, it is one fulfilment there, so that a
 * worker that dies in between is followed by another. What fails for a while is tried later and later.
 */
export async function workTask(ctx: Context, id: string, doors: Doors = DOORS): Promise<void> {
  requirePermission(ctx, "orders.write");
  const task = await claimTask(ctx, id, ctx.newId("request"));
  if (!task) return;
  await end(ctx, task, await endingFor(ctx, task, doors));
}

async function endingFor(ctx: Context, task: ChannelTask, doors: Doors): Promise<Ending> {
  try {
    return task.kind === "fulfilment" ? await tell(ctx, task, doors) : await readAnew(ctx, task);
  } catch (error) {
    const fault = accountFault(error);
    if (fault && task.kind === "fulfilment") return { kind: "waiting", reason: fault };
    ctx.log.warn("A channel's task could not be done", { taskId: task.id, kind: task.kind, error });
    const known = error instanceof AppError ? error : undefined;
    const reason = reasonOf(error);
    if (known && !known.retryable) return { kind: "failed", reason };
    const uncounted = error instanceof BudgetSpentError;
    return { kind: "again", reason, afterMs: waitMs(task.attempts, known?.retryAfterSeconds), uncounted };
  }
}

async function end(ctx: Context, task: ChannelTask, ending: Ending): Promise<void> {
  ctx.metrics.count("channel_tasks_total", { kind: task.kind, outcome: ending.kind });
  switch (ending.kind) {
    case "done": {
      const { orderId } = ending;
      const about = orderId === undefined ? {} : { orderId };
      await changeTask(ctx, task, { ...about, status: "done", reason: undefined, sealed: undefined, dueAt: undefined });
      return;
    }
    case "failed":
      await changeTask(ctx, task, { status: "failed", reason: ending.reason, dueAt: undefined });
      return;
    case "waiting":
      await changeTask(ctx, task, {
        status: "waiting",
        reason: ending.reason,
        attempts: 0,
        dueAt: new Date(ctx.now() + LOOK_AGAIN_MS).toISOString(),
      });
      return;
    case "again": {
      const { reason, afterMs, uncounted = false } = ending;
      if (!uncounted && task.attempts >= MAX_ATTEMPTS) return end(ctx, task, { kind: "failed", reason });
      const isFar = afterMs > LONGEST_DELAY_MS;
      // A message comes then; the sweep looks a little later, or at that time where no message can wait so long.
      const dueAt = new Date(ctx.now() + afterMs + (isFar ? 0 : LOST_AFTER_MS)).toISOString();
      const attempts = task.attempts - (uncounted ? 1 : 0);
      const isMine = await changeTask(ctx, task, { status: "queued", reason, attempts, dueAt });
      if (isMine && !isFar) await send(ctx, task.id, Math.ceil(afterMs / 1000));
    }
  }
}

async function tell(ctx: Context, task: ChannelTask, doors: Doors): Promise<Ending> {
  const { channel, attempts, orderId = "" } = task;
  const order = await Orders.getOrder(ctx, orderId);
  const opened = await openFor(ctx, order, doors);
  if (!opened) return { kind: "waiting", reason: noAccount(connectorNamed(channel)?.title ?? channel) };
  const dispatch = await dispatchOf(ctx, order, task);
  if (!dispatch)
    return { kind: "failed", reason: { code: "NOTHING_SENT", message: "The order has no such fulfilment any more" } };
  if (dispatch === "afterAnother")
    return { kind: "again", reason: AFTER_ANOTHER, afterMs: AFTER_ANOTHER_MS, uncounted: true };
  const { connector, connection } = opened;
  const outcome = await connector.fulfilments?.fulfil(connection, dispatch);
  return outcome ? endingOf(outcome, attempts) : { kind: "waiting", reason: NO_CONNECTOR };
}

/** The account that the order came with; the provider's default one where it came otherwise, or its own is gone. */
async function openFor(ctx: Context, { channel, accountId }: Orders.Order, doors: Doors) {
  const options = { urgency: "bulk" } as const;
  if (accountId !== undefined) {
    try {
      return await doors.openAccount(ctx, accountId, options);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== "NOT_FOUND") throw error;
    }
  }
  const account = await doors.accountFor(ctx, channel);
  return account && doors.openAccount(ctx, account.id, options);
}

const AFTER_ANOTHER = {
  code: "AFTER_ANOTHER",
  message: "An earlier dispatch of the same goods by the same tracking number is told first",
};

const NO_CONNECTOR = { code: "NO_CONNECTOR", message: "This channel cannot be told what was sent yet" };

function endingOf(outcome: Outcome, attempts: number): Ending {
  // Taken is told: the channel has it, and nothing else follows from it here.
  if (outcome.ok !== false) return { kind: "done" };
  const reason = { code: outcome.code, message: outcome.message };
  if (!outcome.transient) return { kind: "failed", reason };
  return { kind: "again", reason, afterMs: waitMs(attempts, outcome.retryAfterSeconds) };
}

const waitMs = (attempts: number, retryAfterSeconds = 1) =>
  Math.max(retryAfterSeconds * 1000, backoffMs(attempts, FIRST_RETRY_MS, LONGEST_RETRY_MS));

async function readAnew(ctx: Context, task: ChannelTask): Promise<Ending> {
  const { channel, accountId, affectsStock = false } = task;
  const [read] = Orders.isMarketplace(channel) ? Orders.readOrders(channel, [originalOf(ctx, task)]) : [];
  if (!read || !("draft" in read))
    return { kind: "failed", reason: task.reason ?? { code: "UNREADABLE", message: "The order could not be read" } };
  return { kind: "done", orderId: await recordOrRefresh(ctx, read.draft, { affectsStock, accountId }) };
}

/** Work of the registry of what is due: a task whose message was lost, or whose time has come. */
export async function wakeTask(ctx: Context, due: DueItem): Promise<boolean> {
  const task = await tasks.find(ctx, due.id);
  if (!task?.dueAt || task.dueAt !== due.dueAt) {
    await forgetDueTask(ctx, due);
    return false;
  }
  // First the message: what dies in between is sent again, and a message too many does no harm.
  await send(ctx, due.id);
  const isWorked = (task.leaseUntil ?? 0) >= ctx.now();
  const dueAt = new Date(Math.max(ctx.now(), task.leaseUntil ?? 0) + LOST_AFTER_MS).toISOString();
  return isWorked ? false : changeTask(ctx, task, { dueAt });
}

export async function send(ctx: Context, id: string, delaySeconds = 0): Promise<void> {
  const { organizationId, currency } = ctx.actor;
  await ctx.queues.send("channelOrders", { organizationId, currency, id }, { delaySeconds });
}
