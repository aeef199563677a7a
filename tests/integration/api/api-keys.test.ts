import { describe, expect, test } from "vitest";
import * as Organizations from "../../../core/organizations/index.ts";
import { stoppedClock } from "../../support/recording.ts";
import { storeFaults } from "../../support/store-faults.ts";
import { apiHarness, expectError, type Harness } from "../../support/harness.ts";
import { hostileBattery } from "../../support/hostile.ts";

const READER = { name: "Reader", permissions: ["catalog.read"] };

hostileBattery("POST /v1/api-keys", {
  permission: "keys.manage",
  hasBody: true,
  repeatable: true,
  prepare: async () => ({ method: "POST", path: "/v1/api-keys", body: READER, status: 201 }),
});

hostileBattery("GET /v1/api-keys", {
  permission: "keys.manage",
  prepare: async () => ({ method: "GET", path: "/v1/api-keys", status: 200 }),
});

hostileBattery("DELETE /v1/api-keys/{id}", {
  permission: "keys.manage",
  hasId: true,
  prepare: async (api) => {
    const { id } = await Organizations.createApiKey(api.ctx, READER);
    return { method: "DELETE", path: `/v1/api-keys/${id}`, status: 200 };
  },
});

hostileBattery("POST /v1/api-keys/{id}/rotate", {
  permission: "keys.manage",
  hasId: true,
  hasBody: "optional",
  repeatable: true,
  prepare: async (api) => {
    const { id } = await Organizations.createApiKey(api.ctx, READER);
    return { method: "POST", path: `/v1/api-keys/${id}/rotate`, body: { overlapSeconds: 60 }, status: 200 };
  },
});

hostileBattery("GET /v1/organization", {
  permission: "anyKey",
  prepare: async () => ({ method: "GET", path: "/v1/organization", status: 200 }),
});

describe("an API key", () => {
  test("is shown with its secret once, and from then on without", async () => {
    const api = await apiHarness();
    const created = await api.request<Organizations.NewApiKey>("POST", "/v1/api-keys", { body: READER, expected: 201 });
    const { secret, ...key } = created.body;
    expect(secret).toMatch(/^sk_[A-Za-z0-9_-]{43}$/);
    expect(secret.startsWith(key.prefix)).toBe(true);
    const list = await api.request("GET", "/v1/api-keys", { expected: 200 });
    expect(list.body["items"]).toContainEqual(key);
    expect(list.text).not.toContain(secret);
  });

  test("is stored by its hash: neither the table nor the idempotency record holds the secret", async () => {
    const api = await apiHarness();
    const headers = { "idempotency-key": "secret-once" };
    const { body } = await api.request("POST", "/v1/api-keys", { body: READER, headers, expected: 201 });
    const { organizationId } = api.ctx.actor;
    const kinds = ["API_KEY", "IDEMPOTENCY#secret-once"] as const;
    for (const kind of kinds) {
      const page = await api.ctx.table.query({ pk: `${organizationId}#${kind}` as never });
      expect(page.count).toBeGreaterThan(0);
      expect(JSON.stringify(page.items)).not.toContain(body["secret"]);
    }
  });

  test("refuses the Idempotency-Key of another creation", async () => {
    const api = await apiHarness();
    const headers = { "idempotency-key": "once" };
    await api.request("POST", "/v1/api-keys", { body: READER, headers, expected: 201 });
    const other = { ...READER, name: "Other" };
    expectError(await api.request("POST", "/v1/api-keys", { body: other, headers }), 422, "IDEMPOTENCY_MISMATCH");
  });

  test("works with what it is allowed and nothing else", async () => {
    const api = await apiHarness();
    const secret = await api.keyWith(["catalog.read"]);
    await api.request("GET", "/v1/organization", { secret, expected: 200 });
    expectError(await api.request("GET", "/v1/api-keys", { secret }), 403, "FORBIDDEN");
  });

  test("cannot make a key that is allowed more than itself", async () => {
    const api = await apiHarness();
    const secret = await api.keyWith(["keys.manage"]);
    expectError(await api.request("POST", "/v1/api-keys", { secret, body: READER }), 403, "FORBIDDEN");
    const equal = { name: "Deputy", permissions: ["keys.manage"] };
    await api.request("POST", "/v1/api-keys", { secret, body: equal, expected: 201 });
  });

  test("is refused where it asks for no permission, an unknown one, or a name of spaces", async () => {
    const api = await apiHarness();
    for (const body of [
      { name: "A", permissions: [] },
      { name: "A", permissions: ["everything"] },
      { name: "  ", permissions: ["catalog.read"] },
      { ...READER, organizationId: "org_other" },
    ]) {
      expectError(await api.request("POST", "/v1/api-keys", { body }), 400, "VALIDATION_ERROR");
    }
  });

  test("lists page by page, newest first, with a cursor of this organisation only", async () => {
    const api = await apiHarness();
    for (const name of ["second", "third"]) await Organizations.createApiKey(api.ctx, { ...READER, name });
    type Page = { items: { name: string }[]; nextCursor?: string };
    const first = await api.request<Page>("GET", "/v1/api-keys?limit=2", { expected: 200 });
    expect(first.body.items.map((key) => key.name)).toEqual(["third", "second"]);
    const cursor = first.body.nextCursor ?? "";
    const rest = await api.request<Page>("GET", `/v1/api-keys?limit=2&cursor=${cursor}`, { expected: 200 });
    expect(rest.body.items).toHaveLength(1);
    expect(rest.body.nextCursor).toBeUndefined();
    const stranger = await apiHarness();
    expectError(await stranger.request("GET", `/v1/api-keys?cursor=${cursor}`), 400, "INVALID_CURSOR");
  });
});

