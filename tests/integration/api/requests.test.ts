import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { type Context, PERMISSIONS } from "../../../core/platform/context.ts";
import { redirectTo } from "../../../functions/api/respond.ts";
import { type ApiRequest, route } from "../../../functions/api/route.ts";
import { apiHarness, expectError, type HarnessOptions } from "../../support/harness.ts";
import { recordingLog, recordingMetrics } from "../../support/recording.ts";
import * as z from "zod";

/** Answers with what reached it. */
const echo = route({
  method: "post",
  path: "/v1/echo/{id}",
  permission: "catalog.write",
  tag: "Test",
  summary: "Echo",
  body: z.unknown(),
  handle: async (ctx: Context, { params, query, body, expectedVersion }: ApiRequest<"/v1/echo/{id}">) => {
    const { idempotencyKey, requestId, actor } = ctx;
    return { params, query, body, expectedVersion, idempotencyKey, requestId, organizationId: actor.organizationId };
  },
});

const text = (bytes: number) =>
  route({
    method: "get",
    path: "/v1/text",
    permission: "anyKey",
    tag: "Test",
    summary: "Text",
    handle: async () => ({ version: 7, text: "x".repeat(bytes) }),
  });

const echoing = (options: HarnessOptions = {}) => apiHarness({ ...options, routes: [echo] });

describe("a request", () => {
  test("reaches its verb with the actor, the raw input, the version and the idempotency key", async () => {
    const api = await echoing();
    const headers = { "idempotency-key": "once", "if-match": '"3"', "x-request-id": "mine-1" };
    const path = "/v1/echo/caf%C3%A9%2F1?limit=10&limit=20&query=a%20b";
    const answer = await api.request("POST", path, { body: { a: [1] }, headers, expected: 200 });
    expect(answer.body).toEqual({
      params: { id: "café/1" },
      query: { limit: "10", query: "a b" },
      body: { a: [1] },
      expectedVersion: 3,
      idempotencyKey: "once",
      requestId: "mine-1",
      organizationId: api.organization.id,
    });
  });

  test("keeps a fit request id and gets a new one in place of any other", async () => {
    const api = await echoing();
    const idOf = async (given?: string) => {
      const headers: Record<string, string> = given === undefined ? {} : { "x-request-id": given };
      return (await api.request("GET", "/health/none", { headers })).headers.get("x-request-id");
    };
    expect(await idOf("abc-123_X.y:z")).toBe("abc-123_X.y:z");
    for (const unfit of [undefined, "a b", "x".repeat(129), "<script>", "é"]) {
      expect(await idOf(unfit), unfit ?? "none").toMatch(/^req_[0-9A-Z]{26}$/);
    }
  });

  test.each([
    ["If-Match", "abc"],
    ["If-Match", '"-1"'],
    ["If-Match", '"1", "2"'],
    ["Idempotency-Key", "x".repeat(256)],
    ["Idempotency-Key", "naïve"],
  ])("with a malformed %s (%s) is refused, naming the header", async (name, value) => {
    const api = await echoing();
    const answer = await api.request<{ error: { field: string } }>("POST", "/v1/echo/1", {
      body: {},
      headers: { [name]: value },
    });
    expectError(answer, 400, "VALIDATION_ERROR");
    expect(answer.body.error.field).toBe(name);
  });

  test.each([["3"], ['W/"3"'], ['"3"']])("may write the version it expects as %s", async (tag) => {
    const api = await echoing();
    const answer = await api.request("POST", "/v1/echo/1", { body: {}, headers: { "if-match": tag }, expected: 200 });
    expect(answer.body["expectedVersion"]).toBe(3);
  });

  test("may nest 32 levels deep and not one more, brackets in texts not counted", async () => {
    const api = await echoing();
    const nested = (levels: number) => JSON.parse("[".repeat(levels) + "]".repeat(levels)) as unknown;
    await api.request("POST", "/v1/echo/1", { body: nested(32), expected: 200 });
    await api.request("POST", "/v1/echo/1", { body: `${"[".repeat(500)}\\"${"{".repeat(500)}`, expected: 200 });
    expectError(await api.request("POST", "/v1/echo/1", { body: nested(33) }), 400, "VALIDATION_ERROR");
  });

  test("may have 50,000 fields and not one more, colons in texts not counted", async () => {
    const api = await echoing();
    const headers = { "content-type": "application/json" };
    const fields = (count: number) => `[${Array.from({ length: count }, () => '{"a":1}').join(",")}]`;
    await api.request("POST", "/v1/echo/1", { raw: fields(50_000), headers, expected: 200 });
    await api.request("POST", "/v1/echo/1", { body: ":".repeat(60_000), expected: 200 });
    expectError(await api.request("POST", "/v1/echo/1", { raw: fields(50_001), headers }), 400, "VALIDATION_ERROR");
  });

  test("with half a character in any of its texts is refused, and one with whole ones is not", async () => {
    const api = await echoing();
    const headers = { "content-type": "application/json" };
    for (const raw of ['"\\ud800"', '[{"a":["\\uDFFF x"]}]', '{"\\udabc":1}'])
      expectError(await api.request("POST", "/v1/echo/1", { raw, headers }), 400, "VALIDATION_ERROR");
    for (const raw of ['"\\ud83d\\udca5"', '"\\\\ud800"', '"💥"'])
      await api.request("POST", "/v1/echo/1", { raw, headers, expected: 200 });
  });

  test("may be a megabyte long and not one byte more, with or without a length that says so", async () => {
    const api = await echoing();
    const of = (bytes: number) => `"${"x".repeat(bytes - 2)}"`;
    const json = { "content-type": "application/json; charset=utf-8" };
    await api.request("POST", "/v1/echo/1", { raw: of(1_048_576), headers: json, expected: 200 });
    const over = await api.request("POST", "/v1/echo/1", { raw: of(1_048_577), headers: json });
    expectError(over, 413, "PAYLOAD_TOO_LARGE");
    const lying = await api.request("POST", "/v1/echo/1", {
      raw: "{}",
      headers: { ...json, "content-length": "2000000" },
    });
    expectError(lying, 413, "PAYLOAD_TOO_LARGE");
  });

  test.each([["text/json"], ["application/xml"], ["application/json; charset=latin1"], ["application/jsonp"]])(
    "with a body of type %s is refused",
    async (type) => {
      const api = await echoing();
      const answer = await api.request("POST", "/v1/echo/1", { raw: "{}", headers: { "content-type": type } });
      expectError(answer, 415, "UNSUPPORTED_MEDIA_TYPE");
    },
  );

  test("with a compressed body is refused as such, not as broken JSON", async () => {
    const api = await echoing();
    const headers = { "content-type": "application/json", "content-encoding": "gzip" };
    expectError(await api.request("POST", "/v1/echo/1", { raw: "{}", headers }), 415, "UNSUPPORTED_MEDIA_TYPE");
  });

  test("leaves one line in the log, without its key and without its query", async () => {
    const log = recordingLog();
    const api = await echoing({ log });
    await api.request("POST", "/v1/echo/1?query=private", { body: {}, expected: 200 });
    expect(log.lines).toEqual([
      {
        level: "info",
        message: "Request answered",
        fields: {
          requestId: expect.any(String),
          method: "POST",
          endpoint: "/v1/echo/{id}",
          status: 200,
          durationMs: expect.any(Number),
          organizationId: api.organization.id,
          actorId: api.keyId,
        },
      },
    ]);
  });
});

