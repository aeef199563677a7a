import { type Context, requirePermission, timestamp } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { AppError, tooMany, VersionConflictError } from "../platform/errors.ts";
import { outboxWrite } from "../platform/events.ts";
import { fieldChanges } from "../platform/field-changes.ts";
import { type Commit, idempotent } from "../platform/idempotency.ts";
import { parse } from "../platform/parse.ts";
import { newResource, type Page, PageSchema, revise } from "../platform/resources.ts";
import type { Write } from "../platform/table.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import {
  BareSchema,
  CreateEndpointSchema,
  type Endpoint,
  type EndpointView,
  MAX_ENDPOINTS,
  UpdateEndpointSchema,
  viewEndpoint,
} from "./endpoint.ts";
import {
  directoryWrite,
  type DirectoryEntry,
  endpoints,
  entryOf,
  readDirectory,
  removeEndpointWrite,
} from "./endpoint.store.ts";
import { isAboutSecurity } from "./filter.ts";
import { forgetFailingWrite, removeStateWrite } from "./state.store.ts";
import { makeSecret, openSecret, rotated } from "./secrets.ts";
import { checkUrl } from "./url.ts";

/** An endpoint in the two answers that show its secret. */
export interface EndpointWithSecret extends EndpointView {
  secret: string;
}

/** How often a change is begun anew because another endpoint of the organisation was changed in between. */
const MAX_ATTEMPTS = 6;

/**
 * Adds an endpoint: it gets what happens from now on. Throws VALIDATION_ERROR for a URL that is not to be called,
 * STATE_CONFLICT where there are fifty.
 */
export async function createEndpoint(ctx: Context, input: unknown): Promise<EndpointWithSecret> {
  requirePermission(ctx, "webhooks.write");
  const data = parse(CreateEndpointSchema, input);
  requireFilters(ctx, data.eventTypes);
  const url = checkUrl(ctx.config, data.url);
  // What the idempotency record keeps is the endpoint as stored, its secret encrypted.
  const made = await idempotent<Endpoint>(ctx, "outbound.createEndpoint", data, (commit) =>
    inDirectory(ctx, commit, (entries) => {
      if (entries.length >= MAX_ENDPOINTS) throw tooMany(MAX_ENDPOINTS, "webhook endpoints");
      const base = newResource(ctx, "webhookEndpoint");
      const secrets = [makeSecret(ctx, base.id)];
      const endpoint = defined({ ...base, ...data, url, status: "enabled" as const, secrets }) as Endpoint;
      return {
        entries: [...entries, entryOf(endpoint)],
        writes: [
          endpoints.createWrite(ctx, endpoint),
          outboxWrite(ctx, "webhookEndpoint.created", { endpointId: endpoint.id }),
        ],
        result: endpoint,
      };
    }),
  );
  return withSecret(ctx, made);
}

export async function getEndpoint(ctx: Context, id: string): Promise<EndpointView> {
  requirePermission(ctx, "webhooks.read");
  return viewEndpoint(await endpoints.get(ctx, id));
}

export async function listEndpoints(ctx: Context, input: unknown): Promise<Page<EndpointView>> {
  requirePermission(ctx, "webhooks.read");
  const { items, ...rest } = await endpoints.list(ctx, parse(PageSchema, input));
  return { items: items.map(viewEndpoint), ...rest };
}

/** Throws FORBIDDEN where they ask for what only those may hear who may read the audit log. */
function requireFilters(ctx: Context, filters: readonly string[]): void {
  if (filters.some(isAboutSecurity)) requirePermission(ctx, "audit.read");
}

interface Named {
  id: string;
  expectedVersion?: number | undefined;
}

/**
 * Throws NOT_FOUND, VERSION_CONFLICT, VALIDATION_ERROR. Enabling it again makes it forget its failures; what it missed
 * meanwhile can be replayed.
 */
export async function updateEndpoint(
  ctx: Context,
  { id, expectedVersion, changes }: Named & { changes: unknown },
): Promise<EndpointView> {
  requirePermission(ctx, "webhooks.write");
  const { url, status, ...data } = parse(UpdateEndpointSchema, changes);
  requireFilters(ctx, data.eventTypes ?? []);
  const checked = url === undefined ? {} : { url: checkUrl(ctx.config, url) };
  return changeEndpoint(ctx, { id, expectedVersion }, (current) => {
    const isEnabling = status === "enabled" && current.status === "disabled";
    const isDisabling = status === "disabled" && current.status === "enabled";
    const facts = { ...data, ...checked, ...(isEnabling || isDisabling ? { status } : {}) };
    const fields = Object.keys(facts) as (keyof typeof facts)[];
    // An address may hold a secret.
    const shown = fields.filter((field) => field !== "url");
    return {
      changes: {
        ...data,
        ...checked,
        ...(isEnabling ? { status, disabledReason: undefined, disabledAt: undefined } : {}),
        ...(isDisabling ? { status, disabledReason: "byHand" as const, disabledAt: timestamp(ctx) } : {}),
      },
      writes: [
        outboxWrite(ctx, "webhookEndpoint.updated", {
          endpointId: id,
          fields,
          changes: fieldChanges<typeof facts>(current, facts, shown),
        }),
        ...(isEnabling ? [forgetFailingWrite(ctx, id)] : []),
        ...(isDisabling ? [outboxWrite(ctx, "webhookEndpoint.disabled", { endpointId: id, reason: "byHand" })] : []),
      ],
    };
  });
}