describe("revoking an API key", () => {
  test("ends it within five seconds, also where it was just used", async () => {
    const clock = stoppedClock(Date.now());
    const api = await apiHarness({ now: clock.now });
    const key = await Organizations.createApiKey(api.ctx, READER);
    await api.request("GET", "/v1/organization", { secret: key.secret, expected: 200 });
    const revoked = await api.request("DELETE", `/v1/api-keys/${key.id}`, { expected: 200 });
    expect(revoked.body["revokedAt"]).toBe(new Date(clock.now()).toISOString());
    clock.advance(5_000);
    expectError(await api.request("GET", "/v1/organization", { secret: key.secret }), 401, "UNAUTHENTICATED");
  });

  test("changes nothing the second time, and stays in the list", async () => {
    const clock = stoppedClock(Date.now());
    const api = await apiHarness({ now: clock.now });
    const { id } = await Organizations.createApiKey(api.ctx, READER);
    const first = await api.request("DELETE", `/v1/api-keys/${id}`, { expected: 200 });
    clock.advance(60_000);
    const second = await api.request("DELETE", `/v1/api-keys/${id}`, { expected: 200 });
    expect(second.body).toEqual(first.body);
    const list = await api.request("GET", "/v1/api-keys", { expected: 200 });
    expect(list.body["items"]).toContainEqual(first.body);
  });

  test("answers two that race with one time of revocation", async () => {
    const api = await apiHarness();
    const { id } = await Organizations.createApiKey(api.ctx, READER);
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => api.request("DELETE", `/v1/api-keys/${id}`, { expected: 200 })),
    );
    expect(new Set(answers.map((answer) => answer.text))).toHaveLength(1);
  });

  test("is refused to the key itself, and of two that revoke each other one survives", async () => {
    const api = await apiHarness();
    expectError(await api.request("DELETE", `/v1/api-keys/${api.keyId}`), 409, "STATE_CONFLICT");
    const manager = { name: "Manager", permissions: ["keys.manage"] };
    const [a, b] = [
      await Organizations.createApiKey(api.ctx, manager),
      await Organizations.createApiKey(api.ctx, manager),
    ];
    const answers = await Promise.all([
      api.request("DELETE", `/v1/api-keys/${b.id}`, { secret: a.secret }),
      api.request("DELETE", `/v1/api-keys/${a.id}`, { secret: b.secret }),
    ]);
    const statuses = answers.map((answer) => answer.status);
    expect(
      statuses.filter((status) => status === 200),
      JSON.stringify(statuses),
    ).toHaveLength(1);
  });
});

