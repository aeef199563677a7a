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
  /** The route takes a body; `optional` where an empty one, and an empty object, are as good. */
  hasBody?: boolean | "optional";
  /** The route is a POST whose effect an Idempotency-Key makes repeatable. */
  repeatable?: boolean;
  /** Makes what the request needs to succeed. */
  prepare: (api: Harness) => Promise<GoodRequest>;
}

type Attack = (api: Harness, good: GoodRequest) => Promise<void>;

/** What every route must withstand, whatever it does. `name` is the route as OpenAPI writes it. */
export function hostileBattery(name: string, battery: Battery): void {
  const { permission, hasId = false, hasBody = false, repeatable = false, prepare } = battery;
  const attacks: [string, Attack][] = [
    ["succeeds as it is, or the rest of this battery proves nothing", asItIs],
    ["refuses requests without a key, with an unknown one and with what is no key", withoutKey],
    ...when(permission !== "anyKey", "refuses a key that has every permission but its own", (api, good) =>
      withoutPermission(api, good, permission as Permission),
    ),
    ...when(hasId, "does not find another organisation's resource", asStranger),
    ...when(hasId, "does not find ids that are not ids", withOddIds),
    ...when(
      hasBody !== false,
      "refuses bodies that are not JSON of the right form, with the one error form",
      (api, good) => withBadBodies(api, good, hasBody === "optional"),
    ),
    ...when(repeatable, "gives a repeated request the same answer once, and refuses its key for another", repeated),
  ];
  describe(`${name} under hostile requests`, () => {
    test.each(attacks)("%s", async (_name, attack) => {
      const api = await apiHarness();
      await attack(api, await prepare(api));
    });
  });
}

function when(applies: boolean, name: string, attack: Attack): [string, Attack][] {
  return applies ? [[name, attack]] : [];
}

const asItIs: Attack = async (api, { method, path, body, status }) => {
  await api.request(method, path, { body, expected: status });
};

const withoutKey: Attack = async (api, { method, path, body }) => {
  for (const secret of [null, `sk_${"x".repeat(43)}`, "let-me-in"]) {
    const answer = await api.request(method, path, { body, secret });
    expectError(answer, 401, "UNAUTHENTICATED");
    expect(answer.headers.get("www-authenticate")).toBe("Bearer");
  }
};

async function withoutPermission(api: Harness, { method, path, body }: GoodRequest, permission: Permission) {
  const secret = await api.keyWith(PERMISSIONS.filter((other) => other !== permission));
  const answer = await api.request<{ error: { details: unknown } }>(method, path, { body, secret });
  expectError(answer, 403, "FORBIDDEN");
  expect(answer.body.error.details).toEqual({ permission });
}

const asStranger: Attack = async (_owner, { method, path, body }) => {
  const stranger = await apiHarness();
  expectError(await stranger.request(method, path, { body }), 404, "NOT_FOUND");
};

const withOddIds: Attack = async (api, { method, path, body }) => {
  for (const id of ["nope", "%00", "%23COUNT", "~COUNT%230", "..%2F..", "%F0%9F%92%A5", "x".repeat(3_000)]) {
    const spoiled = path.replace(/[a-z]{3}_[0-9A-Z]{26}/, id);
    expect(spoiled).not.toBe(path);
    expectError(await api.request(method, spoiled, { body }), 404, "NOT_FOUND");
  }
};

async function withBadBodies(api: Harness, { method, path, body }: GoodRequest, isOptional: boolean) {
  const json = { "content-type": "application/json" };
  for (const raw of [
    ...(isOptional ? [] : [""]),
    "{",
    '{"no":1}',
    "[]",
    "null",
    "1",
    '"text"',
    "{}x",
    "[".repeat(100_000),
    "\u0000",
  ]) {
    expectError(await api.request(method, path, { raw, headers: json }), 400, "VALIDATION_ERROR");
  }
  const latin1 = new Uint8Array([0x7b, 0x22, 0xe9, 0x22, 0x3a, 0x31, 0x7d]);
  expectError(await api.request(method, path, { raw: latin1, headers: json }), 400, "VALIDATION_ERROR");
  const huge = JSON.stringify({ padding: "x".repeat(1024 * 1024) });
  expectError(await api.request(method, path, { raw: huge, headers: json }), 413, "PAYLOAD_TOO_LARGE");
  const text = { raw: JSON.stringify(body), headers: { "content-type": "text/plain" } };
  expectError(await api.request(method, path, text), 415, "UNSUPPORTED_MEDIA_TYPE");
  if (isOptional) expect((await api.request(method, path)).status).toBeLessThan(300);
}

const repeated: Attack = async (api, { method, path, body, status }) => {
  const headers = { "idempotency-key": "the same one" };
  const first = await api.request(method, path, { body, headers, expected: status });
  const again = await api.request(method, path, { body, headers, expected: status });
  expect(again.body).toEqual(first.body);
  expect(first.headers.get("idempotency-replayed")).toBeNull();
  expect(again.headers.get("idempotency-replayed")).toBe("true");
  const overlong = { "idempotency-key": "k".repeat(256) };
  expectError(await api.request(method, path, { body, headers: overlong }), 400, "VALIDATION_ERROR");
};
