import { type Context, requirePermission, timestamp } from "../platform/context.ts";
import { AppError, ForbiddenError, NotFoundError } from "../platform/errors.ts";
import { outboxWrite } from "../platform/events.ts";
import { idempotent } from "../platform/idempotency.ts";
import { parse } from "../platform/parse.ts";
import { type Page, PageSchema } from "../platform/resources.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import {
  type ApiKey,
  CreateApiKeySchema,
  deriveSecret,
  hashSecret,
  type NewApiKey,
  newNonce,
  secretPrefix,
} from "./api-key.ts";
import { createWrites, findApiKey, pageOfApiKeys, revokeWrites } from "./api-key.store.ts";

/** What an idempotency record keeps of a new key: enough to give its maker the same answer again, but no secret. */
type StoredAnswer = ApiKey & { nonce: string };

/**
 * Makes a key; its answer is the only one with the secret. Throws FORBIDDEN where the key would be allowed what its
 * maker is not.
 */
export async function createApiKey(ctx: Context, input: unknown): Promise<NewApiKey> {
  requirePermission(ctx, "keys.manage");
  const data = parse(CreateApiKeySchema, input);
  for (const permission of data.permissions) {
    if (!ctx.actor.permissions.has(permission)) throw new ForbiddenError(permission);
  }
  const { nonce, ...key } = await idempotent<StoredAnswer>(ctx, "organizations.createApiKey", data, async (commit) => {
    const made = { id: ctx.newId("apiKey"), ...data, createdAt: timestamp(ctx), nonce: newNonce() };
    const secret = deriveSecret(ctx.config.secretKey, made.nonce);
    const { nonce: _nonce, ...kept } = { ...made, prefix: secretPrefix(secret) };
    const event = outboxWrite(ctx, "apiKey.created", { apiKeyId: made.id, permissions: data.permissions });
    return commit([...createWrites(ctx, { ...kept, hash: hashSecret(secret) }), event], { ...kept, nonce: made.nonce });
  });
  return { ...key, secret: deriveSecret(ctx.config.secretKey, nonce) };
}

/** Newest first, revoked ones included. */
export async function listApiKeys(ctx: Context, input: unknown): Promise<Page<ApiKey>> {
  requirePermission(ctx, "keys.manage");
  return pageOfApiKeys(ctx, parse(PageSchema, input));
}

/**
 * Ends a key: no request is accepted with it from five seconds later on. Revoking it again changes nothing. Throws
 * NOT_FOUND; and STATE_CONFLICT for the key that asks, so that an organisation cannot lock itself out.
 */
export async function revokeApiKey(ctx: Context, id: string): Promise<ApiKey> {
  requirePermission(ctx, "keys.manage");
  if (id === ctx.actor.id) {
    throw new AppError("STATE_CONFLICT", "A key cannot revoke itself: use another one", { details: { id } });
  }
  const stored = await findApiKey(ctx, id);
  if (!stored) throw new NotFoundError("API key", id);
  const { hash, ...key } = stored;
  if (key.revokedAt !== undefined) return key;
  const revokedAt = timestamp(ctx);
  try {
    const event = outboxWrite(ctx, "apiKey.revoked", { apiKeyId: id });
    await ctx.table.transact([...revokeWrites(ctx, { ...key, hash }, revokedAt), event]);
  } catch (error) {
    if (!(error instanceof TransactionCanceled)) throw error;
    const now = error.failedAt(0) ? await findApiKey(ctx, id) : undefined;
    if (!now) throw new AppError("UNAUTHENTICATED", "The API key was revoked", { cause: error });
    const { hash: _hash, ...winner } = now;
    return winner;
  }
  return { ...key, revokedAt };
}
