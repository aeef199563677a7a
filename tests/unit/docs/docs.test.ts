import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { handler } from "../../../functions/docs/index.ts";

const get = (rawPath: string, headers: Record<string, string> = {}) =>
  handler({ rawPath, headers, requestContext: { requestId: "r", timeEpoch: 0 } } as unknown as APIGatewayProxyEventV2);

describe("the documentation's function", () => {
  test.each([["/docs"], ["/docs/"]])("sends %s on to the page", async (path) => {
    const result = await get(path);
    expect(result).toMatchObject({ statusCode: 302, headers: { location: "/docs/index.html" } });
  });

  test("serves a page whose scripts and styles are all its own, under a policy without inline scripts", async () => {
    const { statusCode, headers, body } = await get("/docs/index.html");
    expect(statusCode).toBe(200);
    const html = Buffer.from(body ?? "", "base64").toString();
    const references = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url ?? "");
    expect(references).toHaveLength(5);
    for (const url of references) {
      expect(url).toMatch(/^\/docs\//);
      expect(await get(url), url).toMatchObject({ statusCode: 200 });
    }
    expect(html).not.toMatch(/<script(?! src)/);
    const policy = String(headers?.["content-security-policy"]);
    expect(/script-src ([^;]*)/.exec(policy)?.[1]).not.toContain("unsafe-inline");
  });

  test("names the request in every answer, by the caller's own id where it is fit", async () => {
    for (const path of ["/docs", "/docs/index.html", "/docs/nothing-there"]) {
      expect((await get(path)).headers?.["x-request-id"]).toBe("r");
      expect((await get(path, { "x-request-id": "mine-1" })).headers?.["x-request-id"]).toBe("mine-1");
      expect((await get(path, { "x-request-id": "<not fit>" })).headers?.["x-request-id"]).toBe("r");
    }
  });

  test("demands TLS from then on in production only, which a laptop's plain http is not", async () => {
    expect((await get("/docs/index.html")).headers).not.toHaveProperty("strict-transport-security");
  });

  test("shows this API's own document, and sends it to nobody", async () => {
    const { body } = await get("/docs/start.js");
    const script = Buffer.from(body ?? "", "base64").toString();
    expect(script).toContain('url: "/openapi.json"');
    expect(script).toContain("validatorUrl: null");
  });

  test("compresses for who takes gzip", async () => {
    const plain = await get("/docs/swagger-ui.css");
    const packed = await get("/docs/swagger-ui.css", { "accept-encoding": "gzip" });
    expect(packed.headers).toMatchObject({ "content-encoding": "gzip", "content-type": "text/css; charset=utf-8" });
    const bytes = Buffer.from(packed.body ?? "", "base64");
    expect(gunzipSync(bytes).toString("base64")).toBe(plain.body);
    expect(bytes.length).toBeLessThan((plain.body ?? "").length / 4);
  });

  test.each([["/docs/package.json"], ["/docs/../index.ts"], ["/docs/%2e%2e/index.ts"], ["/docs/swagger-ui.js.map"]])(
    "has no %s",
    async (path) => {
      const { statusCode, body } = await get(path);
      expect(statusCode).toBe(404);
      expect(JSON.parse(body ?? "")).toMatchObject({ error: { code: "NOT_FOUND" }, requestId: "r" });
    },
  );
});
