import { connectorNamed } from "../connectors/index.ts";
import * as Orders from "../orders/index.ts";
import { createContext, type Context, type Resources, systemActor, timestamp } from "../platform/context.ts";
import type { DomainEvent } from "../platform/events.ts";
import type { OrganizationId } from "../platform/ids.ts";
import { NO_CURRENCY } from "../platform/money.ts";
import type { Item } from "../platform/table.ts";
import { dispatchTaskId } from "./dispatch.ts";
import type { ChannelTask } from "./task.ts";
import { createTask } from "./task.store.ts";

/** An item before and after a write, as the table's stream tells it. */
interface Change {
  old?: Item;
  new?: Item;
}

const SENT = new Set(["order.fulfilled", "order.partlyFulfilled"]);

/** What these workers do to an order, its channel or a file has told them: the channel is not told its own news. */
const HEARD_BY = new Set(["queue:channelOrders", "queue:webhookEvents", "queue:imports"]);

/** A message that was sent is worked within this, or has got lost. */
const LOST_AFTER_MS = 60_000;

/**
 * Makes a task of every dispatch that a channel is to be told of, and queues it. May be called twice: a dispatch has one
 * task. What dies before the queue has it is found by the sweep.
 */
export async function noteFulfilments(resources: Resources, changes: readonly Change[]): Promise<void> {
  for (const { old, new: item } of changes) {
    if (item?.["entity"] !== "event" || old || !SENT.has(String(item["type"]))) continue;
    const event = item as unknown as DomainEvent;
    const { id, channel, fulfilmentId } = event.data as { id: string; channel: string; fulfilmentId: string };
    if (!connectorNamed(channel)?.capabilities.includes("fulfilments")) continue;
    const ctx = contextOf(resources, event);
    const isHeard = HEARD_BY.has(event.actor.id);
    const task = await makeTask(ctx, await Orders.getOrder(ctx, id), { fulfilmentId, isHeard });
    if (!task || isHeard) continue;
    const { organizationId, currency } = ctx.actor;
    await resources.queues.sendAll("channelOrders", [{ organizationId, currency, id: task.id }]);
  }
}

function contextOf(resources: Resources, { organizationId, requestId }: DomainEvent): Context {
  const actor = systemActor(organizationId as OrganizationId, NO_CURRENCY, "system:channels");
  return createContext(resources, { actor, requestId });
}

/** Undefined where it has one. One that its channel has told of is settled before it begins. */
async function makeTask(
  ctx: Context,
  order: Orders.Order,
  { fulfilmentId, isHeard }: { fulfilmentId: string; isHeard: boolean },
): Promise<ChannelTask | undefined> {
  const externalOrderId = await externalIdOf(ctx, order);
  if (externalOrderId === undefined) return undefined;
  const at = timestamp(ctx);
  const task: ChannelTask = {
    id: dispatchTaskId(fulfilmentId),
    version: 1,
    createdAt: at,
    updatedAt: at,
    kind: "fulfilment",
    status: isHeard ? "done" : "queued",
    channel: order.channel,
    orderId: order.id,
    fulfilmentId,
    externalOrderId,
    attempts: 0,
    ...(isHeard ? {} : { dueAt: new Date(ctx.now() + LOST_AFTER_MS).toISOString() }),
  };
  return (await createTask(ctx, task)) ? task : undefined;
}

/** A part that was split off is the channel's first order still. */
async function externalIdOf(ctx: Context, order: Orders.Order): Promise<string | undefined> {
  if (order.externalId !== undefined || order.splitFrom === undefined) return order.externalId;
  return externalIdOf(ctx, await Orders.getOrder(ctx, order.splitFrom));
}
