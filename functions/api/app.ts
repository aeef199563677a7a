import { Hono } from "hono";
import type { SessionAuthenticator } from "../../core/identity/index.ts";
import { createAuthenticator } from "../../core/organizations/index.ts";
import type { Resources } from "../../core/platform/context.ts";
import type { ApiEnv } from "./api-env.ts";
import type { Doors } from "./middleware/authentication.ts";
import { accessLog } from "./middleware/access-log.ts";
import { crossOrigin } from "./middleware/cross-origin.ts";
import { errorEnvelope } from "./middleware/errors.ts";
import { unmatched } from "./middleware/not-found.ts";
import { createRateLimits, type RateLimits } from "./middleware/rate-limits.ts";
import { requestId } from "./middleware/request-id.ts";
import { secure } from "./middleware/security-headers.ts";
import { mount } from "./mount.ts";
import { type Reply, replyOf } from "./reply.ts";
import type { Route } from "./route.ts";
import { type LoadRoutes, routesFor } from "./routes/by-name.ts";

export interface Api {
  /** Reads of the request its method, URL, headers and, where a route takes one, body. */
  answer(request: Request): Promise<Reply>;
  /** The same in the platform's own types. */
  fetch(request: Request): Promise<Response>;
  /** Resolves when what the requests left to do is done. */
  settled(): Promise<void>;
}

/**
 * The HTTP API. Its state (keys it has seen) is its own, so that a test can have as many as it likes. `load` finds the
 * routes of a URL; each set of routes becomes an app of its own when it is first asked for.
 */
export function createApp(resources: Resources, load: (url: string) => LoadRoutes = routesFor): Api {
  const keys = createAuthenticator(resources);
  let sessions: Promise<SessionAuthenticator> | undefined;
  const doors: Doors = {
    keys,
    sessions: () =>
      (sessions ??= import("../../core/identity/index.ts").then((identity) =>
        identity.createSessionAuthenticator(resources),
      )),
  };
  let limits: RateLimits | undefined;
  const apps = new Map<LoadRoutes, Promise<Hono<ApiEnv>>>();

  function appOf(routes: LoadRoutes): Promise<Hono<ApiEnv>> {
    let app = apps.get(routes);
    if (!app) {
      app = routes().then((loaded) =>
        compose(resources, { doors, limits: (limits ??= createRateLimits(resources)) }, loaded),
      );
      apps.set(routes, app);
    }
    return app;
  }

  const answer = async (request: Request) => replyOf(await (await appOf(load(request.url))).fetch(request));
  return {
    answer,
    async fetch(request) {
      const { status, headers, body, cookies } = await answer(request);
      const response = new Response(body.length === 0 ? null : body, { status, headers });
      for (const cookie of cookies) response.headers.append("set-cookie", cookie);
      return response;
    },
    async settled() {
      await Promise.all([keys.settled(), limits?.settled(), sessions?.then((known) => known.settled())]);
    },
  };
}

function compose(
  resources: Resources,
  guards: { doors: Doors; limits: RateLimits },
  routes: readonly Route[],
): Hono<ApiEnv> {
  const { config, newId } = resources;
  const failed = errorEnvelope(resources);
  const missing = unmatched(routes);
  const app = new Hono<ApiEnv>({ strict: false });
  app.use(requestId(newId), accessLog(resources), secure(config.environment), crossOrigin(config.corsOrigins));
  mount(app, routes, resources, guards);
  app.notFound((c) => {
    const { error, headers } = missing(c.req.method, c.req.path);
    return failed(error, c, headers);
  });
  app.onError((error, c) => failed(error, c));
  return app;
}