describe("the use of an API key", () => {
  test("is noted at most once in five minutes, and shown as lastUsedAt", async () => {
    const clock = stoppedClock(Date.now());
    const { around, calls } = storeFaults();
    const api = await apiHarness({ now: clock.now, around });
    const notes = () => calls.filter((operation) => operation === "UpdateItem").length;
    const start = new Date(clock.now()).toISOString();
    for (let minute = 0; minute < 5; minute++) {
      await api.request("GET", "/v1/organization", { expected: 200 });
      clock.advance(59_000);
    }
    expect(notes()).toBe(1);
    const before = await api.request<{ items: { lastUsedAt: string }[] }>("GET", "/v1/api-keys", { expected: 200 });
    expect(before.body.items[0]?.lastUsedAt).toBe(start);
    clock.advance(10_000);
    await api.request("GET", "/v1/organization", { expected: 200 });
    expect(notes()).toBe(2);
  });

  test("is noted once by many processes that see the key at the same time", async () => {
    const clock = stoppedClock(Date.now());
    const api = await apiHarness({ now: clock.now });
    const first = new Date(clock.now()).toISOString();
    await Organizations.createAuthenticator(api.ctx).authenticate(api.secret);
    clock.advance(1_000);
    const other = Organizations.createAuthenticator(api.ctx);
    await other.authenticate(api.secret);
    await other.settled();
    const page = await Organizations.listApiKeys(api.ctx, {});
    expect(page.items[0]?.lastUsedAt).toBe(first);
  });

  test("costs no call to the table while the key is known: a request makes its verb's calls and no more", async () => {
    const { around, calls } = storeFaults();
    const api = await apiHarness({ around, now: stoppedClock(Date.now()).now });
    await api.request("GET", "/v1/organization", { expected: 200 });
    calls.length = 0;
    await api.request("GET", "/v1/organization", { expected: 200 });
    expect(calls).toEqual(["GetItem"]);
    calls.length = 0;
    await api.request("POST", "/v1/api-keys", { body: READER, expected: 201 });
    expect(calls).toEqual(["TransactWriteItems"]);
  });

  test("costs no call for what is not even shaped like a secret", async () => {
    const { around, calls } = storeFaults();
    const api = await apiHarness({ around });
    calls.length = 0;
    expectError(await api.request("GET", "/v1/organization", { secret: "sk_short" }), 401, "UNAUTHENTICATED");
    expect(calls).toEqual([]);
  });

  test("that cannot be noted fails no request", async () => {
    const { around } = storeFaults((call) =>
      call.operation === "UpdateItem" ? { failWith: new Error("down") } : "pass",
    );
    const api = await apiHarness({ around });
    await api.request("GET", "/v1/organization", { expected: 200 });
  });
});

