import { once } from "node:events";
import { connect } from "node:net";
import type { APIGatewayProxyEventV2, Context } from "aws-lambda";
import { expect, onTestFinished, test } from "vitest";
import { type HttpLoop, startHttp } from "../../../local/loops/http.ts";
import { createFunctions, type FunctionSpec, type Handler } from "../../../local/machine/functions.ts";

const API: FunctionSpec = { name: "test-api", handler: "api.handler", timeoutSeconds: 29, memoryMb: 256 };
const DOCS: FunctionSpec = { ...API, name: "test-docs", handler: "docs.handler" };

interface Server extends HttpLoop {
  url: string;
  said: string[];
}

async function serve(api: Handler, spec: Partial<FunctionSpec> = {}): Promise<Server> {
  const said: string[] = [];
  const docs: Handler = () => ({ statusCode: 200, body: "the documentation" });
  const functions = createFunctions(async ({ handler }) => (handler === DOCS.handler ? docs : api));
  const loop = await startHttp({
    api: functions.get({ ...API, ...spec }),
    docs: functions.get(DOCS),
    port: 0,
    say: (line) => void said.push(line),
  });
  onTestFinished(() => loop.stop(0));
  return { ...loop, url: `http://127.0.0.1:${loop.port}`, said };
}

/** Answers 204 and keeps what it was called with. */
function recorder(): { handler: Handler; event: () => APIGatewayProxyEventV2; context: () => Context } {
  const calls: { event: unknown; context: Context }[] = [];
  const handler: Handler = (event, context) => {
    calls.push({ event, context });
    return { statusCode: 204 };
  };
  return {
    handler,
    event: () => calls.at(-1)?.event as APIGatewayProxyEventV2,
    context: () => calls.at(-1)?.context as Context,
  };
}

const envelope = (code: string, message: unknown = expect.any(String)) => ({
  error: { code, message },
  requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
});

test("a request comes as API Gateway's payload 2.0", async () => {
  const { handler, event } = recorder();
  const { url, port } = await serve(handler);
  await fetch(`${url}/v1/a%2Fb?tag=x&tag=y&q=caf%C3%A9`, {
    method: "PATCH",
    headers: [
      ["Content-Type", "application/json; charset=utf-8"],
      ["X-Twice", "one"],
      ["X-Twice", "two"],
      ["Cookie", "a=1; b=2"],
      ["User-Agent", "the test"],
    ],
    body: '{"é":1}',
  });
  expect(event()).toMatchObject({
    version: "2.0",
    routeKey: "$default",
    rawPath: "/v1/a%2Fb",
    rawQueryString: "tag=x&tag=y&q=caf%C3%A9",
    queryStringParameters: { tag: "x,y", q: "café" },
    cookies: ["a=1", "b=2"],
    headers: { "content-type": "application/json; charset=utf-8", "x-forwarded-for": "127.0.0.1" },
    requestContext: {
      http: { method: "PATCH", path: "/v1/a%2Fb", protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: "the test" },
      domainName: `127.0.0.1:${port}`,
      requestId: expect.any(String),
      stage: "$default",
      time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
      timeEpoch: expect.any(Number),
    },
    body: '{"é":1}',
    isBase64Encoded: false,
  });
  expect(event().headers["x-twice"]).toMatch(/^one, ?two$/);
  expect(event().headers).not.toHaveProperty("cookie");
});

test("a request without query, cookies or body has none of their fields", async () => {
  const { handler, event } = recorder();
  const { url } = await serve(handler);
  await fetch(`${url}/`);
  expect(event()).toMatchObject({ rawPath: "/", rawQueryString: "", isBase64Encoded: false });
  for (const absent of ["queryStringParameters", "cookies", "body"]) expect(event()).not.toHaveProperty(absent);
});

test.for<[string, Buffer]>([
  ["image/png", Buffer.from([0x89, 0x50, 0x4e, 0x47])],
  ["application/x-www-form-urlencoded", Buffer.from("a=b")],
  ["application/json", Buffer.from([0x22, 0xe9, 0x22])],
])("a body that is not text comes as base64: %s", async ([contentType, body]) => {
  const { handler, event } = recorder();
  const { url } = await serve(handler);
  await fetch(url, { method: "POST", headers: { "content-type": contentType }, body: new Uint8Array(body) });
  expect(event()).toMatchObject({ isBase64Encoded: true, body: body.toString("base64") });
});

test("the context counts down from the function's timeout and carries the request's id", async () => {
  const { handler, event, context } = recorder();
  const { url } = await serve(handler, { timeoutSeconds: 29 });
  await fetch(url);
  expect(context()).toMatchObject({ functionName: "test-api", awsRequestId: event().requestContext.requestId });
  expect(context().getRemainingTimeInMillis()).toBeGreaterThan(0);
  expect(context().getRemainingTimeInMillis()).toBeLessThanOrEqual(29_000);
});

