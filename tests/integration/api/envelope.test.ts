import { HTTPException } from "hono/http-exception";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { AppError, DependencyError, ERROR_STATUS, type ErrorCode } from "../../../core/platform/errors.ts";
import { type Route, route } from "../../../functions/api/route.ts";
import { apiHarness, expectError } from "../../support/harness.ts";
import { recordingLog, recordingMetrics } from "../../support/recording.ts";

const SECRET_TEXT = "connection to 10.0.0.7 failed for user admin";

const raise = (error: Error) => async () => {
  throw error;
};

/** A route that throws what the test says. */
function throwing(error: Error): Route[] {
  const common = { method: "get", tag: "Test", summary: "Throw", permission: "anyKey" } as const;
  return [route({ ...common, path: "/v1/throw/{id}", handle: raise(error) })];
}

describe("an error", () => {
  test.each(Object.entries(ERROR_STATUS))(
    "of code %s is answered with status %i and the one form",
    async (code, status) => {
      const error = new AppError(code as ErrorCode, "What was wrong", { field: "a.b", details: { id: "x" } });
      const api = await apiHarness({ routes: throwing(error) });
      const answer = await api.request("GET", "/v1/throw/1");
      expectError(answer, status, code);
      expect(answer.body["error"]).toEqual({ code, message: "What was wrong", field: "a.b", details: { id: "x" } });
    },
  );

  test("that nobody foresaw shows nothing of itself, and is logged whole with the request's id", async () => {
    const log = recordingLog();
    const thrown = new TypeError(SECRET_TEXT, { cause: new Error("the cause") });
    const api = await apiHarness({ routes: throwing(thrown), log });
    const answer = await api.request("GET", "/v1/throw/1");
    expectError(answer, 500, "INTERNAL_ERROR");
    expect(answer.text).not.toContain("10.0.0.7");
    const line = log.lines.find(({ message }) => message === "Request failed");
    expect(line).toMatchObject({
      level: "error",
      fields: { requestId: answer.headers.get("x-request-id"), endpoint: "/v1/throw/{id}", error: thrown },
    });
  });

  test("of a schema names every fault with its place", async () => {
    const schema = z.object({ a: z.object({ b: z.int() }), c: z.string() });
    const error = schema.safeParse({ a: { b: "x" } }).error ?? new Error("This was to fail");
    const api = await apiHarness({ routes: throwing(error) });
    const answer = await api.request<{ error: { field: string; details: { path: string }[] } }>("GET", "/v1/throw/1");
    expectError(answer, 400, "VALIDATION_ERROR");
    expect(answer.body.error.field).toBe("a.b");
    expect(answer.body.error.details.map((fault) => fault.path)).toEqual(["a.b", "c"]);
  });

  test("of the framework has the one form too", async () => {
    const api = await apiHarness({ routes: throwing(new HTTPException(413, { message: "Too much" })) });
    expectError(await api.request("GET", "/v1/throw/1"), 413, "PAYLOAD_TOO_LARGE");
    const odd = await apiHarness({ routes: throwing(new HTTPException(418, { message: SECRET_TEXT })) });
    const answer = await odd.request("GET", "/v1/throw/1");
    expectError(answer, 500, "INTERNAL_ERROR");
    expect(answer.text).not.toContain("10.0.0.7");
  });

  test("that passes by itself says after how many seconds to try again", async () => {
    const error = new DependencyError("database", "The database is busy", { retryAfterSeconds: 1.2 });
    const api = await apiHarness({ routes: throwing(error) });
    const answer = await api.request("GET", "/v1/throw/1");
    expectError(answer, 503, "DEPENDENCY_UNAVAILABLE");
    expect(answer.headers.get("retry-after")).toBe("2");
  });

  test("is counted by route template and code, never by raw path", async () => {
    const metrics = recordingMetrics();
    const api = await apiHarness({ routes: throwing(new AppError("NOT_FOUND", "Gone")), metrics });
    await api.request("GET", "/v1/throw/1");
    await api.request("GET", "/v1/throw/2");
    await api.request("GET", "/somewhere/else/3");
    expect(Object.fromEntries(metrics.counts)).toMatchObject({
      "api_errors_total{endpoint=/v1/throw/{id},error_type=NOT_FOUND}": 2,
      "api_errors_total{endpoint=unmatched,error_type=NOT_FOUND}": 1,
      "http_requests_total{method=GET,endpoint=/v1/throw/{id},status=404}": 2,
      "http_requests_total{method=GET,endpoint=unmatched,status=404}": 1,
    });
  });
});

describe("what no route takes", () => {
  test("is a 404 in the one form where the path is unknown", async () => {
    const api = await apiHarness();
    for (const path of ["/", "/v2/organization", "/v1/organization/more", "/%00", "//v1//organization"]) {
      expectError(await api.request("GET", path, { secret: null }), 404, "NOT_FOUND");
    }
  });

  test("is a 405 that names the methods where the path is known", async () => {
    const api = await apiHarness();
    const list = await api.request("PUT", "/v1/api-keys");
    expectError(list, 405, "METHOD_NOT_ALLOWED");
    expect(list.headers.get("allow")).toBe("POST, GET, HEAD");
    const one = await api.request("GET", "/v1/api-keys/key_1");
    expectError(one, 405, "METHOD_NOT_ALLOWED");
    expect(one.headers.get("allow")).toBe("DELETE");
  });

  test("is not what a trailing slash or HEAD make of a known path", async () => {
    const api = await apiHarness();
    await api.request("GET", "/v1/organization/", { expected: 200 });
    const head = await api.request("HEAD", "/v1/organization", { expected: 200 });
    expect(head.text).toBe("");
  });
});

describe("a path with a fixed word in a variable's place", () => {
  test("reaches the fixed one, whatever order the routes were listed in", async () => {
    const answering = (path: string) =>
      route({ method: "get", tag: "T", summary: "T", permission: "anyKey", path, handle: async () => ({ path }) });
    const api = await apiHarness({
      routes: [answering("/v1/things/{id}/price"), answering("/v1/things/by-sku/{sku}")],
    });
    const answer = await api.request("GET", "/v1/things/by-sku/price", { expected: 200 });
    expect(answer.body["path"]).toBe("/v1/things/by-sku/{sku}");
  });
});
