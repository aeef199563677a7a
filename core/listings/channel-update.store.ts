import { setting } from "../platform/changes.ts";
import type { OrganizationId } from "../platform/ids.ts";
import { type Key, orgPartition, type PartitionKey } from "../platform/keys.ts";
import { fromItem, type Resource } from "../platform/resources.ts";
import type { Expression, Item, QueryPage, Table, Write } from "../platform/table.ts";
import { ConditionFailed } from "../platform/table-errors.ts";
import {
  type Calculated,
  type ChannelUpdate,
  desiredOf,
  isUrgent,
  type PendingOperation,
  type Reason,
  type Shown,
} from "./channel-update.ts";
import type { Offer } from "./publishable.ts";
import type { Listing } from "./listing.ts";
import type { ListingStatus, UpdateState } from "./status.ts";

/** Longer than the worker's function may run: whose lease has ended cannot be alive. */
export const LEASE_MS = 90_000;

export function updateKey(organizationId: OrganizationId, id: string): Key {
  return { pk: orgPartition(organizationId, "LISTING"), sk: `${id}~UPDATE` };
}

/** Updates in a state that somebody looks for; the urgent ones sort last, so that reading backwards meets them first. */
export function statePartition(organizationId: OrganizationId, state: UpdateState): PartitionKey {
  return orgPartition(organizationId, "CHANNEL_UPDATE", state);
}

const place = (id: string, priority: "urgent" | undefined) => `${priority === "urgent" ? 1 : 0}#${id}`;

export function updateOf(item: Item): ChannelUpdate {
  return fromItem<ChannelUpdate & Resource>(item);
}

export function newUpdate(organizationId: OrganizationId, listing: Listing): { update: ChannelUpdate; write: Write } {
  const { id, productId, platformType, platformSku, currency, status } = listing;
  const about = { id, productId, platformType, platformSku, currency };
  const update: ChannelUpdate = { ...about, listingStatus: status, state: "none", stamp: 0 };
  return { update, write: { put: { ...update, ...updateKey(organizationId, id), entity: "channel-update" } } };
}

/**
 * NOBODY_KNEW_MORE: calculations of one product run side by side (two stock items, a repeated batch of the stream), and
 * one may have read before what the other has read. The stamp says what was read; whoever read less loses, whichever of
 * them writes last. The condition is on the stamp that was seen, so that what was decided from it still holds.
 */
function unchangedSince({ stamp, basis }: ChannelUpdate): Expression {
  const sameBasis = basis === undefined ? "attribute_not_exists(basis)" : "basis = :basis";
  return {
    expression: `stamp = :seen AND ${sameBasis}`,
    values: { ":seen": stamp, ...(basis === undefined ? {} : { ":basis": basis }) },
  };
}

export interface Recorded {
  kind: "note" | "wait" | "queue" | "refill";
  next: Calculated;
  ownSaleAt?: string | undefined;
  priority?: "urgent" | undefined;
  reason?: Reason;
  calculatedAt: string;
  queuedAt: string;
  changedAt: number;
}

/** Records a calculation. Throws ConditionFailed with the record as it is when somebody was faster. */
export async function recordCalculation(
  table: Table,
  organizationId: OrganizationId,
  seen: ChannelUpdate,
  { kind, next, ownSaleAt, priority, reason, calculatedAt, queuedAt, changedAt }: Recorded,
): Promise<void> {
  const { stamp, basis, listingStatus, offer } = next;
  const desired = { desiredQuantity: offer.quantity, desiredFrom: offer.availableFrom, desiredPrice: offer.price };
  const sold = ownSaleAt === undefined ? {} : { ownSaleAt };
  const common = { stamp, basis, listingStatus, calculatedAt, ...sold };
  const knowsMore = stamp < seen.stamp && seen.basis === basis;
  const changes: Record<Recorded["kind"], Item> = {
    note: common,
    refill: {
      ...(knowsMore ? sold : common),
      ...inState(organizationId, seen.id, "queued", seen.priority),
      queuedAt,
      ...(seen.state === "queued" ? {} : { reason: undefined, changedAt }),
    },
    wait: { ...common, ...desired, ...inState(organizationId, seen.id, "waiting"), reason, priority: undefined },
    queue: {
      ...common,
      ...desired,
      ...inState(organizationId, seen.id, "queued", priority),
      priority,
      queuedAt,
      changedAt,
      // Why it waits for its next attempt stays true: the attempt will take the newer quantity.
      ...(seen.state === "queued" ? {} : { reason: undefined }),
      // What it was put off for (a spent budget, an operation that is under way) does not put off that it is sold out.
      ...(priority ? { nextAttemptAt: undefined } : {}),
    },
  };
  await table.update(updateKey(organizationId, seen.id), setting(changes[kind]), unchangedSince(seen));
}

export type Claim = { claimed: ChannelUpdate } | { freeInMs: number } | undefined;

