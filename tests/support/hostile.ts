import { describe, expect, test } from "vitest";
import { PERMISSIONS, type Permission } from "../../core/platform/context.ts";
import { apiHarness, expectError, type Harness } from "./harness.ts";

/** A request that succeeds as it is, so that each way to spoil it shows what the spoiling does. */
export interface GoodRequest {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With ids of the harness's own organisation. */
  path: string;
  body?: unknown;
  /** Of success. */
  status: number;
}

export interface Battery {
  /** What the route is meant to need; `anyKey` needs none. */
  permission: Permission | "anyKey";
  /** The path names a resource, which another organisation must not find. */
  hasId?: boolean;
  /** Makes what the request needs to succeed. */
  prepare: (api: Harness) => Promise<GoodRequest>;
}

const MEGABYTE = 1024 * 1024;

/** What every route must withstand, whatever it does. `name` is the route as OpenAPI writes it. */
export function hostileBattery(name: string, { permission, hasId = false, prepare }: Battery): void {
  describe(`${name} under hostile requests`, () => {
    test("succeeds as it is, or the rest of this battery proves nothing", async () => {
      const api = await apiHarness();
      const { method, path, body, status } = await prepare(api);
      await api.request(method, path, { body, expected: status });
    });

    test.each([
      ["no key", null],
      ["a key that does not exist", `sk_${"x".repeat(43)}`],
      ["something that is no key", "let-me-in"],
    ])("refuses %s", async (_what, secret) => {
      const api = await apiHarness();
      const { method, path, body } = await prepare(api);
      const answer = await api.request(method, path, { body, secret });
      expectError(answer, 401, "UNAUTHENTICATED");
      expect(answer.headers.get("www-authenticate")).toBe("Bearer");
    });

    if (permission !== "anyKey")
      test(`refuses a key that has every permission but ${permission}`, async () => {
        const api = await apiHarness();
        const { method, path, body } = await prepare(api);
        const secret = await api.keyWith(PERMISSIONS.filter((other) => other !== permission));
        const answer = await api.request<{ error: { details: unknown } }>(method, path, { body, secret });
        expectError(answer, 403, "FORBIDDEN");
        expect(answer.body.error.details).toEqual({ permission });
      });

    if (hasId)
      test("does not find another organisation's resource", async () => {
        const [owner, stranger] = [await apiHarness(), await apiHarness()];
        const { method, path, body } = await prepare(owner);
        expectError(await stranger.request(method, path, { body }), 404, "NOT_FOUND");
      });

    if (hasId)
      test("does not find ids that are not ids", async () => {
        const api = await apiHarness();
        const { method, path, body } = await prepare(api);
        for (const id of ["nope", "%00", "%23COUNT", "..%2F..", "%F0%9F%92%A5", "x".repeat(3_000)]) {
          const spoiled = path.replace(/[a-z]{3}_[0-9A-Z]{26}/, id);
          expectError(await api.request(method, spoiled, { body }), 404, "NOT_FOUND");
        }
      });

    test("refuses bodies that are not JSON of the right form, each with the one error form", async () => {
      const api = await apiHarness();
      const { method, path, body } = await prepare(api);
      if (body === undefined) return;
      const json = { "content-type": "application/json" };
      for (const raw of ["", "{", "[]", "null", "1", '"text"', "{}x", "[".repeat(100_000), "\u0000"]) {
        expectError(await api.request(method, path, { raw, headers: json }), 400, "VALIDATION_ERROR");
      }
      const latin1 = new Uint8Array([0x7b, 0x22, 0xe9, 0x22, 0x3a, 0x31, 0x7d]);
      expectError(await api.request(method, path, { raw: latin1, headers: json }), 400, "VALIDATION_ERROR");
      const huge = JSON.stringify({ padding: "x".repeat(MEGABYTE) });
      expectError(await api.request(method, path, { raw: huge, headers: json }), 413, "PAYLOAD_TOO_LARGE");
      const text = { raw: JSON.stringify(body), headers: { "content-type": "text/plain" } };
      expectError(await api.request(method, path, text), 415, "UNSUPPORTED_MEDIA_TYPE");
    });

    test("gives a repeated POST the same answer once, and refuses its key for another body", async () => {
      const api = await apiHarness();
      const { method, path, body, status } = await prepare(api);
      if (method !== "POST" || body === undefined) return;
      const headers = { "idempotency-key": "the same one" };
      const first = await api.request(method, path, { body, headers, expected: status });
      const again = await api.request(method, path, { body, headers, expected: status });
      expect(again.body).toEqual(first.body);
      expect(first.headers.get("idempotency-replayed")).toBeNull();
      expect(again.headers.get("idempotency-replayed")).toBe("true");
      const overlong = { "idempotency-key": "k".repeat(256) };
      expectError(await api.request(method, path, { body, headers: overlong }), 400, "VALIDATION_ERROR");
    });
  });
}
