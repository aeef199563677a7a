import { type Context, type Resources, timestamp } from "../platform/context.ts";
import { setting } from "../platform/changes.ts";
import type { OrganizationId } from "../platform/ids.ts";
import { type Key, orgPartition, type PartitionKey } from "../platform/keys.ts";
import { fromItem, type Resource } from "../platform/resources.ts";
import type { Expression, Item, Write } from "../platform/table.ts";
import { ConditionFailed } from "../platform/table-errors.ts";
import { type Attempt, type Delivery, type Failure, KEPT_MS } from "./delivery.ts";
import { agenda, offAgenda } from "./agenda.ts";

/** Longer than the worker's function may run: whose lease has ended cannot be alive. */
export const LEASE_MS = 90_000;

export function deliveryPartition(organizationId: OrganizationId): PartitionKey {
  return orgPartition(organizationId, "WEBHOOK_DELIVERY");
}

export function deliveryKey(organizationId: OrganizationId, id: string): Key {
  return { pk: deliveryPartition(organizationId), sk: id };
}

export function endpointPartition(organizationId: OrganizationId, endpointId: string): PartitionKey {
  return orgPartition(organizationId, "WEBHOOK_DELIVERY", endpointId);
}

const attemptPartition = (ctx: Context, id: string) => orgPartition(ctx.actor.organizationId, "WEBHOOK_ATTEMPT", id);

const expiry = (now: number) => Math.floor((now + KEPT_MS) / 1000);

const UNSHOWN: ReadonlySet<string> = new Set(["expiresAt"]);

export function deliveryOf(item: Item): Delivery {
  return fromItem<Delivery & Resource>(item, UNSHOWN);
}

/** ONCE_AN_EVENT: the stream repeats, and its shards' batches race. Whoever comes second finds the delivery there. */
export function createDeliveryWrite(
  { now }: Pick<Resources, "now">,
  organizationId: OrganizationId,
  delivery: Delivery,
): Extract<Write, { put: Key & Item }> {
  const { id, endpointId, ordering, status } = delivery;
  // One that goes through a lane is found by the lane.
  const isOnAgenda = status === "pending" && !ordering;
  return {
    put: {
      ...deliveryKey(organizationId, id),
      entity: "webhook-delivery",
      ...delivery,
      gsi1pk: endpointPartition(organizationId, endpointId),
      gsi1sk: id,
      ...(isOnAgenda ? agenda(id, now()) : {}),
      expiresAt: expiry(now()),
    },
    condition: { expression: "attribute_not_exists(pk)" },
  };
}

export async function findDelivery(ctx: Context, id: string): Promise<Delivery | undefined> {
  const item = await ctx.table.get<Item>(deliveryKey(ctx.actor.organizationId, id), { consistent: true });
  return item && deliveryOf(item);
}

/** The attempts that were written down, first to last; the latest hundred. */
export async function attemptsOf(ctx: Context, id: string): Promise<Attempt[]> {
  const { items } = await ctx.table.query<Item>({
    pk: attemptPartition(ctx, id),
    consistent: true,
    newestFirst: true,
    limit: 100,
  });
  return items.map((item) => fromItem<Attempt & Resource>(item, UNSHOWN)).toReversed();
}

/**
 * IS_FREE: the same message twice, a message and the sweep, or a worker thought dead that lives. One claim wins, and
 * counts the attempt before it is made: a delivery that kills its workers comes to an end as well. Undefined when it is
 * not to be worked now; then somebody else will see to it.
 */
export async function claim(ctx: Context, { id, ordering }: Delivery, owner: string): Promise<Delivery | undefined> {
  const now = ctx.now();
  const until = now + LEASE_MS;
  const place = ordering ? {} : agenda(id, until);
  const set: Expression = {
    expression: `SET leaseOwner = :owner, leaseUntil = :until, attempts = attempts + :one, step = step + :one${ordering ? "" : ", gsi2sk = :look"}`,
    values: { ":owner": owner, ":until": until, ":one": 1, ...("gsi2sk" in place ? { ":look": place["gsi2sk"] } : {}) },
  };
  const condition: Expression = {
    expression:
      "#status = :pending AND (attribute_not_exists(leaseUntil) OR leaseUntil < :now) AND (attribute_not_exists(nextAttemptAt) OR nextAttemptAt <= :now)",
    names: { "#status": "status" },
    values: { ":pending": "pending", ":now": now },
  };
  try {
    return deliveryOf(await ctx.table.update<Item>(deliveryKey(ctx.actor.organizationId, id), set, condition));
  } catch (error) {
    if (error instanceof ConditionFailed) return undefined;
    throw error;
  }
}