test("status, headers, cookies and a base64 body reach the client as the function meant them", async () => {
  const body = Buffer.from([0, 255, 1, 254]);
  const { url } = await serve(() => ({
    statusCode: 201,
    headers: { "X-Made": "yes", "content-type": "application/octet-stream" },
    cookies: ["a=1; HttpOnly", "b=2"],
    body: body.toString("base64"),
    isBase64Encoded: true,
  }));
  const response = await fetch(url);
  expect(response.status).toBe(201);
  expect(response.headers.get("x-made")).toBe("yes");
  expect(response.headers.getSetCookie()).toEqual(["a=1; HttpOnly", "b=2"]);
  expect(Buffer.from(await response.arrayBuffer())).toEqual(body);
});

test("an answer without a status is the JSON of a 200", async () => {
  const { url } = await serve(() => ({ hello: "world" }));
  const response = await fetch(url);
  expect([response.status, await response.json()]).toEqual([200, { hello: "world" }]);
});

test("GET /docs and what is under it goes to the documentation, everything else to the API", async () => {
  const { url } = await serve((event) => ({ statusCode: 200, body: (event as APIGatewayProxyEventV2).rawPath }));
  const read = async (path: string, method = "GET") => (await fetch(`${url}${path}`, { method })).text();
  expect(await read("/docs")).toBe("the documentation");
  expect(await read("/docs/swagger-ui.css?v=1")).toBe("the documentation");
  expect(await read("/docsearch")).toBe("/docsearch");
  expect(await read("/openapi.json")).toBe("/openapi.json");
  expect(await read("/docs", "POST")).toBe("/docs");
});

test.for(["announced", "chunked"])("a body over 10 MB is refused with 413 in the API's error form: %s", async (how) => {
  const { handler } = recorder();
  const { url } = await serve(handler);
  const bytes = new Uint8Array(10 * 1024 * 1024 + 1);
  const chunked = new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += 65_536) controller.enqueue(bytes.subarray(at, at + 65_536));
      controller.close();
    },
  });
  const init = how === "announced" ? { body: bytes } : { body: chunked, duplex: "half" };
  const response = await fetch(url, { method: "POST", ...init } as RequestInit);
  expect(response.status).toBe(413);
  expect(await response.json()).toEqual(envelope("PAYLOAD_TOO_LARGE"));
});

test("a body of exactly 10 MB is taken", async () => {
  const { url } = await serve((event) => ({
    statusCode: 200,
    body: String(Buffer.from((event as APIGatewayProxyEventV2).body ?? "", "base64").length),
  }));
  const headers = { "content-type": "application/octet-stream" };
  const response = await fetch(url, { method: "POST", headers, body: new Uint8Array(10 * 1024 * 1024) });
  expect(await response.text()).toBe(String(10 * 1024 * 1024));
});

test("a function that outlives its timeout is answered with 503", async () => {
  const { url } = await serve(() => new Promise(() => undefined), { timeoutSeconds: 0.01 });
  const response = await fetch(url);
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual(envelope("DEPENDENCY_UNAVAILABLE"));
});

test("a function that throws is answered with 500, without its text; the terminal is told", async () => {
  const { url, said } = await serve(() => {
    throw new Error("the secret is 42");
  });
  const response = await fetch(`${url}/x`);
  expect(response.status).toBe(500);
  expect(await response.json()).toEqual(envelope("INTERNAL_ERROR", "Internal server error"));
  expect(said).toEqual(["GET /x failed"]);
});

test("an answer larger than Lambda hands back is a 500, as it would be in the cloud", async () => {
  const { url } = await serve(() => ({ statusCode: 200, body: "x".repeat(6 * 1024 * 1024 + 1) }));
  expect((await fetch(url)).status).toBe(500);
});

test("bytes that are no HTTP are refused in the API's error form", async () => {
  const { port } = await serve(recorder().handler);
  const socket = connect(port, "127.0.0.1");
  let answer = "";
  socket.setEncoding("utf8").on("data", (text: string) => {
    answer += text;
  });
  socket.write("THIS IS NOT HTTP\r\n\r\n");
  await once(socket, "close");
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(JSON.parse(answer.slice(answer.indexOf("{")))).toEqual(envelope("VALIDATION_ERROR"));
});

test("a port that somebody else listens on is named", async () => {
  const { port } = await serve(recorder().handler);
  const again = startHttp({ api: async () => ({}), docs: async () => ({}), port, say: () => undefined });
  await expect(again).rejects.toThrow(`Port ${port} is in use`);
});