/**
 * IS_FREE: the same message twice, a message and the sweep, or a worker thought dead that lives. One claim wins. Each
 * raises `doubt`, which only an answer settles: a worker that died may have told the channel before.
 */
export async function claim(
  table: Table,
  organizationId: OrganizationId,
  id: string,
  { owner, now }: { owner: string; now: number },
): Promise<Claim> {
  const set: Expression = {
    expression:
      "SET leaseOwner = :owner, leaseUntil = :until, attempts = if_not_exists(attempts, :zero) + :one, doubt = if_not_exists(doubt, :zero) + :one",
    values: { ":owner": owner, ":until": now + LEASE_MS, ":zero": 0, ":one": 1 },
  };
  const isFree: Expression = {
    expression:
      "#state = :queued AND (attribute_not_exists(leaseUntil) OR leaseUntil < :now) AND (attribute_not_exists(nextAttemptAt) OR nextAttemptAt <= :now)",
    names: { "#state": "state" },
    values: { ":queued": "queued", ":now": now },
  };
  try {
    return { claimed: updateOf(await table.update<Item>(updateKey(organizationId, id), set, isFree)) };
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    const held = error.item && updateOf(error.item);
    if (held?.state !== "queued") return undefined;
    const freeInMs = Math.max(held.leaseUntil ?? 0, held.nextAttemptAt ?? 0) - now;
    return { freeInMs: Math.max(0, freeInMs) };
  }
}

export type Settlement =
  | { kind: "published"; told: Offer & Shown; at: string; listingStatus: ListingStatus }
  | { kind: "failed"; told?: Shown | undefined; at: string; reason: Reason; listingStatus: ListingStatus }
  | { kind: "waiting"; reason: Reason; isUnsent: boolean };

/**
 * NOTHING_NEWER: while a channel was told one quantity, the projection may have written another, or the listing may have
 * ended. Then this claim is not done: the newer one is told as well, by the same worker.
 */
export function settleWrite(
  organizationId: OrganizationId,
  update: ChannelUpdate,
  settlement: Settlement,
): Extract<Write, { update: Key }> {
  const { kind } = settlement;
  const state = kind;
  const done = { leaseOwner: undefined, leaseUntil: undefined, attempts: undefined, nextAttemptAt: undefined };
  const changes: Item = { ...done, priority: undefined, ...inState(organizationId, update.id, state) };
  if (kind === "published") Object.assign(changes, { reason: undefined, doubt: undefined });
  else changes["reason"] = settlement.reason;
  // A claim that told the channel nothing leaves no more doubt than it found.
  if (kind === "waiting" && settlement.isUnsent)
    changes["doubt"] = (update.doubt ?? 1) > 1 ? (update.doubt ?? 1) - 1 : undefined;
  if (kind !== "waiting") {
    changes["operations"] = undefined;
    changes["listingStatus"] = settlement.listingStatus;
    if (settlement.told) Object.assign(changes, told(settlement.told, settlement.at));
  }
  return {
    update: updateKey(organizationId, update.id),
    set: setting(changes),
    condition: nothingNewer(update),
  };
}

function nothingNewer(update: ChannelUpdate): Expression {
  const { leaseOwner, desiredQuantity, desiredFrom, desiredPrice, listingStatus, ownSaleAt } = update;
  const sameSale = ownSaleAt ? "ownSaleAt = :sale" : "attribute_not_exists(ownSaleAt)";
  const samePrice = desiredPrice ? "desiredPrice = :price" : "attribute_not_exists(desiredPrice)";
  return {
    expression: `leaseOwner = :mine AND desiredQuantity = :quantity AND desiredFrom = :from AND listingStatus = :status AND ${samePrice} AND ${sameSale}`,
    values: {
      ":mine": leaseOwner,
      ":quantity": desiredQuantity,
      ":from": desiredFrom,
      ":status": listingStatus,
      ...(desiredPrice ? { ":price": desiredPrice } : {}),
      ...(ownSaleAt ? { ":sale": ownSaleAt } : {}),
    },
  };
}

const mine = ({ leaseOwner }: ChannelUpdate): Expression => ({
  expression: "leaseOwner = :mine",
  values: { ":mine": leaseOwner },
});

/** What the channel shows by now, while the claim goes on with something newer. Returns the record with that. */
export async function noteTold(
  table: Table,
  organizationId: OrganizationId,
  update: ChannelUpdate,
  { shown, at, doubt = 1 }: { shown: Shown; at: string; doubt?: number },
): Promise<ChannelUpdate> {
  const changes = setting({ ...told(shown, at), attempts: 1, doubt, operations: undefined });
  return updateOf(await table.update<Item>(updateKey(organizationId, update.id), changes, mine(update)));
}

/** Facts of a claim that goes on, and what the channel shows since; the doubt stays. Returns the record with them. */
export async function note(
  table: Table,
  organizationId: OrganizationId,
  update: ChannelUpdate,
  facts: Partial<Pick<ChannelUpdate, "revisions" | "doubt">> & { operations?: PendingOperation[] | undefined },
  { shown = {}, at = "" }: { shown?: Shown; at?: string } = {},
): Promise<ChannelUpdate> {
  const changes = setting({ ...facts, ...(Object.keys(shown).length > 0 ? told(shown, at) : {}) });
  return updateOf(await table.update<Item>(updateKey(organizationId, update.id), changes, mine(update)));
}