describe("an answer", () => {
  test("carries its version as entity tag and is not to be stored", async () => {
    const api = await apiHarness({ routes: [text(1)] });
    const { headers } = await api.request("GET", "/v1/text", { expected: 200 });
    expect(headers.get("etag")).toBe('"7"');
    expect(headers.get("cache-control")).toBe("no-store");
  });

  test("above a kilobyte is compressed for who takes gzip, and the saving is counted", async () => {
    const metrics = recordingMetrics();
    const api = await apiHarness({ routes: [text(5_000)], metrics });
    const plain = await api.request("GET", "/v1/text", { expected: 200 });
    expect(plain.headers.get("content-encoding")).toBeNull();
    expect(plain.headers.get("vary")).toContain("Accept-Encoding");
    const headers = { authorization: `Bearer ${api.secret}`, "accept-encoding": "br, gzip;q=0.8" };
    const packed = await api.api.fetch(new Request("http://localhost/v1/text", { headers }));
    expect(packed.headers.get("content-encoding")).toBe("gzip");
    expect(packed.headers.get("vary")).toContain("Accept-Encoding");
    const bytes = Buffer.from(await packed.arrayBuffer());
    expect(gunzipSync(bytes).toString()).toBe(plain.text);
    expect(metrics.counts.get("http_response_bytes_saved_total{}")).toBe(plain.text.length - bytes.length);
  });

  test.each([["identity"], ["gzip;q=0"], ["br"], ["notgzip"]])("stays plain for who accepts %s", async (accepted) => {
    const api = await apiHarness({ routes: [text(5_000)] });
    const answer = await api.request("GET", "/v1/text", { headers: { "accept-encoding": accepted }, expected: 200 });
    expect(answer.headers.get("content-encoding")).toBeNull();
  });

  test("of a kilobyte or less stays plain", async () => {
    const api = await apiHarness({ routes: [text(900)] });
    const answer = await api.request("GET", "/v1/text", { headers: { "accept-encoding": "gzip" }, expected: 200 });
    expect(answer.headers.get("content-encoding")).toBeNull();
  });

  const HEADERS = {
    "content-security-policy":
      "default-src 'self'; script-src 'self' https://js.stripe.com; style-src 'self' 'unsafe-inline' https://fonts.googleapis.com; img-src 'self' data: https:; connect-src 'self' https://api.stripe.com; frame-src https://js.stripe.com https://hooks.stripe.com",
    "referrer-policy": "strict-origin-when-cross-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
  };

  test.each([["/health"], ["/v1/organization"], ["/nowhere"], ["/docs"]])(
    "of %s has the security headers",
    async (path) => {
      const api = await apiHarness();
      const { headers } = await api.request("GET", path);
      expect(Object.fromEntries(headers)).toMatchObject(HEADERS);
      expect(headers.get("strict-transport-security")).toBeNull();
    },
  );

  test("that sends the caller on to a file has them too, and no body", async () => {
    const file = route({
      method: "get",
      path: "/v1/file",
      permission: "anyKey",
      tag: "Test",
      summary: "File",
      status: 302,
      handle: async () => redirectTo("https://files.example/a.csv"),
    });
    const api = await apiHarness({ routes: [file] });
    const { headers, text: body } = await api.request("GET", "/v1/file", { expected: 302 });
    expect(Object.fromEntries(headers)).toMatchObject({ ...HEADERS, location: "https://files.example/a.csv" });
    expect(body).toBe("");
  });

  test("demands TLS from then on in production only", async () => {
    const api = await apiHarness({ config: { environment: "production" } });
    const { headers } = await api.request("GET", "/v1/organization", { expected: 200 });
    expect(headers.get("strict-transport-security")).toBe("max-age=31536000; includeSubDomains");
  });
});

