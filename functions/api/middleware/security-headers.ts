import type { MiddlewareHandler } from "hono";
import { securityHeaders } from "../../security-headers.ts";
import type { ApiEnv } from "../api-env.ts";

export function secure(environment: string): MiddlewareHandler<ApiEnv> {
  const headers = securityHeaders(environment);
  return (c, next) => {
    Object.assign(c.get("headers"), headers);
    return next();
  };
}
