import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, inject, test } from "vitest";
import * as Organizations from "../../../core/organizations/index.ts";
import { createContext, PERMISSIONS, systemActor } from "../../../core/platform/context.ts";
import { requestOf, resultOf } from "../../../functions/api/lambda.ts";
import { Reply } from "../../../functions/api/reply.ts";

type Handler = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

let handler: Handler;
let secret: string;

interface Sent {
  headers?: Record<string, string>;
  body?: string;
  isBase64Encoded?: boolean;
}

/** What API Gateway sends (payload 2.0), as far as anything reads it. */
function eventOf(method: string, url: string, sent: Sent = {}): APIGatewayProxyEventV2 {
  const [rawPath = "", rawQueryString = ""] = url.split("?");
  const http = { method, path: rawPath, protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: "test" };
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath,
    rawQueryString,
    headers: {},
    requestContext: { http, domainName: "api.example", requestId: "r", timeEpoch: 0 } as never,
    isBase64Encoded: false,
    ...sent,
  };
}

const withKey = (headers: Record<string, string> = {}) => ({ authorization: `Bearer ${secret}`, ...headers });

beforeAll(async () => {
  // As in Lambda: the function finds everything in its environment when it is loaded.
  Object.assign(process.env, inject("cloud").environment, {
    ENVIRONMENT: "test",
    LOG_LEVEL: "ERROR",
    SECRET_KEY: "a-secret-of-the-tests-only-0123456789",
  });
  ({ handler } = await import("../../../functions/api/index.ts"));
  const { processResources } = await import("../../../functions/resources.ts");
  const resources = processResources();
  const { id, currency } = await Organizations.createOrganization(resources, { name: "Lambda", currency: "USD" });
  const ctx = createContext(resources, { actor: systemActor(id, currency, "test"), requestId: "test" });
  ({ secret } = await Organizations.createApiKey(ctx, { name: "Test", permissions: PERMISSIONS }));
});

describe("the API's function", () => {
  test("answers an event of API Gateway in the form that API Gateway takes", async () => {
    const result = await handler(eventOf("GET", "/v1/organization", { headers: withKey() }));
    expect(result).toMatchObject({ statusCode: 200, isBase64Encoded: false });
    expect(result.headers).toMatchObject({ "content-type": "application/json", "x-frame-options": "DENY" });
    expect(JSON.parse(result.body ?? "")).toMatchObject({ name: "Lambda", currency: "USD" });
  });

  test("reads a body as text or as base64, in any script", async () => {
    const body = JSON.stringify({ name: "한강 👟", permissions: ["catalog.read"] });
    const headers = withKey({ "content-type": "application/json" });
    for (const sent of [{ body }, { body: Buffer.from(body).toString("base64"), isBase64Encoded: true }]) {
      const result = await handler(eventOf("POST", "/v1/api-keys", { headers, ...sent }));
      expect(result.statusCode, result.body).toBe(201);
      expect(JSON.parse(result.body ?? "")).toMatchObject({ name: "한강 👟" });
    }
  });

  test("refuses base64 that is not UTF-8, a body that is missing, and one that is too large", async () => {
    const headers = withKey({ "content-type": "application/json" });
    const statusOf = async (sent: Sent) =>
      (await handler(eventOf("POST", "/v1/api-keys", { headers, ...sent }))).statusCode;
    expect(await statusOf({ body: Buffer.from([0x22, 0xe9, 0x22]).toString("base64"), isBase64Encoded: true })).toBe(
      400,
    );
    expect(await statusOf({})).toBe(400);
    expect(await statusOf({ body: `"${"x".repeat(1_048_576)}"` })).toBe(413);
  });

  test("sends compressed bytes as base64 and empty answers as empty text", async () => {
    const headers = { "accept-encoding": "gzip" };
    const packed = await handler(eventOf("GET", "/openapi.json", { headers }));
    expect(packed).toMatchObject({ statusCode: 200, isBase64Encoded: true });
    expect(packed.headers?.["content-encoding"]).toBe("gzip");
    const text = gunzipSync(Buffer.from(packed.body ?? "", "base64")).toString();
    expect(JSON.parse(text)).toMatchObject({ openapi: "3.1.0" });
    const redirect = await handler(eventOf("GET", "/docs"));
    expect(redirect).toMatchObject({ statusCode: 302, body: "", isBase64Encoded: false });
    expect(redirect.headers?.["location"]).toBe("/docs/index.html");
  });

  test("answers HEAD with the headers of GET and no body", async () => {
    const result = await handler(eventOf("HEAD", "/v1/organization", { headers: withKey() }));
    expect(result).toMatchObject({ statusCode: 200, body: "" });
    expect(result.headers).toMatchObject({ "content-type": "application/json", "x-frame-options": "DENY" });
  });

  test("survives header values that are no Latin-1, and takes queries as they were encoded", async () => {
    const headers = withKey({ "user-agent": "한국 👟", "x-forwarded-for": "::1" });
    const result = await handler(eventOf("GET", "/v1/api-keys?limit=1&cursor=%ED%95%9C", { headers }));
    expect(JSON.parse(result.body ?? "")).toMatchObject({ error: { code: "INVALID_CURSOR" } });
  });

  test("takes cookies and the caller's address from the event, and hands cookies on apart", async () => {
    const headers = { "content-type": "application/json", "x-stockwright-client-address": "203.0.113.7" };
    const body = JSON.stringify({ email: "nobody@people.example", password: "not the password" });
    const refused = await handler(eventOf("POST", "/v1/auth/login", { headers, body }));
    expect(refused).toMatchObject({ statusCode: 401 });
    expect(refused.cookies).toBeUndefined();
    const event = { ...eventOf("GET", "/v1/users/me"), cookies: ["other=1", "session=nonsense"] };
    const result = await handler(event);
    expect(JSON.parse(result.body ?? "")).toMatchObject({ error: { message: "The session is over: sign in again" } });
    expect(requestOf(eventOf("GET", "/", { headers })).headers.get("X-Stockwright-Client-Address")).toBe("127.0.0.1");
    const reply = new Reply(204, {}, "", ["session=; Max-Age=0", "sign-in=; Max-Age=0"]);
    expect(resultOf(reply)).toMatchObject({ statusCode: 204, cookies: ["session=; Max-Age=0", "sign-in=; Max-Age=0"] });
  });
});
