import { send } from "../respond.ts";
import { type Route, route } from "../route.ts";

let document: Promise<string> | undefined;

/** Built once, when somebody first asks: a cold start does not pay for it. The list of routes includes this file, hence the late import. */
async function openApi(version: string): Promise<string> {
  const [{ openApiDocument }, { ROUTES }] = await Promise.all([import("../openapi.ts"), import("./index.ts")]);
  return JSON.stringify(openApiDocument(ROUTES, version));
}

export const documentationRoutes: Route[] = [
  route({
    method: "get",
    path: "/openapi.json",
    permission: "public",
    tag: "Operations",
    summary: "Read this API's OpenAPI document",
    async respond({ config, metrics }, c) {
      document ??= openApi(config.version);
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
    respond: (_resources, c) => c.redirect("/docs/index.html", 302),
  }),
];
