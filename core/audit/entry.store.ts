import type { Resources } from "../platform/context.ts";
import type { OrganizationId } from "../platform/ids.ts";
import { globalPartition, type Key, orgPartition, type PartitionKey } from "../platform/keys.ts";
import type { Item, QueryPage, Write } from "../platform/table.ts";
import { type AuditEntry, NO_HASH } from "./entry.ts";

type Needs = Pick<Resources, "table">;

/** Whose log it is: an organisation's, or the instance's own of what concerns none. */
export type Owner = OrganizationId | "";

/** How far a log goes. */
export interface Head {
  number: number;
  hash: string;
}

const DIGITS = 12;
const HEAD = "~HEAD";
/** Longer than the stream keeps what it brings, and than it takes to send its dead letters again. */
const GUARD_SECONDS = 30 * 24 * 3600;

/** Of an event: that it is in the log. */
const guardKey = (owner: Owner, eventId: string): Key => ({
  pk: owner === "" ? globalPartition("AUDIT", `EVENT#${eventId}`) : orgPartition(owner, "AUDIT_EVENT", eventId),
  sk: "GUARD",
});

export function auditPartition(owner: Owner): PartitionKey {
  return owner === "" ? globalPartition("AUDIT", "LOG") : orgPartition(owner, "AUDIT");
}

export const sortKeyOf = (number: number) => String(number).padStart(DIGITS, "0");

export async function readHead({ table }: Needs, owner: Owner): Promise<Head> {
  const item = await table.get<Head & Item>({ pk: auditPartition(owner), sk: HEAD }, { consistent: true });
  return item ? { number: item.number, hash: item.hash } : { number: 0, hash: NO_HASH };
}

/** Those of the events that are in the log already. */
export async function appended({ table }: Needs, owner: Owner, eventIds: readonly string[]): Promise<Set<string>> {
  const found = await table.batchGet<{ eventId: string } & Item>(
    eventIds.map((id) => guardKey(owner, id)),
    { consistent: true },
  );
  return new Set(found.map(({ eventId }) => eventId));
}

/**
 * HEAD_IS_STILL: two workers append to one log. Each reads the head, and moves it in the transaction of its entries only
 * if it is still what it read: one of them gets in, the other reads again.
 *
 * NOT_YET_IN: the stream brings an event twice. Its guard is written with its entry, so one of two transactions gets in.
 */
const HEAD_IS_STILL = (head: Head) =>
  head.number === 0
    ? { expression: "attribute_not_exists(pk)" }
    : {
        expression: "#number = :number AND #hash = :hash",
        names: { "#number": "number", "#hash": "hash" },
        values: { ":number": head.number, ":hash": head.hash },
      };
const NOT_YET_IN = { expression: "attribute_not_exists(pk)" };

/** The head first: its write fails where somebody else was faster. */
export function appendWrites(owner: Owner, head: Head, entries: readonly AuditEntry[], nowMs: number): Write[] {
  const last = entries.at(-1);
  if (!last) throw new RangeError("There is nothing to append");
  const pk = auditPartition(owner);
  const expiresAt = Math.floor(nowMs / 1000) + GUARD_SECONDS;
  return [
    {
      put: { pk, sk: HEAD, entity: "audit-head", number: last.number, hash: last.hash },
      condition: HEAD_IS_STILL(head),
    },
    ...entries.flatMap((entry): Write[] => [
      { put: { pk, sk: sortKeyOf(entry.number), entity: "audit", ...entry }, condition: NOT_YET_IN },
      {
        put: { ...guardKey(owner, entry.id), entity: "audit-guard", eventId: entry.id, expiresAt },
        condition: NOT_YET_IN,
      },
    ]),
  ];
}

/** Entries of these numbers, both inclusive, as many as one call brings. */
export async function entriesBetween(
  { table }: Needs,
  owner: Owner,
  { from, to, limit, newestFirst = false }: { from: number; to: number; limit: number; newestFirst?: boolean },
): Promise<QueryPage<AuditEntry>> {
  const page = await table.query<AuditEntry & Item>({
    pk: auditPartition(owner),
    from: sortKeyOf(from),
    to: sortKeyOf(to),
    limit,
    newestFirst,
    consistent: true,
  });
  return { ...page, items: page.items.map(entryOf) };
}

function entryOf(item: AuditEntry & Item): AuditEntry {
  const { pk: _pk, sk: _sk, entity: _entity, ...entry } = item;
  return entry;
}
