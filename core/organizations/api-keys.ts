import { type Context, type Permission, requirePermission, timestamp } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { AppError, ForbiddenError, NotFoundError, ValidationError } from "../platform/errors.ts";
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
  RotateApiKeySchema,
  secretPrefix,
} from "./api-key.ts";
import { createWrites, findApiKey, pageOfApiKeys, revokeWrites, rotateWrites } from "./api-key.store.ts";

/** What an idempotency record keeps of a new key: enough to give its maker the same answer again, but no secret. */
type StoredAnswer = ApiKey & { nonce: string };

/**
 * Makes a key; its answer is the only one with the secret. Throws FORBIDDEN where the key would be allowed what its
 * maker is not.
 */
export async function createApiKey(ctx: Context, input: unknown): Promise<NewApiKey> {
  requirePermission(ctx, "keys.manage");
  const data = defined(parse(CreateApiKeySchema, input));
  requireAll(ctx, data.permissions);
  if (data.endsAt !== undefined && Date.parse(data.endsAt) <= ctx.now())
    throw new ValidationError([{ path: "endsAt", code: "in_the_past", message: "must be in the future" }]);
  const { nonce, ...key } = await idempotent<StoredAnswer>(ctx, "organizations.createApiKey", data, async (commit) => {
    const made = { id: ctx.newId("apiKey"), ...data, createdAt: timestamp(ctx), nonce: newNonce() };
    const secret = deriveSecret(ctx.config.secretKey, made.nonce);
    const { nonce: _nonce, ...kept } = { ...made, prefix: secretPrefix(secret) };
    const event = outboxWrite(ctx, "apiKey.created", { apiKeyId: made.id, permissions: data.permissions });
    return commit([...createWrites(ctx, { ...kept, hash: hashSecret(secret) }), event], { ...kept, nonce: made.nonce });
  });
  return { ...key, secret: deriveSecret(ctx.config.secretKey, nonce) };
}

/**
 * Gives a key a new secret, shown in this answer only; the old one is accepted for a while longer, so that whoever uses
 * it can be told. A third would be one too many: what was left of an earlier overlap ends. Throws NOT_FOUND; FORBIDDEN
 * where the key is allowed what the actor is not; STATE_CONFLICT where it was revoked, or rotated meanwhile.
 */
export async function rotateApiKey(ctx: Context, id: string, input: unknown): Promise<NewApiKey> {
  requirePermission(ctx, "keys.manage");
  const { overlapSeconds } = parse(RotateApiKeySchema, input);
  const request = { id, overlapSeconds };
  const { nonce, ...key } = await idempotent<StoredAnswer>(
    ctx,
    "organizations.rotateApiKey",
    request,
    async (commit) => {
      const before = await findApiKey(ctx, id);
      if (!before) throw new NotFoundError("API key", id);
      requireAll(ctx, before.permissions);
      const made = newNonce();
      const secret = deriveSecret(ctx.config.secretKey, made);
      const after = {
        ...before,
        prefix: secretPrefix(secret),
        hash: hashSecret(secret),
        previousHash: before.hash,
        overlapEndsAt: overlapEnd(ctx, before, overlapSeconds),
      };
      const { hash: _hash, previousHash: _previous, ...shown } = after;
      const event = outboxWrite(ctx, "apiKey.rotated", { apiKeyId: id, overlapEndsAt: after.overlapEndsAt });
      try {
        return await commit([...rotateWrites(ctx, before, after), event], { ...shown, nonce: made });
      } catch (error) {
        if (!(error instanceof TransactionCanceled && error.failedAt(0))) throw error;
        const message = "The API key was revoked, or was rotated by someone else";
        throw new AppError("STATE_CONFLICT", message, { details: { id }, cause: error });
      }
    },
  );
  return { ...key, secret: deriveSecret(ctx.config.secretKey, nonce) };
}

/** Nobody makes, or is shown, a secret that opens more than they may. */
function requireAll(ctx: Context, permissions: readonly Permission[]): void {
  for (const permission of permissions)
    if (!ctx.actor.permissions.has(permission)) throw new ForbiddenError(permission);
}

/** The old secret does not outlive the key. */
function overlapEnd(ctx: Context, { endsAt }: ApiKey, overlapSeconds: number): string {
  const end = ctx.now() + overlapSeconds * 1000;
  return new Date(endsAt === undefined ? end : Math.min(end, Date.parse(endsAt))).toISOString();
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
  const { hash: _hash, previousHash: _previous, ...key } = stored;
  if (key.revokedAt !== undefined) return key;
  const revokedAt = timestamp(ctx);
  try {
    const event = outboxWrite(ctx, "apiKey.revoked", { apiKeyId: id });
    await ctx.table.transact([...revokeWrites(ctx, stored, revokedAt), event]);
  } catch (error) {
    if (!(error instanceof TransactionCanceled)) throw error;
    const now = error.failedAt(0) ? await findApiKey(ctx, id) : undefined;
    if (!now) throw new AppError("UNAUTHENTICATED", "The API key was revoked", { cause: error });
    const { hash: _theirs, previousHash: _before, ...winner } = now;
    return winner;
  }
  return { ...key, revokedAt };
}
