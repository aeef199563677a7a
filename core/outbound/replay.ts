import { type Context, requirePermission, timestamp } from "../platform/context.ts";
import { AppError, ValidationError } from "../platform/errors.ts";
import { idempotent } from "../platform/idempotency.ts";
import { idAt } from "../platform/ids.ts";
import { parse } from "../platform/parse.ts";
import type { Item, Write } from "../platform/table.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import { bodyOf, type Delivery, deliveryId, KEPT_DAYS, KEPT_MS, ReplaySinceSchema, TestSchema } from "./delivery.ts";
import { createDeliveryWrite, deliveryOf, endpointPartition, replayWrite } from "./delivery.store.ts";
import { type DeliveryView, readDelivery, viewDelivery, withStatus } from "./deliveries.ts";
import { BareSchema, type Endpoint } from "./endpoint.ts";
import { endpoints } from "./endpoint.store.ts";
import { findEventType, TEST_EVENT } from "./event-types.ts";
import { arrival, enterWrite, laneKey } from "./lane.store.ts";
import { enqueueAll, messageOf } from "./queue.ts";
import { advanceReplay, createReplayWrite, endReplay, findReplay, type Replay } from "./replay.store.ts";

/**
 * Sends one delivery again, with the same `webhook-id`, from the beginning of the schedule. Throws NOT_FOUND;
 * STATE_CONFLICT where its endpoint is disabled or deleted, or while it is being sent.
 */
export async function replayDelivery(
  ctx: Context,
  { id, input }: { id: string; input?: unknown },
): Promise<DeliveryView> {
  requirePermission(ctx, "webhooks.write");
  parse(BareSchema, input);
  const view = await idempotent<DeliveryView>(ctx, "outbound.replayDelivery", { id }, async (commit) => {
    const delivery = await readDelivery(ctx, id);
    requireEnabled(await endpoints.find(ctx, delivery.endpointId), delivery.endpointId);
    const { failure: _failure, ...again } = delivery;
    const result = viewDelivery({ ...again, status: "pending", nextAttemptAt: ctx.now() });
    try {
      return await commit(replayWrites(ctx, delivery), result);
    } catch (error) {
      if (!(error instanceof TransactionCanceled) || !error.failedAt(0)) throw error;
      throw new AppError("STATE_CONFLICT", "The delivery is being sent", { details: { id }, retryable: true });
    }
  });
  await queue(ctx, await readDelivery(ctx, id));
  return view;
}

/** Also for an answer that is repeated: the first request may have died before its message was sent. */
async function queue(ctx: Context, { id, endpointId, ordering, status }: Delivery): Promise<void> {
  if (status === "pending") await enqueueAll(ctx, [messageOf(ctx.actor.organizationId, ordering ? endpointId : id)]);
}

function replayWrites(ctx: Context, delivery: Delivery): Write[] {
  return [replayWrite(ctx, delivery), ...(delivery.ordering ? laneWrites(ctx, delivery) : [])];
}

function laneWrites(ctx: Context, delivery: Delivery): Write[] {
  const { organizationId } = ctx.actor;
  const { endpointId } = delivery;
  return [
    enterWrite(organizationId, delivery),
    { update: laneKey(organizationId, endpointId), set: arrival(ctx, endpointId) },
  ];
}

function requireEnabled(endpoint: Endpoint | undefined, id: string): asserts endpoint is Endpoint {
  if (endpoint?.status === "enabled") return;
  const what = endpoint ? "is disabled: enable it first" : "was deleted";
  throw new AppError("STATE_CONFLICT", `The webhook endpoint ${what}`, { details: { id } });
}

