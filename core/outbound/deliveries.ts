import { type Context, requirePermission } from "../platform/context.ts";
import { decodeCursor, encodeCursor } from "../platform/cursor.ts";
import { NotFoundError } from "../platform/errors.ts";
import { parse } from "../platform/parse.ts";
import type { Page } from "../platform/resources.ts";
import type { Expression, Item } from "../platform/table.ts";
import { type Attempt, type Delivery, type DeliveryStatus, type Failure, ListDeliveriesSchema } from "./delivery.ts";
import {
  attemptsOf,
  deliveryKey,
  deliveryOf,
  deliveryPartition,
  endpointPartition,
  findDelivery,
} from "./delivery.store.ts";

/** A delivery as lists show it. */
export interface DeliveryView {
  id: string;
  endpointId: string;
  eventId: string;
  eventType: string;
  occurredAt: string;
  test?: boolean;
  status: DeliveryStatus;
  attempts: number;
  nextAttemptAt?: string;
  failure?: Failure;
  createdAt: string;
  deliveredAt?: string;
}

/** An attempt as it is shown; of one whose worker died nothing is known but that it was begun. */
export type AttemptView = Attempt | { number: number; error: Failure };

/** One delivery, with what is sent and every attempt that was made. */
export interface DeliveryDetails extends DeliveryView {
  body: string;
  attemptLog: AttemptView[];
}

export function viewDelivery(delivery: Delivery): DeliveryView {
  const { body: _body, ordering: _ordering, step: _step, leaseOwner: _owner, leaseUntil: _until, ...rest } = delivery;
  const { nextAttemptAt, ...shown } = rest;
  if (delivery.status !== "pending" || nextAttemptAt === undefined) return shown;
  return { ...shown, nextAttemptAt: new Date(nextAttemptAt).toISOString() };
}

export async function readDelivery(ctx: Context, id: string): Promise<Delivery> {
  const found = await findDelivery(ctx, id);
  if (!found) throw new NotFoundError("Webhook delivery", id);
  return found;
}

const INTERRUPTED: Failure = { code: "INTERRUPTED", message: "The worker ended before it could say how it went" };

/** Throws NOT_FOUND, also for what is older than thirty days. */
export async function getDelivery(ctx: Context, id: string): Promise<DeliveryDetails> {
  requirePermission(ctx, "webhooks.read");
  const delivery = await readDelivery(ctx, id);
  const written = new Map((await attemptsOf(ctx, id)).map((attempt) => [attempt.number, attempt]));
  const first = Math.min(...written.keys(), 1);
  const isUnderWay = (number: number) => number === delivery.attempts && (delivery.leaseUntil ?? 0) > ctx.now();
  const attemptLog: AttemptView[] = [];
  for (let number = first; number <= delivery.attempts; number++) {
    const attempt = written.get(number);
    if (attempt) attemptLog.push(attempt);
    else if (!isUnderWay(number)) attemptLog.push({ number, error: INTERRUPTED });
  }
  return { ...viewDelivery(delivery), body: delivery.body, attemptLog };
}

/** How much is looked through for one page of a status. */
const LOOKED_AT = 500;

/** Newest event first. With a status a page may be short while there is more to look through. */
export async function listDeliveries(ctx: Context, input: unknown): Promise<Page<DeliveryView>> {
  requirePermission(ctx, "webhooks.read");
  const { limit, cursor, endpointId, status } = parse(ListDeliveriesSchema, input);
  const { organizationId } = ctx.actor;
  const query = { list: "WEBHOOK_DELIVERY", endpointId, status };
  const after = cursor === undefined ? undefined : decodeCursor<string>(ctx, query, cursor);
  const startAt = (id: string): Item =>
    endpointId === undefined
      ? { ...deliveryKey(organizationId, id) }
      : { ...deliveryKey(organizationId, id), gsi1pk: endpointPartition(organizationId, endpointId), gsi1sk: id };
  const page = await ctx.table.query<Item>({
    ...(endpointId === undefined
      ? { pk: deliveryPartition(organizationId), consistent: true }
      : { index: "gsi1" as const, pk: endpointPartition(organizationId, endpointId) }),
    newestFirst: true,
    limit: status === undefined ? limit : LOOKED_AT,
    ...(status === undefined ? {} : { filter: withStatus(status) }),
    ...(after === undefined ? {} : { startKey: startAt(after) }),
  });
  const found = page.items.slice(0, limit).map(deliveryOf);
  const isMore = page.items.length > limit;
  const last = isMore ? found.at(-1)?.id : (page.lastKey?.["sk"] as string | undefined);
  const items = found.map(viewDelivery);
  return last === undefined ? { items } : { items, nextCursor: encodeCursor(ctx, query, last) };
}

export function withStatus(status: DeliveryStatus): Expression {
  return { expression: "#status = :status", names: { "#status": "status" }, values: { ":status": status } };
}
