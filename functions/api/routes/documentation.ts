import { redirectTo, send, sendRedirect } from "../respond.ts";
import { type Route, route } from "../route.ts";

/** `all` is asked for late: the list of routes contains these. */
export function documentationRoutes(all: () => Promise<readonly Route[]>): Route[] {
  let document: Promise<string> | undefined;

  return [
    route({
      method: "get",
      path: "/openapi.json",
      permission: "public",
      tag: "Operations",
      summary: "Read this API's OpenAPI document",
      async respond({ config, metrics }, c) {
        // Built when somebody first asks: a cold start does not pay for it.
        document ??= Promise.all([import("../openapi.ts"), all()]).then(([{ openApiDocument }, routes]) =>
          JSON.stringify(openApiDocument(routes, config.version)),
        );
        const headers = { "cache-control": "public, max-age=300" };
        return send(c, metrics, { status: 200, body: await document, contentType: "application/json", headers });
      },
    }),
    route({
      method: "get",
      path: "/docs",
      permission: "public",
      tag: "Operations",
      summary: "Go to the readable documentation",
      status: 302,
      respond: (_resources, c) => sendRedirect(c, redirectTo("/docs/index.html")),
    }),
  ];
}