/** Sends an example of an event to one endpoint, whatever its filter. Throws NOT_FOUND, STATE_CONFLICT where it is disabled. */
export async function testEndpoint(
  ctx: Context,
  { id, input }: { id: string; input?: unknown },
): Promise<DeliveryView> {
  requirePermission(ctx, "webhooks.write");
  const { eventType = TEST_EVENT } = parse(TestSchema, input);
  const data = eventType === TEST_EVENT ? { message: "It works" } : findEventType(eventType)?.example;
  if (!data)
    throw new ValidationError([
      { path: "eventType", code: "unknown_type", message: "must be a type of GET /v1/event-types" },
    ]);
  const view = await idempotent<DeliveryView>(ctx, "outbound.testEndpoint", { id, eventType }, async (commit) => {
    const endpoint = await endpoints.get(ctx, id);
    requireEnabled(endpoint, id);
    const { ordering } = endpoint;
    const [eventId, at] = [ctx.newId("event"), timestamp(ctx)];
    const delivery: Delivery = {
      id: deliveryId(eventId, id),
      endpointId: id,
      eventId,
      eventType,
      occurredAt: at,
      body: bodyOf({ id: eventId, type: eventType, occurredAt: at, data, test: true }),
      ordering,
      test: true,
      status: "pending",
      attempts: 0,
      step: 0,
      createdAt: at,
    };
    const create = createDeliveryWrite(ctx, ctx.actor.organizationId, delivery);
    return commit([create, ...(ordering ? laneWrites(ctx, delivery) : [])], viewDelivery(delivery));
  });
  await queue(ctx, await readDelivery(ctx, view.id));
  return view;
}

/** What a replay since a time is answered with: it goes on in the background. */
export interface ReplayView {
  id: string;
  endpointId: string;
  since: string;
  deliveries: Replay["deliveries"];
}

/**
 * Sends an endpoint's deliveries of events since a time again: those that failed, those included that came while it was
 * disabled; or all. Throws NOT_FOUND, STATE_CONFLICT where it is disabled, VALIDATION_ERROR before the log's beginning.
 */
export async function replaySince(ctx: Context, { id, input }: { id: string; input: unknown }): Promise<ReplayView> {
  requirePermission(ctx, "webhooks.write");
  const { since, deliveries } = parse(ReplaySinceSchema, input);
  const sinceMs = Date.parse(since);
  if (sinceMs > ctx.now())
    throw new ValidationError([{ path: "since", code: "in_the_future", message: "must be in the past" }]);
  if (sinceMs < ctx.now() - KEPT_MS)
    throw new ValidationError([{ path: "since", code: "too_old", message: `must be at most ${KEPT_DAYS} days ago` }]);
  const view = await idempotent<ReplayView>(ctx, "outbound.replaySince", { id, since, deliveries }, async (commit) => {
    requireEnabled(await endpoints.get(ctx, id), id);
    const made = { id: ctx.newId("webhookReplay"), endpointId: id, since: new Date(sinceMs).toISOString(), deliveries };
    return commit([createReplayWrite(ctx, { ...made, createdAt: timestamp(ctx) })], made);
  });
  await enqueueAll(ctx, [messageOf(ctx.actor.organizationId, view.id)]);
  return view;
}

const PAGE = 25;
const PAGE_MS = 10_000;

/** Goes through the log page by page, and remembers how far it is: a worker that dies is followed by another. */
export async function runReplay(
  ctx: Context,
  id: string,
  { remainingMs }: { remainingMs: () => number },
): Promise<void> {
  const { organizationId } = ctx.actor;
  let replay = await findReplay(ctx, id);
  while (replay) {
    const { endpointId, deliveries, createdAt, after } = replay;
    const page = await ctx.table.query<Item>({
      index: "gsi1",
      pk: endpointPartition(organizationId, endpointId),
      from: after === undefined ? idAt("webhookDelivery", Date.parse(replay.since)) : `${after}!`,
      to: idAt("webhookDelivery", Date.parse(createdAt) + 1),
      limit: PAGE,
      ...(deliveries === "failed" ? { filter: withStatus("failed") } : {}),
    });
    const found = page.items.map(deliveryOf);
    await Promise.all(found.map((delivery) => sendAgain(ctx, delivery)));
    await enqueueAll(
      ctx,
      [...new Set(found.map(({ id: own, endpointId: lane, ordering }) => (ordering ? lane : own)))].map((named) =>
        messageOf(organizationId, named),
      ),
    );
    const last = page.lastKey?.["gsi1sk"] as string | undefined;
    if (last === undefined) return endReplay(ctx, id);
    replay = await advanceReplay(ctx, { ...replay, after: last });
    if (replay && remainingMs() < PAGE_MS) return enqueueAll(ctx, [messageOf(organizationId, id)]);
  }
}

async function sendAgain(ctx: Context, delivery: Delivery): Promise<void> {
  if (delivery.status === "pending") return;
  try {
    await ctx.table.transact(replayWrites(ctx, delivery));
  } catch (error) {
    // It is being sent, or its time in the log is over.
    if (!(error instanceof TransactionCanceled) || !error.failedAt(0)) throw error;
  }
}