describe("a browser of another origin", () => {
  const origin = "https://shop.example";
  const config = { corsOrigins: [origin] };

  test("is let in when it is a configured one, preflight and answer and error", async () => {
    const api = await apiHarness({ config });
    const preflight = await api.request("OPTIONS", "/v1/api-keys", {
      secret: null,
      headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "authorization" },
      expected: 204,
    });
    expect(preflight.headers.get("access-control-allow-origin")).toBe(origin);
    expect(preflight.headers.get("access-control-allow-methods")).toContain("POST");
    expect(preflight.headers.get("access-control-allow-headers")).toContain("Idempotency-Key");
    for (const secret of [api.secret, null]) {
      const { headers } = await api.request("GET", "/v1/organization", { secret, headers: { origin } });
      expect(headers.get("access-control-allow-origin")).toBe(origin);
      expect(headers.get("access-control-expose-headers")).toContain("ETag");
      expect(headers.get("vary")).toContain("Origin");
    }
  });

  test("is not let in otherwise", async () => {
    const api = await apiHarness({ config });
    for (const other of ["https://shop.example.evil.com", "http://shop.example", "null"]) {
      const headers = { origin: other, "access-control-request-method": "POST" };
      const preflight = await api.request("OPTIONS", "/v1/api-keys", { headers });
      expect(preflight.headers.get("access-control-allow-origin")).toBeNull();
      const answer = await api.request("GET", "/v1/organization", { headers: { origin: other } });
      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    }
  });

  test("is let in from anywhere where the configuration says so, as it may on a laptop", async () => {
    const api = await apiHarness({ config: { corsOrigins: ["*"] } });
    const { headers } = await api.request("GET", "/v1/organization", { headers: { origin: "http://localhost:5173" } });
    expect(headers.get("access-control-allow-origin")).toBe("*");
  });
});

test("every permission of a full key is one that the product knows", async () => {
  const api = await apiHarness();
  const list = await api.request<{ items: { permissions: string[] }[] }>("GET", "/v1/api-keys", { expected: 200 });
  expect(list.body.items[0]?.permissions).toEqual([...PERMISSIONS].toSorted());
});
