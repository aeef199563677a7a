import { type Config, readConfig } from "../../core/platform/config.ts";
import { type Actor, type Context, PERMISSIONS } from "../../core/platform/context.ts";
import { createIds, type OrganizationId } from "../../core/platform/ids.ts";
import { NO_LOG } from "../../core/platform/log.ts";
import { NO_METRICS } from "../../core/platform/metrics.ts";

const environment = {
  ENVIRONMENT: "test",
  SECRET_KEY: "a-secret-of-the-tests-only-0123456789",
  TABLE_NAME: "unused",
  BUCKET_NAME: "unused",
  IMPORTS_QUEUE_URL: "http://127.0.0.1/imports",
  SUPPLIER_SYNC_QUEUE_URL: "http://127.0.0.1/supplier-sync",
  PURCHASES_QUEUE_URL: "http://127.0.0.1/purchases",
  CHANNEL_UPDATES_QUEUE_URL: "http://127.0.0.1/channel-updates",
  CHANNEL_ORDERS_QUEUE_URL: "http://127.0.0.1/channel-orders",
  WEBHOOK_EVENTS_QUEUE_URL: "http://127.0.0.1/webhook-events",
  OUTBOUND_WEBHOOKS_QUEUE_URL: "http://127.0.0.1/outbound-webhooks",
};

export function testConfig(changes: Record<string, string> = {}): Config {
  return readConfig({ ...environment, ...changes });
}

const newId = createIds(() => Date.now());

/** An organisation that no other test has. */
export function freshOrganization(): OrganizationId {
  return newId("organization") as OrganizationId;
}

export function testActor(changes: Partial<Actor> = {}): Actor {
  return {
    kind: "apiKey",
    id: newId("apiKey"),
    organizationId: freshOrganization(),
    currency: "USD",
    permissions: new Set(PERMISSIONS),
    ...changes,
  };
}

/** Throws on its first use, naming the resource that the test did not give. */
function missing<T extends object>(name: string): T {
  return new Proxy({} as T, {
    get(_target, property) {
      throw new Error(`This test's context has no ${name}, but ${name}.${String(property)} was used`);
    },
  });
}

/** A context with a fresh organisation; what is not given fails when it is used. */
export function testContext(changes: Partial<Context> = {}): Context {
  const now = changes.now ?? (() => Date.now());
  return {
    config: testConfig(),
    table: missing("table"),
    queues: missing("queues"),
    objects: missing("objects"),
    cache: missing("cache"),
    limiter: missing("limiter"),
    http: missing("http"),
    mailer: missing("mailer"),
    metrics: NO_METRICS,
    log: NO_LOG,
    now,
    load: () => ({ inFlight: 0, limit: 50 }),
    newId: createIds(now),
    actor: testActor(),
    requestId: newId("request"),
    ...changes,
  };
}
