import { type Context, requirePermission } from "../platform/context.ts";
import { AppError } from "../platform/errors.ts";
import { idempotent } from "../platform/idempotency.ts";
import { parse } from "../platform/parse.ts";
import type { Page } from "../platform/resources.ts";
import { ListTasksSchema, RetryTaskSchema, type TaskView, viewTask } from "./task.ts";
import { changeTask, readTask, tasksIn } from "./task.store.ts";
import { originalOf } from "./unreadable.ts";
import { send } from "./work-task.ts";

/** Of one status, what changed last first. */
export async function listTasks(ctx: Context, input: unknown): Promise<Page<TaskView>> {
  requirePermission(ctx, "orders.read");
  const { items, ...page } = await tasksIn(ctx, parse(ListTasksSchema, input));
  return { ...page, items: items.map(viewTask) };
}

/** With the order as its channel wrote it, where it could not be read. Throws NOT_FOUND. */
export async function getTask(ctx: Context, id: string): Promise<TaskView & { original?: unknown }> {
  requirePermission(ctx, "orders.read");
  const task = await readTask(ctx, id);
  const original = originalOf(ctx, task);
  return { ...viewTask(task), ...(original === undefined ? {} : { original }) };
}

/** Tries it again now. Throws NOT_FOUND, STATE_CONFLICT for what is done or is changed by somebody else at once. */
export async function retryTask(ctx: Context, { id, options }: { id: string; options: unknown }): Promise<TaskView> {
  requirePermission(ctx, "orders.write");
  parse(RetryTaskSchema, options);
  return idempotent(ctx, "channels.retryTask", { id }, async (commit) => {
    const task = await readTask(ctx, id);
    if (task.status === "done")
      throw new AppError("STATE_CONFLICT", "This task is done", { details: { id, status: task.status } });
    // Whoever works on it goes on: without its claim it could not write down how it ended.
    if ((task.leaseUntil ?? 0) > ctx.now()) return commit([], viewTask(task));
    const dueAt = new Date(ctx.now() + 60_000).toISOString();
    // Somebody has begun with it, or has asked for the same: that is as good.
    await changeTask(ctx, task, { status: "queued", attempts: 0, dueAt }, { isRetried: true });
    await send(ctx, id);
    return commit([], viewTask({ ...task, status: "queued", attempts: 0, dueAt }));
  });
}
