import { type Context, requirePermission, timestamp } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { NotFoundError, ValidationError, VersionConflictError } from "../platform/errors.ts";
import { idempotent } from "../platform/idempotency.ts";
import { parse } from "../platform/parse.ts";
import { newResource, type Page, PageSchema, revise } from "../platform/resources.ts";
import type { SealedIn } from "../platform/reseal.ts";
import { seal } from "../platform/secrets.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import type { Credentials } from "./providers/adapter.ts";
import {
  CreateSourceSchema,
  RollSecretSchema,
  type Source,
  type SourceView,
  UpdateSourceSchema,
  viewSource,
} from "./source.ts";
import { type Door, doorWrite, findDoor, removeWrites, sources } from "./source.store.ts";

const WHAT = "Webhook source";
const HOUR_MS = 3_600_000;

/** What each sealed secret is about: it opens for this source of this organisation only. */
export const sealedAbout = (organizationId: string, sourceId: string) => `webhook-source ${organizationId} ${sourceId}`;

/** What sources keep sealed, for when its key rolls. A door stands under its source's id alone. */
export const SEALED: SealedIn = {
  "webhook-door": (item) =>
    ((item["secrets"] ?? []) as Door["secrets"]).map((_secret, at) => ({
      path: ["secrets", at, "sealed"],
      about: sealedAbout(String(item["organizationId"]), String(item["pk"]).split("#").at(-1) ?? ""),
    })),
};

/** Opens an address for a provider. Its secrets are kept encrypted and are in no answer. */
export async function createSource(ctx: Context, input: unknown): Promise<SourceView> {
  requirePermission(ctx, "webhooks.write");
  const data = parse(CreateSourceSchema, input);
  return idempotent(ctx, "webhook-sources.create", data, async (commit) => {
    const { organizationId, currency } = ctx.actor;
    const { provider, name } = data;
    const endpoint = data.provider === "ebay" ? data.endpoint : undefined;
    const credentials = data.provider === "ebay" ? ebayCredentials(data) : { secret: data.secret };
    const base = newResource(ctx, "webhookSource");
    const source: Source = defined({ ...base, provider, name, endpoint, secrets: [{ addedAt: base.createdAt }] });
    const sealed = sealedFor(ctx, source.id, credentials);
    const door: Door = defined({ provider, organizationId, currency, endpoint, secrets: [{ sealed }] });
    const writes = [sources.createWrite(ctx, source), doorWrite(source.id, door)];
    return commit(writes, viewSource(source));
  });
}

export async function listSources(ctx: Context, input: unknown): Promise<Page<SourceView>> {
  requirePermission(ctx, "webhooks.read");
  const page = await sources.list(ctx, parse(PageSchema, input));
  return { ...page, items: page.items.map(viewSource) };
}

/** Throws NotFoundError. */
export async function getSource(ctx: Context, id: string): Promise<SourceView> {
  requirePermission(ctx, "webhooks.read");
  return viewSource(await sources.get(ctx, id));
}

/** Throws NotFoundError or VersionConflictError. */
export async function updateSource(
  ctx: Context,
  { id, expectedVersion, changes }: { id: string; expectedVersion?: number | undefined; changes: unknown },
): Promise<SourceView> {
  requirePermission(ctx, "webhooks.write");
  const { name, endpoint } = parse(UpdateSourceSchema, changes);
  const { source, door } = await sourceWithDoor(ctx, id);
  if (endpoint !== undefined && source.provider !== "ebay") throw notOf(source.provider, "endpoint");
  // Null takes it away.
  const change = { ...(name === undefined ? {} : { name }), ...(endpoint === undefined ? {} : { endpoint }) };
  const revised = revise(ctx, WHAT, source, change as Partial<Source>, expectedVersion);
  const { endpoint: _before, ...rest } = door;
  const writes = [sources.replaceWrite(ctx, revised), doorWrite(id, defined({ ...rest, endpoint: revised.endpoint }))];
  await unlessChanged(source, () => ctx.table.transact(writes));
  return viewSource(revised);
}

/** Puts a new secret into use. The one until now stays good for the overlap; one before it ends at once. */
export async function rollSecret(ctx: Context, { id, input }: { id: string; input: unknown }): Promise<SourceView> {
  requirePermission(ctx, "webhooks.write");
  const data = parse(RollSecretSchema, input);
  return idempotent(ctx, "webhook-sources.roll-secret", { id, data }, async (commit) => {
    const { source, door } = await sourceWithDoor(ctx, id);
    const isPlain = "secret" in data;
    if (isPlain === (source.provider === "ebay")) throw notOf(source.provider, isPlain ? "secret" : "clientId");
    const sealed = sealedFor(ctx, id, isPlain ? { secret: data.secret } : ebayCredentials(data));
    const overlaps = data.overlapHours > 0;
    const endsAtMs = ctx.now() + data.overlapHours * HOUR_MS;
    const expiresAt = new Date(endsAtMs).toISOString();
    const shown = overlaps ? source.secrets.slice(0, 1).map((current) => ({ ...current, expiresAt })) : [];
    const kept = overlaps ? door.secrets.slice(0, 1).map((current) => ({ ...current, expiresAtMs: endsAtMs })) : [];
    const revised = revise(ctx, WHAT, source, { secrets: [{ addedAt: timestamp(ctx) }, ...shown] });
    const writes = [sources.replaceWrite(ctx, revised), doorWrite(id, { ...door, secrets: [{ sealed }, ...kept] })];
    return unlessChanged(source, () => commit(writes, viewSource(revised)));
  });
}

/** Closes the address; what came by it stays. Throws NotFoundError. */
export async function deleteSource(ctx: Context, id: string): Promise<void> {
  requirePermission(ctx, "webhooks.write");
  const { source } = await sourceWithDoor(ctx, id);
  await unlessChanged(source, () => ctx.table.transact(removeWrites(ctx, source)));
}

async function sourceWithDoor(ctx: Context, id: string): Promise<{ source: Source; door: Door }> {
  const source = await sources.get(ctx, id);
  const door = await findDoor(ctx, id);
  if (!door) throw new NotFoundError(WHAT, id);
  return { source, door };
}

function sealedFor({ config, actor }: Context, sourceId: string, credentials: Credentials): string {
  return seal(config, sealedAbout(actor.organizationId, sourceId), JSON.stringify(credentials));
}

function ebayCredentials(data: { verificationToken: string } & Required<Omit<Credentials, "secret">>): Credentials {
  const { verificationToken: secret, clientId, clientSecret, sandbox } = data;
  return { secret, clientId, clientSecret, sandbox };
}

const notOf = (provider: string, path: string) =>
  new ValidationError([{ path, code: "unrecognized_keys", message: `A source of ${provider} has no such field` }]);

/** The source's own write comes first in each of these transactions, since `idempotent` hides its record's place. */
async function unlessChanged<T>({ id, version }: Source, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof TransactionCanceled && error.failedAt(0)) throw new VersionConflictError(WHAT, id, version);
    throw error;
  }
}