describe("rotating an API key", () => {
  const rotate = (api: Harness, id: string, body?: unknown, secret = api.secret) =>
    api.request<Organizations.NewApiKey>("POST", `/v1/api-keys/${id}/rotate`, { body, secret });
  const statusOf = async (api: Harness, secret: string) =>
    (await api.request("GET", "/v1/organization", { secret })).status;

  test("shows a new secret once, under the same id, and takes the old one until the overlap ends", async () => {
    const clock = stoppedClock(Date.now());
    const api = await apiHarness({ now: clock.now });
    const old = await Organizations.createApiKey(api.ctx, READER);
    const { body: key, status } = await rotate(api, old.id, { overlapSeconds: 3600 });
    expect(status).toBe(200);
    expect(key).toMatchObject({ id: old.id, name: old.name, permissions: old.permissions });
    expect(key.secret).not.toBe(old.secret);
    expect(key.secret.startsWith(key.prefix)).toBe(true);
    expect(key.overlapEndsAt).toBe(new Date(clock.now() + 3_600_000).toISOString());
    const list = await api.request("GET", "/v1/api-keys", { expected: 200 });
    expect(list.text).toContain(key.prefix);
    expect(list.text).not.toContain(key.secret);
    expect(list.text).not.toMatch(/hash/i);
    expect(await Promise.all([key.secret, old.secret].map((secret) => statusOf(api, secret)))).toEqual([200, 200]);
    clock.advance(3_599_000);
    expect(await statusOf(api, old.secret)).toBe(200);
    clock.advance(1_000);
    expect(await Promise.all([key.secret, old.secret].map((secret) => statusOf(api, secret)))).toEqual([200, 401]);
  });

  test("without an overlap, and a second time, ends what was left of the older secrets within five seconds", async () => {
    const clock = stoppedClock(Date.now());
    const api = await apiHarness({ now: clock.now });
    const first = await Organizations.createApiKey(api.ctx, READER);
    const { body: second } = await rotate(api, first.id);
    const { body: third } = await rotate(api, first.id, { overlapSeconds: 0 });
    clock.advance(5_000);
    const secrets = [first.secret, second.secret, third.secret];
    expect(await Promise.all(secrets.map((secret) => statusOf(api, secret)))).toEqual([401, 401, 200]);
  });

  test("and revoking it then ends both secrets", async () => {
    const clock = stoppedClock(Date.now());
    const api = await apiHarness({ now: clock.now });
    const old = await Organizations.createApiKey(api.ctx, READER);
    const { body: key } = await rotate(api, old.id);
    await api.request("DELETE", `/v1/api-keys/${old.id}`, { expected: 200 });
    clock.advance(5_000);
    expect(await Promise.all([key.secret, old.secret].map((secret) => statusOf(api, secret)))).toEqual([401, 401]);
    expectError(await rotate(api, old.id), 409, "STATE_CONFLICT");
  });

  test("is refused to who may not do what the key may: its new secret would let them", async () => {
    const api = await apiHarness();
    const secret = await api.keyWith(["keys.manage"]);
    expectError(await rotate(api, api.keyId, {}, secret), 403, "FORBIDDEN");
  });

  test("twice at once leaves one new secret", async () => {
    const clock = stoppedClock(Date.now());
    const api = await apiHarness({ now: clock.now });
    const { id } = await Organizations.createApiKey(api.ctx, READER);
    const answers = await Promise.all([rotate(api, id), rotate(api, id), rotate(api, id)]);
    for (const { status } of answers) expect([200, 409]).toContain(status);
    const last = answers.filter(({ status }) => status === 200);
    expect(last.length).toBeGreaterThan(0);
    const works = await Promise.all(last.map(({ body }) => statusOf(api, body.secret)));
    expect(works).toContain(200);
  });
});

describe("an API key that ends", () => {
  const ending = (ms: number) => ({ ...READER, endsAt: new Date(ms).toISOString() });

  test("is refused from then on, however recently it was used", async () => {
    const clock = stoppedClock(Date.now());
    const api = await apiHarness({ now: clock.now });
    const body = ending(clock.now() + 60_000);
    const { body: key } = await api.request<Organizations.NewApiKey>("POST", "/v1/api-keys", { body, expected: 201 });
    expect(key.endsAt).toBe(body.endsAt);
    clock.advance(59_000);
    await api.request("GET", "/v1/organization", { secret: key.secret, expected: 200 });
    clock.advance(1_000);
    expectError(await api.request("GET", "/v1/organization", { secret: key.secret }), 401, "UNAUTHENTICATED");
  });

  test("ends its old secret with it, and cannot be made for the past", async () => {
    const clock = stoppedClock(Date.now());
    const api = await apiHarness({ now: clock.now });
    const key = await Organizations.createApiKey(api.ctx, ending(clock.now() + 60_000));
    const { body } = await api.request<Organizations.NewApiKey>("POST", `/v1/api-keys/${key.id}/rotate`, { body: {} });
    expect(body.overlapEndsAt).toBe(body.endsAt);
    clock.advance(60_000);
    for (const secret of [key.secret, body.secret])
      expectError(await api.request("GET", "/v1/organization", { secret }), 401, "UNAUTHENTICATED");
    const past = { body: ending(clock.now()) };
    expectError(await api.request("POST", "/v1/api-keys", past), 400, "VALIDATION_ERROR");
  });
});
