import { describe, expect, test } from "vitest";
import { PERMISSIONS } from "../../../core/platform/context.ts";
import { openApiDocument } from "../../../functions/api/openapi.ts";
import { routesFor } from "../../../functions/api/routes/by-name.ts";
import { ROUTES } from "../../../functions/api/routes/index.ts";
import { apiHarness, expectError } from "../../support/harness.ts";

/** The list that a reviewer reads: what anybody may ask without a key. */
const PUBLIC = [
  "get /docs",
  "get /health",
  "get /health/readiness",
  "get /health/ready",
  "get /metrics",
  "get /openapi.json",
  "get /v1/accounts/authorized/{provider}",
  "get /v1/auth/oidc",
  "get /v1/auth/oidc/{provider}/callback",
  "get /webhooks/{provider}/{sourceId}",
  "post /v1/auth/login",
  "post /v1/auth/oidc/{provider}",
  "post /v1/auth/password-reset",
  "post /v1/auth/password-reset/confirm",
  "post /v1/auth/register",
  "post /v1/auth/verify-email",
  "post /webhooks/{provider}",
  "post /webhooks/{provider}/{sourceId}",
];

const withKey = ROUTES.filter((route) => route.permission !== "public");
const pathOf = (path: string) => path.replaceAll(/\{[^}]+\}/g, "an-id");

describe("every route", () => {
  test("declares its permission, and the public ones are the known few", () => {
    const allowed = new Set<string>([...PERMISSIONS, "anyKey", "user", "public"]);
    for (const { method, path, permission } of ROUTES) {
      expect(allowed.has(permission), `${method} ${path} declares ${permission}`).toBe(true);
    }
    const open = ROUTES.filter((route) => route.permission === "public").map(({ method, path }) => `${method} ${path}`);
    expect(open.toSorted()).toEqual(PUBLIC);
  });

  test("is in the OpenAPI document with that permission", () => {
    const document = openApiDocument(ROUTES, "1.0.0");
    const paths = document["paths"] as Record<string, Record<string, Record<string, unknown>>>;
    const documented = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => `${method} ${path} ${String(operation["x-permission"])}`),
    );
    const declared = ROUTES.map(({ method, path, permission }) => `${method} ${path} ${permission}`);
    expect(documented.toSorted()).toEqual(declared.toSorted());
  });

  test("is found under the name that its path begins with", async () => {
    for (const { method, path } of ROUTES) {
      const found = await routesFor(`http://localhost${path}`)();
      const same = found.filter((route) => route.method === method && route.path === path);
      expect(same, `${method} ${path} is not in routes/by-name.ts`).toHaveLength(1);
    }
  });

  test("has a method and path of its own", () => {
    const shapes = ROUTES.map(({ method, path }) => `${method} ${path.replaceAll(/\{[^}]+\}/g, "{}")}`);
    expect(new Set(shapes).size).toBe(shapes.length);
  });

  test("that is not public refuses a request without a key before it looks at anything else", async () => {
    const api = await apiHarness();
    for (const { method, path } of withKey) {
      const call = { secret: null, raw: method === "get" ? undefined : "{", headers: { "content-type": "text/plain" } };
      const { raw, ...rest } = call;
      const answer = await api.request(method.toUpperCase(), pathOf(path), raw === undefined ? rest : { ...rest, raw });
      expectError(answer, 401, "UNAUTHENTICATED");
    }
  });

  test("that is for people refuses every key", async () => {
    const api = await apiHarness();
    for (const { method, path } of withKey.filter((route) => route.permission === "user"))
      expectError(await api.request(method.toUpperCase(), pathOf(path)), 403, "FORBIDDEN");
  });

  test("that needs a permission refuses a key with all the others", async () => {
    const api = await apiHarness();
    for (const permission of PERMISSIONS) {
      const secret = await api.keyWith(PERMISSIONS.filter((other) => other !== permission));
      for (const { method, path } of withKey.filter((route) => route.permission === permission)) {
        const answer = await api.request<{ error: { details: unknown } }>(method.toUpperCase(), pathOf(path), {
          secret,
        });
        expectError(answer, 403, "FORBIDDEN");
        expect(answer.body.error.details).toEqual({ permission });
      }
    }
  });
});
