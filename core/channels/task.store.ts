import { setting } from "../platform/changes.ts";
import { type Context, timestamp } from "../platform/context.ts";
import { decodeCursor, encodeCursor } from "../platform/cursor.ts";
import { defined } from "../platform/defined.ts";
import { type Due, dueRemoval, dueWrite } from "../platform/due.ts";
import { outboxWrite } from "../platform/events.ts";
import { orgPartition } from "../platform/keys.ts";
import { fromItem, type Page, resourceStore } from "../platform/resources.ts";
import type { Expression, Item, Write } from "../platform/table.ts";
import { ConditionFailed, TransactionCanceled } from "../platform/table-errors.ts";
import type { ChannelTask, TaskStatus } from "./task.ts";

/** What is to be done when a task is due, in the registry of `runDue`. */
export const TASK_DUE = "channelTask";

/** Longer than the worker's function may run. */
const LEASE_MS = 150_000;
/** Done ones are kept so long, unreadable ones until their original is of no use any more. */
const DAY_SECONDS = 24 * 3600;
const KEPT_DAYS = { done: 30, open: 90 };

export const tasks = resourceStore<ChannelTask>("CHANNEL_TASK", "Channel task");

const statusPartition = (ctx: Context, status: TaskStatus) =>
  orgPartition(ctx.actor.organizationId, "CHANNEL_TASK", status);

function indexed(ctx: Context, { id, status, updatedAt }: Pick<ChannelTask, "id" | "status" | "updatedAt">): Item {
  const days = status === "done" ? KEPT_DAYS.done : KEPT_DAYS.open;
  return {
    gsi1pk: statusPartition(ctx, status),
    gsi1sk: `${updatedAt}#${id}`,
    expiresAt: Math.floor(ctx.now() / 1000) + days * DAY_SECONDS,
  };
}

const dueOf = (id: string, dueAt: string): Due => ({ kind: TASK_DUE, id, dueAt });

type About = Pick<ChannelTask, "id" | "kind" | "channel" | "orderId"> & { reason?: { code: string } | undefined };

const about = ({ id: channelTaskId, kind, channel, orderId, reason }: About) =>
  defined({ channelTaskId, kind, channel, orderId, reason: reason?.code });

/** False where it is there already: what it is about has one task. */
export async function createTask(ctx: Context, task: ChannelTask): Promise<boolean> {
  const due = task.dueAt === undefined ? [] : [dueWrite(ctx, dueOf(task.id, task.dueAt))];
  const told = task.status === "failed" ? [outboxWrite(ctx, "channelTask.failed", about(task))] : [];
  const put: Write = {
    put: { ...task, ...tasks.key(ctx, task.id), ...indexed(ctx, task), entity: "channel-task" },
    condition: { expression: "attribute_not_exists(pk)" },
  };
  try {
    await ctx.table.transact([put, ...due, ...told]);
    return true;
  } catch (error) {
    if (error instanceof TransactionCanceled && error.failedAt(0)) return false;
    throw error;
  }
}

/** IS_FREE: its message twice, a message and the sweep. One claim wins. */
export async function claimTask(ctx: Context, id: string, owner: string): Promise<ChannelTask | undefined> {
  const now = ctx.now();
  const isFree: Expression = {
    expression: "#status IN (:queued, :waiting) AND (attribute_not_exists(leaseUntil) OR leaseUntil < :now)",
    names: { "#status": "status" },
    values: { ":queued": "queued", ":waiting": "waiting", ":now": now },
  };
  const set: Expression = {
    expression: "SET leaseOwner = :owner, leaseUntil = :until, attempts = attempts + :one",
    values: { ":owner": owner, ":until": now + LEASE_MS, ":one": 1 },
  };
  try {
    return taskOf(await ctx.table.update<Item>(tasks.key(ctx, id), set, isFree));
  } catch (error) {
    if (error instanceof ConditionFailed) return undefined;
    throw error;
  }
}

type TaskChanges = { [Name in keyof ChannelTask]?: ChannelTask[Name] | undefined };

/**
 * A task as it goes on, with its place among what is due. False when somebody else has changed it since it was read:
 * `by` says what it must still be, its claim or the whole record.
 */
export async function changeTask(
  ctx: Context,
  task: ChannelTask,
  changes: TaskChanges,
  { isRetried = false } = {},
): Promise<boolean> {
  const updatedAt = timestamp(ctx);
  const after = { ...task, ...changes, id: task.id, status: changes.status ?? task.status, updatedAt };
  const write: Write = {
    update: tasks.key(ctx, task.id),
    set: setting({
      leaseOwner: undefined,
      leaseUntil: undefined,
      ...changes,
      updatedAt,
      version: task.version + 1,
      ...indexed(ctx, after),
    }),
    condition: {
      expression: `#version = :version AND ${task.leaseOwner === undefined ? "attribute_not_exists(leaseOwner)" : "leaseOwner = :mine"}`,
      names: { "#version": "version" },
      values: { ":version": task.version, ...(task.leaseOwner === undefined ? {} : { ":mine": task.leaseOwner }) },
    },
  };
  const events = [
    ...(after.status === "failed"
      ? [outboxWrite(ctx, "channelTask.failed", about({ ...task, reason: changes.reason ?? task.reason }))]
      : []),
    ...(isRetried ? [outboxWrite(ctx, "channelTask.retried", about(task))] : []),
  ];
  const isMoved = task.dueAt !== after.dueAt;
  const moves = [
    ...(isMoved && task.dueAt !== undefined ? [dueRemoval(ctx, dueOf(task.id, task.dueAt))] : []),
    ...(isMoved && after.dueAt !== undefined ? [dueWrite(ctx, dueOf(task.id, after.dueAt))] : []),
  ];
  try {
    await ctx.table.transact([write, ...moves, ...events]);
    return true;
  } catch (error) {
    if (error instanceof TransactionCanceled && error.failedAt(0)) return false;
    throw error;
  }
}

export const forgetDueTask = (ctx: Context, { id, dueAt }: Due): Promise<void> =>
  ctx.table.transact([dueRemoval(ctx, dueOf(id, dueAt))]);

export async function tasksIn(
  ctx: Context,
  { status, limit, cursor }: { status: TaskStatus; limit: number; cursor?: string | undefined },
): Promise<Page<ChannelTask>> {
  const query = { list: "channelTasks", status };
  const after = cursor === undefined ? undefined : decodeCursor<{ sk: string; at: string }>(ctx, query, cursor);
  const pk = statusPartition(ctx, status);
  const page = await ctx.table.query<Item>({
    index: "gsi1",
    pk,
    newestFirst: true,
    limit: limit + 1,
    ...(after ? { startKey: { ...tasks.key(ctx, after.sk), gsi1pk: pk, gsi1sk: after.at } } : {}),
  });
  const found = page.items.slice(0, limit);
  const last = found.at(-1);
  const isMore = page.items.length > limit || page.lastKey !== undefined;
  const items = found.map(taskOf);
  if (!isMore || !last) return { items };
  return { items, nextCursor: encodeCursor(ctx, query, { sk: String(last["sk"]), at: String(last["gsi1sk"]) }) };
}

/** Throws NOT_FOUND. */
export async function readTask(ctx: Context, id: string): Promise<ChannelTask> {
  return taskOf({ ...(await tasks.get(ctx, id)) });
}

function taskOf(item: Item): ChannelTask {
  return fromItem<ChannelTask>(item, EXPIRY);
}

const EXPIRY: ReadonlySet<string> = new Set(["expiresAt"]);
