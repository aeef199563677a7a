import { beforeAll, expect, test } from "vitest";
import { ROUTES } from "../../functions/api/routes/index.ts";
import { newHome, startSystem, type System } from "./system.ts";

type Operation = { security?: object[]; responses: Record<string, object> };
type Document = { openapi: string; paths: Record<string, Record<string, Operation>> };

let system: System;
let document: Document;

beforeAll(async () => {
  system = await startSystem(newHome());
  document = await system.client.get<Document>("/openapi.json");
});

test("the served document is OpenAPI 3.1 and lists every route", () => {
  expect(document.openapi).toMatch(/^3\.1\./);
  const listed = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method} ${path}`),
  );
  const missing = ROUTES.map(({ method, path }) => `${method} ${path}`).filter((route) => !listed.includes(route));
  expect(missing).toEqual([]);
});

test("every documented operation is there: it answers something that the document names", async () => {
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const answer = await system.client.request<{ error?: { code: string } }>(
        method.toUpperCase(),
        path.replaceAll(/\{\w+\}/g, "nothing"),
        method === "get" || method === "delete" ? {} : { body: {} },
      );
      expect(Object.keys(operation.responses), `${method} ${path}`).toContain(String(answer.status));
      expect(answer.status, `${method} ${path}`).toBeLessThan(500);
      // The documentation's pages are served beside the API: nothing of them is worth quoting in a report.
      if (path !== "/docs") expect(answer.headers.get("x-request-id"), `${method} ${path}`).toMatch(/^req_/);
    }
  }
});

test("what needs a key says so, and refuses who has none", async () => {
  for (const [path, operations] of Object.entries(document.paths)) {
    if (!path.startsWith("/v1/")) continue;
    for (const [method, { security }] of Object.entries(operations)) {
      if (security?.length === 0) continue;
      const url = `${system.url}${path.replaceAll(/\{\w+\}/g, "nothing")}`;
      const answer = await fetch(url, { method: method.toUpperCase(), redirect: "manual" });
      expect(answer.status, `${method} ${path}`).toBe(401);
      await answer.text();
    }
  }
});