/** Removes an endpoint; what waits for it is discarded, and its deliveries stay in the log. Throws NOT_FOUND. */
export async function deleteEndpoint(ctx: Context, { id, expectedVersion }: Named): Promise<void> {
  requirePermission(ctx, "webhooks.write");
  await inDirectory(ctx, commitOf(ctx), async (entries) => {
    const current = await readExpected(ctx, { id, expectedVersion });
    return {
      entries: entries.filter((entry) => entry.id !== id),
      writes: [
        removeEndpointWrite(ctx, current),
        removeStateWrite(ctx, id),
        outboxWrite(ctx, "webhookEndpoint.deleted", { endpointId: id }),
      ],
      result: undefined,
    };
  });
}

/** A new secret, shown in this answer only; with the former one is signed as well for 24 hours. Throws NOT_FOUND. */
export async function rotateSecret(
  ctx: Context,
  { id, expectedVersion, input }: Named & { input?: unknown },
): Promise<EndpointWithSecret> {
  requirePermission(ctx, "webhooks.write");
  parse(BareSchema, input);
  const made = await idempotent<Endpoint>(ctx, "outbound.rotateSecret", { id }, async (commit) => {
    const current = await readExpected(ctx, { id, expectedVersion });
    const next = revise(ctx, "Webhook endpoint", current, { secrets: rotated(ctx, current) });
    const event = outboxWrite(ctx, "webhookEndpoint.updated", { endpointId: id, fields: ["secrets"] });
    try {
      return await commit([endpoints.replaceWrite(ctx, next), event], next);
    } catch (error) {
      throw error instanceof TransactionCanceled && error.failedAt(0)
        ? new VersionConflictError("Webhook endpoint", id, current.version)
        : error;
    }
  });
  return withSecret(ctx, made);
}

function withSecret(ctx: Context, endpoint: Endpoint): EndpointWithSecret {
  const [newest] = endpoint.secrets;
  if (!newest) throw new Error(`The webhook endpoint ${endpoint.id} has no secret`);
  return { ...viewEndpoint(endpoint), secret: openSecret(ctx, endpoint.id, newest) };
}

/** The endpoint changed and the directory with it, under the condition that nobody else changed either. */
export async function changeEndpoint(
  ctx: Context,
  named: Named,
  decide: (current: Endpoint) => {
    changes: { [F in keyof Endpoint]?: Endpoint[F] | null | undefined };
    writes: Write[];
  },
): Promise<EndpointView> {
  const changed = await inDirectory(ctx, commitOf<Endpoint>(ctx), async (entries) => {
    const current = await readExpected(ctx, named);
    const { changes, writes } = decide(current);
    const next = revise(ctx, "Webhook endpoint", current, changes as Partial<Endpoint>);
    return {
      entries: entries.map((entry) => (entry.id === next.id ? entryOf(next) : entry)),
      writes: [endpoints.replaceWrite(ctx, next), ...writes],
      result: next,
    };
  });
  return viewEndpoint(changed);
}

async function readExpected(ctx: Context, { id, expectedVersion }: Named): Promise<Endpoint> {
  const current = await endpoints.get(ctx, id);
  if (expectedVersion !== undefined && expectedVersion !== current.version)
    throw new VersionConflictError("Webhook endpoint", id, expectedVersion, current.version);
  return current;
}

interface Plan<T> {
  entries: DirectoryEntry[];
  writes: Write[];
  result: T;
}

async function inDirectory<T>(
  ctx: Context,
  commit: Commit<T>,
  plan: (entries: DirectoryEntry[]) => Plan<T> | Promise<Plan<T>>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const directory = await readDirectory(ctx);
    const { entries, writes, result } = await plan(directory.entries);
    try {
      return await commit([directoryWrite(ctx, directory, entries), ...writes], result);
    } catch (error) {
      const isLost = error instanceof TransactionCanceled && (error.failedAt(0) || error.failedAt(1));
      if (!isLost) throw error;
      if (attempt >= MAX_ATTEMPTS)
        throw new AppError("STATE_CONFLICT", "Others are changing webhook endpoints: repeat the change", {
          retryable: true,
        });
    }
  }
}

function commitOf<T>(ctx: Context): Commit<T> {
  return async (writes, result) => {
    await ctx.table.transact(writes);
    return result;
  };
}
