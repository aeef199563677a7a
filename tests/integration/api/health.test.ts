import { afterEach, describe, expect, test, vi } from "vitest";
import type { Cache } from "../../../core/platform/cache/cache.ts";
import type { Queues } from "../../../core/platform/queues.ts";
import type { Table } from "../../../core/platform/table.ts";
import { createPrometheusMetrics } from "../../../local/prometheus.ts";
import { apiHarness, expectError, type HarnessOptions } from "../../support/harness.ts";
import { recordingLog } from "../../support/recording.ts";

interface Health {
  status: string;
  checks: Record<"database" | "cache" | "queue" | "concurrency", Record<string, unknown>>;
}

const cacheThat = (ping: Cache["ping"]) => ({ ping }) as Cache;
const redisUp = cacheThat(async () => ({ status: "up", responseTimeMs: 1 }));
const redisDown = cacheThat(async () => ({ status: "down", responseTimeMs: 1, error: "ECONNREFUSED 10.0.0.7" }));
const redisAbsent = cacheThat(async () => ({ status: "absent", responseTimeMs: 0 }));
const queueDown = { ping: () => Promise.reject(new Error("ECONNREFUSED 10.0.0.7")) } as unknown as Queues;
const tableDown = { get: () => Promise.reject(new Error("ECONNREFUSED 10.0.0.7")) } as unknown as Table;

const healthOf = async (resources: HarnessOptions["resources"], path = "/health") => {
  const api = await apiHarness({ resources: { cache: redisUp, ...resources } });
  return api.request<Health>("GET", path, { secret: null });
};

afterEach(() => vi.useRealTimers());

describe("GET /health", () => {
  test("is healthy with everything up, with measured times and the version", async () => {
    const answer = await healthOf({});
    expect(answer.status, answer.text).toBe(200);
    expect(answer.body).toEqual({
      status: "healthy",
      timestamp: expect.stringMatching(/Z$/),
      version: "0.1.0",
      checks: {
        database: { status: "up", responseTimeMs: expect.any(Number) },
        cache: { status: "up", responseTimeMs: expect.any(Number), remote: "up" },
        queue: { status: "up", responseTimeMs: expect.any(Number) },
        concurrency: { status: "up", inFlight: 0, limit: 50 },
      },
    });
    expect(answer.body.checks.database["responseTimeMs"]).toBeGreaterThan(0);
  });

  test.each([
    ["healthy", 200, "everything is up", {}],
    ["degraded", 200, "only the cache is down", { cache: redisDown }],
    ["degraded", 200, "no Redis is configured", { cache: redisAbsent }],
    ["degraded", 200, "only the queue is down", { queues: queueDown }],
    ["degraded", 200, "nine tenths of the connections are taken", { load: () => ({ inFlight: 45, limit: 50 }) }],
    ["healthy", 200, "fewer connections are taken", { load: () => ({ inFlight: 44, limit: 50 }) }],
    ["unhealthy", 503, "the database is down", { table: tableDown }],
    ["unhealthy", 503, "everything is down", { table: tableDown, cache: redisDown, queues: queueDown }],
  ])("is %s with %i when %s", async (verdict, status, _why, resources) => {
    const answer = await healthOf(resources);
    expect(answer.status, answer.text).toBe(status);
    expect(answer.body.status).toBe(verdict);
  });

  test("tells what is down without a word of the dependency's own, and logs that", async () => {
    const log = recordingLog();
    const answer = await healthOf({ table: tableDown, cache: redisDown, queues: queueDown, log });
    expect(answer.text).not.toContain("10.0.0.7");
    expect(answer.body.checks.database).toMatchObject({ status: "down", error: "The database cannot be reached" });
    expect(answer.body.checks.queue).toMatchObject({ status: "down", error: "The queue cannot be reached" });
    expect(answer.body.checks.cache).toMatchObject({ status: "degraded", remote: "down" });
    expect(log.lines.filter(({ message }) => message === "A health check failed")).toHaveLength(2);
  });

  test("waits for a dependency that hangs no longer than a second", async () => {
    const hangs = { get: () => new Promise(() => {}) } as unknown as Table;
    const api = await apiHarness({ resources: { cache: redisUp, table: hangs } });
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const asked = api.request<Health>("GET", "/health", { secret: null });
    await vi.advanceTimersByTimeAsync(1_000);
    // The queue's answer comes over a real socket, whose timers are its own.
    vi.useRealTimers();
    const answer = await asked;
    expect(answer.status).toBe(503);
    expect(answer.body.checks.database).toMatchObject({ error: "The database did not answer within 1000 ms" });
  });
});

describe.each([["/health/ready"], ["/health/readiness"]])("GET %s", (path) => {
  test("is ready while the database answers, though the cache does not", async () => {
    const answer = await healthOf({ cache: redisDown }, path);
    expect(answer.status).toBe(200);
    expect(answer.body.status).toBe("ready");
    expect(Object.keys(answer.body.checks)).toEqual(["database", "cache", "queue", "concurrency"]);
  });

  test("is not ready without the database", async () => {
    const answer = await healthOf({ table: tableDown }, path);
    expect(answer.status).toBe(503);
    expect(answer.body.status).toBe("not ready");
  });
});

describe("GET /metrics", () => {
  test("is Prometheus text with the requests so far where the process keeps a registry", async () => {
    const api = await apiHarness({ metrics: createPrometheusMetrics() });
    await api.request("GET", "/v1/organization", { expected: 200 });
    const { text, headers } = await api.request("GET", "/metrics", { secret: null, expected: 200 });
    expect(headers.get("content-type")).toMatch(/^text\/plain/);
    expect(text).toContain('http_requests_total{method="GET",endpoint="/v1/organization",status="200"} 1');
    expect(text).toContain('http_request_duration_seconds_count{method="GET",endpoint="/v1/organization"} 1');
    expect(text).toMatch(/^active_users 1$/m);
    expect(text).toMatch(/^db_connections_active 0$/m);
    expect(text).toMatch(/^# TYPE order_processing_duration_seconds histogram$/m);
  });

  test("is not there where metrics go elsewhere", async () => {
    const api = await apiHarness();
    expectError(await api.request("GET", "/metrics", { secret: null }), 404, "NOT_FOUND");
  });
});
