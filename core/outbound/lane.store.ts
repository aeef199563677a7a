import type { Context, Resources } from "../platform/context.ts";
import { setting } from "../platform/changes.ts";
import type { OrganizationId } from "../platform/ids.ts";
import { type Key, orgPartition, type PartitionKey } from "../platform/keys.ts";
import type { Expression, Item, Write } from "../platform/table.ts";
import { ConditionFailed } from "../platform/table-errors.ts";
import { agenda, offAgenda } from "./agenda.ts";
import type { Delivery } from "./delivery.ts";
import { LEASE_MS } from "./delivery.store.ts";

/** What waits for an ordered endpoint, oldest event first, and one item that says who works on it. */
const LANE = "~LANE";

/** One delivery's place in its lane. */
export interface Entry {
  deliveryId: string;
  eventId: string;
  occurredAt: string;
}

export interface Lane {
  endpointId: string;
  /** How often something came in: who leaves an empty lane must have seen the last of them. */
  arrivals: number;
  leaseOwner?: string;
  leaseUntil?: number;
  nextAttemptAt?: number;
}

function partition(organizationId: OrganizationId, endpointId: string): PartitionKey {
  return orgPartition(organizationId, "WEBHOOK_LANE", endpointId);
}

export function laneKey(organizationId: OrganizationId, endpointId: string): Key {
  return { pk: partition(organizationId, endpointId), sk: LANE };
}

/** In the transaction that makes the delivery pending. */
export function enterWrite(organizationId: OrganizationId, { id, endpointId, eventId, occurredAt }: Delivery): Write {
  const entry: Entry = { deliveryId: id, eventId, occurredAt };
  return { put: { pk: partition(organizationId, endpointId), sk: eventId, entity: "webhook-lane-entry", ...entry } };
}

export function leaveWrite(
  organizationId: OrganizationId,
  { endpointId, eventId }: Pick<Delivery, "endpointId" | "eventId">,
): Write {
  return { remove: { pk: partition(organizationId, endpointId), sk: eventId } };
}

/** Says that something came in, so that whoever is about to leave looks again, and the sweep comes by. */
export function arrival({ now }: Pick<Resources, "now">, endpointId: string): Expression {
  const { gsi2pk, gsi2sk } = agenda(endpointId, now());
  return {
    expression:
      "SET endpointId = :id, entity = :entity, gsi2pk = if_not_exists(gsi2pk, :shard), gsi2sk = if_not_exists(gsi2sk, :look) ADD arrivals :one",
    values: { ":id": endpointId, ":entity": "webhook-lane", ":shard": gsi2pk, ":look": gsi2sk, ":one": 1 },
  };
}

/** IS_FREE: one worker at a time goes through a lane. Undefined when another does, or nothing is to be done yet. */
export async function claimLane(ctx: Context, endpointId: string, owner: string): Promise<Lane | undefined> {
  const now = ctx.now();
  const until = now + LEASE_MS;
  const set = setting({ leaseOwner: owner, leaseUntil: until, nextAttemptAt: undefined, ...agenda(endpointId, until) });
  const condition: Expression = {
    expression:
      "attribute_exists(pk) AND (attribute_not_exists(leaseUntil) OR leaseUntil < :now) AND (attribute_not_exists(nextAttemptAt) OR nextAttemptAt <= :now)",
    values: { ":now": now },
  };
  return attempted(ctx.table.update<Item & Lane>(laneKey(ctx.actor.organizationId, endpointId), { ...set }, condition));
}

/** The oldest event that waits. */
export async function headOf(ctx: Context, endpointId: string): Promise<Entry | undefined> {
  const { items } = await ctx.table.query<Item & Entry>({
    pk: partition(ctx.actor.organizationId, endpointId),
    to: LANE,
    limit: 1,
    consistent: true,
  });
  const [first] = items;
  return first && "deliveryId" in first ? first : undefined;
}

const mine = ({ leaseOwner }: Lane): Expression => ({
  expression: "leaseOwner = :mine",
  values: { ":mine": leaseOwner },
});

/** STILL_MINE, for the transactions of what is done in the lane; prolongs the lease. */
export function holdWrite(ctx: Context, lane: Lane): Write {
  const until = ctx.now() + LEASE_MS;
  return {
    update: laneKey(ctx.actor.organizationId, lane.endpointId),
    set: setting({ leaseUntil: until, ...agenda(lane.endpointId, until) }),
    condition: mine(lane),
  };
}

/** Lets go until then. False when the lane is somebody else's by now. */
export async function releaseLane(ctx: Context, lane: Lane, nextAttemptAt: number): Promise<boolean> {
  const changes = { leaseOwner: undefined, leaseUntil: undefined, nextAttemptAt };
  const key = laneKey(ctx.actor.organizationId, lane.endpointId);
  const set = setting({ ...changes, ...agenda(lane.endpointId, nextAttemptAt, ctx.now()) });
  return (await attempted(ctx.table.update(key, set, mine(lane)))) !== undefined;
}

/**
 * NOTHING_CAME_IN: between finding the lane empty and leaving it another event may have entered; then leaving fails and
 * the lane is looked at again. Returns the lane as it is when it must be.
 */
export async function leaveLane(ctx: Context, lane: Lane): Promise<Lane | undefined> {
  const changes = { leaseOwner: undefined, leaseUntil: undefined, nextAttemptAt: undefined, ...offAgenda };
  const { leaseOwner, arrivals } = lane;
  const condition = {
    expression: "leaseOwner = :mine AND arrivals = :seen",
    values: { ":mine": leaseOwner, ":seen": arrivals },
  };
  try {
    await ctx.table.update(laneKey(ctx.actor.organizationId, lane.endpointId), setting(changes), condition);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    const current = error.item as (Item & Lane) | undefined;
    return current?.leaseOwner === leaseOwner ? current : undefined;
  }
}

async function attempted<T>(update: Promise<T>): Promise<T | undefined> {
  try {
    return await update;
  } catch (error) {
    if (error instanceof ConditionFailed) return undefined;
    throw error;
  }
}
