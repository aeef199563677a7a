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
  /** From when on it leads nowhere; milliseconds since the epoch. */
  endsAtMs?: number;
}

/** The key as its organisation sees it, with the hashes that lead back to its credentials. */
export type StoredApiKey = ApiKey & { hash: string; previousHash?: string };

/** The key and its credential, for one transaction: neither is of use without the other. */
export function createWrites(ctx: Context, key: StoredApiKey): Write[] {
  return [
    { put: { ...apiKeyKey(ctx.actor.organizationId, key.id), entity: "api-key", ...key } },
    credentialWrite(ctx, key, key.hash, key.endsAt),
  ];
}

/** A credential that ends goes with DynamoDB's own clean-up, some time after it has stopped to count. */
function credentialWrite(ctx: Context, { id, permissions }: ApiKey, hash: string, endsAt: string | undefined): Write {
  const { organizationId, currency } = ctx.actor;
  const credential: Credential = { id, organizationId, currency, permissions };
  const ends =
    endsAt === undefined ? {} : { endsAtMs: Date.parse(endsAt), expiresAt: Math.ceil(Date.parse(endsAt) / 1000) };
  return { put: { ...credentialKey(hash), entity: "credential", ...credential, ...ends } };
}

/**
 * STILL_VALID: two requests may revoke one key, and two keys may revoke each other. Each revocation first checks that
 * the key it marks, and the key that asks for it, are not revoked; DynamoDB lets one of two such transactions in.
 */
const STILL_VALID = "attribute_exists(pk) AND attribute_not_exists(revokedAt)";

/**
 * SAME_SECRET: two rotations of one key, or one beside its revocation. Each names the secret that it replaces and asks
 * that the key is not revoked; the second finds another secret, or the mark.
 *
 * The old secret's credential stays until the overlap ends, that of the rotation before goes at once.
 */
export function rotateWrites(ctx: Context, before: StoredApiKey, after: StoredApiKey): Write[] {
  const { organizationId } = ctx.actor;
  const { previousHash, overlapEndsAt } = after;
  return [
    {
      update: apiKeyKey(organizationId, after.id),
      set: {
        expression: "SET #hash = :hash, #prefix = :prefix, previousHash = :previous, overlapEndsAt = :overlap",
        names: { "#hash": "hash", "#prefix": "prefix" },
        values: {
          ":hash": after.hash,
          ":prefix": after.prefix,
          ":previous": previousHash,
          ":overlap": overlapEndsAt,
        },
      },
      condition: {
        expression: `${STILL_VALID} AND #hash = :seen`,
        names: { "#hash": "hash" },
        values: { ":seen": before.hash },
      },
    },
    credentialWrite(ctx, after, after.hash, after.endsAt),
    credentialWrite(ctx, after, before.hash, overlapEndsAt),
    ...(before.previousHash === undefined ? [] : [{ remove: credentialKey(before.previousHash) }]),
  ];
}

/** Marks the key and removes its credentials. Write 0 fails where the key was revoked already. */
export function revokeWrites(ctx: Context, key: StoredApiKey, revokedAt: string): Write[] {
  const { organizationId, kind, id } = ctx.actor;
  const writes: Write[] = [
    {
      update: apiKeyKey(organizationId, key.id),
      set: { expression: "SET revokedAt = :at", values: { ":at": revokedAt } },
      condition: { expression: STILL_VALID },
    },
    { remove: credentialKey(key.hash) },
    ...(key.previousHash === undefined ? [] : [{ remove: credentialKey(key.previousHash) }]),
  ];
  if (kind === "apiKey") writes.push({ check: apiKeyKey(organizationId, id), condition: { expression: STILL_VALID } });
  return writes;
}

export async function findApiKey(ctx: Context, id: string): Promise<StoredApiKey | undefined> {
  const item = await ctx.table.get<StoredApiKey & Item>(apiKeyKey(ctx.actor.organizationId, id), { consistent: true });
  if (!item) return undefined;
  const { hash, previousHash } = item;
  return { ...publicApiKey(item), hash, ...(previousHash === undefined ? {} : { previousHash }) };
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
    ...(item.endsAt === undefined ? {} : { endsAt: item.endsAt }),
    ...(item.overlapEndsAt === undefined ? {} : { overlapEndsAt: item.overlapEndsAt }),
    ...(item.revokedAt === undefined ? {} : { revokedAt: item.revokedAt }),
  };
}

function apiKeyKey(organizationId: OrganizationId, id: string): Key {
  return { pk: orgPartition(organizationId, "API_KEY"), sk: id };
}

function credentialKey(hash: string): Key {
  return { pk: globalPartition("API_KEY", hash), sk: "CREDENTIAL" };
}
