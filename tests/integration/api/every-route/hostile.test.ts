import { beforeAll, describe, expect, test } from "vitest";
import { PERMISSIONS, type Permission } from "../../../../core/platform/context.ts";
import { isSwitchedOff } from "../../../support/api/answers.ts";
import { isSuccess } from "../../../support/api/document.ts";
import { type Prepared, prepareAll, type Target } from "../../../support/api/prepared.ts";
import { expectError } from "../../../support/harness.ts";

let prepared: Prepared;
let withKey: Target[];
let forPeople: Target[];
/** What somebody must be known for: by a key, or by a session. */
let known: Target[];
let withBody: Target[];

beforeAll(async () => {
  prepared = await prepareAll();
  withKey = prepared.targets.filter(
    ({ operation }) => operation.permission !== "public" && operation.permission !== "user",
  );
  forPeople = prepared.targets.filter(({ operation }) => operation.permission === "user");
  known = [...withKey, ...forPeople];
  withBody = known.filter(({ operation }) => operation.body !== undefined);
});

describe("every operation of the document", () => {
  test("says what it needs: nothing, a person, any key, or one of the permissions there are", () => {
    const allowed = new Set<string>([...PERMISSIONS, "anyKey", "user", "public"]);
    for (const { operation } of prepared.targets) expect(allowed, operation.name).toContain(operation.permission);
  });

  test("refuses requests without a key, with an unknown one and with what is no key", async () => {
    for (const target of known) {
      for (const secret of [null, `sk_${"x".repeat(43)}`, "let-me-in"]) {
        const answer = await prepared.ask(target, { secret });
        expectError(answer, 401, "UNAUTHENTICATED");
        expect(answer.headers.get("www-authenticate"), target.operation.name).toBe("Bearer");
      }
    }
  });

  test("refuses a key that has every permission but its own, and names it", async () => {
    for (const permission of PERMISSIONS) {
      const secret = await prepared.shop.keyWith(PERMISSIONS.filter((other) => other !== permission));
      for (const target of withKey.filter(({ operation }) => operation.permission === permission)) {
        const answer = await prepared.ask<{ error: { details: unknown } }>(target, { secret });
        expectError(answer, 403, "FORBIDDEN");
        expect(answer.body.error.details).toEqual({ permission });
      }
    }
  });

  test("lets a key do nothing that its permissions do not name", async () => {
    const least: Permission = "monitoring.read";
    const secret = await prepared.shop.keyWith([least]);
    for (const target of withKey) {
      const { permission, name } = target.operation;
      if (permission === least || permission === "anyKey") continue;
      expect((await prepared.ask(target, { secret })).status, name).toBe(403);
    }
  });

  test("that is for people refuses every key", async () => {
    const { secret } = prepared.shop;
    for (const target of forPeople) expectError(await prepared.ask(target, { secret }), 403, "FORBIDDEN");
  });

  test("that is for people changes nothing by a session without its token", async () => {
    for (const target of forPeople.filter(({ operation }) => operation.method !== "GET"))
      for (const token of ["", "x".repeat(43)])
        expectError(await prepared.ask(target, { headers: { "x-csrftoken": token } }), 403, "FORBIDDEN");
  });

  test("refuses bodies that are not JSON of its form", async () => {
    const headers = { "content-type": "application/json" };
    const latin1 = new Uint8Array([0x7b, 0x22, 0xe9, 0x22, 0x3a, 0x31, 0x7d]);
    const bad = ["{", '{"no such field":1}', "[]", "null", "1", '"text"', "{}x", "[".repeat(100_000), "\u0000", latin1];
    for (const target of withBody) {
      const { required } = target.operation.requestBody ?? { required: true };
      for (const raw of required ? ["", ...bad] : bad) {
        const answer = await prepared.ask(target, { raw, headers });
        expect(answer.status, `${target.operation.name} took ${String(raw).slice(0, 30)}: ${answer.text}`).toBe(400);
        expectError(answer, 400, "VALIDATION_ERROR");
      }
    }
  });

  test("refuses bodies of another type, packed, or larger than it takes", async () => {
    const json = { "content-type": "application/json" };
    for (const target of withBody) {
      const raw = JSON.stringify(target.good.body ?? {});
      for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16"])
        expectError(
          await prepared.ask(target, { raw, headers: { "content-type": type } }),
          415,
          "UNSUPPORTED_MEDIA_TYPE",
        );
      const packed = { raw, headers: { ...json, "content-encoding": "gzip" } };
      expectError(await prepared.ask(target, packed), 415, "UNSUPPORTED_MEDIA_TYPE");
      const huge = JSON.stringify({ padding: "x".repeat(1024 * 1024) });
      expectError(await prepared.ask(target, { raw: huge, headers: json }), 413, "PAYLOAD_TOO_LARGE");
    }
  });

  test("does not find ids that are not ids", async () => {
    for (const target of known) {
      const { params = {} } = target.good;
      for (const name of Object.keys(params))
        for (const id of ["nope", "\0", "#COUNT", "~COUNT#0", "../..", "💥", "x".repeat(3_000), "__proto__"]) {
          const answer = await prepared.ask(target, { params: { ...params, [name]: id } });
          expect(answer.status, `${target.operation.name} with ${id.slice(0, 20)}: ${answer.text}`).toBe(404);
          expectError(answer, 404, "NOT_FOUND");
        }
    }
  });

  test("refuses an Idempotency-Key and an If-Match that are none", async () => {
    for (const target of known) {
      if (target.operation.method === "POST") {
        const headers = { "idempotency-key": "k".repeat(256) };
        expectError(await prepared.ask(target, { headers }), 400, "VALIDATION_ERROR");
      }
      expectError(await prepared.ask(target, { headers: { "if-match": '"the latest"' } }), 400, "VALIDATION_ERROR");
    }
  });
});

describe("every POST of the document", () => {
  test("answers a request that is repeated with its Idempotency-Key as it did at first", async () => {
    for (const target of withKey.filter(({ operation }) => operation.method === "POST")) {
      const headers = { "idempotency-key": `once, ${target.operation.name}` };
      const first = await prepared.ask(target, { headers });
      if (isSwitchedOff(first)) continue;
      expect(isSuccess(first.status), `${target.operation.name}: ${first.text}`).toBe(true);
      const again = await prepared.ask(target, { headers });
      expect([again.status, again.body], target.operation.name).toEqual([first.status, first.body]);
      const isReplay = again.headers.get("idempotency-replayed") === "true";
      if (!isReplay || target.operation.body === undefined) continue;
      const other = await prepared.ask(target, { headers, body: { ...(target.good.body as object), extra: 1 } });
      expect([400, 422], `${target.operation.name}: ${other.text}`).toContain(other.status);
    }
  });
});