export interface LettingGo {
  nextAttemptAt: number;
  reason?: Reason;
  /** What the channel shows of it since this claim. */
  shown?: Shown | undefined;
  at: string;
  operations?: PendingOperation[] | undefined;
  /** Not an attempt that counts: it is not known to have failed, or there was no room for it. */
  isUncounted?: boolean | undefined;
  /** Nothing has left for certain, beside what is shown since. */
  isUnsent?: boolean | undefined;
}

/**
 * Lets go until the time of the next attempt. Throws ConditionFailed with the record as it is where something newer is
 * to be told, unless `always`.
 */
export async function letGo(
  table: Table,
  organizationId: OrganizationId,
  update: ChannelUpdate,
  { nextAttemptAt, reason, shown = {}, at, operations, isUncounted, isUnsent, always }: LettingGo & { always?: true },
): Promise<void> {
  const { attempts = 1, doubt = 1 } = update;
  const changes: Item = {
    leaseOwner: undefined,
    leaseUntil: undefined,
    nextAttemptAt,
    ...(reason ? { reason } : {}),
    ...(operations ? { operations } : {}),
    ...(isUncounted ? { attempts: attempts > 1 ? attempts - 1 : undefined } : {}),
    ...(isUnsent ? { doubt: doubt > 1 ? doubt - 1 : undefined } : {}),
    ...(Object.keys(shown).length > 0 ? told(shown, at) : {}),
  };
  const condition = always ? mine(update) : nothingNewer(update);
  await table.update(updateKey(organizationId, update.id), setting(changes), condition);
}

/** After a lease that was lost: two workers have told the channel something, and nobody knows in which order. */
export async function forgetTold(table: Table, organizationId: OrganizationId, update: ChannelUpdate): Promise<void> {
  const { id } = update;
  const changes = {
    ...inState(organizationId, id, "queued", update.priority),
    publishedQuantity: undefined,
    publishedFrom: undefined,
    publishedPrice: undefined,
    publishedAsOf: undefined,
    operations: undefined,
    leaseOwner: undefined,
    leaseUntil: undefined,
    doubt: 1,
  };
  await table.update(updateKey(organizationId, id), setting(changes), { expression: "attribute_exists(pk)" });
}

/**
 * Queued again, if it still is as it was found. What waited had lost its place before the others: it has it again where
 * the channel shows units that are gone.
 */
export async function requeue(
  table: Table,
  organizationId: OrganizationId,
  found: ChannelUpdate,
  queuedAt: string,
): Promise<boolean> {
  const { id, state, stamp } = found;
  const desired = desiredOf(found);
  const priority = found.priority ?? (desired && isUrgent(found, desired) ? ("urgent" as const) : undefined);
  const changes = { ...inState(organizationId, id, "queued", priority), priority, queuedAt, reason: undefined };
  const condition = {
    expression: "#state = :found AND stamp = :stamp",
    names: { "#state": "state" },
    values: { ":found": state, ":stamp": stamp },
  };
  try {
    await table.update(updateKey(organizationId, id), setting(changes), condition);
    return true;
  } catch (error) {
    if (error instanceof ConditionFailed) return false;
    throw error;
  }
}

export interface UpdatesInState {
  state: UpdateState;
  urgentOnly?: boolean;
  filter?: Expression;
  limit: number;
  startKey?: Item | undefined;
}

/** By the index: a moment late, urgent and newest first. */
export async function updatesInState(
  table: Table,
  organizationId: OrganizationId,
  { state, urgentOnly, startKey, ...query }: UpdatesInState,
): Promise<QueryPage<Item>> {
  return table.query<Item>({
    index: "gsi2",
    pk: statePartition(organizationId, state),
    newestFirst: true,
    ...(urgentOnly ? { prefix: "1#" } : {}),
    ...query,
    ...(startKey ? { startKey } : {}),
  });
}

/** Only open updates are in the index: what is published is nobody's work. */
function inState(organizationId: OrganizationId, id: string, state: UpdateState, priority?: "urgent"): Item {
  const isOpen = state !== "published" && state !== "none";
  return {
    state,
    gsi2pk: isOpen ? statePartition(organizationId, state) : undefined,
    gsi2sk: isOpen ? place(id, priority) : undefined,
  };
}

const told = ({ quantity, availableFrom, price, asOf }: Shown, at: string): Item => ({
  ...(quantity === undefined ? {} : { publishedQuantity: quantity, publishedFrom: availableFrom }),
  // Of what is sold out no price is told.
  ...(price && quantity !== 0 ? { publishedPrice: price } : {}),
  ...(asOf === undefined ? {} : { publishedAsOf: asOf }),
  publishedAt: at,
});
