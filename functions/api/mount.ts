import type { Hono } from "hono";
import { type Actor, type Context, createContext, type Guest, type Resources } from "../../core/platform/context.ts";
import { defined } from "../../core/platform/defined.ts";
import { AppError, ForbiddenError } from "../../core/platform/errors.ts";
import { requireEnabled } from "../../core/platform/features.ts";
import type { ApiContext, ApiEnv } from "./api-env.ts";
import { clientAddress } from "./client-address.ts";
import { cookieLine, readCookie } from "./cookies.ts";
import { authenticated, type Doors } from "./middleware/authentication.ts";
import { requireOwnOrigin } from "./middleware/csrf.ts";
import { tellDenial } from "./middleware/denials.ts";
import { idempotencyKey } from "./middleware/idempotency-key.ts";
import { ifMatch } from "./middleware/if-match.ts";
import type { RateLimits } from "./middleware/rate-limits.ts";
import { jsonBody } from "./middleware/json-body.ts";
import { OtherStatus, Redirect, reply, TextFile, WithCookies } from "./reply.ts";
import { sendFile, sendJson, sendRedirect } from "./respond.ts";
import type { ApiRequest, GuestRoute, PublicRoute, Route, VerbRoute } from "./route.ts";

/** DynamoDB's sort keys end at 1,024 bytes; no id or SKU of ours comes near. */
const MAX_PARAM_BYTES = 512;

/**
 * Puts the routes into the app. A path's fixed segments go before its variable ones, so that `/products/by-sku/{sku}`
 * is never taken for `/products/{id}/…`, whatever order the files list them in.
 */
export function mount(
  app: Hono<ApiEnv>,
  routes: readonly Route[],
  resources: Resources,
  { doors, limits }: { doors: Doors; limits: RateLimits },
): void {
  for (const route of routes.toSorted((a, b) => (rank(a.path) < rank(b.path) ? -1 : 1))) {
    const path = route.path.replaceAll(/\{([^}]+)\}/g, ":$1");
    const answer = answererOf(route, resources, doors, limits);
    app.on(route.method.toUpperCase(), path, (c) => {
      c.set("route", route.path);
      return answer(c);
    });
  }
}

type Answerer = (c: ApiContext) => Promise<Response> | Response;

function answererOf(route: Route, resources: Resources, doors: Doors, limits: RateLimits): Answerer {
  if ("respond" in route) return forEveryone(route, resources, limits);
  return "serve" in route ? forGuests(route, resources, limits) : forActors(route, resources, doors, limits);
}

function forEveryone(route: PublicRoute, resources: Resources, limits: RateLimits): Answerer {
  const { limit = "address" } = route;
  return async (c) => {
    await limits.ofAddress(c, limit);
    try {
      return await route.respond(resources, c);
    } catch (error) {
      const isRefused = error instanceof AppError && error.status < 500;
      if (limit === "webhook" && isRefused) await limits.ofFailure(c, "webhooks");
      throw error;
    }
  };
}

function forGuests(route: GuestRoute, resources: Resources, limits: RateLimits): Answerer {
  const { limit = "address" } = route;
  return async (c) => {
    await limits.ofAddress(c, limit);
    requireOwnOrigin(c, resources.config);
    const request = await requestOf(c, route);
    return answered(c, resources, route, await route.serve(guestOf(c, resources), request));
  };
}

function forActors(route: VerbRoute, resources: Resources, doors: Doors, limits: RateLimits): Answerer {
  return async (c) => {
    try {
      const actor = await authenticated(c, doors, resources.config);
      const limited = limits.ofActor(c, actor);
      if (limited) await limited;
      requireAllowed(route, actor);
      if (route.feature) await requireEnabled(resources, route.feature, actor.organizationId);
      const ctx = contextOf(c, resources, actor);
      const request = await requestOf(c, route);
      return answered(c, resources, route, await route.handle(ctx, request));
    } catch (error) {
      const actor = c.get("actor");
      if (actor) await tellDenial(c, resources, actor, error);
      else if (error instanceof AppError && error.code === "UNAUTHENTICATED") await limits.ofFailure(c, "keys");
      throw error;
    }
  };
}

function requireAllowed({ permission }: VerbRoute, { kind, permissions }: Actor): void {
  if (permission === "anyKey" || (permission === "user" && kind === "user")) return;
  if (permission === "user") throw new AppError("FORBIDDEN", "This is for people who are signed in, not for API keys");
  if (!permissions.has(permission)) throw new ForbiddenError(permission);
}

async function requestOf(c: ApiContext, { body }: VerbRoute | GuestRoute): Promise<ApiRequest> {
  return {
    params: params(c),
    query: c.req.query(),
    body: body === undefined ? undefined : await jsonBody(c, body),
    expectedVersion: ifMatch(c),
  };
}

/** What the verb returned, in the form that the route declares. */
function answered(c: ApiContext, resources: Resources, route: VerbRoute | GuestRoute, returned: unknown): Response {
  const { status = 200 } = route;
  let result = returned;
  if (result instanceof WithCookies) {
    c.set(
      "cookies",
      result.cookies.map((cookie) => cookieLine(resources.config, cookie)),
    );
    result = result.result;
  }
  if (result instanceof Redirect) return sendRedirect(c, result);
  if (result instanceof TextFile) return sendFile(c, resources.metrics, result);
  if (status === 204) return reply(c, 204, {});
  if (result instanceof OtherStatus) {
    if (route.otherStatuses?.[result.status] === undefined)
      throw new Error(`${route.method} ${route.path} answers ${result.status}, which it does not declare`);
    return sendJson(c, resources.metrics, result.status, result.value, headersOf(result.value));
  }
  return sendJson(c, resources.metrics, status, result, headersOf(result));
}

function guestOf(c: ApiContext, resources: Resources): Guest {
  const client = defined({
    address: clientAddress(c),
    userAgent: c.req.header("user-agent"),
    browserToken: readCookie(c, resources.config, "sign-in"),
  });
  return { ...resources, requestId: c.get("requestId"), client };
}

function contextOf(c: ApiContext, resources: Resources, actor: Actor): Context {
  const requestId = c.get("requestId");
  const key = idempotencyKey(c);
  const address = clientAddress(c);
  const from = address === undefined ? {} : { address };
  if (key === undefined) return createContext(resources, { actor, requestId, ...from });
  const onReplay = () => {
    c.get("headers")["idempotency-replayed"] = "true";
  };
  return createContext(resources, { actor, requestId, ...from, idempotencyKey: key, onReplay });
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
