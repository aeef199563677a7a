import type { Cache } from "./cache/cache.ts";
import type { Config } from "./config.ts";
import { ForbiddenError } from "./errors.ts";
import type { HttpClient } from "./http/client.ts";
import type { NewId, OrganizationId } from "./ids.ts";
import type { Log } from "./log.ts";
import type { Mailer } from "./mailer.ts";
import type { Metrics } from "./metrics.ts";
import type { Objects } from "./objects.ts";
import type { Queues } from "./queues.ts";
import type { RateLimiter } from "./rate-limit/limiter.ts";
import type { Table } from "./table.ts";

export const PERMISSIONS = [
  "catalog.read",
  "catalog.write",
  "imports.read",
  "imports.write",
  "suppliers.read",
  "suppliers.write",
  "accounts.read",
  "accounts.write",
  "inventory.read",
  "inventory.adjust",
  "orders.read",
  "orders.write",
  "listings.read",
  "listings.write",
  "finance.read",
  "finance.write",
  "webhooks.read",
  "webhooks.write",
  "billing.read",
  "billing.write",
  "keys.manage",
  "members.manage",
  "organization.manage",
  "monitoring.read",
  "audit.read",
] as const;

export type Permission = (typeof PERMISSIONS)[number];

/** Who acts, for which organisation, and what they may do. */
export interface Actor {
  kind: "apiKey" | "user" | "system";
  id: string;
  /** Of a user who came with a session. */
  sessionId?: string;
  organizationId: OrganizationId;
  /** The organisation's own currency, fixed at its creation. */
  currency: string;
  permissions: ReadonlySet<Permission>;
}

/** What a process makes once and every call shares. */
export interface Resources {
  config: Config;
  table: Table;
  queues: Queues;
  objects: Objects;
  cache: Cache;
  limiter: RateLimiter;
  http: HttpClient;
  mailer: Mailer;
  metrics: Metrics;
  log: Log;
  /** Milliseconds since the epoch. */
  now: () => number;
  newId: NewId;
  /** DynamoDB calls of this process that are under way, and how many its connections allow. */
  load: () => { inFlight: number; limit: number };
}

/** Somebody who is not known yet: signs up, signs in, lost a password. What a verb for guests takes besides its input. */
export interface Guest extends Resources {
  requestId: string;
  /** From where the request came, for those who later look through their sessions. */
  client: Client;
}

export interface Client {
  /** As the gateway saw it. */
  address?: string;
  userAgent?: string;
  /** Of the cookie that ties a sign-in elsewhere to the browser in which it began. */
  browserToken?: string;
}

/** What a verb takes besides its input. Nothing reads a global, so a test can stop the clock or fail the third write. */
export interface Context extends Resources {
  actor: Actor;
  requestId: string;
  /** From where the request came, as the gateway saw it; absent where nobody asked. */
  address?: string;
  /** The client's Idempotency-Key, where the request has one. */
  idempotencyKey?: string;
  /** Told when the answer is the stored one of an earlier request. */
  onReplay?: () => void;
}

export function createContext(
  resources: Resources,
  request: Pick<Context, "actor" | "requestId" | "address" | "idempotencyKey" | "onReplay">,
): Context {
  return { ...resources, ...request };
}

/** An actor of the product itself, for work that no request asks for: schedules, queues, streams. */
export function systemActor(organizationId: OrganizationId, currency: string, cause: string): Actor {
  return { kind: "system", id: cause, organizationId, currency, permissions: new Set(PERMISSIONS) };
}

/** Throws ForbiddenError naming the missing permission. */
export function requirePermission(ctx: Context, permission: Permission): void {
  if (!ctx.actor.permissions.has(permission)) throw new ForbiddenError(permission);
}

/** RFC 3339 UTC of the context's clock. */
export function timestamp(ctx: Pick<Resources, "now">): string {
  return new Date(ctx.now()).toISOString();
}
