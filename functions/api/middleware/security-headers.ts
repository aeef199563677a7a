import type { MiddlewareHandler } from "hono";
import { securityHeaders } from "../../security-headers.ts";
import type { ApiEnv } from "../api-env.ts";

export function secure(environment: string): MiddlewareHandler<ApiEnv> {
  const headers = Object.entries(securityHeaders(environment));
  return (c, next) => {
    for (const [name, value] of headers) c.header(name, value);
    return next();
  };
}
