import * as z from "zod";
import type { Fault } from "../platform/errors.ts";
import { PageSchema, type Resource } from "../platform/resources.ts";
import type { Reason } from "./doors.ts";

/**
 * `queued`: on its way, or waiting for its next attempt. `waiting`: somebody must do something first. `failed`: the channel
 * refused it, or it was tried often enough. `done`: kept for a while to be looked at.
 */
export const TASK_STATUSES = ["queued", "waiting", "failed", "done"] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

/** `fulfilment`: the channel is told what was sent. `order`: an order of the channel that could not be read. */
export const TASK_KINDS = ["fulfilment", "order"] as const;

/** Something between us and a channel that is not settled, or was not at once. */
export interface ChannelTask extends Resource {
  kind: (typeof TASK_KINDS)[number];
  status: TaskStatus;
  channel: string;
  /** Whose orders it came with. */
  accountId?: string;
  orderId?: string;
  fulfilmentId?: string;
  externalOrderId?: string;
  /** Why it waits, failed, or is tried again. */
  reason?: Reason;
  /** Why an order could not be read. */
  faults?: Fault[];
  /** Of an order that could not be read: as the channel wrote it, sealed. */
  sealed?: string;
  /** Whether it is to move our own stock when it can be read. */
  affectsStock?: boolean;
  /** Since it was last asked for. */
  attempts: number;
  /** When the sweep looks at it. RFC 3339 UTC. */
  dueAt?: string;
  leaseUntil?: number;
  leaseOwner?: string;
}

export const ListTasksSchema = z.lazy(() =>
  PageSchema.unwrap()
    .extend({ status: z.enum(TASK_STATUSES).default("failed") })
    .strict(),
);

export const RetryTaskSchema = z.lazy(() => z.strictObject({}).prefault({}));

/** What a caller sees of it. */
export function viewTask({
  sealed: _sealed,
  affectsStock: _affects,
  leaseOwner: _owner,
  leaseUntil: _until,
  dueAt,
  ...task
}: ChannelTask) {
  return { ...task, ...(dueAt !== undefined && task.status !== "done" ? { nextAttemptAt: dueAt } : {}) };
}

export type TaskView = ReturnType<typeof viewTask>;

/** After so many attempts somebody has to look. */
export const MAX_ATTEMPTS = 12;
