import { type Context, timestamp } from "../platform/context.ts";
import { countWrite } from "../platform/counters.ts";
import { NotFoundError } from "../platform/errors.ts";
import type { StoredForm } from "../platform/idempotency.ts";
import { type Key, orgPartition, type PartitionKey } from "../platform/keys.ts";
import { fromItem } from "../platform/resources.ts";
import type { Expression, Item, Write } from "../platform/table.ts";
import type { Order } from "./order.ts";
import { openPerson, PERSONAL_FIELDS, sealPerson } from "./person.ts";
import type { OrderStatus } from "./status.ts";

/** One partition an organisation, in the order in which orders were made here; its counters give the totals. */
export function orderPartition(ctx: Context): PartitionKey {
  return orgPartition(ctx.actor.organizationId, "ORDER");
}

export function orderKey(ctx: Context, id: string): Key {
  return { pk: orderPartition(ctx), sk: id };
}

export const FIRST_ORDER = "ord_";
export const AFTER_ORDERS = "ord_~";

export function statusPartition(ctx: Context, status: string): PartitionKey {
  return orgPartition(ctx.actor.organizationId, "ORDER", status);
}

export function channelPartition(ctx: Context, channel: string): PartitionKey {
  return orgPartition(ctx.actor.organizationId, "ORDER", "CHANNEL", channel);
}

const ABSENT: Expression = { expression: "attribute_not_exists(pk)" };

function orderItem(ctx: Context, order: Order): Key & Item {
  return {
    ...sealPerson(ctx, order),
    ...orderKey(ctx, order.id),
    entity: "order",
    gsi1pk: statusPartition(ctx, order.status),
    gsi1sk: order.id,
    gsi2pk: channelPartition(ctx, order.channel),
    gsi2sk: order.id,
  };
}

export function orderOf(ctx: Context, item: Item): Order {
  return openPerson(ctx, fromItem<Order>(item) as unknown as Item);
}

const ABOUT_THE_BUYER: ReadonlySet<string> = new Set([...PERSONAL_FIELDS, "sealed"]);

/** The order without its buyer, for whoever does not show them: nothing is opened, and no key is needed. */
export function impersonalOrderOf(item: Item): Order {
  return fromItem<Order>(item, ABOUT_THE_BUYER);
}

/** An order that a repeated request is answered with lies there as orders do. */
export function storedOrder(ctx: Context): StoredForm<Order> {
  return { store: (order) => sealPerson(ctx, order), open: (stored) => openPerson(ctx, stored as Item) };
}

export const isOrder = (item: Item) => item["entity"] === "order";

/** Throws NOT_FOUND, also for another organisation's. */
export async function readOrder(ctx: Context, id: string): Promise<Order> {
  const item = await ctx.table.get<Item>(orderKey(ctx, id), { consistent: true });
  if (!item || !isOrder(item)) throw new NotFoundError("Order", id);
  return orderOf(ctx, item);
}

export function createOrderWrite(ctx: Context, order: Order): Write {
  return { put: orderItem(ctx, order), condition: ABSENT };
}

/**
 * ORDER_UNCHANGED: a cancellation and a dispatch of one order at once. Both read version n; the first makes it n + 1 and
 * moves its units in the same transaction, and the other's whole transaction is refused: units are released, or leave,
 * but never both.
 */
export function replaceOrderWrite(ctx: Context, order: Order): Write {
  return {
    put: orderItem(ctx, order),
    condition: {
      expression: "#version = :expected",
      names: { "#version": "version" },
      values: { ":expected": order.version - 1 },
    },
  };
}

export function externalKey(ctx: Context, channel: string, externalId: string): Key {
  return { pk: orgPartition(ctx.actor.organizationId, "ORDER_EXTERNAL", channel), sk: externalId };
}

/** FIRST_OF_ITS_KIND: a marketplace tells of one order twice, at once. The guard is keyed by its id: one gets in. */
export function claimExternalId(ctx: Context, channel: string, externalId: string, orderId: string): Write {
  return { put: { ...externalKey(ctx, channel, externalId), entity: "order-external", orderId }, condition: ABSENT };
}

