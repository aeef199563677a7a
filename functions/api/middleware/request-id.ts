import type { MiddlewareHandler } from "hono";
import type { NewId } from "../../../core/platform/ids.ts";
import type { ApiEnv } from "../api-env.ts";

/** What we take over from a caller into logs and headers; anything else is replaced, not refused. */
const ACCEPTABLE = /^[\w.:-]{1,128}$/;

/** Gives each request an id, the caller's own where it is fit, and answers with it. The first of all middleware. */
export function requestId(newId: NewId): MiddlewareHandler<ApiEnv> {
  return (c, next) => {
    const given = c.req.header("x-request-id");
    const id = given !== undefined && ACCEPTABLE.test(given) ? given : newId("request");
    c.set("requestId", id);
    c.set("headers", { "x-request-id": id });
    return next();
  };
}
