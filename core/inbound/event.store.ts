import { type Context, type Resources, timestamp } from "../platform/context.ts";
import { setting } from "../platform/changes.ts";
import type { OrganizationId } from "../platform/ids.ts";
import { globalPartition, type Key, orgPartition, type PartitionKey } from "../platform/keys.ts";
import type { Expression, Item, QueryPage, Write } from "../platform/table.ts";
import { ConditionFailed } from "../platform/table-errors.ts";
import type { EventRecord, EventStatus } from "./event.ts";
import { isOpen } from "./event.ts";

/** An event's place: by where it came from and the provider's id, since that is what must be there once. */
export interface EventKey {
  /** The source, or the provider where it is the instance's own account. */
  scope: string;
  externalEventId: string;
  /** `EVENT`, or that of a conflict. */
  part: string;
}

/** Longer than a worker may run, so that no worker outlives its lease. */
export const LEASE_MS = 90_000;

/** A message that was sent is worked within this; after it, the sweep looks. */
const SETTLED_MS = 60_000;

/** Events that are open stand by their time: spread, so that a burst does not queue up behind one key. */
const SHARDS = 8;

/**
 * As long as the bucket keeps large bodies, and longer than any provider sends an event again (Stripe lists thirty days):
 * what others say of people is not kept for ever.
 */
const KEPT_SECONDS = 90 * 24 * 3_600;

const ENTITY = "webhook-event";
const FIRST = "EVENT";

export const scopeOf = ({ sourceId, provider }: Pick<EventRecord, "sourceId" | "provider">) => sourceId ?? provider;

export const partOf = ({ conflictOf, payloadHash }: Pick<EventRecord, "conflictOf" | "payloadHash">) =>
  conflictOf === undefined ? FIRST : `CONFLICT#${payloadHash}`;

export function eventKeyOf(event: EventRecord): EventKey {
  return { scope: scopeOf(event), externalEventId: event.externalEventId, part: partOf(event) };
}

function key({ scope, externalEventId, part }: EventKey): Key {
  return { pk: globalPartition("INBOUND", `${scope}#${externalEventId}`), sk: part };
}

export const organizationPartition = (id: OrganizationId) => orgPartition(id, "WEBHOOK_EVENT");
export const statusPartition = (id: OrganizationId, status: EventStatus) => orgPartition(id, "WEBHOOK_EVENT", status);
const dueShard = (shard: number) => globalPartition("SCHEDULE", `WEBHOOKS#${shard}`);
/** Closed events of which nobody knows whose they are. */
export const UNASSIGNED: PartitionKey = globalPartition("INBOUND", "UNASSIGNED");

export const DUE_SHARDS: readonly PartitionKey[] = Array.from({ length: SHARDS }, (_, shard) => dueShard(shard));

/** Of the first index: an organisation's events, newest last. Of the second: open ones by time, closed ones by status. */
function places(event: Pick<EventRecord, "id" | "organizationId" | "status">, dueAtMs: number): Item {
  const { id, organizationId, status } = event;
  const own = { gsi1pk: organizationId && organizationPartition(organizationId), gsi1sk: organizationId && id };
  if (!isOpen(status))
    return { ...own, gsi2pk: organizationId ? statusPartition(organizationId, status) : UNASSIGNED, gsi2sk: id };
  const shard = (id.charCodeAt(id.length - 1) + id.charCodeAt(id.length - 2)) % SHARDS;
  return { ...own, gsi2pk: dueShard(shard), gsi2sk: new Date(dueAtMs).toISOString() };
}

export function eventOf(item: Item): EventRecord {
  const { pk: _pk, sk: _sk, entity: _entity, gsi1pk: _1, gsi1sk: _2, gsi2pk: _3, gsi2sk: _4, ...event } = item;
  return event as unknown as EventRecord;
}

const NOT_YET_THERE: Expression = { expression: "attribute_not_exists(pk)" };

function putOf(event: EventRecord, now: number): Key & Item {
  return { ...key(eventKeyOf(event)), entity: ENTITY, ...event, ...places(event, now + SETTLED_MS) };
}

/** Returns the event that is there under its id already, else undefined: then this one is kept. One call. */
export async function keepOnce({ table, now }: Resources, event: EventRecord): Promise<EventRecord | undefined> {
  try {
    await table.put(putOf(event, now()), NOT_YET_THERE);
    return undefined;
  } catch (error) {
    if (error instanceof ConditionFailed && error.item) return eventOf(error.item);
    throw error;
  }
}

/** Keeps another event that came under the id of `first`, and marks that. Throws TransactionCanceled at 0 when it is kept already. */
export async function keepConflict(resources: Resources, first: EventRecord, conflict: EventRecord): Promise<void> {
  const mark = {
    expression: "SET updatedAt = :now ADD conflicts :one",
    values: { ":now": timestamp(resources), ":one": 1 },
  };
  await resources.table.transact([
    { put: putOf(conflict, resources.now()), condition: NOT_YET_THERE },
    { update: key(eventKeyOf(first)), set: mark },
  ]);
}

/**
 * MAY_BE_CLAIMED: nobody has it and its time has come, or whoever had it is dead. Of two workers with the same message
 * one gets in; who lost the lease meanwhile finds at its commit that the event is not its own any more.
 */
function mayBeClaimed(at: string, now: number): Expression {
  return {
    expression:
      "(#status = :pending AND (attribute_not_exists(nextAttemptAt) OR nextAttemptAt <= :at)) OR (#status = :processing AND leaseUntil < :nowMs)",
    names: { "#status": "status" },
    values: { ":pending": "pending", ":processing": "processing", ":at": at, ":nowMs": now },
  };
}

