import type { Resources } from "../platform/context.ts";
import type { DomainEvent } from "../platform/events.ts";
import type { OrganizationId } from "../platform/ids.ts";
import { Lru } from "../platform/lru.ts";
import { type DirectoryEntry, readDirectories } from "./endpoint.store.ts";

/** Of how many organisations the endpoints are remembered. */
const REMEMBERED = 1_000;
const FRESH_MS = 5_000;
/** By how much two machines' clocks may differ. */
const SKEW_MS = 1_000;

interface Known {
  readAt: number;
  entries: DirectoryEntry[];
}

/** Which endpoints an organisation has, remembered for some seconds; one for each process. */
export interface Directories {
  /** By organisation, for these events: whoever has none has an empty list or is left out. */
  of(table: Resources["table"], events: readonly DomainEvent[]): Promise<Map<string, DirectoryEntry[]>>;
}

/**
 * What is remembered serves only events that happened before it was read. So an endpoint misses nothing from its first
 * moment on; a backlog of events costs one read in five seconds, and events as they happen one for a whole batch.
 */
export function createDirectories(now: () => number): Directories {
  const known = new Lru<Known>({ max: REMEMBERED });
  return {
    async of(table, events) {
      const newest = new Map<string, number>();
      for (const { organizationId, occurredAt } of events)
        newest.set(organizationId, Math.max(newest.get(organizationId) ?? 0, Date.parse(occurredAt)));
      const serves = (organizationId: string) => {
        const { readAt = -Infinity } = known.get(organizationId) ?? {};
        return now() - readAt < FRESH_MS && readAt - SKEW_MS > (newest.get(organizationId) ?? 0);
      };
      const missing = [...newest.keys()].filter((id) => !serves(id)) as OrganizationId[];
      if (missing.length > 0) {
        const readAt = now();
        const read = await readDirectories({ table }, missing);
        for (const id of missing) known.set(id, { readAt, entries: read.get(id)?.entries ?? [] });
      }
      return new Map([...newest.keys()].map((id) => [id, known.get(id)?.entries ?? []]));
    },
  };
}
