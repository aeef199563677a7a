import type { MiddlewareHandler } from "hono";
import type { ApiEnv } from "../api-env.ts";
import { reply } from "../reply.ts";

const ALLOWED = {
  "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE",
  "access-control-allow-headers":
    "Authorization, Content-Type, Idempotency-Key, If-Match, X-CSRFToken, X-CSRF-Token, X-Request-Id",
  "access-control-max-age": "600",
};
const EXPOSED = "ETag, Idempotency-Replayed, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id";

/** Browsers of the configured origins may call; others get an answer that their browser withholds. */
export function crossOrigin(origins: string[]): MiddlewareHandler<ApiEnv> {
  const anyone = origins.includes("*");
  const known = new Set(origins);

  return async (c, next) => {
    const origin = c.req.header("origin");
    const headers = c.get("headers");
    if (!anyone) headers["vary"] = "Origin";
    if (origin === undefined) return next();
    const allowed = anyone || known.has(origin);
    if (allowed) headers["access-control-allow-origin"] = anyone ? "*" : origin;
    // Cookies for those who were named, never for anybody.
    if (allowed && !anyone) headers["access-control-allow-credentials"] = "true";
    if (c.req.method === "OPTIONS" && c.req.header("access-control-request-method") !== undefined) {
      return reply(c, 204, allowed ? ALLOWED : {});
    }
    if (allowed) headers["access-control-expose-headers"] = EXPOSED;
    return next();
  };
}