export function claimOrderNumber(ctx: Context, orderNumber: string, orderId: string): Write {
  const key: Key = { pk: orgPartition(ctx.actor.organizationId, "ORDER_NUMBER"), sk: orderNumber };
  return { put: { ...key, entity: "order-number", orderId }, condition: ABSENT };
}

/**
 * `261121-7Q4KD2M9`: the day, for people, and the end of the order's own id. Made up from the id it costs no counter that
 * every order would queue up behind; the guard refuses the one in a million million that repeats.
 */
export function orderNumberOf({ id, createdAt }: Pick<Order, "id" | "createdAt">): string {
  return `${createdAt.slice(2, 10).replaceAll("-", "")}-${id.slice(-8)}`;
}

/** Counts by status, by channel and by both, so that a filtered list has its total. */
export function statusCountWrite(ctx: Context, { id, channel, status }: Order, from: OrderStatus): Write {
  const change: Record<string, number> = {};
  for (const [name, by] of [[from, -1] as const, [status, 1] as const]) {
    change[`status:${name}`] = by;
    change[`channel:${channel}:${name}`] = by;
  }
  return countWrite(orderPartition(ctx), change, id);
}

/** Counts several orders that are made in one transaction, which may write a counter only once. */
export function countCreatedWrite(
  ctx: Context,
  orders: readonly Pick<Order, "status" | "channel">[],
  seed: string,
): Write {
  const change: Record<string, number> = {};
  for (const { status, channel } of orders) {
    for (const name of ["total", `status:${status}`, `channel:${channel}`, `channel:${channel}:${status}`])
      change[name] = (change[name] ?? 0) + 1;
  }
  return countWrite(orderPartition(ctx), change, seed);
}

/** The name of the counter for a filter. */
export function counterName({
  status,
  channel,
}: {
  status?: string | undefined;
  channel?: string | undefined;
}): string {
  if (channel === undefined) return status === undefined ? "total" : `status:${status}`;
  return status === undefined ? `channel:${channel}` : `channel:${channel}:${status}`;
}

/** One step of an order's life. */
export interface HistoryEntry {
  version: number;
  at: string;
  actor: { kind: string; id: string };
  action: string;
  from?: OrderStatus;
  to: OrderStatus;
  /** What the step did: amounts, units, lots, reasons. */
  details?: Record<string, unknown>;
}

export function historyPartition(ctx: Context, orderId: string): PartitionKey {
  return orgPartition(ctx.actor.organizationId, "ORDER_HISTORY", orderId);
}

export function historyWrite(
  ctx: Context,
  order: Order,
  { action, from, details }: { action: string; from?: OrderStatus; details?: Record<string, unknown> },
): Write {
  const entry: HistoryEntry = {
    version: order.version,
    at: timestamp(ctx),
    actor: { kind: ctx.actor.kind, id: ctx.actor.id },
    action,
    ...(from === undefined ? {} : { from }),
    to: order.status,
    ...(details === undefined ? {} : { details }),
  };
  const sk = String(order.version).padStart(8, "0");
  return { put: { ...entry, pk: historyPartition(ctx, order.id), sk, entity: "order-history" }, condition: ABSENT };
}

export function historyOf(item: Item): HistoryEntry {
  const { pk: _pk, sk: _sk, entity: _entity, ...entry } = item;
  return entry as unknown as HistoryEntry;
}

/** Orders that do not move by themselves, with the reason; there while they have one. */
export function attentionPartition(ctx: Context): PartitionKey {
  return orgPartition(ctx.actor.organizationId, "ORDER_ATTENTION");
}

/** Writes what the change of `attention` needs: nothing where it is as it was. */
export function attentionWrites(ctx: Context, order: Order, before?: Order): Write[] {
  const key: Key = { pk: attentionPartition(ctx), sk: order.id };
  if (order.attention)
    return [{ put: { ...key, entity: "order-attention", orderId: order.id, ...order.attention, at: timestamp(ctx) } }];
  return before?.attention ? [{ remove: key }] : [];
}
