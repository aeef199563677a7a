import type { Resources } from "../platform/context.ts";
import { DependencyError } from "../platform/errors.ts";
import type { DomainEvent } from "../platform/events.ts";
import type { Item } from "../platform/table.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import { type AuditEntry, entryAfter } from "./entry.ts";
import { appended, appendWrites, type Owner, readHead } from "./entry.store.ts";

/** A transaction takes 100 writes: the head, and two for each entry. */
const MOST_AT_ONCE = 49;
/** Of those who append to one log at the same time one gets in at each attempt. */
const MOST_ATTEMPTS = 20;

type Needs = Pick<Resources, "table" | "now">;

/**
 * Appends the events among these changes to the logs of their organisations, each exactly once however often it is
 * brought, in the order in which they come here. Throws DEPENDENCY_UNAVAILABLE where others keep getting in first: the
 * stream brings them again.
 */
export async function appendEvents(resources: Needs, changes: readonly { old?: Item; new?: Item }[]): Promise<void> {
  const events = changes.flatMap((change) =>
    change.new?.["entity"] === "event" && !change.old ? [change.new as Item & DomainEvent] : [],
  );
  const byOwner = Map.groupBy(events, (event) => event.organizationId as Owner);
  await Promise.all([...byOwner].map(([owner, own]) => appendAll(resources, owner, own)));
}

async function appendAll(resources: Needs, owner: Owner, events: readonly DomainEvent[]): Promise<void> {
  const once = [...new Map(events.map((event) => [event.id, event])).values()];
  for (let start = 0; start < once.length; start += MOST_AT_ONCE)
    await appendSome(resources, owner, once.slice(start, start + MOST_AT_ONCE));
}

async function appendSome(resources: Needs, owner: Owner, events: readonly DomainEvent[]): Promise<void> {
  const ids = events.map(({ id }) => id);
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const [known, head] = await Promise.all([appended(resources, owner, ids), readHead(resources, owner)]);
    const entries: AuditEntry[] = [];
    let previous = head;
    for (const event of events) {
      if (known.has(event.id)) continue;
      const entry = entryAfter(event, previous.number + 1, previous.hash);
      entries.push(entry);
      previous = entry;
    }
    if (entries.length === 0) return;
    try {
      await resources.table.transact(appendWrites(owner, head, entries, resources.now()));
      return;
    } catch (error) {
      if (!(error instanceof TransactionCanceled)) throw error;
    }
  }
  throw new DependencyError("database", "Others keep appending to the audit log");
}
