import type { Context, Permission, Resources } from "../platform/context.ts";
import { decodeCursor, encodeCursor } from "../platform/cursor.ts";
import type { OrganizationId } from "../platform/ids.ts";
import { globalPartition, type Key, orgPartition } from "../platform/keys.ts";
import type { Page } from "../platform/resources.ts";
import type { Item, Write } from "../platform/table.ts";
import { ConditionFailed } from "../platform/table-errors.ts";
import type { ApiKey } from "./api-key.ts";

/** What the hash of a secret leads to: all that authentication needs, in one read. */
export interface Credential {
  id: string;
  organizationId: OrganizationId;
  currency: string;
  permissions: Permission[];
}

/** The key as its organisation sees it, with the hash that leads back to its credential. */
export type StoredApiKey = ApiKey & { hash: string };

/** The key and its credential, for one transaction: neither is of use without the other. */
export function createWrites(ctx: Context, key: StoredApiKey): Write[] {
  const { organizationId, currency } = ctx.actor;
  const credential: Credential = { id: key.id, organizationId, currency, permissions: key.permissions };
  return [
    { put: { ...apiKeyKey(organizationId, key.id), entity: "api-key", ...key } },
    { put: { ...credentialKey(key.hash), entity: "credential", ...credential } },
  ];
}

/**
 * STILL_VALID: two requests may revoke one key, and two keys may revoke each other. Each revocation first checks that
 * the key it marks, and the key that asks for it, are not revoked; DynamoDB lets one of two such transactions in.
 */
const STILL_VALID = "attribute_exists(pk) AND attribute_not_exists(revokedAt)";

/** Marks the key and removes its credential. Write 0 fails where the key was revoked already. */
export function revokeWrites(ctx: Context, key: StoredApiKey, revokedAt: string): Write[] {
  const { organizationId, kind, id } = ctx.actor;
  const writes: Write[] = [
    {
      update: apiKeyKey(organizationId, key.id),
      set: { expression: "SET revokedAt = :at", values: { ":at": revokedAt } },
      condition: { expression: STILL_VALID },
    },
    { remove: credentialKey(key.hash) },
  ];
  if (kind === "apiKey") writes.push({ check: apiKeyKey(organizationId, id), condition: { expression: STILL_VALID } });
  return writes;
}

export async function findApiKey(ctx: Context, id: string): Promise<StoredApiKey | undefined> {
  const item = await ctx.table.get<StoredApiKey & Item>(apiKeyKey(ctx.actor.organizationId, id), { consistent: true });
  return item && { ...publicApiKey(item), hash: item.hash };
}

export async function findCredential(
  resources: Pick<Resources, "table">,
  hash: string,
): Promise<Credential | undefined> {
  return resources.table.get<Credential & Item>(credentialKey(hash), { consistent: true });
}

export async function pageOfApiKeys(
  ctx: Context,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<ApiKey>> {
  const query = { list: "API_KEY" };
  const pk = orgPartition(ctx.actor.organizationId, "API_KEY");
  const after = cursor === undefined ? {} : { startKey: { pk, sk: decodeCursor<string>(ctx, query, cursor) } };
  const page = await ctx.table.query<StoredApiKey & Item>({ pk, newestFirst: true, limit: limit + 1, ...after });
  const items = page.items.slice(0, limit).map(publicApiKey);
  const last = items.at(-1);
  return page.items.length > limit && last ? { items, nextCursor: encodeCursor(ctx, query, last.id) } : { items };
}

/**
 * Notes a use, unless one was noted since `before`: many processes see the same key, and one write in five minutes is
 * enough for all of them.
 */
export async function noteUse(
  resources: Pick<Resources, "table">,
  credential: Credential,
  at: string,
  before: string,
): Promise<void> {
  try {
    await resources.table.update(
      apiKeyKey(credential.organizationId, credential.id),
      { expression: "SET lastUsedAt = :at", values: { ":at": at } },
      {
        expression: "attribute_exists(pk) AND (attribute_not_exists(lastUsedAt) OR lastUsedAt <= :before)",
        values: { ":before": before },
      },
    );
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
  }
}

function publicApiKey(item: StoredApiKey): ApiKey {
  return {
    id: item.id,
    name: item.name,
    prefix: item.prefix,
    permissions: item.permissions,
    createdAt: item.createdAt,
    ...(item.lastUsedAt === undefined ? {} : { lastUsedAt: item.lastUsedAt }),
    ...(item.revokedAt === undefined ? {} : { revokedAt: item.revokedAt }),
  };
}

function apiKeyKey(organizationId: OrganizationId, id: string): Key {
  return { pk: orgPartition(organizationId, "API_KEY"), sk: id };
}

function credentialKey(hash: string): Key {
  return { pk: globalPartition("API_KEY", hash), sk: "CREDENTIAL" };
}
