import type { Context, Resources } from "../platform/context.ts";
import type { OrganizationId } from "../platform/ids.ts";
import { type Key, orgPartition } from "../platform/keys.ts";
import { resourceStore } from "../platform/resources.ts";
import type { Expression, Item, Write } from "../platform/table.ts";
import type { Endpoint } from "./endpoint.ts";

export const endpoints = resourceStore<Endpoint>("WEBHOOK_ENDPOINT", "Webhook endpoint");

export function endpointKey(organizationId: OrganizationId, id: string): Key {
  return { pk: orgPartition(organizationId, "WEBHOOK_ENDPOINT"), sk: id };
}

/** What fan-out has to know of an endpoint. */
export interface DirectoryEntry {
  id: string;
  eventTypes: string[];
  ordering: boolean;
  status: Endpoint["status"];
  disabledAt?: string;
}

/** An organisation's endpoints in one item, so that a batch of events of a hundred organisations is one read. */
export interface Directory {
  version: number;
  entries: DirectoryEntry[];
}

const EMPTY: Directory = { version: 0, entries: [] };

export function directoryKey(organizationId: OrganizationId): Key {
  return { pk: orgPartition(organizationId, "WEBHOOK_DIRECTORY"), sk: "DIRECTORY" };
}

export async function readDirectory(ctx: Context): Promise<Directory> {
  const item = await ctx.table.get<Item>(directoryKey(ctx.actor.organizationId), { consistent: true });
  return item ? directoryOf(item) : EMPTY;
}

/** By organisation; whoever has none is left out. */
export async function readDirectories(
  { table }: Pick<Resources, "table">,
  organizationIds: readonly OrganizationId[],
): Promise<Map<string, Directory>> {
  const items = await table.batchGet<Item>(organizationIds.map(directoryKey), { consistent: true });
  return new Map(items.map((item) => [String(item["pk"]).split("#", 1)[0] ?? "", directoryOf(item)]));
}

function directoryOf(item: Item): Directory {
  return { version: Number(item["version"]), entries: item["entries"] as DirectoryEntry[] };
}

export function entryOf({ id, eventTypes, ordering, status, disabledAt }: Endpoint): DirectoryEntry {
  return { id, eventTypes, ordering, status, ...(disabledAt === undefined ? {} : { disabledAt }) };
}

/**
 * SAME_DIRECTORY: two requests add an endpoint each, or one is changed while another is added. The directory is written
 * whole, so the second must have seen the first; it reads again and repeats.
 */
export function directoryWrite(ctx: Context, seen: Directory, entries: DirectoryEntry[]): Write {
  const condition: Expression =
    seen.version === 0
      ? { expression: "attribute_not_exists(pk)" }
      : { expression: "#version = :seen", names: { "#version": "version" }, values: { ":seen": seen.version } };
  const key = directoryKey(ctx.actor.organizationId);
  return { put: { ...key, entity: "webhook-directory", version: seen.version + 1, entries }, condition };
}

export function removeEndpointWrite(ctx: Context, { id, version }: Endpoint): Write {
  return {
    remove: endpoints.key(ctx, id),
    condition: { expression: "#version = :seen", names: { "#version": "version" }, values: { ":seen": version } },
  };
}
