import { Hono } from "hono";
import { createAuthenticator } from "../../core/organizations/index.ts";
import type { Resources } from "../../core/platform/context.ts";
import type { ApiEnv } from "./api-env.ts";
import { accessLog } from "./middleware/access-log.ts";
import { crossOrigin } from "./middleware/cross-origin.ts";
import { errorEnvelope } from "./middleware/errors.ts";
import { unmatched } from "./middleware/not-found.ts";
import { requestId } from "./middleware/request-id.ts";
import { secure } from "./middleware/security-headers.ts";
import { mount } from "./mount.ts";
import { type Reply, replyOf } from "./reply.ts";
import type { Route } from "./route.ts";
import { ROUTES } from "./routes/index.ts";

export interface Api {
  /** Reads of the request its method, URL, headers and, where a route takes one, body. */
  answer(request: Request): Promise<Reply>;
  /** The same in the platform's own types. */
  fetch(request: Request): Promise<Response>;
  /** Resolves when what the requests left to do is done. */
  settled(): Promise<void>;
}

/** The HTTP API. Its state (keys it has seen) is its own, so that a test can have as many as it likes. */
export function createApp(resources: Resources, routes: readonly Route[] = ROUTES): Api {
  const { config, newId } = resources;
  const keys = createAuthenticator(resources);
  const failed = errorEnvelope(resources);
  const missing = unmatched(routes);

  const app = new Hono<ApiEnv>({ strict: false });
  app.use(requestId(newId), accessLog(resources), secure(config.environment), crossOrigin(config.corsOrigins));
  mount(app, routes, resources, keys);
  app.notFound((c) => {
    const { error, headers } = missing(c.req.method, c.req.path);
    return failed(error, c, headers);
  });
  app.onError((error, c) => failed(error, c));

  const answer = async (request: Request) => replyOf(await app.fetch(request));
  return {
    answer,
    async fetch(request) {
      const { status, headers, body } = await answer(request);
      return new Response(body.length === 0 ? null : body, { status, headers });
    },
    settled: () => keys.settled(),
  };
}