/** Undefined when somebody else has it, it is done, or its time has not come. */
export async function claim(
  { table, now }: Resources,
  place: EventKey,
  owner: string,
): Promise<EventRecord | undefined> {
  const at = now();
  const until = at + LEASE_MS;
  const stamp = new Date(at).toISOString();
  const set = {
    expression:
      "SET #status = :processing, leaseOwner = :owner, leaseUntil = :until, attempts = attempts + :one, updatedAt = :at, gsi2sk = :due",
    values: { ":owner": owner, ":until": until, ":one": 1, ":due": new Date(until).toISOString() },
  };
  try {
    return eventOf(await table.update<Item>(key(place), set, mayBeClaimed(stamp, at)));
  } catch (error) {
    if (error instanceof ConditionFailed) return undefined;
    throw error;
  }
}

/** How an attempt ended. */
export type Ending =
  | { status: "processed" | "ignored"; note?: string | undefined }
  | { status: "failed"; errorMessage: string }
  | { status: "pending"; errorMessage: string; nextAttemptAtMs: number };

/** The claimed event's own write: only its holder may end the attempt. */
export function endWrite(
  resources: Pick<Resources, "now">,
  event: EventRecord,
  ending: Ending,
): Extract<Write, { update: Key }> {
  const { status } = ending;
  const at = timestamp(resources);
  const next = ending.status === "pending" ? ending.nextAttemptAtMs : 0;
  const changes = {
    status,
    organizationId: event.organizationId,
    currency: event.currency,
    note: "note" in ending ? ending.note : event.note,
    errorMessage: "errorMessage" in ending ? ending.errorMessage : undefined,
    nextAttemptAt: status === "pending" ? new Date(next).toISOString() : undefined,
    ...(status === "processed" ? { processedAt: at } : {}),
    leaseOwner: undefined,
    leaseUntil: undefined,
    updatedAt: at,
    // What is still to be looked at stays until somebody has.
    expiresAt:
      status === "processed" || status === "ignored" ? Math.floor(resources.now() / 1000) + KEPT_SECONDS : undefined,
    ...places({ ...event, status }, next),
  };
  return {
    update: key(eventKeyOf(event)),
    set: setting(changes),
    condition: {
      expression: "leaseOwner = :mine AND #status = :processing",
      names: { "#status": "status" },
      values: { ":mine": event.leaseOwner, ":processing": "processing" },
    },
  };
}

/** The event back to where it began, from one of these states. */
export function replayWrite(
  resources: Pick<Resources, "now">,
  event: EventRecord,
  from: readonly EventStatus[],
): Extract<Write, { update: Key }> {
  const now = resources.now();
  const changes = setting({
    status: "pending",
    attempts: 0,
    nextAttemptAt: undefined,
    errorMessage: undefined,
    note: undefined,
    leaseOwner: undefined,
    leaseUntil: undefined,
    expiresAt: undefined,
    updatedAt: timestamp(resources),
    // Who was told of later than when it came.
    organizationId: event.organizationId,
    currency: event.currency,
    assignedBy: event.assignedBy,
    ...places({ ...event, status: "pending" }, now + SETTLED_MS),
  });
  const list = from.map((_, index) => `:from${index}`).join(", ");
  return {
    update: key(eventKeyOf(event)),
    set: {
      ...changes,
      expression: `${changes.expression} ADD replays :one`,
      values: { ...changes.values, ":one": 1 },
    },
    condition: {
      expression: `#status IN (${list})`,
      names: { "#status": "status" },
      values: Object.fromEntries(from.map((status, index) => [`:from${index}`, status])),
    },
  };
}

/** Its next look by the sweep, later; false where it has moved on meanwhile. */
export async function putOff(
  { table }: Resources,
  event: EventRecord,
  seenDue: string,
  dueAtMs: number,
): Promise<boolean> {
  try {
    await table.update(
      key(eventKeyOf(event)),
      { expression: "SET gsi2sk = :due", values: { ":due": new Date(dueAtMs).toISOString() } },
      { expression: "gsi2sk = :seen", values: { ":seen": seenDue } },
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionFailed) return false;
    throw error;
  }
}

/** An organisation's event by our id, as it is now. */
export async function findEvent(ctx: Context, id: string): Promise<EventRecord | undefined> {
  const pk = organizationPartition(ctx.actor.organizationId);
  const page = await ctx.table.query<Item & Key>({
    index: "gsi1",
    pk,
    from: id,
    to: id,
    limit: 1,
    attributes: ["pk", "sk"],
  });
  const [found] = page.items;
  const item = found && (await ctx.table.get<Item>(found, { consistent: true }));
  // The index is a moment late: what it says of the owner is asked of the item.
  return item?.["organizationId"] === ctx.actor.organizationId ? eventOf(item) : undefined;
}

/** All but the body, which lists need not carry. */
const LISTED = [
  "pk",
  "sk",
  "gsi1pk",
  "gsi1sk",
  "gsi2pk",
  "gsi2sk",
  "id",
  "provider",
  "sourceId",
  "externalEventId",
  "eventType",
  "occurredAtMs",
  "status",
  "payloadHash",
  "organizationId",
  "currency",
  "attempts",
  "nextAttemptAt",
  "processedAt",
  "errorMessage",
  "note",
  "conflicts",
  "conflictOf",
  "replays",
  "createdAt",
  "updatedAt",
];

/** Events without their bodies, with the keys that a page goes on from. */
export async function listedEvents(
  table: Context["table"],
  query: Omit<Parameters<Context["table"]["query"]>[0], "attributes">,
): Promise<QueryPage<Item>> {
  return table.query<Item>({ ...query, attributes: LISTED });
}
