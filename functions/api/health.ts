import type { Resources } from "../../core/platform/context.ts";
import { globalPartition } from "../../core/platform/keys.ts";

/** A dependency that has not answered by now is down: whoever asks for health does not wait longer. */
const PROBE_TIMEOUT_MS = 1_000;
/** From this share of the connections on, more load would queue up. */
const BUSY_SHARE = 0.9;

export interface Check {
  status: "up" | "degraded" | "down";
  responseTimeMs?: number;
  /** Safe to show: never a dependency's own text. */
  error?: string;
  [fact: string]: unknown;
}

export interface Health {
  status: "healthy" | "degraded" | "unhealthy";
  timestamp: string;
  version: string;
  checks: { database: Check; cache: Check; queue: Check; concurrency: Check };
}

/**
 * Without the database nothing works: unhealthy. Without the cache or the queue some things are slower or wait:
 * degraded. A cache that is not configured counts as one that is down, since every process then keeps its own.
 */
export async function checkHealth(resources: Resources): Promise<Health> {
  const [database, cache, queue] = await Promise.all([
    probe(resources, "The database", () =>
      resources.table.get({ pk: globalPartition("HEALTH", "probe"), sk: "PROBE" }),
    ),
    checkCache(resources),
    probe(resources, "The queue", () => resources.queues.ping()),
  ]);
  const checks = { database, cache, queue, concurrency: checkConcurrency(resources) };
  const { now, config } = resources;
  return { status: verdict(checks), timestamp: new Date(now()).toISOString(), version: config.version, checks };
}

export function verdict(checks: Health["checks"]): Health["status"] {
  if (checks.database.status === "down") return "unhealthy";
  return Object.values(checks).every((check) => check.status === "up") ? "healthy" : "degraded";
}

async function checkCache(resources: Resources): Promise<Check> {
  const start = performance.now();
  const ping = await withTimeout(resources.cache.ping()).catch(() => ({ status: "down" as const }));
  const responseTimeMs = since(start);
  if (ping.status === "up") return { status: "up", responseTimeMs, remote: "up" };
  const why = ping.status === "absent" ? "Redis is not configured" : "Redis does not answer";
  return { status: "degraded", responseTimeMs, remote: ping.status, error: `${why}: caching in this process only` };
}

async function probe(resources: Resources, what: string, ask: () => Promise<unknown>): Promise<Check> {
  const start = performance.now();
  try {
    await withTimeout(ask());
    return { status: "up", responseTimeMs: since(start) };
  } catch (error) {
    resources.log.error("A health check failed", { what, error });
    const timedOut = error instanceof ProbeTimeout;
    const why = timedOut ? `did not answer within ${PROBE_TIMEOUT_MS} ms` : "cannot be reached";
    return { status: "down", responseTimeMs: since(start), error: `${what} ${why}` };
  }
}

/** The database's connections are what a process can run out of. */
function checkConcurrency({ load }: Resources): Check {
  const { inFlight, limit } = load();
  return { status: inFlight >= limit * BUSY_SHARE ? "degraded" : "up", inFlight, limit };
}

class ProbeTimeout extends Error {}

async function withTimeout<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new ProbeTimeout()), PROBE_TIMEOUT_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

const since = (start: number) => Math.round((performance.now() - start) * 100) / 100;
