import type { Context } from "../platform/context.ts";
import { attemptDelivery, type Options, type Result } from "./attempt.ts";
import { findDelivery } from "./delivery.store.ts";
import {
  claimLane,
  type Entry,
  headOf,
  holdWrite,
  type Lane,
  leaveLane,
  leaveWrite,
  releaseLane,
} from "./lane.store.ts";
import { wakeAt } from "./queue.ts";
import { readEndpoint } from "./read.ts";

/**
 * Events of one moment reach us by several shards of the stream, and not in step. So long an ordered delivery waits
 * after its event for those that happened before it.
 */
export const SETTLE_MS = 2_000;
/** What one attempt may take, with room to write down how it ended. */
const ATTEMPT_MS = 20_000;
/** When to look again at a head that another worker still has. */
const TAKEN_MS = 30_000;

export interface LaneOptions {
  timeoutMs?: number | undefined;
  remainingMs: () => number;
}

/**
 * Delivers what waits for an ordered endpoint, the oldest event first, each after the one before has arrived or was
 * given up. Until then the others wait behind it. One worker at a time; who comes while one is at it goes away again.
 */
export async function runLane(ctx: Context, endpointId: string, options: LaneOptions): Promise<void> {
  let lane = await claimLane(ctx, endpointId, ctx.newId("request"));
  while (lane) {
    const head = await headOf(ctx, endpointId);
    if (!head) {
      lane = await leaveLane(ctx, lane);
      continue;
    }
    const settledAt = Date.parse(head.occurredAt) + SETTLE_MS;
    if (settledAt > ctx.now()) return letGo(ctx, lane, settledAt);
    const result = await workHead(ctx, lane, head, options);
    if (result.kind === "later" || result.kind === "early") return letGo(ctx, lane, result.at);
    if (result.kind === "taken") return letGo(ctx, lane, ctx.now() + TAKEN_MS);
    if (options.remainingMs() < ATTEMPT_MS) return letGo(ctx, lane, ctx.now());
  }
}

async function workHead(
  ctx: Context,
  lane: Lane,
  { deliveryId, eventId }: Entry,
  { timeoutMs }: LaneOptions,
): Promise<Result> {
  const { organizationId } = ctx.actor;
  const { endpointId } = lane;
  const delivery = await findDelivery(ctx, deliveryId);
  const hold = holdWrite(ctx, lane);
  const leave = leaveWrite(organizationId, { endpointId, eventId });
  if (delivery?.status !== "pending") {
    await ctx.table.transact([hold, leave]);
    return { kind: "over" };
  }
  const options: Options = { owner: ctx.newId("request"), timeoutMs, withEnd: [hold, leave], withWait: [hold] };
  return attemptDelivery(ctx, { delivery, ...(await readEndpoint(ctx, endpointId)) }, options);
}

async function letGo(ctx: Context, lane: Lane, at: number): Promise<void> {
  if (await releaseLane(ctx, lane, at)) await wakeAt(ctx, lane.endpointId, at);
}
