import * as z from "zod";
import { checkHealth } from "../health.ts";
import { sendJson } from "../respond.ts";
import { type Route, route } from "../route.ts";

const CheckSchema = z.lazy(() =>
  z
    .object({
      status: z.enum(["up", "degraded", "down"]),
      responseTimeMs: z.number().optional(),
      error: z.string().optional(),
      remote: z.enum(["up", "down", "absent"]).optional().describe("Of the cache: Redis"),
      inFlight: z.int().optional().describe("Of concurrency: calls to the database under way"),
      limit: z.int().optional().describe("Of concurrency: how many there may be"),
    })
    .meta({ id: "HealthCheck" }),
);

const checks = z.lazy(() =>
  z.object({
    database: CheckSchema,
    cache: CheckSchema,
    queue: CheckSchema,
    concurrency: CheckSchema,
  }),
);

const HealthSchema = z.lazy(() =>
  z.object({
    status: z.enum(["healthy", "degraded", "unhealthy"]),
    timestamp: z.string(),
    version: z.string(),
    checks,
  }),
);

const never = { "cache-control": "no-store" };

const ready = (path: "/health/ready" | "/health/readiness") =>
  route({
    method: "get",
    path,
    permission: "public",
    // Who asks this has one address, and asks for all.
    limit: "none",
    tag: "Operations",
    summary: "Ask whether this process can take requests (503 when it cannot)",
    answer: z.object({ status: z.enum(["ready", "not ready"]), checks }),
    async respond(resources, c) {
      const health = await checkHealth(resources);
      const isReady = health.status !== "unhealthy";
      const answer = { status: isReady ? "ready" : "not ready", checks: health.checks };
      return sendJson(c, resources.metrics, isReady ? 200 : 503, answer, never);
    },
  });

export const healthRoutes: Route[] = [
  route({
    method: "get",
    path: "/health",
    permission: "public",
    // Who asks this has one address, and asks for all.
    limit: "none",
    tag: "Operations",
    summary: "Ask how the system and what it stands on are (503 when unhealthy)",
    description:
      "Unhealthy when the database is down; degraded when only the cache or the queue is, which includes a cache that is not configured; otherwise healthy.",
    answer: HealthSchema,
    async respond(resources, c) {
      const health = await checkHealth(resources);
      return sendJson(c, resources.metrics, health.status === "unhealthy" ? 503 : 200, health, never);
    },
  }),
  ready("/health/ready"),
  ready("/health/readiness"),
];
