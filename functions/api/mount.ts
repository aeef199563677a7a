import type { Hono } from "hono";
import type { Authenticator } from "../../core/organizations/index.ts";
import { type Actor, type Context, createContext, type Resources } from "../../core/platform/context.ts";
import { AppError, ForbiddenError } from "../../core/platform/errors.ts";
import type { ApiContext, ApiEnv } from "./api-env.ts";
import { authenticated } from "./middleware/authentication.ts";
import { idempotencyKey } from "./middleware/idempotency-key.ts";
import { ifMatch } from "./middleware/if-match.ts";
import { jsonBody } from "./middleware/json-body.ts";
import { OtherStatus, Redirect, reply } from "./reply.ts";
import { sendJson, sendRedirect } from "./respond.ts";
import type { ApiRequest, PublicRoute, Route, VerbRoute } from "./route.ts";

/** DynamoDB's sort keys end at 1,024 bytes; no id or SKU of ours comes near. */
const MAX_PARAM_BYTES = 512;

/**
 * Puts the routes into the app. A path's fixed segments go before its variable ones, so that `/products/by-sku/{sku}`
 * is never taken for `/products/{id}/…`, whatever order the files list them in.
 */
export function mount(app: Hono<ApiEnv>, routes: readonly Route[], resources: Resources, keys: Authenticator): void {
  for (const route of routes.toSorted((a, b) => (rank(a.path) < rank(b.path) ? -1 : 1))) {
    const path = route.path.replaceAll(/\{([^}]+)\}/g, ":$1");
    const answer = route.permission === "public" ? publicly(route, resources) : withKey(route, resources, keys);
    app.on(route.method.toUpperCase(), path, (c) => {
      c.set("route", route.path);
      return answer(c);
    });
  }
}

type Answerer = (c: ApiContext) => Promise<Response> | Response;

function publicly(route: PublicRoute, resources: Resources): Answerer {
  return (c) => route.respond(resources, c);
}

function withKey(route: VerbRoute, resources: Resources, keys: Authenticator): Answerer {
  const { permission, status = 200 } = route;
  return async (c) => {
    const actor = await authenticated(c, keys);
    if (permission !== "anyKey" && !actor.permissions.has(permission)) throw new ForbiddenError(permission);
    const ctx = contextOf(c, resources, actor);
    const request: ApiRequest = {
      params: params(c),
      query: c.req.query(),
      body: route.body === undefined ? undefined : await jsonBody(c, route.body),
      expectedVersion: ifMatch(c),
    };
    const result = await route.handle(ctx, request);
    if (result instanceof Redirect) return sendRedirect(c, result);
    if (status === 204) return reply(c, 204, {});
    if (result instanceof OtherStatus) {
      if (route.otherStatuses?.[result.status] === undefined)
        throw new Error(`${route.method} ${route.path} answers ${result.status}, which it does not declare`);
      return sendJson(c, resources.metrics, result.status, result.value, headersOf(result.value));
    }
    return sendJson(c, resources.metrics, status, result, headersOf(result));
  };
}

function contextOf(c: ApiContext, resources: Resources, actor: Actor): Context {
  const requestId = c.get("requestId");
  const key = idempotencyKey(c);
  if (key === undefined) return createContext(resources, { actor, requestId });
  const onReplay = () => {
    c.get("headers")["idempotency-replayed"] = "true";
  };
  return createContext(resources, { actor, requestId, idempotencyKey: key, onReplay });
}

function params(c: ApiContext): Record<string, string> {
  const found: Record<string, string> = c.req.param();
  for (const name in found) {
    if (Buffer.byteLength(found[name] ?? "") > MAX_PARAM_BYTES)
      throw new AppError("NOT_FOUND", "There is no such resource");
  }
  return found;
}

/** A versioned resource carries its version as entity tag, for If-Match. */
function headersOf(result: unknown): Record<string, string> {
  const version = typeof result === "object" && result !== null && "version" in result ? result.version : undefined;
  const headers: Record<string, string> = { "cache-control": "no-store" };
  if (typeof version === "number") headers["etag"] = `"${version}"`;
  return headers;
}

const rank = (path: string) => path.replaceAll(/\{[^}]+\}/g, "\u{10ffff}");
