import type { MiddlewareHandler } from "hono";
import type { Resources } from "../../../core/platform/context.ts";
import type { ApiEnv } from "../api-env.ts";

/** One line and one count for every answer. Routes are named by their template: raw paths are without number. */
export function accessLog({ log, metrics }: Pick<Resources, "log" | "metrics">): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const start = performance.now();
    await next();
    const durationMs = performance.now() - start;
    const { method } = c.req;
    const { status } = c.res;
    const endpoint = c.get("route") ?? "unmatched";
    const actor = c.get("actor");
    metrics.count("http_requests_total", { method, endpoint, status: String(status) });
    metrics.observe("http_request_duration_seconds", { method, endpoint }, durationMs / 1000);
    log.info("Request answered", {
      requestId: c.get("requestId"),
      method,
      endpoint,
      status,
      durationMs: Math.round(durationMs * 10) / 10,
      ...(actor ? { organizationId: actor.organizationId, actorId: actor.id } : {}),
      ...(status >= 400 ? { path: c.req.path.slice(0, 500), errorCode: c.get("errorCode") } : {}),
    });
  };
}
