import { describe, test } from "vitest";
import { apiHarness, expectError, type Harness } from "../../support/harness.ts";
import { hostileBattery } from "../../support/hostile.ts";
import { founder, freshAddress, mailedToken, PASSWORD } from "../../support/people.ts";

const permission = "members.manage";
const ROLE = { name: "Bookkeeper", permissions: ["finance.read"] };

async function made(api: Harness, path: string, body: unknown): Promise<string> {
  return (await api.request<{ id: string }>("POST", path, { body, expected: 201 })).body.id;
}

/** Somebody new in the harness's own organisation. */
async function member(api: Harness): Promise<string> {
  const email = freshAddress();
  await made(api, "/v1/invitations", { email, role: "viewer" });
  const invitationToken = await mailedToken(api, email);
  const body = { email, name: "Joon Park", password: PASSWORD, invitationToken };
  const answer = await api.request<{ user: { id: string } }>("POST", "/v1/auth/register", {
    body,
    secret: null,
    expected: 201,
  });
  return answer.body.user.id;
}

hostileBattery("GET /v1/organization/members", {
  permission,
  prepare: async () => ({ method: "GET", path: "/v1/organization/members", status: 200 }),
});

hostileBattery("PATCH /v1/organization/members/{id}", {
  permission,
  hasId: true,
  hasBody: true,
  prepare: async (api) => {
    const path = `/v1/organization/members/${await member(api)}`;
    return { method: "PATCH", path, body: { role: "operator" }, status: 200 };
  },
});

hostileBattery("DELETE /v1/organization/members/{id}", {
  permission,
  hasId: true,
  prepare: async (api) => ({
    method: "DELETE",
    path: `/v1/organization/members/${await member(api)}`,
    status: 204,
  }),
});

hostileBattery("POST /v1/invitations", {
  permission,
  hasBody: true,
  repeatable: true,
  prepare: async () => ({
    method: "POST",
    path: "/v1/invitations",
    body: { email: freshAddress(), role: "viewer" },
    status: 201,
  }),
});

hostileBattery("GET /v1/invitations", {
  permission,
  prepare: async () => ({ method: "GET", path: "/v1/invitations", status: 200 }),
});

hostileBattery("DELETE /v1/invitations/{id}", {
  permission,
  hasId: true,
  prepare: async (api) => {
    const id = await made(api, "/v1/invitations", { email: freshAddress(), role: "viewer" });
    return { method: "DELETE", path: `/v1/invitations/${id}`, status: 200 };
  },
});

hostileBattery("GET /v1/roles", {
  permission,
  prepare: async () => ({ method: "GET", path: "/v1/roles", status: 200 }),
});

hostileBattery("POST /v1/roles", {
  permission,
  hasBody: true,
  repeatable: true,
  prepare: async () => ({ method: "POST", path: "/v1/roles", body: ROLE, status: 201 }),
});

hostileBattery("PATCH /v1/roles/{id}", {
  permission,
  hasId: true,
  hasBody: true,
  prepare: async (api) => {
    const id = await made(api, "/v1/roles", ROLE);
    return { method: "PATCH", path: `/v1/roles/${id}`, body: { name: "Accountant" }, status: 200 };
  },
});

hostileBattery("DELETE /v1/roles/{id}", {
  permission,
  hasId: true,
  prepare: async (api) => {
    const id = await made(api, "/v1/roles", ROLE);
    return { method: "DELETE", path: `/v1/roles/${id}`, status: 204 };
  },
});

describe("what anybody may ask", () => {
  const paths = [
    "/v1/auth/register",
    "/v1/auth/verify-email",
    "/v1/auth/login",
    "/v1/auth/password-reset",
    "/v1/auth/password-reset/confirm",
  ];

  test.each(paths)(
    "POST %s refuses bodies that are not JSON of the right form, with the one error form",
    async (path) => {
      const api = await apiHarness();
      const send = (raw: string, type = "application/json") =>
        api.request("POST", path, { raw, headers: { "content-type": type }, secret: null });
      for (const raw of [
        "",
        "{",
        '{"no":1}',
        "[]",
        "null",
        '"text"',
        "{}",
        "[".repeat(100_000),
        '{"email":{"$gt":""}}',
      ])
        expectError(await send(raw), 400, "VALIDATION_ERROR");
      expectError(await send(JSON.stringify({ padding: "x".repeat(1024 * 1024) })), 413, "PAYLOAD_TOO_LARGE");
      expectError(await send("{}", "text/plain"), 415, "UNSUPPORTED_MEDIA_TYPE");
      expectError(await send("a=b", "application/x-www-form-urlencoded"), 415, "UNSUPPORTED_MEDIA_TYPE");
    },
  );
});

describe("what is somebody's own", () => {
  test("is not found under ids that are none, or are another's", async () => {
    const api = await apiHarness();
    const { browser } = await founder(api);
    for (const id of ["nope", "%00", "..%2F..", "%F0%9F%92%A5", "x".repeat(3_000), "ACCOUNT", "ses_"])
      expectError(await browser.request("DELETE", `/v1/auth/sessions/${id}`), 404, "NOT_FOUND");
    const body = { organizationId: api.organization.id };
    expectError(await browser.request("POST", "/v1/auth/switch-organization", { body }), 404, "NOT_FOUND");
    const email = freshAddress();
    const login = { body: { email, password: PASSWORD, organizationId: api.organization.id } };
    expectError(await browser.request("POST", "/v1/auth/login", login), 401, "UNAUTHENTICATED");
  });
});