/** How an attempt left its delivery. */
export type Ending =
  | { status: "delivered" }
  | { status: "failed"; failure: Failure }
  | { status: "pending"; nextAttemptAt: number; failure: Failure };

const unleased = { leaseOwner: undefined, leaseUntil: undefined };

/** STILL_MINE: a worker that was thought dead has lost its lease to another, whose attempt is the one that counts. */
const mine = ({ leaseOwner }: Delivery): Expression => ({
  expression: "leaseOwner = :mine",
  values: { ":mine": leaseOwner },
});

/** Writes down how an attempt ended, and the attempt. */
export function settleWrites(ctx: Context, delivery: Delivery, ending: Ending, attempt: Attempt): Write[] {
  const { organizationId } = ctx.actor;
  const { id, ordering } = delivery;
  const changes: Item = { ...unleased, status: ending.status };
  if (ending.status === "pending") {
    Object.assign(changes, { nextAttemptAt: ending.nextAttemptAt, failure: ending.failure });
    if (!ordering) Object.assign(changes, agenda(id, ending.nextAttemptAt, ctx.now()));
  } else {
    Object.assign(changes, { nextAttemptAt: undefined, ...offAgenda });
    changes["failure"] = ending.status === "failed" ? ending.failure : undefined;
    if (ending.status === "delivered") changes["deliveredAt"] = timestamp(ctx);
  }
  const number = String(attempt.number).padStart(6, "0");
  return [
    { update: deliveryKey(organizationId, id), set: setting(changes), condition: mine(delivery) },
    {
      put: {
        pk: attemptPartition(ctx, id),
        sk: number,
        entity: "webhook-attempt",
        ...attempt,
        expiresAt: expiry(ctx.now()),
      },
    },
  ];
}

/** NOT_IN_HAND: a worker that has claimed it decides what becomes of it. */
const inNobodysHands = (ctx: Context): Expression => ({
  expression: "#status = :pending AND (attribute_not_exists(leaseUntil) OR leaseUntil < :now)",
  names: { "#status": "status" },
  values: { ":pending": "pending", ":now": ctx.now() },
});

/** Ends what is not going to be tried: its endpoint is gone, or gets nothing any more. */
export function discardWrite(ctx: Context, { id }: Delivery, failure: Failure): Write {
  return {
    update: deliveryKey(ctx.actor.organizationId, id),
    set: setting({ ...unleased, ...offAgenda, status: "failed", nextAttemptAt: undefined, failure }),
    condition: inNobodysHands(ctx),
  };
}

/** Lets go of a claim whose request was not sent, as if it had not been made. */
export async function putBack(ctx: Context, delivery: Delivery, nextAttemptAt: number): Promise<void> {
  const { id, attempts, step, ordering } = delivery;
  const changes = { ...unleased, attempts: attempts - 1, step: step - 1, nextAttemptAt };
  await ctx.table.update(
    deliveryKey(ctx.actor.organizationId, id),
    setting({ ...changes, ...(ordering ? {} : agenda(id, nextAttemptAt, ctx.now())) }),
    mine(delivery),
  );
}

/** Waits for its turn under a throttle, if nobody works on it. */
export async function postpone(ctx: Context, { id, ordering }: Delivery, nextAttemptAt: number): Promise<void> {
  const set = setting({ nextAttemptAt, ...(ordering ? {} : agenda(id, nextAttemptAt, ctx.now())) });
  await ctx.table.update(deliveryKey(ctx.actor.organizationId, id), set, inNobodysHands(ctx));
}

/** Sent anew, from the beginning of the schedule. Fails where a worker has it in hand. */
export function replayWrite(ctx: Context, { id, ordering }: Delivery): Write {
  const now = ctx.now();
  return {
    update: deliveryKey(ctx.actor.organizationId, id),
    set: setting({
      ...unleased,
      status: "pending",
      step: 0,
      nextAttemptAt: now,
      failure: undefined,
      expiresAt: expiry(now),
      ...(ordering ? {} : agenda(id, now)),
    }),
    condition: {
      expression: "attribute_exists(pk) AND (attribute_not_exists(leaseUntil) OR leaseUntil < :now)",
      values: { ":now": now },
    },
  };
}
